//! `tenants show`: shows one tenant, what routers do with its records, and when they apply a change.

use std::fmt;

use serde::Serialize;

use super::columns::align_columns;
use super::effect::{self, Propagation};
use super::item::{self, MalformedTenant, TenantItem};
use super::table::{TableArgs, TenantsTable};
use super::{change, parse_id};
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct TenantsShowArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The tenant's id; case-sensitive.
    #[arg(value_name = "ID")]
    tenant_id: String,
}

#[derive(Serialize)]
struct TenantsShowReport {
    table: String,
    /// Why there is no tenant to show.
    problem: Option<String>,
    tenant: Option<TenantItem>,
    malformed: Option<MalformedTenant>,
    /// The names of attributes that routers do not read.
    other_attributes: Vec<String>,
    /// What routers do with its records.
    meaning: String,
    /// When routers apply a change.
    noticed: String,
}

pub(crate) async fn run(args: TenantsShowArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let id = parse_id(&args.tenant_id)?;
    let table = TenantsTable::open(&args.table, session).await?;
    let item = table.get(&id).await?;
    let parsed = item.as_ref().map(TenantItem::parse);
    let status = parsed.iter().flatten().next().map(|tenant| tenant.status);
    let others = item.iter().flat_map(item::other_attributes).map(str::to_owned).collect();
    let meaning = effect::describe(parsed.as_ref().map(Result::as_ref));
    let (tenant, malformed) = match parsed {
        None => (None, None),
        Some(Ok(tenant)) => (Some(tenant), None),
        Some(Err(malformed)) => (None, Some(malformed)),
    };
    let report = TenantsShowReport {
        problem: item.is_none().then(|| change::not_found_message(&table, &id)),
        table: table.name().to_owned(),
        tenant,
        malformed,
        other_attributes: others,
        meaning,
        noticed: Propagation::after(status).describe(),
    };
    let outcome = CommandOutcome::success_if(report.tenant.is_some());
    CommandOutput::new(&report, outcome)
}

impl fmt::Display for TenantsShowReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(problem) = &self.problem {
            writeln!(out, "{problem}")?;
        }
        let mut rows = vec![["table".to_owned(), self.table.clone()]];
        rows.extend(self.tenant.as_ref().map(tenant_rows).unwrap_or_default());
        if let Some(MalformedTenant { tenant_id, faults }) = &self.malformed {
            rows.push(["tenant".to_owned(), tenant_id.clone()]);
            rows.extend(faults.iter().map(|fault| ["malformed".to_owned(), fault.clone()]));
        }
        if !self.other_attributes.is_empty() {
            let names = self.other_attributes.join(", ").escape_debug().to_string();
            rows.push(["not read by routers".to_owned(), names]);
        }
        write!(out, "{}", align_columns(&rows))?;
        writeln!(out, "\nNow: {}.\nAfter a change: {}.", self.meaning, self.noticed)
    }
}

fn tenant_rows(tenant: &TenantItem) -> Vec<[String; 2]> {
    let cell = |text: &str| text.escape_debug().to_string();
    let principals = tenant.principals.as_ref().map_or_else(
        || "any".to_owned(),
        |set| set.iter().map(|principal| cell(principal)).collect::<Vec<_>>().join(", "),
    );
    let backend = tenant.backend.as_deref().unwrap_or("the routers' own");
    let mut rows = vec![
        ["tenant".to_owned(), tenant.id.as_str().to_owned()],
        ["status".to_owned(), tenant.status.name().to_owned()],
        ["backend".to_owned(), backend.to_owned()],
        ["principals".to_owned(), principals],
    ];
    let optional = [("changed", &tenant.changed_at), ("note", &tenant.note)];
    rows.extend(
        optional.into_iter().filter_map(|(name, text)| Some([name.to_owned(), cell(text.as_deref()?)])),
    );
    rows
}
