//! Whose a change is: an item that is new, another, gone or expired.

use serde_json::{Value, json};
use testbed::{Change, Setup, invokes};

use crate::setup::{Deliver, ROUTER, item, key, record, stream};

/// The tenant is in the item's key, where every change has it.
fn by_key() -> Setup {
    let from = json!([{ "path": "$.dynamodb.Keys.pk.S", "capture": "^TENANT#([^#]+)" }]);
    ROUTER.with_default_backend().set(&["tenant_id", "from"], from)
}

#[test]
fn every_kind_of_change_reaches_the_tenant_that_its_images_name() {
    let mut world = ROUTER.with_default_backend().start();
    let changes = [
        Change::insert("1", key("i1"), item("i1", "a")),
        Change::modify("2", key("i1"), item("i1", "a"), item("i1", "a")),
        Change::remove("3", key("i1"), item("i1", "a")),
        Change::remove("4", key("i2"), item("i2", "b")),
    ];
    assert_eq!(world.deliver(&changes), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("a", &["1", "2", "3"]), ("b", &["4"])]));
}

#[test]
fn a_removed_item_s_tenant_is_found_in_its_key_without_any_image() {
    let mut world = by_key().start();
    let of = "TENANT#acme#ORDER#1";
    let change = Change::remove("1", key(of), item(of, "acme")).without("OldImage");
    assert_eq!(world.deliver(&[change]), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("acme", &["1"])]));
}

#[test]
fn an_item_that_changes_hands_is_in_conflict_and_reaches_neither_tenant() {
    let mut world = ROUTER.with_default_backend().start();
    let change = Change::modify("1", key("i1"), item("i1", "a"), item("i1", "b"));
    assert_eq!(world.deliver(&[change, record("2", "i2", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("1".to_owned(), "conflict".to_owned())]);
    assert_eq!(world.invokes(), invokes(&[("a", &["2"])]));
}

#[test]
fn a_change_of_which_the_stream_shows_one_image_is_nobodys_since_it_may_have_changed_hands() {
    for image in ["OldImage", "NewImage"] {
        let mut world = ROUTER.with_default_backend().start();
        let changes = [
            Change::modify("1", key("i1"), item("i1", "b"), item("i1", "a")).without(image),
            // These never have two.
            Change::insert("2", key("i2"), item("i2", "a")),
            Change::remove("3", key("i3"), item("i3", "a")),
            Change::modify("4", key("i4"), item("i4", "a"), item("i4", "a")),
        ];
        assert_eq!(world.deliver(&changes), [""; 0]);
        let quarantined = world.sqs.queued_in("quarantine");
        let told = |name| quarantined[0].attribute(name).unwrap_or_default().to_owned();
        assert_eq!(quarantined.len(), 1, "without {image}");
        assert_eq!(told("reason"), "missing");
        assert_eq!(told("selector"), format!("$.dynamodb.{image}"));
        assert_eq!(world.invokes(), invokes(&[("a", &["2", "3", "4"])]));
    }
}

#[test]
fn a_change_whose_key_names_the_tenant_needs_no_image() {
    let mut world = by_key().start();
    let of = "TENANT#acme#ORDER#1";
    let change = Change::modify("1", key(of), item(of, "acme"), item(of, "acme"));
    assert_eq!(world.deliver(&[change.without("OldImage").without("NewImage")]), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("acme", &["1"])]));
}

#[test]
fn a_deletion_by_time_to_live_reaches_the_backend_unchanged() {
    let mut world = ROUTER.with_default_backend().start();
    let changes = [Change::remove("1", key("i1"), item("i1", "a")).by_time_to_live()];
    assert_eq!(world.deliver(&changes), [""; 0]);
    let sent = world.lambda.calls()[0].call.payload.clone();
    assert_eq!(String::from_utf8_lossy(&sent), stream().event(&changes));
    let event: Value = serde_json::from_slice(&sent).unwrap();
    assert_eq!(event["Records"][0]["userIdentity"]["principalId"], "dynamodb.amazonaws.com");
}

#[test]
fn a_change_by_itself_is_the_stream_s_own_record() {
    let mut world = ROUTER.with_default_backend().set(&["delivery"], json!({ "payload": "record" })).start();
    let change = record("1", "i1", "a");
    assert_eq!(world.deliver(std::slice::from_ref(&change)), [""; 0]);
    let sent = world.lambda.calls()[0].call.payload.clone();
    assert_eq!(String::from_utf8_lossy(&sent), change.json(&stream()));
}
