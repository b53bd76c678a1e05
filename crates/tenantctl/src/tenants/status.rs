//! `tenants suspend`, `activate`, `offboard`: another status, if the tenant still has the one that was read.

use aws_sdk_dynamodb::types::AttributeValue;
use tenancy::{Status, TenantId};

use super::change::{self, UpdateOutcome, Change, ChangeOutcome, with_time_and_note, status_text};
use super::update_expression::AttributeChanges;
use super::item::{ItemAttributes, STATUS, TenantItem};
use super::effect::Propagation;
use super::table::{Registry, TableArgs};
use super::{id, note};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    table: TableArgs,
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
    args: StatusArgs,
    /// Do it. Without this, only what would happen is said.
    #[arg(long)]
    yes: bool,
}

/// Gives the tenant this status.
pub(crate) async fn run(args: StatusArgs, status: Status, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let (id, note) = (id(&args.tenant_id)?, note(args.note.as_deref())?);
    let registry = TenantsTable::open(&args.table, session).await?;
    let Some(item) = registry.get(&id).await? else {
        return change::not_found(&registry, &id).output();
    };
    set(&registry, &id, status, note, &item).await?.output()
}

/// Offboards the tenant, or says what that would do.
pub(crate) async fn offboard(args: OffboardArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let OffboardArgs { args, yes } = args;
    if yes {
        return run(args, Status::Offboarded, session).await;
    }
    let id = id(&args.tenant_id)?;
    let registry = TenantsTable::open(&args.table, session).await?;
    let Some(item) = registry.get(&id).await? else {
        return change::not_found(&registry, &id).output();
    };
    if has(&item, Status::Offboarded) {
        return already(&registry, &id, Status::Offboarded, &item).output();
    }
    let message = format!(
        "nothing was changed: tenant {} in table {} is {}: to offboard it, add --yes; its records are then rejected \
         with the reason `offboarded`, and the item stays, so that nobody gets its id",
        id.as_str(),
        registry.name(),
        status_text(&item)
    );
    ChangeReport::new(&registry, &id, ChangeOutcome::Refused, message).with_item(&item).output()
}

async fn set(
    registry: &TenantsTable,
    id: &TenantId,
    status: Status,
    note: Option<&str>,
    item: &ItemAttributes,
) -> Result<Change, CommandError> {
    if has(item, status) {
        let mut change = already(registry, id, status, item);
        change.warnings.extend(note.map(|_| "the note was not kept: it belongs to a change".to_owned()));
        return Ok(change);
    }
    let value = AttributeValue::S(status.word().to_owned());
    let changes = with_time_and_note(AttributeChanges::from([(STATUS, Some(value))]), note);
    let (shown, table, wanted, was) = (id.as_str(), registry.name(), status.word(), status_text(item));
    let told = |outcome, message| ChangeReport::new(registry, id, outcome, message);
    Ok(match change::apply(registry, id, &changes, item).await? {
        UpdateOutcome::Done(now) => {
            let message = format!("tenant {shown} in table {table} is now {wanted} (it was {was})");
            told(ChangeOutcome::Changed, message).with_item(&now).with_propagation(propagation(item))
        }
        UpdateOutcome::DoneByAnother(now) => already(registry, id, status, &now),
        UpdateOutcome::Conflict(now) => {
            let message = format!(
                "somebody else changed the tenant meanwhile: {shown} in table {table}, read as {was} and now {}: \
                 nothing was changed; look at it (`tenantctl tenants show`), then run the command again",
                status_text(&now)
            );
            told(ChangeOutcome::Refused, message).with_item(&now)
        }
        UpdateOutcome::Deleted => change::not_found(registry, id),
    })
}

fn already(registry: &TenantsTable, id: &TenantId, status: Status, item: &ItemAttributes) -> ChangeReport {
    let (shown, table) = (id.as_str(), registry.name());
    let message =
        format!("tenant {shown} in table {table} is {} already: nothing was changed", status.word());
    ChangeReport::new(registry, id, ChangeOutcome::Unchanged, message).with_item(item)
}

fn has(item: &ItemAttributes, status: Status) -> bool {
    item.get(STATUS).is_some_and(|value| *value == AttributeValue::S(status.word().to_owned()))
}

/// An item that no router could read was as good as refused.
fn propagation(before: &ItemAttributes) -> Propagation {
    Propagation::after(TenantItem::parse(before).ok().map(|tenant| tenant.status))
}
