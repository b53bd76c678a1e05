//! What a command changed in one tenant, and the way to change it: conditional on what was read before.

use std::collections::BTreeSet;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use tenancy::TenantId;

use super::update_expression::AttributeChanges;
use super::item::{self, ItemAttributes, CHANGED_AT, NOTE, STATUS, TenantItem};
use super::effect::{self, Propagation};
use super::table::{Registry, ConditionalWrite};
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};

/// Whether anything was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeOutcome {
    /// The tenant is another than before.
    Changed,
    /// It was so already.
    Unchanged,
    /// Nothing was written, and what was asked for is not so.
    Refused,
}

/// The answer of a command about one tenant.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeReport {
    pub(crate) table: String,
    pub(crate) tenant_id: String,
    pub(crate) outcome: ChangeOutcome,
    /// What happened, and where it was refused also what to do.
    pub(crate) message: String,
    /// The tenant as it is now.
    pub(crate) tenant: Option<TenantItem>,
    pub(crate) warnings: Vec<String>,
    /// When routers notice.
    pub(crate) noticed: Option<String>,
}

impl ChangeReport {
    pub(crate) fn new(registry: &TenantsTable, id: &TenantId, outcome: ChangeOutcome, message: String) -> Self {
        Self {
            table: registry.name().to_owned(),
            tenant_id: id.as_str().to_owned(),
            outcome,
            message,
            tenant: None,
            warnings: Vec::new(),
            noticed: None,
        }
    }

    /// The same with the item as it is now.
    pub(crate) fn with_item(mut self, item: &ItemAttributes) -> Self {
        match TenantItem::parse(item) {
            Ok(tenant) => self.tenant = Some(tenant),
            Err(malformed) => self.warnings.push(format!(
                "no router can read the item: {}: mend it with `tenantctl tenants update`, or suspend or activate the \
                 tenant where the status is meant",
                malformed.faults.join("; ")
            )),
        }
        self
    }

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

/// There is no such tenant.
pub(crate) fn not_found_message(registry: &TenantsTable, id: &TenantId) -> String {
    let (shown, table) = (id.as_str(), registry.name());
    format!(
        "there is no such tenant: {shown} in table {table}: check the id, which is taken as it stands, or add it with \
         `tenantctl tenants add --table {table} '{shown}'`"
    )
}

/// The answer where there is no such tenant to change.
pub(crate) fn not_found(registry: &TenantsTable, id: &TenantId) -> ChangeReport {
    ChangeReport::new(registry, id, ChangeOutcome::Refused, not_found_message(registry, id))
}

/// What an item says its status is, readable or not.
pub(crate) fn status_text(item: &ItemAttributes) -> String {
    item::text(item, STATUS)
        .map_or_else(|| "without a status".to_owned(), |text| text.escape_debug().to_string())
}

/// A change and its time and reason. A reason lasts until the next change.
pub(crate) fn with_time_and_note(changes: AttributeChanges, note: Option<&str>) -> AttributeChanges {
    let mut changes = with_time(changes);
    changes.insert(NOTE, note.map(|text| AttributeValue::S(text.to_owned())));
    changes
}

/// A change and its time.
pub(crate) fn with_time(mut changes: AttributeChanges) -> AttributeChanges {
    changes.insert(CHANGED_AT, Some(AttributeValue::S(super::clock::now())));
    changes
}

/// What became of a change.
pub(crate) enum UpdateOutcome {
    Done(ItemAttributes),
    /// Somebody else has made the same change meanwhile.
    ByAnother(ItemAttributes),
    /// The item is another than the one that was read; nothing was written.
    Raced(ItemAttributes),
    /// It is gone; nothing was written.
    Gone,
}

/// Makes a change if the item is still as it was read.
pub(crate) async fn apply(
    registry: &TenantsTable,
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
    Ok(match registry.change(id, changes, &guarded, as_read).await? {
        ConditionalWrite::Written(now) => UpdateOutcome::Done(now),
        ConditionalWrite::ConditionFailed(None) => UpdateOutcome::Deleted,
        // A write whose answer was lost is sent again by the SDK, and then finds itself.
        ConditionalWrite::ConditionFailed(Some(now)) if has(&now, &all) => UpdateOutcome::Done(now),
        ConditionalWrite::ConditionFailed(Some(now)) if has(&now, &guarded) => UpdateOutcome::DoneByAnother(now),
        ConditionalWrite::ConditionFailed(Some(now)) => UpdateOutcome::Conflict(now),
    })
}
