//! Changes one tenant on condition that its item is as it was read, and reports the change.

use std::collections::BTreeSet;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use tenancy::TenantId;

use super::effect::{self, Propagation};
use super::item::{self, CHANGED_AT, ItemAttributes, NOTE, STATUS, TenantItem};
use super::table::{ConditionalWrite, TenantsTable};
use super::update_expression::AttributeChanges;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};

/// Whether a command wrote anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeOutcome {
    /// The tenant was changed.
    Changed,
    /// The tenant already was as requested.
    Unchanged,
    /// Nothing was written, and the tenant is not as requested.
    Refused,
}

/// The report of a command that changes one tenant.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeReport {
    pub(crate) table: String,
    pub(crate) tenant_id: String,
    pub(crate) outcome: ChangeOutcome,
    /// What happened; after a refusal also what to do.
    pub(crate) message: String,
    /// The tenant as it is now.
    pub(crate) tenant: Option<TenantItem>,
    pub(crate) warnings: Vec<String>,
    /// When routers apply the change.
    pub(crate) noticed: Option<String>,
}

impl ChangeReport {
    pub(crate) fn new(table: &TenantsTable, id: &TenantId, outcome: ChangeOutcome, message: String) -> Self {
        Self {
            table: table.name().to_owned(),
            tenant_id: id.as_str().to_owned(),
            outcome,
            message,
            tenant: None,
            warnings: Vec::new(),
            noticed: None,
        }
    }

    /// Adds the item as it is now.
    pub(crate) fn with_item(mut self, item: &ItemAttributes) -> Self {
        match TenantItem::parse(item) {
            Ok(tenant) => self.tenant = Some(tenant),
            Err(malformed) => self.warnings.push(format!(
                "no router can read the item: {}: fix it with `tenantctl tenants update`; fix its status with \
                 `suspend` or `activate`",
                malformed.faults.join("; ")
            )),
        }
        self
    }

    /// Adds when routers apply the change.
    pub(crate) fn with_propagation(self, propagation: Propagation) -> Self {
        Self { noticed: Some(propagation.describe()), ..self }
    }

    pub(crate) fn output(&self) -> Result<CommandOutput, CommandError> {
        let is_readable = self.tenant.is_some() || self.outcome == ChangeOutcome::Refused;
        let outcome = match self.outcome {
            ChangeOutcome::Changed | ChangeOutcome::Unchanged if is_readable => CommandOutcome::Success,
            _ => CommandOutcome::Findings,
        };
        CommandOutput::new(self, outcome)
    }
}

impl fmt::Display for ChangeReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.message)?;
        if let (Some(tenant), true) = (&self.tenant, self.outcome != ChangeOutcome::Refused) {
            writeln!(out, "  from now on: {}", effect::describe(Some(Ok(tenant))))?;
        }
        if let Some(noticed) = &self.noticed {
            writeln!(out, "  when: {noticed}")?;
        }
        for warning in &self.warnings {
            writeln!(out, "  warning: {warning}")?;
        }
        Ok(())
    }
}

/// The message for a tenant that does not exist.
pub(crate) fn not_found_message(table: &TenantsTable, id: &TenantId) -> String {
    let (shown, name) = (id.as_str(), table.name());
    format!(
        "there is no such tenant: {shown} in table {name}: check the id, which is case-sensitive, or add it with \
         `tenantctl tenants add --table {name} '{shown}'`"
    )
}

/// The report for a tenant that does not exist.
pub(crate) fn not_found(table: &TenantsTable, id: &TenantId) -> ChangeReport {
    ChangeReport::new(table, id, ChangeOutcome::Refused, not_found_message(table, id))
}

/// The status attribute of an item, valid or not.
pub(crate) fn status_text(item: &ItemAttributes) -> String {
    item::string_attribute(item, STATUS)
        .map_or_else(|| "without a status".to_owned(), |text| text.escape_debug().to_string())
}

/// Adds the time and the note to a change. A change without a note removes the old note.
pub(crate) fn with_time_and_note(changes: AttributeChanges, note: Option<&str>) -> AttributeChanges {
    let mut changes = with_time(changes);
    changes.insert(NOTE, note.map(|text| AttributeValue::S(text.to_owned())));
    changes
}

/// Adds the time to a change.
pub(crate) fn with_time(mut changes: AttributeChanges) -> AttributeChanges {
    changes.insert(CHANGED_AT, Some(AttributeValue::S(super::clock::now())));
    changes
}

/// The outcome of a conditional update.
pub(crate) enum UpdateOutcome {
    Done(ItemAttributes),
    /// Somebody else made the same change after the item was read.
    DoneByAnother(ItemAttributes),
    /// The item differs from the one that was read; nothing was written.
    Conflict(ItemAttributes),
    /// The item no longer exists; nothing was written.
    Deleted,
}

/// Makes a change if the item is still as it was read.
pub(crate) async fn apply(
    table: &TenantsTable,
    id: &TenantId,
    changes: &AttributeChanges,
    as_read: &ItemAttributes,
) -> Result<UpdateOutcome, CommandError> {
    let all: BTreeSet<&'static str> = changes.keys().copied().collect();
    let mut guarded = all.clone();
    guarded.retain(|name| ![CHANGED_AT, NOTE].contains(name));
    let has = |now: &ItemAttributes, names: &BTreeSet<&'static str>| {
        names.iter().all(|name| item::is_same(now.get(*name), changes[name].as_ref()))
    };
    Ok(match table.update(id, changes, &guarded, as_read).await? {
        ConditionalWrite::Written(now) => UpdateOutcome::Done(now),
        ConditionalWrite::ConditionFailed(None) => UpdateOutcome::Deleted,
        // The SDK retries a write whose response was lost, and the retry then finds what the first try wrote.
        ConditionalWrite::ConditionFailed(Some(now)) if has(&now, &all) => UpdateOutcome::Done(now),
        ConditionalWrite::ConditionFailed(Some(now)) if has(&now, &guarded) => {
            UpdateOutcome::DoneByAnother(now)
        }
        ConditionalWrite::ConditionFailed(Some(now)) => UpdateOutcome::Conflict(now),
    })
}
