//! `tenants ls`: the tenants of the table, and the items that no router can read.

use std::fmt;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use tenancy::Status;

use super::columns::align_columns;
use super::item::{MalformedTenant, TenantItem};
use super::table::{Registry, TableArgs};
use super::validate;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::session::AwsSession;

/// Shown where nothing else is said.
const LIMIT: usize = 1000;
/// How many items one request reads at most; DynamoDB stops at a mebibyte anyway.
const PAGE: usize = 1000;

#[derive(clap::Args)]
pub(crate) struct TenantsLsArgs {
    #[command(flatten)]
    table: TableArgs,
    /// Only tenants with this status. The whole table is read all the same.
    #[arg(long, value_parser = status_parser())]
    status: Option<Status>,
    /// Stop after so many tenants; default 1000. What was left out is said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Read the table to its end.
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

fn status_parser() -> impl TypedValueParser<Value = Status> {
    PossibleValuesParser::new(Status::ALL.map(Status::word)).try_map(|word| validate::status(&word))
}

#[derive(Serialize)]
struct TenantsLsReport {
    table: String,
    tenants: Vec<TenantItem>,
    /// Whatever status was asked for: they have none that a router can read.
    malformed: Vec<MalformedTenant>,
    /// Whether the table was read to its end.
    complete: bool,
    items_read: usize,
}

pub(crate) async fn run(args: TenantsLsArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let registry = TenantsTable::open(&args.table, session).await?;
    let limit = match (args.all, args.limit) {
        (true, _) => usize::MAX,
        (false, None) => LIMIT,
        (false, Some(limit)) => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let report = list(&registry, args.status, limit).await?;
    let outcome = if report.malformed.is_empty() { CommandOutcome::Success } else { CommandOutcome::Findings };
    CommandOutput::new(&report, outcome)
}

async fn list(registry: &TenantsTable, status: Option<Status>, limit: usize) -> Result<TenantsLsReport, CommandError> {
    let (tenants, malformed) = (Vec::new(), Vec::new());
    let mut report =
        TenantsLsReport { table: registry.name().to_owned(), tenants, malformed, complete: false, items_read: 0 };
    let mut start = None;
    loop {
        let left = limit.saturating_sub(report.tenants.len() + report.malformed.len());
        let page = registry.page(start, i32::try_from(left.min(PAGE)).ok()).await?;
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
            let rows: Vec<[String; 5]> = std::iter::once(head).chain(self.tenants.iter().map(row)).collect();
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
            write!(out, "; {malformed} malformed, whose records are retried until the item is mended")?;
        }
        if !self.complete {
            // A Scan's order is nobody's.
            write!(
                out,
                "; there may be more: what is shown is any part of the table (--all, or a higher --limit)"
            )?;
        }
        writeln!(out)
    }
}

fn row(tenant: &TenantItem) -> [String; 5] {
    let principals = tenant.principals.as_ref().map_or_else(|| "any".to_owned(), |set| set.len().to_string());
    [
        tenant.id.as_str().to_owned(),
        tenant.status.word().to_owned(),
        tenant.backend.clone().unwrap_or_else(|| "-".to_owned()),
        principals,
        tenant.changed_at.as_deref().unwrap_or("-").escape_debug().to_string(),
    ]
}
