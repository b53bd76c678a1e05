//! Tests changes without a tenant id, and events of other sources.

use serde_json::json;
use testbed::{Change, DataRecord, DataStream, Message, Queue, invokes};

use crate::setup::{Deliver, ROUTER, item, key, record};

#[test]
fn change_without_tenant_images_is_missing() {
    let mut world = ROUTER.with_default_backend().start();
    let changes = [
        Change::insert("1", key("i1"), item("i1", "a")).without("NewImage"),
        Change::remove("2", key("i2"), item("i2", "a")).without("OldImage"),
        record("3", "i3", "a"),
    ];
    assert_eq!(world.deliver(&changes), [""; 0]);
    let expected = ["1", "2"].map(|number| (number.to_owned(), "missing".to_owned()));
    assert_eq!(world.quarantined(), expected);
    assert_eq!(world.invokes(), invokes(&[("a", &["3"])]));
}

#[test]
fn each_reason_has_its_code() {
    let cases = [
        (json!({ "tenantId": { "N": "7" } }), "missing"),
        (json!({ "tenantId": { "S": 7 } }), "not_a_string"),
        (json!({ "tenantId": { "S": "" } }), "bad_grammar"),
        (json!({ "tenantId": { "S": "no good" } }), "bad_grammar"),
    ];
    for (image, reason) in cases {
        let mut world = ROUTER.with_default_backend().start();
        assert_eq!(world.deliver(&[Change::insert("1", key("i1"), image)]), [""; 0]);
        assert_eq!(world.quarantined(), [("1".to_owned(), reason.to_owned())]);
        assert_eq!(world.invokes(), []);
    }
}

#[test]
fn key_of_another_shape_has_no_capture() {
    let from = json!([{ "path": "$.dynamodb.Keys.pk.S", "capture": "^TENANT#([^#]+)" }]);
    let mut world = ROUTER.with_default_backend().set(&["tenant_id", "from"], from).start();
    assert_eq!(world.deliver(&[record("1", "ORDER#1", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("1".to_owned(), "no_capture".to_owned())]);
}

#[test]
fn another_sources_event_names_its_router() {
    let mut world = ROUTER.with_default_backend().start();
    let sqs = Queue::standard("orders").event(&[Message::new("1", "{}")]);
    assert!(world.error(sqs).1.contains("sqs-router"));
    let stream = DataStream::new("orders").event(&[DataRecord::new("1", "k", "{}")]);
    assert!(world.error(stream).1.contains("kinesis-router"));
    assert_eq!(world.invokes(), []);
}
