use super::*;

fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn item(attributes: &[(&str, AttributeValue)]) -> ItemAttributes {
    let id = (TENANT_ID.to_owned(), string("acme"));
    let given = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    std::iter::once(id).chain(given).collect()
}

#[test]
fn item_round_trips() {
    let bare = TenantItem {
        id: validate::tenant_id("acme").unwrap(),
        status: Status::Active,
        backend: None,
        principals: None,
        changed_at: None,
        note: None,
    };
    let full = TenantItem {
        status: Status::Suspended,
        backend: Some("premium".to_owned()),
        principals: Some(BTreeSet::from(["AROAEXAMPLE".to_owned(), "b".to_owned()])),
        changed_at: Some("2026-06-10T19:26:16Z".to_owned()),
        note: Some("unpaid".to_owned()),
        ..bare.clone()
    };
    assert_eq!(bare.to_attributes().len(), 2, "missing values are not written");
    for tenant in [bare, full] {
        assert_eq!(TenantItem::parse(&tenant.to_attributes()), Ok(tenant));
    }
}

#[test]
fn unused_attributes_are_not_faults() {
    let item = item(&[
        (STATUS, string("active")),
        (NOTE, AttributeValue::N("7".to_owned())),
        ("plan", string("gold")),
    ]);
    assert!(TenantItem::parse(&item).is_ok_and(|tenant| tenant.note.is_none()));
    assert_eq!(other_attributes(&item), ["plan"]);
}

#[test]
fn every_fault_of_an_item_is_reported() {
    let number = || AttributeValue::N("1".to_owned());
    let faults =
        |attributes: &[(&str, AttributeValue)]| TenantItem::parse(&item(attributes)).unwrap_err().faults;
    assert_eq!(faults(&[]), ["`status` is missing"]);
    let list = AttributeValue::L(vec![string("a")]);
    assert_eq!(
        faults(&[(STATUS, string("Active")), (BACKEND, string("Premium")), (PRINCIPALS, list)]),
        [
            "`status`: \"Active\" is not a status: use active, suspended, offboarded",
            "`backend`: \"Premium\" is not a backend name: use 1 to 32 of a-z 0-9 _ -",
            "`principals` is not a string set",
        ]
    );
    let numbers = [(STATUS, number()), (BACKEND, number()), (TENANT_ID, number())];
    assert_eq!(
        faults(&numbers),
        ["`tenant_id` is not a string", "`status` is not a string", "`backend` is not a string"]
    );
    let spaced = [(TENANT_ID, string("acme ")), (STATUS, string("active"))];
    assert!(faults(&spaced)[0].starts_with("no router looks up this id: "));
}

#[test]
fn sets_are_equal_in_any_order() {
    let set = |members: [&str; 2]| AttributeValue::Ss(members.map(str::to_owned).to_vec());
    assert!(is_same(Some(&set(["a", "b"])), Some(&set(["b", "a"]))));
    assert!(!is_same(Some(&set(["a", "b"])), Some(&set(["a", "c"]))));
    assert!(!is_same(Some(&string("a")), None));
    assert!(is_same(None, None));
}
