use super::super::field::ImportField;
use super::*;
use crate::tenants::validate;

fn entry(id: &str, status: Option<Status>) -> ImportEntry {
    let tenant_id = validate::tenant_id(id).unwrap();
    ImportEntry {
        tenant_id,
        status,
        principals: ImportField::Absent,
        backend: ImportField::Absent,
        note: ImportField::Absent,
    }
}

/// An item with all attributes.
fn full_item(id: &str, status: Status) -> ItemAttributes {
    let entry = ImportEntry {
        principals: ImportField::Value(["b", "a"].map(str::to_owned).into()),
        backend: ImportField::Value("premium".to_owned()),
        note: ImportField::Value("an operator's".to_owned()),
        ..entry(id, Some(status))
    };
    let mut item = new_item(&entry, "2026-06-10T19:26:16Z").to_attributes();
    item.insert("plan".to_owned(), AttributeValue::S("gold".to_owned()));
    item
}

#[test]
fn existing_tenants_are_skipped_or_overwritten() {
    let items = [full_item("same", Status::Active), full_item("other", Status::Active)];
    let entries = || {
        let status = [("new", None), ("same", Some(Status::Active)), ("other", Some(Status::Suspended))];
        status.map(|(id, status)| entry(id, status)).to_vec()
    };
    let plan = ImportPlan::new(entries(), &items, ExistingTenants::Keep);
    assert_eq!((plan.steps.len(), plan.same, plan.different.len()), (1, 1, 1));
    assert_eq!(plan.different[0].differs, ["status: \"active\" in the table, \"suspended\" in the file"]);
    let plan = ImportPlan::new(entries(), &items, ExistingTenants::Overwrite);
    assert_eq!(plan.steps.len(), 2);
    assert!(matches!(&plan.steps[1], ImportStep::Change { changes, .. } if changes.len() == 1));
}

#[test]
fn missing_field_changes_nothing() {
    for status in [Status::Suspended, Status::Offboarded] {
        let plan =
            ImportPlan::new(vec![entry("a", None)], &[full_item("a", status)], ExistingTenants::Overwrite);
        assert_eq!((plan.steps.len(), plan.same), (0, 1));
        assert_eq!(plan.kept_inactive, [format!("a ({})", status.name())]);
    }
}

#[test]
fn null_field_removes_the_attribute() {
    let emptied = ImportEntry {
        principals: ImportField::Null,
        backend: ImportField::Null,
        note: ImportField::Null,
        ..entry("a", None)
    };
    let plan = ImportPlan::new(vec![emptied], &[full_item("a", Status::Active)], ExistingTenants::Overwrite);
    let ImportStep::Change { changes, .. } = &plan.steps[0] else { panic!("no change: {plan:?}") };
    assert_eq!(*changes, AttributeChanges::from([(PRINCIPALS, None), (BACKEND, None), (NOTE, None)]));
    assert!(
        plan.different[0]
            .differs
            .contains(&"principals: {\"a\", \"b\"} in the table, nothing in the file".to_owned())
    );
}
