//! `tenants update`: changes who may send a tenant's records, and which backend gets them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use super::change::{self, ChangeOutcome, ChangeReport, UpdateOutcome, with_time_and_note};
use super::effect::Propagation;
use super::item::{BACKEND, ItemAttributes, PRINCIPALS, TenantItem, is_same, string_set};
use super::table::{TableArgs, TenantsTable};
use super::update_expression::AttributeChanges;
use super::{parse_id, parse_note, usage, validate};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["principals", "any_principal", "backend", "no_backend"]))]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The tenant's id; case-sensitive.
    #[arg(value_name = "ID")]
    tenant_id: String,
    /// Who may send from now on; replaces all earlier principals; may be repeated.
    #[arg(long = "principal", value_name = "PRINCIPAL")]
    principals: Vec<String>,
    /// Let anyone send from now on.
    #[arg(long, conflicts_with = "principals")]
    any_principal: bool,
    /// Send the records to this one of the routers' `backends` from now on.
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Send the records to each router's own backend from now on.
    #[arg(long, conflicts_with = "backend")]
    no_backend: bool,
    /// The reason; kept with the tenant until the next change.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub(crate) async fn run(args: UpdateArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let id = parse_id(&args.tenant_id)?;
    let changes = parse_changes(&args)?;
    let note = parse_note(args.note.as_deref())?;
    let table = TenantsTable::open(&args.table, session).await?;
    let Some(item) = table.get(&id).await? else {
        return change::not_found(&table, &id).output();
    };
    let (shown, name) = (id.as_str(), table.name());
    let already_set = || {
        let message = format!("tenant {shown} in table {name} has these values already: nothing was changed");
        ChangeReport::new(&table, &id, ChangeOutcome::Unchanged, message)
    };
    if changes.iter().all(|(name, value)| is_same(item.get(*name), value.as_ref())) {
        return already_set().with_item(&item).output();
    }
    let names: Vec<&str> = changes.keys().copied().collect();
    let change = match change::apply(&table, &id, &with_time_and_note(changes, note), &item).await? {
        UpdateOutcome::Done(now) => {
            let message = format!("tenant {shown} in table {name} was changed: {}", names.join(", "));
            ChangeReport::new(&table, &id, ChangeOutcome::Changed, message)
                .with_item(&now)
                .with_propagation(propagation(&item))
        }
        UpdateOutcome::DoneByAnother(now) => already_set().with_item(&now),
        UpdateOutcome::Conflict(now) => {
            let message = format!(
                "somebody else changed the tenant at the same time: {shown} in table {name}: nothing was changed; see \
                 it with `tenantctl tenants show`, then run the command again"
            );
            ChangeReport::new(&table, &id, ChangeOutcome::Refused, message).with_item(&now)
        }
        UpdateOutcome::Deleted => change::not_found(&table, &id),
    };
    change.output()
}

fn parse_changes(args: &UpdateArgs) -> Result<AttributeChanges, CommandError> {
    let mut changes = AttributeChanges::new();
    if args.any_principal {
        changes.insert(PRINCIPALS, None);
    } else if !args.principals.is_empty() {
        let set: BTreeSet<String> =
            validate::principals(&args.principals).map_err(|fault| usage("--principal", fault))?;
        changes.insert(PRINCIPALS, Some(string_set(&set)));
    }
    if args.no_backend {
        changes.insert(BACKEND, None);
    } else if let Some(name) = &args.backend {
        let name = validate::backend(name).map_err(|fault| usage("--backend", fault))?;
        changes.insert(BACKEND, Some(AttributeValue::S(name)));
    }
    Ok(changes)
}

fn propagation(before: &ItemAttributes) -> Propagation {
    Propagation::after(TenantItem::parse(before).ok().map(|tenant| tenant.status))
}
