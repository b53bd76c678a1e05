//! `tenants import`: many tenants from a file. All of it is checked before anything is written; what is there already
//! and differs is told, and not overwritten unless that is asked for. Running it again writes what is left.
//!
//! - [`file`]: the file's tenants; `field`: what one says or leaves open; [`plan`]: what is to be done about each
//! - [`write`]: doing it; [`report`]: what came of it

mod field;
mod file;
mod plan;
mod report;
mod write;

use std::path::PathBuf;

use tenancy::TenantId;

use super::confusable;
use super::table::{Registry, TableArgs};
use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutput};
use crate::session::AwsSession;
use plan::{ExistingTenants, ImportPlan};
use report::ImportReport;

const AFTER_HELP: &str = "\
FILE is a JSON array of tenants, JSON lines, or what `tenants ls --json` writes. A tenant:
  {\"tenant_id\": \"acme\", \"status\": \"active\", \"principals\": [\"AROAEXAMPLE\"],
   \"backend\": \"premium\", \"note\": \"…\"}
Only tenant_id is required. A new tenant without a status is active, without principals anyone may send, without a \
backend each router's own gets its records. Another field is refused, lest a misspelt `principals` let anyone send.

The whole file is checked before anything is written. It is safe to break off and to run again: tenants that are there \
already are passed over. Those that are there and differ are told, and left unless --overwrite is given, which changes only \
the fields that the file has: a tenant stays suspended or offboarded unless the file says \"status\": \"active\", and \
keeps its principals, backend and note unless the file has others, or null to take them away (as the listing of a \
tenant without them has).";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write. Without this, only what would be written is said.
    #[arg(long)]
    execute: bool,
    /// Also change tenants that are there and differ, in the fields that the file has. It makes a suspended tenant
    /// active where the file says so.
    #[arg(long)]
    overwrite: bool,
}

pub(crate) async fn run(args: ImportArgs, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    let entries = match file::read(&args.file)? {
        Ok(entries) => entries,
        Err(faults) => return report::refused(&args.file, faults),
    };
    let registry = TenantsTable::open(&args.table, session).await?.patient();
    let ids: Vec<TenantId> = entries.iter().map(|entry| entry.tenant_id.clone()).collect();
    let there = registry.get_all(&ids).await?;
    let existing = if args.overwrite { ExistingTenants::Overwrite } else { ExistingTenants::Keep };
    let plan = ImportPlan::new(entries, &there, existing);
    let mut warnings = confusable::warnings(&registry, &ids).await;
    if !plan.kept_inactive.is_empty() {
        let kept_inactive = plan.kept_inactive.join(", ");
        warnings.push(format!("not active, and left so, as the file gives no status: {kept_inactive}"));
    }
    let imported = if args.execute {
        let written = write::all(&registry, &plan, format).await;
        ImportReport::executed(&registry, plan, written, warnings)
    } else {
        ImportReport::planned(&registry, plan, warnings)
    };
    imported.output()
}
