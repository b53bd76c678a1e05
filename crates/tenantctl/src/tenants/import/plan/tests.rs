//! What an import would do, given the file and the table.

use super::super::field::Field;
use super::*;
use crate::tenants::validate;

fn entry(id: &str, status: Option<Status>) -> Entry {
    let tenant_id = validate::tenant_id(id).unwrap();
    Entry { tenant_id, status, principals: Field::Absent, backend: Field::Absent, note: Field::Absent }
}

/// An item that has all attributes.
fn full(id: &str, status: Status) -> Attributes {
    let entry = Entry {
        principals: Field::Is(["b", "a"].map(str::to_owned).into()),
        backend: Field::Is("premium".to_owned()),
        note: Field::Is("an operator's".to_owned()),
        ..entry(id, Some(status))
    };
    let mut item = tenant(&entry, "2026-06-10T19:26:16Z").attributes();
    item.insert("plan".to_owned(), AttributeValue::S("gold".to_owned()));
    item
}

#[test]
fn what_is_there_is_passed_over_told_or_overwritten() {
    let there = [full("same", Status::Active), full("other", Status::Active)];
    let entries = || {
        let status = [("new", None), ("same", Some(Status::Active)), ("other", Some(Status::Suspended))];
        status.map(|(id, status)| entry(id, status)).to_vec()
    };
    let plan = Plan::new(entries(), &there, Existing::Leave);
    assert_eq!((plan.steps.len(), plan.same, plan.different.len()), (1, 1, 1));
    assert_eq!(plan.different[0].differs, ["status: \"active\" in the table, \"suspended\" in the file"]);
    let plan = Plan::new(entries(), &there, Existing::Overwrite);
    assert_eq!(plan.steps.len(), 2);
    assert!(matches!(&plan.steps[1], Step::Change { changes, .. } if changes.len() == 1));
}

#[test]
fn a_field_that_the_file_does_not_have_changes_nothing() {
    for status in [Status::Suspended, Status::Offboarded] {
        let plan = Plan::new(vec![entry("a", None)], &[full("a", status)], Existing::Overwrite);
        assert_eq!((plan.steps.len(), plan.same), (0, 1));
        assert_eq!(plan.shut_out, [format!("a ({})", status.name())]);
    }
}

#[test]
fn what_the_file_empties_on_purpose_goes() {
    let emptied =
        Entry { principals: Field::Null, backend: Field::Null, note: Field::Null, ..entry("a", None) };
    let plan = Plan::new(vec![emptied], &[full("a", Status::Active)], Existing::Overwrite);
    let Step::Change { changes, .. } = &plan.steps[0] else { panic!("no change: {plan:?}") };
    assert_eq!(*changes, Changes::from([(PRINCIPALS, None), (BACKEND, None), (NOTE, None)]));
    assert!(
        plan.different[0]
            .differs
            .contains(&"principals: {\"a\", \"b\"} in the table, nothing in the file".to_owned())
    );
}
