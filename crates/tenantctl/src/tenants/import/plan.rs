//! What is to be done about each tenant of the file, given what is in the table.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use tenancy::Status;

use super::file::ImportEntry;
use crate::tenants::update_expression::AttributeChanges;
use crate::tenants::item::{self, ItemAttributes, BACKEND, NOTE, PRINCIPALS, STATUS, TENANT_ID, TenantItem};

/// What becomes of tenants that are there and differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExistingTenants {
    /// They stay as they are.
    Keep,
    /// What the file says of them becomes so.
    Overwrite,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub(crate) enum ImportStep {
    /// A tenant that is not there.
    Add(ImportEntry),
    /// One that is there and differs: its changes, and the item that they are made from.
    Change { entry: ImportEntry, changes: AttributeChanges, as_read: ItemAttributes },
}

/// A tenant that is there and differs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct TenantDifference {
    pub(crate) tenant_id: String,
    /// Each attribute, as it is and as the file has it.
    pub(crate) differs: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct ImportPlan {
    pub(crate) steps: Vec<ImportStep>,
    /// So many are there already, and all that the file says of them is so.
    pub(crate) same: usize,
    pub(crate) different: Vec<TenantDifference>,
    /// Those that are there and not active, and stay so, as the file does not say what they are.
    pub(crate) kept_inactive: Vec<String>,
    /// Those of `different` that are in `steps` too: all or none.
    pub(crate) overwritten: bool,
}

impl ImportPlan {
    pub(crate) fn new(entries: Vec<ImportEntry>, there: &[ItemAttributes], existing: ExistingTenants) -> Self {
        let there: HashMap<String, &ItemAttributes> =
            there.iter().filter_map(|item| Some((item::text(item, TENANT_ID)?, item))).collect();
        let mut plan = Self { overwritten: existing == ExistingTenants::Overwrite, ..Self::default() };
        for entry in entries {
            let Some(item) = there.get(entry.tenant_id.as_str()) else {
                plan.steps.push(ImportStep::Add(entry));
                continue;
            };
            plan.kept_inactive.extend(kept_inactive(&entry, item));
            let changes = changes(&entry, item);
            if changes.is_empty() {
                plan.same += 1;
                continue;
            }
            let differs =
                changes.iter().map(|(name, value)| difference(name, item.get(*name), value.as_ref()));
            let tenant_id = entry.tenant_id.as_str().to_owned();
            plan.different.push(TenantDifference { tenant_id, differs: differs.collect() });
            if existing == ExistingTenants::Overwrite {
                plan.steps.push(ImportStep::Change { entry, changes, as_read: (*item).clone() });
            }
        }
        plan
    }
}

/// The item of a new tenant.
pub(crate) fn tenant(entry: &ImportEntry, changed_at: &str) -> TenantItem {
    TenantItem {
        id: entry.tenant_id.clone(),
        status: entry.status.unwrap_or(Status::Active),
        backend: entry.backend.value().cloned(),
        principals: entry.principals.value().cloned(),
        changed_at: Some(changed_at.to_owned()),
        note: entry.note.value().cloned(),
    }
}

/// What would have to change in the item. What the file does not say stays: a field that was forgotten must not let a
/// suspended tenant in, or anyone send.
fn changes(entry: &ImportEntry, item: &ItemAttributes) -> AttributeChanges {
    let wanted = tenant(entry, "").attributes();
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

/// A tenant that gets nothing, about whose status the file says nothing: whoever reads the file may take it for active.
fn kept_inactive(entry: &ImportEntry, item: &ItemAttributes) -> Option<String> {
    let status = item::text(item, STATUS).filter(|word| *word != Status::Active.word())?;
    entry.status.is_none().then(|| format!("{} ({})", entry.tenant_id.as_str(), status.escape_debug()))
}

fn difference(name: &str, is: Option<&AttributeValue>, wanted: Option<&AttributeValue>) -> String {
    format!("{name}: {} in the table, {} in the file", shown(is), shown(wanted))
}

fn shown(value: Option<&AttributeValue>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(AttributeValue::S(text)) => format!("\"{}\"", text.escape_debug()),
        Some(AttributeValue::Ss(set)) => {
            let set: BTreeSet<&String> = set.iter().collect();
            format!("{set:?}")
        }
        Some(_) => "something that no router can read".to_owned(),
    }
}

#[cfg(test)]
mod tests;
