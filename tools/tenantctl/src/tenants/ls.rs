//! `tenants ls`: lists the tenants of the table, and the items that no router can read.

use std::fmt;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use tenancy::Status;

use super::columns::align_columns;
use super::item::{MalformedTenant, TenantItem};
use super::table::{TableArgs, TenantsTable};
use super::validate;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::session::AwsSession;

/// The default of --limit.
const DEFAULT_LIMIT: usize = 1000;
/// The most items that one request reads. DynamoDB also stops after 1 MB [Amazon DynamoDB API reference, "Scan"].
const PAGE_SIZE: usize = 1000;

#[derive(clap::Args)]
pub(crate) struct TenantsLsArgs {
    #[command(flatten)]
    table: TableArgs,
    /// List only tenants with this status. The whole table is still read.
    #[arg(long, value_parser = status_parser())]
    status: Option<Status>,
    /// List at most this many tenants; default 1000. The output says if there may be more.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// List all tenants of the table.
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

fn status_parser() -> impl TypedValueParser<Value = Status> {
    PossibleValuesParser::new(Status::ALL.map(Status::name)).try_map(|word| validate::status(&word))
}

#[derive(Serialize)]
struct TenantsLsReport {
    table: String,
    tenants: Vec<TenantItem>,
    /// The malformed items, regardless of --status.
    malformed: Vec<MalformedTenant>,
    /// Whether the whole table was read.
    complete: bool,
    items_read: usize,
}

pub(crate) async fn run(args: TenantsLsArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let table = TenantsTable::open(&args.table, session).await?;
    let limit = match (args.all, args.limit) {
        (true, _) => usize::MAX,
        (false, None) => DEFAULT_LIMIT,
        (false, Some(limit)) => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let report = list(&table, args.status, limit).await?;
    let outcome = CommandOutcome::success_if(report.malformed.is_empty());
    CommandOutput::new(&report, outcome)
}

async fn list(
    table: &TenantsTable,
    status: Option<Status>,
    limit: usize,
) -> Result<TenantsLsReport, CommandError> {
    let (tenants, malformed) = (Vec::new(), Vec::new());
    let mut report = TenantsLsReport {
        table: table.name().to_owned(),
        tenants,
        malformed,
        complete: false,
        items_read: 0,
    };
    let mut start = None;
    loop {
        let left = limit.saturating_sub(report.tenants.len() + report.malformed.len());
        let page = table.scan_page(start, i32::try_from(left.min(PAGE_SIZE)).ok()).await?;
        report.items_read += page.items.len();
        for item in &page.items {
            match TenantItem::parse(item) {
                Ok(tenant) if status.is_none_or(|status| status == tenant.status) => {
                    report.tenants.push(tenant);
                }
                Ok(_) => {}
                Err(malformed) => report.malformed.push(malformed),
            }
        }
        start = page.next;
        report.complete = start.is_none();
        if report.complete || report.tenants.len() + report.malformed.len() >= limit {
            break;
        }
    }
    report.tenants.sort_unstable_by(|left, right| left.id.cmp(&right.id));
    report.malformed.sort_unstable_by(|left, right| left.tenant_id.cmp(&right.tenant_id));
    Ok(report)
}

impl fmt::Display for TenantsLsReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tenants.is_empty() {
            let head = ["TENANT", "STATUS", "BACKEND", "PRINCIPALS", "CHANGED"].map(str::to_owned);
            let rows: Vec<[String; 5]> =
                std::iter::once(head).chain(self.tenants.iter().map(table_row)).collect();
            write!(out, "{}", align_columns(&rows))?;
        }
        for MalformedTenant { tenant_id, faults } in &self.malformed {
            writeln!(out, "malformed: {}: {}", tenant_id.escape_debug(), faults.join("; "))?;
        }
        let count = self.tenants.len();
        let found = if count == 1 { "1 tenant".to_owned() } else { format!("{count} tenants") };
        write!(out, "{found} of {} items in table {}", self.items_read, self.table)?;
        if !self.malformed.is_empty() {
            let malformed = self.malformed.len();
            write!(out, "; {malformed} malformed: routers retry their records until the item is fixed")?;
        }
        if !self.complete {
            // A Scan returns items in no defined order.
            write!(
                out,
                "; there may be more: this is an arbitrary part of the table; use --all or a higher --limit"
            )?;
        }
        writeln!(out)
    }
}

fn table_row(tenant: &TenantItem) -> [String; 5] {
    let principals = tenant.principals.as_ref().map_or_else(|| "any".to_owned(), |set| set.len().to_string());
    [
        tenant.id.as_str().to_owned(),
        tenant.status.name().to_owned(),
        tenant.backend.clone().unwrap_or_else(|| "-".to_owned()),
        principals,
        tenant.changed_at.as_deref().unwrap_or("-").escape_debug().to_string(),
    ]
}
