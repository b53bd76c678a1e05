//! What came of an import, or would come of it.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::file;
use super::plan::{TenantDifference, ImportPlan, ImportStep};
use super::write::ImportResult;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::tenants::table::TenantsTable;

/// So many are told of each kind as text; JSON has all.
const MAX_LISTED: usize = 20;

/// The file cannot be imported; nothing was written.
#[derive(Serialize)]
struct ImportRefusedReport {
    file: String,
    executed: bool,
    faults: Vec<String>,
}

pub(crate) fn refused(path: &Path, faults: Vec<String>) -> Result<CommandOutput, CommandError> {
    let refused = ImportRefusedReport { file: file::place(path), executed: false, faults };
    CommandOutput::new(&refused, CommandOutcome::Findings)
}

#[derive(Serialize)]
pub(crate) struct ImportReport {
    table: String,
    /// Whether this was no dry run.
    executed: bool,
    /// So many were, or would be, added.
    added: usize,
    /// So many were, or would be, changed.
    changed: usize,
    /// So many were there already, and all that the file says of them is so.
    same: usize,
    /// Those that are there and differ.
    different: Vec<TenantDifference>,
    /// Whether these are what is, or would be, changed.
    overwrite: bool,
    /// Those that somebody else wrote meanwhile.
    raced: Vec<String>,
    /// So many steps were not tried, or their outcome is not known.
    left: usize,
    /// Why there was no going on.
    stopped: Option<CommandError>,
    warnings: Vec<String>,
}

impl ImportReport {
    /// A dry run.
    pub(crate) fn planned(registry: &TenantsTable, plan: ImportPlan, warnings: Vec<String>) -> Self {
        let added = plan.steps.iter().filter(|step| matches!(step, ImportStep::Add(_))).count();
        let would = ImportResult { added, changed: plan.steps.len() - added, ..ImportResult::default() };
        Self { executed: false, ..Self::executed(registry, plan, would, warnings) }
    }

    pub(crate) fn executed(registry: &TenantsTable, plan: ImportPlan, written: ImportResult, warnings: Vec<String>) -> Self {
        let ImportResult { added, changed, raced, left, stopped } = written;
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
        let is_left = !self.overwrite && !self.different.is_empty();
        let is_good = !is_left && self.raced.is_empty() && self.left == 0 && self.stopped.is_none();
        CommandOutput::new(self, if is_good { CommandOutcome::Success } else { CommandOutcome::Findings })
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
            "table {}: {} {would}added, {} {would}changed, {} there already and the same",
            self.table, self.added, self.changed, self.same
        )?;
        if !self.different.is_empty() {
            let fate = match (self.overwrite, self.executed) {
                (false, _) => "left as they are; --overwrite changes them to what the file says",
                (true, false) => "all that the file says of them would become so",
                (true, true) => "all that the file says of them became so, but for those that are told below",
            };
            writeln!(out, "{} there and different: {fate}", self.different.len())?;
            let told = self.different.iter();
            list(out, told.map(|each| format!("{}: {}", each.tenant_id, each.differs.join("; "))))?;
        }
        if !self.raced.is_empty() {
            writeln!(out, "{} written by somebody else meanwhile, and left so:", self.raced.len())?;
            list(out, self.raced.iter())?;
        }
        if let Some(failure) = &self.stopped {
            writeln!(out, "stopped, {} left: {failure}", self.left)?;
            writeln!(out, "run it again for the rest: what is written already is passed over")?;
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
        writeln!(out, "  … and {more} more (--json tells all)")?;
    }
    Ok(())
}
