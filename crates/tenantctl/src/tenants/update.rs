//! `tenants update`: who may send a tenant's records, and which backend gets them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use super::change::{self, UpdateOutcome, Change, ChangeOutcome, with_time_and_note};
use super::update_expression::AttributeChanges;
use super::item::{ItemAttributes, BACKEND, PRINCIPALS, TenantItem, is_same, string_set};
use super::effect::Propagation;
use super::table::{Registry, TableArgs};
use super::{id, note, usage, validate};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["principals", "any_principal", "backend", "no_backend"]))]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The tenant's id, exactly.
    #[arg(value_name = "ID")]
    tenant_id: String,
    /// Who may send from now on, instead of those who might before; may be repeated.
    #[arg(long = "principal", value_name = "PRINCIPAL")]
    principals: Vec<String>,
    /// Anyone may send from now on.
    #[arg(long, conflicts_with = "principals")]
    any_principal: bool,
    /// One of the routers' `backends` gets the records from now on.
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Each router's own backend gets the records from now on.
    #[arg(long, conflicts_with = "backend")]
    no_backend: bool,
    /// Why; kept with the tenant until the next change.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub(crate) async fn run(args: UpdateArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let id = id(&args.tenant_id)?;
    let changes = changes(&args)?;
    let note = note(args.note.as_deref())?;
    let registry = TenantsTable::open(&args.table, session).await?;
    let Some(item) = registry.get(&id).await? else {
        return change::not_found(&registry, &id).output();
    };
    let (shown, table) = (id.as_str(), registry.name());
    let already = || {
        let message = format!("tenant {shown} in table {table} is so already: nothing was changed");
        ChangeReport::new(&registry, &id, ChangeOutcome::Unchanged, message)
    };
    if changes.iter().all(|(name, value)| is_same(item.get(*name), value.as_ref())) {
        return already().with_item(&item).output();
    }
    let names: Vec<&str> = changes.keys().copied().collect();
    let change = match change::apply(&registry, &id, &with_time_and_note(changes, note), &item).await? {
        UpdateOutcome::Done(now) => {
            let message = format!("tenant {shown} in table {table} was changed: {}", names.join(", "));
            ChangeReport::new(&registry, &id, ChangeOutcome::Changed, message).with_item(&now).with_propagation(propagation(&item))
        }
        UpdateOutcome::DoneByAnother(now) => already().with_item(&now),
        UpdateOutcome::Conflict(now) => {
            let message = format!(
                "somebody else changed the tenant meanwhile: {shown} in table {table}: nothing was changed; look at it \
                 (`tenantctl tenants show`), then run the command again"
            );
            ChangeReport::new(&registry, &id, ChangeOutcome::Refused, message).with_item(&now)
        }
        UpdateOutcome::Deleted => change::not_found(&registry, &id),
    };
    change.output()
}

fn changes(args: &UpdateArgs) -> Result<AttributeChanges, CommandError> {
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
