//! What is to be done about each tenant of the file, given what is in the table.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::file::Entry;
use crate::tenants::conditions::Changes;
use crate::tenants::item::{self, Attributes, BACKEND, NOTE, PRINCIPALS, STATUS, TENANT_ID, Tenant};

/// What becomes of tenants that are there and differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// They stay as they are.
    Leave,
    /// They become what the file says.
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
    /// So many are there already, just as the file has them.
    pub(crate) same: usize,
    pub(crate) different: Vec<Difference>,
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
        status: entry.status,
        backend: entry.backend.clone(),
        principals: entry.principals.clone(),
        changed_at: Some(changed_at.to_owned()),
        note: entry.note.clone(),
    }
}

/// What would have to change in the item. A note that the file does not give stays, and so do attributes that are
/// nobody's business here.
fn changes(entry: &Entry, item: &Attributes) -> Changes {
    let wanted = tenant(entry, "").attributes();
    let compared = [STATUS, PRINCIPALS, BACKEND].into_iter().chain(entry.note.is_some().then_some(NOTE));
    compared
        .filter(|name| !item::is_same(item.get(*name), wanted.get(*name)))
        .map(|name| (name, wanted.get(name).cloned()))
        .collect()
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
mod tests {
    use super::*;
    use tenancy::Status;

    use crate::tenants::validate;

    fn entry(id: &str, status: Status) -> Entry {
        let tenant_id = validate::tenant_id(id).unwrap();
        Entry { tenant_id, status, principals: None, backend: None, note: None }
    }

    #[test]
    fn what_is_there_is_passed_over_told_or_overwritten() {
        let active = |id: &str| tenant(&entry(id, Status::Active), "2026-06-10T19:26:16Z").attributes();
        let mut noted = active("same");
        noted.insert(NOTE.to_owned(), AttributeValue::S("an operator's".to_owned()));
        noted.insert("plan".to_owned(), AttributeValue::S("gold".to_owned()));
        let there = [noted, active("other")];
        let entries = || {
            vec![
                entry("new", Status::Active),
                entry("same", Status::Active),
                entry("other", Status::Suspended),
            ]
        };
        let plan = Plan::new(entries(), &there, Existing::Leave);
        assert_eq!((plan.steps.len(), plan.same, plan.different.len()), (1, 1, 1));
        assert_eq!(plan.different[0].differs, ["status: \"active\" in the table, \"suspended\" in the file"]);
        let plan = Plan::new(entries(), &there, Existing::Overwrite);
        assert_eq!(plan.steps.len(), 2);
        assert!(matches!(&plan.steps[1], Step::Change { changes, .. } if changes.len() == 1));
    }

    #[test]
    fn principals_that_the_file_does_not_have_are_a_difference() {
        let mut item = tenant(&entry("a", Status::Active), "").attributes();
        item.insert(PRINCIPALS.to_owned(), AttributeValue::Ss(vec!["b".to_owned(), "a".to_owned()]));
        let plan = Plan::new(vec![entry("a", Status::Active)], &[item], Existing::Leave);
        assert_eq!(
            plan.different[0].differs,
            ["principals: {\"a\", \"b\"} in the table, nothing in the file"]
        );
    }
}
