//! `tenants suspend`, `activate`, `offboard`: change the status if the tenant still has the one that was read.

use aws_sdk_dynamodb::types::AttributeValue;
use tenancy::{Status, TenantId};

use super::change::{self, ChangeOutcome, ChangeReport, UpdateOutcome, status_text, with_time_and_note};
use super::effect::Propagation;
use super::item::{ItemAttributes, STATUS, TenantItem};
use super::table::{TableArgs, TenantsTable};
use super::update_expression::AttributeChanges;
use super::{parse_id, parse_note};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The tenant's id; case-sensitive.
    #[arg(value_name = "ID")]
    tenant_id: String,
    /// The reason; kept with the tenant until the next change.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct OffboardArgs {
    #[command(flatten)]
    args: StatusArgs,
    /// Offboard the tenant. Without this, the command only says what it would do.
    #[arg(long)]
    yes: bool,
}

/// Sets the status of the tenant.
pub(crate) async fn run(
    args: StatusArgs,
    status: Status,
    session: &AwsSession,
) -> Result<CommandOutput, CommandError> {
    let (id, note) = (parse_id(&args.tenant_id)?, parse_note(args.note.as_deref())?);
    let table = TenantsTable::open(&args.table, session).await?;
    let Some(item) = table.get(&id).await? else {
        return change::not_found(&table, &id).output();
    };
    set(&table, &id, status, note, &item).await?.output()
}

/// Offboards the tenant; without --yes only says what that would do.
pub(crate) async fn offboard(
    args: OffboardArgs,
    session: &AwsSession,
) -> Result<CommandOutput, CommandError> {
    let OffboardArgs { args, yes } = args;
    if yes {
        return run(args, Status::Offboarded, session).await;
    }
    let id = parse_id(&args.tenant_id)?;
    let table = TenantsTable::open(&args.table, session).await?;
    let Some(item) = table.get(&id).await? else {
        return change::not_found(&table, &id).output();
    };
    if has_status(&item, Status::Offboarded) {
        return already_set(&table, &id, Status::Offboarded, &item).output();
    }
    let message = format!(
        "nothing was changed: tenant {} in table {} is {}: to offboard it, add --yes; its records are then rejected \
         with the reason `offboarded`, and the item stays, so that no other tenant can get its id",
        id.as_str(),
        table.name(),
        status_text(&item)
    );
    ChangeReport::new(&table, &id, ChangeOutcome::Refused, message).with_item(&item).output()
}

async fn set(
    table: &TenantsTable,
    id: &TenantId,
    status: Status,
    note: Option<&str>,
    item: &ItemAttributes,
) -> Result<ChangeReport, CommandError> {
    if has_status(item, status) {
        let mut change = already_set(table, id, status, item);
        change
            .warnings
            .extend(note.map(|_| "the note was not stored: a note is stored only with a change".to_owned()));
        return Ok(change);
    }
    let value = AttributeValue::S(status.name().to_owned());
    let changes = with_time_and_note(AttributeChanges::from([(STATUS, Some(value))]), note);
    let (shown, name, wanted, was) = (id.as_str(), table.name(), status.name(), status_text(item));
    let report = |outcome, message| ChangeReport::new(table, id, outcome, message);
    Ok(match change::apply(table, id, &changes, item).await? {
        UpdateOutcome::Done(now) => {
            let message = format!("tenant {shown} in table {name} is now {wanted} (it was {was})");
            report(ChangeOutcome::Changed, message).with_item(&now).with_propagation(propagation(item))
        }
        UpdateOutcome::DoneByAnother(now) => already_set(table, id, status, &now),
        UpdateOutcome::Conflict(now) => {
            let message = format!(
                "somebody else changed the tenant at the same time: {shown} in table {name}, read as {was} and now \
                 {}: nothing was changed; see it with `tenantctl tenants show`, then run the command again",
                status_text(&now)
            );
            report(ChangeOutcome::Refused, message).with_item(&now)
        }
        UpdateOutcome::Deleted => change::not_found(table, id),
    })
}

fn already_set(table: &TenantsTable, id: &TenantId, status: Status, item: &ItemAttributes) -> ChangeReport {
    let (shown, name) = (id.as_str(), table.name());
    let message = format!("tenant {shown} in table {name} is {} already: nothing was changed", status.name());
    ChangeReport::new(table, id, ChangeOutcome::Unchanged, message).with_item(item)
}

fn has_status(item: &ItemAttributes, status: Status) -> bool {
    item.get(STATUS).is_some_and(|value| *value == AttributeValue::S(status.name().to_owned()))
}

/// A malformed item counts as refused: routers did not deliver its records.
fn propagation(before: &ItemAttributes) -> Propagation {
    Propagation::after(TenantItem::parse(before).ok().map(|tenant| tenant.status))
}
