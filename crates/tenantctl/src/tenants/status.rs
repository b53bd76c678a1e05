//! `tenants suspend`, `activate`, `offboard`: another status, if the tenant still has the one that was read.

use aws_sdk_dynamodb::types::AttributeValue;
use tenancy::{Status, TenantId};

use super::change::{self, Applied, Change, Outcomes, stamped, status_text};
use super::conditions::Changes;
use super::item::{Attributes, STATUS, Tenant};
use super::meaning::Notice;
use super::registry::{Registry, Table};
use super::{id, note};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    table: Table,
    /// The tenant's id, exactly.
    #[arg(value_name = "ID")]
    tenant_id: String,
    /// Why; kept with the tenant until the next change.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct OffboardArgs {
    #[command(flatten)]
    args: Args,
    /// Do it. Without this, only what would happen is said.
    #[arg(long)]
    yes: bool,
}

/// Gives the tenant this status.
pub(crate) async fn run(args: Args, status: Status, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let (id, note) = (id(&args.tenant_id)?, note(args.note.as_deref())?);
    let registry = Registry::open(&args.table, session).await?;
    let Some(item) = registry.get(&id).await? else {
        return change::of_nobody(&registry, &id).reply();
    };
    set(&registry, &id, status, note, &item).await?.reply()
}

/// Offboards the tenant, or says what that would do.
pub(crate) async fn offboard(args: OffboardArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let OffboardArgs { args, yes } = args;
    if yes {
        return run(args, Status::Offboarded, session).await;
    }
    let id = id(&args.tenant_id)?;
    let registry = Registry::open(&args.table, session).await?;
    let Some(item) = registry.get(&id).await? else {
        return change::of_nobody(&registry, &id).reply();
    };
    if has(&item, Status::Offboarded) {
        return already(&registry, &id, Status::Offboarded, &item).reply();
    }
    let message = format!(
        "nothing was changed: tenant {} in table {} is {}: to offboard it, add --yes; its records are then rejected \
         with the reason `offboarded`, and the item stays, so that nobody gets its id",
        id.as_str(),
        registry.name(),
        status_text(&item)
    );
    Change::new(&registry, &id, Outcomes::Refused, message).with_item(&item).reply()
}

async fn set(
    registry: &Registry,
    id: &TenantId,
    status: Status,
    note: Option<&str>,
    item: &Attributes,
) -> Result<Change, CommandError> {
    if has(item, status) {
        let mut change = already(registry, id, status, item);
        change.warnings.extend(note.map(|_| "the note was not kept: it belongs to a change".to_owned()));
        return Ok(change);
    }
    let value = AttributeValue::S(status.name().to_owned());
    let changes = stamped(Changes::from([(STATUS, Some(value))]), note);
    let (shown, table, wanted, was) = (id.as_str(), registry.name(), status.name(), status_text(item));
    let told = |outcome, message| Change::new(registry, id, outcome, message);
    Ok(match change::apply(registry, id, &changes, item).await? {
        Applied::Done(now) => {
            let message = format!("tenant {shown} in table {table} is now {wanted} (it was {was})");
            told(Outcomes::Changed, message).with_item(&now).noticed(notice(item))
        }
        Applied::ByAnother(now) => already(registry, id, status, &now),
        Applied::Raced(now) => {
            let message = format!(
                "somebody else changed the tenant meanwhile: {shown} in table {table}, read as {was} and now {}: \
                 nothing was changed; look at it (`tenantctl tenants show`), then run the command again",
                status_text(&now)
            );
            told(Outcomes::Refused, message).with_item(&now)
        }
        Applied::Gone => change::of_nobody(registry, id),
    })
}

fn already(registry: &Registry, id: &TenantId, status: Status, item: &Attributes) -> Change {
    let (shown, table) = (id.as_str(), registry.name());
    let message =
        format!("tenant {shown} in table {table} is {} already: nothing was changed", status.name());
    Change::new(registry, id, Outcomes::Unchanged, message).with_item(item)
}

fn has(item: &Attributes, status: Status) -> bool {
    item.get(STATUS).is_some_and(|value| *value == AttributeValue::S(status.name().to_owned()))
}

/// An item that no router could read was as good as refused.
fn notice(before: &Attributes) -> Notice {
    Notice::after(Tenant::read(before).ok().map(|tenant| tenant.status))
}
