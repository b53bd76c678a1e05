//! Tests records without a tenant id, and events of other sources.

use serde_json::{Value, json};
use testbed::{Change, DataRecord, Message, Queue, TableStream, invokes};

use crate::setup::{Deliver, ROUTER, record, stream};

#[test]
fn data_without_json_is_undecodable_if_selected() {
    let mut world = ROUTER.with_default_backend().start();
    let records = [DataRecord::new("1", "k", "no JSON"), DataRecord::new("2", "k", [0xFF, 0xFE])];
    assert_eq!(world.deliver(&records), [""; 0]);
    let expected = ["1", "2"].map(|number| (number.to_owned(), "undecodable".to_owned()));
    assert_eq!(world.quarantined(), expected);
}

#[test]
fn data_without_base64_is_undecodable() {
    let mut world = ROUTER.with_default_backend().start();
    for (number, data) in [("1", "!!!"), ("2", "e30"), ("3", "e31=")] {
        assert_eq!(world.deliver(&[DataRecord::new(number, "k", "").with_raw_data(data)]), [""; 0]);
    }
    let expected = ["1", "2", "3"].map(|number| (number.to_owned(), "undecodable".to_owned()));
    assert_eq!(world.quarantined(), expected);
}

#[test]
fn data_may_be_anything_if_the_key_has_the_tenant() {
    let mut world =
        ROUTER.with_default_backend().set(&["tenant_id", "from"], json!(["$.kinesis.partitionKey"])).start();
    let records = [DataRecord::new("1", "a", "no JSON"), DataRecord::new("2", "a", [0xFF, 0xFE])];
    assert_eq!(world.deliver(&records), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("a", &["1", "2"])]));
}

#[test]
fn data_without_json_cannot_be_a_record_payload() {
    let mut world = ROUTER
        .with_default_backend()
        .set(&["tenant_id", "from"], json!(["$.kinesis.partitionKey"]))
        .set(&["delivery"], json!({ "payload": "record" }))
        .start();
    let records = [DataRecord::new("1", "a", "no JSON"), DataRecord::new("2", "a", "{\"n\": 1.50}")];
    assert_eq!(world.deliver(&records), [""; 0]);
    assert_eq!(world.quarantined(), [("1".to_owned(), "undecodable".to_owned())]);
    let sent: Vec<Vec<u8>> = world.lambda.calls().iter().map(|call| call.call.payload.clone()).collect();
    assert_eq!(sent, [b"{\"n\": 1.50}".to_vec()]);
}

#[test]
fn empty_partition_key_has_bad_grammar() {
    let mut world =
        ROUTER.with_default_backend().set(&["tenant_id", "from"], json!(["$.kinesis.partitionKey"])).start();
    assert_eq!(world.deliver(&[record("1", "", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("1".to_owned(), "bad_grammar".to_owned())]);
}

#[test]
fn each_reason_has_its_code() {
    let cases = [
        (r#"{"of":1}"#, "missing"),
        (r#"{"tenantId":7}"#, "not_a_string"),
        (r#"{"tenantId":"a","tenantId":"b"}"#, "duplicate_key"),
        (r#"{"tenantId":" a"}"#, "bad_grammar"),
    ];
    for (data, reason) in cases {
        let mut world = ROUTER.with_default_backend().start();
        assert_eq!(world.deliver(&[DataRecord::new("1", "k", data)]), [""; 0], "{data}");
        assert_eq!(world.quarantined(), [("1".to_owned(), reason.to_owned())], "{data}");
        assert_eq!(world.invokes(), []);
    }
}

#[test]
fn key_and_data_of_different_tenants_are_a_conflict() {
    let must_match = json!(["$.kinesis.partitionKey"]);
    let mut world = ROUTER.with_default_backend().set(&["tenant_id", "must_match"], must_match).start();
    assert_eq!(world.deliver(&[record("1", "a", "a"), record("2", "b", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("2".to_owned(), "conflict".to_owned())]);
    assert_eq!(world.invokes(), invokes(&[("a", &["1"])]));
}

#[test]
fn another_sources_event_names_its_router() {
    let mut world = ROUTER.with_default_backend().start();
    let sqs = Queue::standard("orders").event(&[Message::new("1", "{}")]);
    assert!(world.error(sqs).1.contains("sqs-router"));
    let item = json!({ "pk": { "S": "1" } });
    let table = TableStream::of("orders").event(&[Change::insert("1", item.clone(), item)]);
    assert!(world.error(table).1.contains("dynamodb-router"));
    let event = testbed::events::eventbridge::event("1", &json!({}));
    assert!(world.error(event).1.contains("eventbridge-router"));
    assert_eq!(world.invokes(), []);
}

#[test]
fn event_of_a_tumbling_window_is_refused() {
    let mut world = ROUTER.with_default_backend().start();
    let mut event: Value = serde_json::from_str(&stream().event(&[record("1", "k", "a")])).unwrap();
    event["window"] = json!({ "start": "2026-06-10T19:26:00Z", "end": "2026-06-10T19:28:00Z" });
    event["state"] = json!({});
    event["isFinalInvokeForWindow"] = json!(false);
    let refusal = world.error(event.to_string()).1;
    assert!(refusal.contains("tumbling"), "{refusal}");
    assert_eq!(world.invokes(), []);
}
