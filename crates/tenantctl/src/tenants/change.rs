//! What a command changed in one tenant, and the way to change it: conditional on what was read before.

use std::collections::BTreeSet;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use tenancy::TenantId;

use super::conditions::Changes;
use super::item::{self, Attributes, CHANGED_AT, NOTE, STATUS, Tenant};
use super::meaning::{self, Notice};
use super::registry::{Registry, Write};
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};

/// Whether anything was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcomes {
    /// The tenant is another than before.
    Changed,
    /// It was so already.
    Unchanged,
    /// Nothing was written, and what was asked for is not so.
    Refused,
}

/// The answer of a command about one tenant.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    pub(crate) table: String,
    pub(crate) tenant_id: String,
    pub(crate) outcome: Outcomes,
    /// What happened, and where it was refused also what to do.
    pub(crate) message: String,
    /// The tenant as it is now.
    pub(crate) tenant: Option<Tenant>,
    pub(crate) warnings: Vec<String>,
    /// When routers notice.
    pub(crate) noticed: Option<String>,
}

impl Change {
    pub(crate) fn new(registry: &Registry, id: &TenantId, outcome: Outcomes, message: String) -> Self {
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
    pub(crate) fn with_item(mut self, item: &Attributes) -> Self {
        match Tenant::read(item) {
            Ok(tenant) => self.tenant = Some(tenant),
            Err(malformed) => self.warnings.push(format!(
                "no router can read the item: {}: mend it with `tenantctl tenants update`, or suspend or activate the \
                 tenant where the status is meant",
                malformed.faults.join("; ")
            )),
        }
        self
    }

    pub(crate) fn noticed(self, notice: Notice) -> Self {
        Self { noticed: Some(notice.text()), ..self }
    }

    pub(crate) fn reply(&self) -> Result<CommandOutput, CommandError> {
        let is_readable = self.tenant.is_some() || self.outcome == Outcomes::Refused;
        let outcome = match self.outcome {
            Outcomes::Changed | Outcomes::Unchanged if is_readable => CommandOutcome::Success,
            _ => CommandOutcome::Findings,
        };
        CommandOutput::new(self, outcome)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.message)?;
        if let (Some(tenant), true) = (&self.tenant, self.outcome != Outcomes::Refused) {
            writeln!(out, "  from now on: {}", meaning::of(Some(Ok(tenant))))?;
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
pub(crate) fn unknown(registry: &Registry, id: &TenantId) -> String {
    let (shown, table) = (id.as_str(), registry.name());
    format!(
        "there is no such tenant: {shown} in table {table}: check the id, which is taken as it stands, or add it with \
         `tenantctl tenants add --table {table} '{shown}'`"
    )
}

/// The answer where there is no such tenant to change.
pub(crate) fn of_nobody(registry: &Registry, id: &TenantId) -> Change {
    Change::new(registry, id, Outcomes::Refused, unknown(registry, id))
}

/// What an item says its status is, readable or not.
pub(crate) fn status_text(item: &Attributes) -> String {
    item::text(item, STATUS)
        .map_or_else(|| "without a status".to_owned(), |text| text.escape_debug().to_string())
}

/// A change and its time and reason. A reason lasts until the next change.
pub(crate) fn stamped(changes: Changes, note: Option<&str>) -> Changes {
    let mut changes = dated(changes);
    changes.insert(NOTE, note.map(|text| AttributeValue::S(text.to_owned())));
    changes
}

/// A change and its time.
pub(crate) fn dated(mut changes: Changes) -> Changes {
    changes.insert(CHANGED_AT, Some(AttributeValue::S(super::clock::now())));
    changes
}

/// What became of a change.
pub(crate) enum Applied {
    Done(Attributes),
    /// Somebody else has made the same change meanwhile.
    ByAnother(Attributes),
    /// The item is another than the one that was read; nothing was written.
    Raced(Attributes),
    /// It is gone; nothing was written.
    Gone,
}

/// Makes a change if the item is still as it was read.
pub(crate) async fn apply(
    registry: &Registry,
    id: &TenantId,
    changes: &Changes,
    as_read: &Attributes,
) -> Result<Applied, CommandError> {
    let all: BTreeSet<&'static str> = changes.keys().copied().collect();
    let mut guarded = all.clone();
    guarded.retain(|name| ![CHANGED_AT, NOTE].contains(name));
    let has = |now: &Attributes, names: &BTreeSet<&'static str>| {
        names.iter().all(|name| item::is_same(now.get(*name), changes[name].as_ref()))
    };
    Ok(match registry.change(id, changes, &guarded, as_read).await? {
        Write::Done(now) => Applied::Done(now),
        Write::Refused(None) => Applied::Gone,
        // A write whose answer was lost is sent again by the SDK, and then finds itself.
        Write::Refused(Some(now)) if has(&now, &all) => Applied::Done(now),
        Write::Refused(Some(now)) if has(&now, &guarded) => Applied::ByAnother(now),
        Write::Refused(Some(now)) => Applied::Raced(now),
    })
}
