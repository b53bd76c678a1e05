//! `tenants update`: who may send a tenant's records, and which backend gets them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use super::change::{self, Applied, Change, Outcomes, stamped};
use super::conditions::Changes;
use super::item::{Attributes, BACKEND, PRINCIPALS, Tenant, is_same, string_set};
use super::meaning::Notice;
use super::registry::{Registry, Table};
use super::{id, note, usage, validate};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["principals", "any_principal", "backend", "no_backend"]))]
pub(crate) struct Args {
    #[command(flatten)]
    table: Table,
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

pub(crate) async fn run(args: Args, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let id = id(&args.tenant_id)?;
    let changes = changes(&args)?;
    let note = note(args.note.as_deref())?;
    let registry = Registry::open(&args.table, session).await?;
    let Some(item) = registry.get(&id).await? else {
        return change::of_nobody(&registry, &id).reply();
    };
    let (shown, table) = (id.as_str(), registry.name());
    let already = || {
        let message = format!("tenant {shown} in table {table} is so already: nothing was changed");
        Change::new(&registry, &id, Outcomes::Unchanged, message)
    };
    if changes.iter().all(|(name, value)| is_same(item.get(*name), value.as_ref())) {
        return already().with_item(&item).reply();
    }
    let names: Vec<&str> = changes.keys().copied().collect();
    let change = match change::apply(&registry, &id, &stamped(changes, note), &item).await? {
        Applied::Done(now) => {
            let message = format!("tenant {shown} in table {table} was changed: {}", names.join(", "));
            Change::new(&registry, &id, Outcomes::Changed, message).with_item(&now).noticed(notice(&item))
        }
        Applied::ByAnother(now) => already().with_item(&now),
        Applied::Raced(now) => {
            let message = format!(
                "somebody else changed the tenant meanwhile: {shown} in table {table}: nothing was changed; look at it \
                 (`tenantctl tenants show`), then run the command again"
            );
            Change::new(&registry, &id, Outcomes::Refused, message).with_item(&now)
        }
        Applied::Gone => change::of_nobody(&registry, &id),
    };
    change.reply()
}

fn changes(args: &Args) -> Result<Changes, CommandError> {
    let mut changes = Changes::new();
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

fn notice(before: &Attributes) -> Notice {
    Notice::after(Tenant::read(before).ok().map(|tenant| tenant.status))
}
