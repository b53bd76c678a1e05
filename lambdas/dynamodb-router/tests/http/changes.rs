//! Tests how the tenant of an inserted, modified, removed or expired item is found.

use serde_json::{Value, json};
use testbed::{Change, Setup, invokes};

use crate::setup::{Deliver, ROUTER, item, key, record, stream};

/// Finds the tenant in the item's key, which every change has.
fn by_key() -> Setup {
    let from = json!([{ "path": "$.dynamodb.Keys.pk.S", "capture": "^TENANT#([^#]+)" }]);
    ROUTER.with_default_backend().set(&["tenant_id", "from"], from)
}

#[test]
fn each_change_reaches_the_tenant_in_its_images() {
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
fn removed_items_tenant_is_found_in_its_key() {
    let mut world = by_key().start();
    let of = "TENANT#acme#ORDER#1";
    let change = Change::remove("1", key(of), item(of, "acme")).without("OldImage");
    assert_eq!(world.deliver(&[change]), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("acme", &["1"])]));
}

#[test]
fn change_of_tenant_is_a_conflict() {
    let mut world = ROUTER.with_default_backend().start();
    let change = Change::modify("1", key("i1"), item("i1", "a"), item("i1", "b"));
    assert_eq!(world.deliver(&[change, record("2", "i2", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("1".to_owned(), "conflict".to_owned())]);
    assert_eq!(world.invokes(), invokes(&[("a", &["2"])]));
}

#[test]
fn modify_with_one_image_is_missing() {
    for image in ["OldImage", "NewImage"] {
        let mut world = ROUTER.with_default_backend().start();
        let changes = [
            Change::modify("1", key("i1"), item("i1", "b"), item("i1", "a")).without(image),
            // An INSERT and a REMOVE never have two images.
            Change::insert("2", key("i2"), item("i2", "a")),
            Change::remove("3", key("i3"), item("i3", "a")),
            Change::modify("4", key("i4"), item("i4", "a"), item("i4", "a")),
        ];
        assert_eq!(world.deliver(&changes), [""; 0]);
        let quarantined = world.sqs.queued_in("quarantine");
        let attribute = |name| quarantined[0].attribute(name).unwrap_or_default().to_owned();
        assert_eq!(quarantined.len(), 1, "without {image}");
        assert_eq!(attribute("reason"), "missing");
        assert_eq!(attribute("selector"), format!("$.dynamodb.{image}"));
        assert_eq!(world.invokes(), invokes(&[("a", &["2", "3", "4"])]));
    }
}

#[test]
fn change_with_tenant_in_its_key_needs_no_image() {
    let mut world = by_key().start();
    let of = "TENANT#acme#ORDER#1";
    let change = Change::modify("1", key(of), item(of, "acme"), item(of, "acme"));
    assert_eq!(world.deliver(&[change.without("OldImage").without("NewImage")]), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("acme", &["1"])]));
}

#[test]
fn time_to_live_deletion_is_delivered_unchanged() {
    let mut world = ROUTER.with_default_backend().start();
    let changes = [Change::remove("1", key("i1"), item("i1", "a")).by_time_to_live()];
    assert_eq!(world.deliver(&changes), [""; 0]);
    let sent = world.lambda.calls()[0].call.payload.clone();
    assert_eq!(String::from_utf8_lossy(&sent), stream().event(&changes));
    let event: Value = serde_json::from_slice(&sent).unwrap();
    assert_eq!(event["Records"][0]["userIdentity"]["principalId"], "dynamodb.amazonaws.com");
}

#[test]
fn record_payload_is_the_streams_own_record() {
    let mut world = ROUTER.with_default_backend().set(&["delivery"], json!({ "payload": "record" })).start();
    let change = record("1", "i1", "a");
    assert_eq!(world.deliver(std::slice::from_ref(&change)), [""; 0]);
    let sent = world.lambda.calls()[0].call.payload.clone();
    assert_eq!(String::from_utf8_lossy(&sent), change.json(&stream()));
}
