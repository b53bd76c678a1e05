//! What is to be done about each tenant of the file, given what is in the table.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use tenancy::Status;

use super::file::Entry;
use crate::tenants::conditions::Changes;
use crate::tenants::item::{self, Attributes, BACKEND, NOTE, PRINCIPALS, STATUS, TENANT_ID, Tenant};

/// What becomes of tenants that are there and differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// They stay as they are.
    Leave,
    /// What the file says of them becomes so.
    Overwrite,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A tenant that is not there.
    Add(Entry),
    /// One that is there and differs: its changes, and the item that they are made from.
    Change { entry: Entry, changes: Changes, as_read: Attributes },
}

/// A tenant that is there and differs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Difference {
    pub(crate) tenant_id: String,
    /// Each attribute, as it is and as the file has it.
    pub(crate) differs: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// So many are there already, and all that the file says of them is so.
    pub(crate) same: usize,
    pub(crate) different: Vec<Difference>,
    /// Those that are there and not active, and stay so, as the file does not say what they are.
    pub(crate) shut_out: Vec<String>,
    /// Those of `different` that are in `steps` too: all or none.
    pub(crate) overwritten: bool,
}

impl Plan {
    pub(crate) fn new(entries: Vec<Entry>, there: &[Attributes], existing: Existing) -> Self {
        let there: HashMap<String, &Attributes> =
            there.iter().filter_map(|item| Some((item::text(item, TENANT_ID)?, item))).collect();
        let mut plan = Self { overwritten: existing == Existing::Overwrite, ..Self::default() };
        for entry in entries {
            let Some(item) = there.get(entry.tenant_id.as_str()) else {
                plan.steps.push(Step::Add(entry));
                continue;
            };
            plan.shut_out.extend(shut_out(&entry, item));
            let changes = changes(&entry, item);
            if changes.is_empty() {
                plan.same += 1;
                continue;
            }
            let differs =
                changes.iter().map(|(name, value)| difference(name, item.get(*name), value.as_ref()));
            let tenant_id = entry.tenant_id.as_str().to_owned();
            plan.different.push(Difference { tenant_id, differs: differs.collect() });
            if existing == Existing::Overwrite {
                plan.steps.push(Step::Change { entry, changes, as_read: (*item).clone() });
            }
        }
        plan
    }
}

/// The item of a new tenant.
pub(crate) fn tenant(entry: &Entry, changed_at: &str) -> Tenant {
    Tenant {
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
fn changes(entry: &Entry, item: &Attributes) -> Changes {
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
fn shut_out(entry: &Entry, item: &Attributes) -> Option<String> {
    let status = item::text(item, STATUS).filter(|word| *word != Status::Active.name())?;
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
