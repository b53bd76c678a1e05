//! Plans the writes of an import from the file and the table's items.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use tenancy::Status;

use super::file::ImportEntry;
use crate::tenants::item::{self, BACKEND, ItemAttributes, NOTE, PRINCIPALS, STATUS, TENANT_ID, TenantItem};
use crate::tenants::update_expression::AttributeChanges;

/// What to do about existing tenants that differ from the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExistingTenants {
    /// Keep them as they are.
    Keep,
    /// Change the fields that the file has.
    Overwrite,
}

/// A write of the plan.
#[derive(Clone, Debug)]
pub(crate) enum ImportStep {
    /// Adds a tenant.
    Add(ImportEntry),
    /// Changes an existing tenant: the changes, and the item as it was read.
    Change { entry: ImportEntry, changes: AttributeChanges, as_read: ItemAttributes },
}

/// An existing tenant that differs from the file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct TenantDifference {
    pub(crate) tenant_id: String,
    /// Each attribute that differs, with both values.
    pub(crate) differs: Vec<String>,
}

/// The writes of an import, and what it leaves as it is.
#[derive(Debug, Default)]
pub(crate) struct ImportPlan {
    pub(crate) steps: Vec<ImportStep>,
    /// The number of existing tenants that match the file.
    pub(crate) same: usize,
    pub(crate) different: Vec<TenantDifference>,
    /// Existing tenants that are not active and stay so, because the file gives no status.
    pub(crate) kept_inactive: Vec<String>,
    /// Whether the tenants in `different` are also in `steps`.
    pub(crate) overwritten: bool,
}

impl ImportPlan {
    pub(crate) fn new(
        entries: Vec<ImportEntry>,
        items: &[ItemAttributes],
        existing: ExistingTenants,
    ) -> Self {
        let items: HashMap<String, &ItemAttributes> =
            items.iter().filter_map(|item| Some((item::string_attribute(item, TENANT_ID)?, item))).collect();
        let mut plan = Self { overwritten: existing == ExistingTenants::Overwrite, ..Self::default() };
        for entry in entries {
            let Some(item) = items.get(entry.tenant_id.as_str()) else {
                plan.steps.push(ImportStep::Add(entry));
                continue;
            };
            plan.kept_inactive.extend(describe_inactive(&entry, item));
            let changes = changes_of(&entry, item);
            if changes.is_empty() {
                plan.same += 1;
                continue;
            }
            let differs = changes
                .iter()
                .map(|(name, value)| describe_difference(name, item.get(*name), value.as_ref()));
            let tenant_id = entry.tenant_id.as_str().to_owned();
            plan.different.push(TenantDifference { tenant_id, differs: differs.collect() });
            if existing == ExistingTenants::Overwrite {
                plan.steps.push(ImportStep::Change { entry, changes, as_read: (*item).clone() });
            }
        }
        plan
    }
}

/// Builds the item of a new tenant.
pub(crate) fn new_item(entry: &ImportEntry, changed_at: &str) -> TenantItem {
    TenantItem {
        id: entry.tenant_id.clone(),
        status: entry.status.unwrap_or(Status::Active),
        backend: entry.backend.value().cloned(),
        principals: entry.principals.value().cloned(),
        changed_at: Some(changed_at.to_owned()),
        note: entry.note.value().cloned(),
    }
}

/// The changes that make the item match the file. Fields that the file does not have stay: a forgotten field must not
/// activate a suspended tenant or remove its principals.
fn changes_of(entry: &ImportEntry, item: &ItemAttributes) -> AttributeChanges {
    let wanted = new_item(entry, "").to_attributes();
    let fields = [
        (STATUS, entry.status.is_some()),
        (PRINCIPALS, entry.principals.is_given()),
        (BACKEND, entry.backend.is_given()),
        (NOTE, entry.note.is_given()),
    ];
    let given = fields.into_iter().filter_map(|(name, is_given)| is_given.then_some(name));
    given
        .filter(|name| !item::is_same(item.get(*name), wanted.get(*name)))
        .map(|name| (name, wanted.get(name).cloned()))
        .collect()
}

/// Describes a tenant that is not active and whose status is missing in the file: a reader of the file may expect it
/// to be active.
fn describe_inactive(entry: &ImportEntry, item: &ItemAttributes) -> Option<String> {
    let status = item::string_attribute(item, STATUS).filter(|word| *word != Status::Active.name())?;
    entry.status.is_none().then(|| format!("{} ({})", entry.tenant_id.as_str(), status.escape_debug()))
}

fn describe_difference(name: &str, is: Option<&AttributeValue>, wanted: Option<&AttributeValue>) -> String {
    format!("{name}: {} in the table, {} in the file", describe_value(is), describe_value(wanted))
}

fn describe_value(value: Option<&AttributeValue>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(AttributeValue::S(text)) => format!("\"{}\"", text.escape_debug()),
        Some(AttributeValue::Ss(set)) => {
            let set: BTreeSet<&String> = set.iter().collect();
            format!("{set:?}")
        }
        Some(_) => "a value that no router can read".to_owned(),
    }
}

#[cfg(test)]
mod tests;
