//! `tenants import`: adds many tenants from a file. The whole file is checked before anything is written. Existing
//! tenants that differ are reported, and overwritten only with --overwrite. A second run writes what is left.
//!
//! - [`mod@file`]: reads and checks the file; `field`: an optional field of a tenant
//! - [`plan`]: plans the writes; [`mod@write`]: executes the plan; [`report`]: the report

mod field;
mod file;
mod plan;
mod report;
mod write;

use std::path::PathBuf;

use tenancy::TenantId;

use super::confusable;
use super::table::{TableArgs, TenantsTable};
use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat};
use crate::session::AwsSession;
use plan::{ExistingTenants, ImportPlan};
use report::ImportReport;

const AFTER_HELP: &str = "\
FILE is a JSON array of tenants, JSON lines, or what `tenants ls --json` writes. A tenant:
  {\"tenant_id\": \"acme\", \"status\": \"active\", \"principals\": [\"AROAEXAMPLE\"],
   \"backend\": \"premium\", \"note\": \"…\"}
Only tenant_id is required. Defaults of a new tenant: status active; principals: anyone may send; backend: each router's \
own. An unknown field is an error: a misspelt `principals` would let anyone send.

The whole file is checked before anything is written. It is safe to interrupt the command and to run it again: tenants \
that exist already are skipped. Existing tenants that differ are reported and left, unless --overwrite is given. It \
changes only the fields that the file has: a tenant stays suspended or offboarded unless the file says \
\"status\": \"active\", and keeps its principals, backend and note unless the file has other values, or null to \
remove them (as in the output of `ls` for a tenant without them).";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the tenants. Without this, the command only says what it would write.
    #[arg(long)]
    execute: bool,
    /// Also change existing tenants that differ, in the fields that the file has. This activates a suspended tenant if
    /// the file says so.
    #[arg(long)]
    overwrite: bool,
}

pub(crate) async fn run(
    args: ImportArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let entries = match file::read(&args.file)? {
        Ok(entries) => entries,
        Err(faults) => return report::report_faults(&args.file, faults),
    };
    let registry = TenantsTable::open(&args.table, session).await?.with_more_retries();
    let ids: Vec<TenantId> = entries.iter().map(|entry| entry.tenant_id.clone()).collect();
    let items = registry.get_all(&ids).await?;
    let existing = if args.overwrite { ExistingTenants::Overwrite } else { ExistingTenants::Keep };
    let plan = ImportPlan::new(entries, &items, existing);
    let mut warnings = confusable::collect_warnings(&registry, &ids).await;
    if !plan.kept_inactive.is_empty() {
        let kept_inactive = plan.kept_inactive.join(", ");
        warnings
            .push(format!("not active and not changed, because the file gives no status: {kept_inactive}"));
    }
    let report = if args.execute {
        let result = write::execute(&registry, &plan, format).await;
        ImportReport::executed(&registry, plan, result, warnings)
    } else {
        ImportReport::planned(&registry, plan, warnings)
    };
    report.output()
}
