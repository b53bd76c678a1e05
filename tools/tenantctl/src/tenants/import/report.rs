//! The report of an import or of its dry run.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::file;
use super::plan::{ImportPlan, ImportStep, TenantDifference};
use super::write::ImportResult;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::tenants::table::TenantsTable;

/// The most tenants of each kind in the text. JSON lists all.
const MAX_LISTED: usize = 20;

/// The report of a file with faults. Nothing was written.
#[derive(Serialize)]
struct ImportRefusedReport {
    file: String,
    executed: bool,
    faults: Vec<String>,
}

/// Reports a file with faults.
pub(crate) fn report_faults(path: &Path, faults: Vec<String>) -> Result<CommandOutput, CommandError> {
    let report = ImportRefusedReport { file: file::display_name(path), executed: false, faults };
    CommandOutput::new(&report, CommandOutcome::Findings)
}

/// The report of an import.
#[derive(Serialize)]
pub(crate) struct ImportReport {
    table: String,
    /// `false` for a dry run.
    executed: bool,
    /// How many tenants were added; in a dry run, would be added.
    added: usize,
    /// How many tenants were changed; in a dry run, would be changed.
    changed: usize,
    /// How many existing tenants match the file.
    same: usize,
    /// Existing tenants that differ from the file.
    different: Vec<TenantDifference>,
    /// Whether those tenants are changed to match the file.
    overwrite: bool,
    /// Tenants that somebody else wrote at the same time.
    raced: Vec<String>,
    /// How many steps were not tried or have an unknown outcome.
    left: usize,
    /// The error that stopped the import.
    stopped: Option<CommandError>,
    warnings: Vec<String>,
}

impl ImportReport {
    /// The report of a dry run.
    pub(crate) fn planned(registry: &TenantsTable, plan: ImportPlan, warnings: Vec<String>) -> Self {
        let added = plan.steps.iter().filter(|step| matches!(step, ImportStep::Add(_))).count();
        let planned = ImportResult { added, changed: plan.steps.len() - added, ..ImportResult::default() };
        Self { executed: false, ..Self::executed(registry, plan, planned, warnings) }
    }

    /// The report of an executed import.
    pub(crate) fn executed(
        registry: &TenantsTable,
        plan: ImportPlan,
        result: ImportResult,
        warnings: Vec<String>,
    ) -> Self {
        let ImportResult { added, changed, raced, left, stopped } = result;
        Self {
            table: registry.name().to_owned(),
            executed: true,
            added,
            changed,
            same: plan.same,
            different: plan.different,
            overwrite: plan.overwritten,
            raced,
            left,
            stopped,
            warnings,
        }
    }

    pub(crate) fn output(&self) -> Result<CommandOutput, CommandError> {
        let differs = !self.overwrite && !self.different.is_empty();
        let is_clean = !differs && self.raced.is_empty() && self.left == 0 && self.stopped.is_none();
        CommandOutput::new(self, CommandOutcome::success_if(is_clean))
    }
}

impl fmt::Display for ImportRefusedReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, faults, .. } = self;
        let count = faults.len();
        let faulty = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
        writeln!(out, "{faulty}: {file}: nothing was written; correct the file, then run the command again")?;
        list(out, faults.iter())
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let would = if self.executed { "" } else { "would be " };
        writeln!(
            out,
            "table {}: {} {would}added, {} {would}changed, {} already there and equal",
            self.table, self.added, self.changed, self.same
        )?;
        if !self.different.is_empty() {
            let action = match (self.overwrite, self.executed) {
                (false, _) => "left as they are; --overwrite changes the fields that the file has",
                (true, false) => "would be changed in the fields that the file has",
                (true, true) => "changed in the fields that the file has, except those listed below",
            };
            writeln!(out, "{} already there and different: {action}", self.different.len())?;
            let different = self.different.iter();
            list(out, different.map(|each| format!("{}: {}", each.tenant_id, each.differs.join("; "))))?;
        }
        if !self.raced.is_empty() {
            writeln!(
                out,
                "{} written by somebody else at the same time, and left as they are:",
                self.raced.len()
            )?;
            list(out, self.raced.iter())?;
        }
        if let Some(error) = &self.stopped {
            writeln!(out, "stopped, {} left: {error}", self.left)?;
            writeln!(
                out,
                "run the command again for the rest: tenants that are written already are skipped"
            )?;
        }
        for warning in &self.warnings {
            writeln!(out, "warning: {warning}")?;
        }
        if !self.executed {
            writeln!(out, "this was a dry run: nothing was written; --execute writes")?;
        }
        Ok(())
    }
}

fn list(
    out: &mut fmt::Formatter<'_>,
    lines: impl ExactSizeIterator<Item = impl fmt::Display>,
) -> fmt::Result {
    let more = lines.len().saturating_sub(MAX_LISTED);
    for line in lines.take(MAX_LISTED) {
        writeln!(out, "  {line}")?;
    }
    if more > 0 {
        writeln!(out, "  … and {more} more (--json lists all)")?;
    }
    Ok(())
}
