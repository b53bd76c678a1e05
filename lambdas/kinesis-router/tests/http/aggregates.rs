//! Tests aggregates of the Kinesis Producer Library: each user record is admitted by itself, and the response names the
//! aggregate.

use serde_json::{Value, json};
use testbed::events::kpl::aggregate;
use testbed::{Answer, Call, DataRecord, invokes};

use crate::setup::{Deliver, ROUTER, record};

fn order(tenant: &str) -> String {
    json!({ "tenantId": tenant }).to_string()
}

/// An aggregate of these tenants' records, each with its own partition key.
fn packed(number: &str, tenants: &[&str]) -> DataRecord {
    let orders: Vec<String> = tenants.iter().map(|tenant| order(tenant)).collect();
    let keys: Vec<String> = (0..tenants.len()).map(|index| format!("key-{index}")).collect();
    let users: Vec<(&str, &[u8])> =
        keys.iter().zip(&orders).map(|(key, order)| (key.as_str(), order.as_bytes())).collect();
    DataRecord::new(number, "parent", aggregate(&users))
}

#[test]
fn user_record_reaches_its_tenant_as_a_plain_record() {
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&[packed("7", &["a", "b", "a"])]), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("a", &["7:0", "7:2"]), ("b", &["7:1"])]));
    let calls = world.lambda.calls();
    let of_b = calls.iter().find(|recorded| recorded.call.tenant() == "b").unwrap();
    let event: Value = serde_json::from_slice(&of_b.call.payload).unwrap();
    let user = &event["Records"][0];
    let plain: Value =
        serde_json::from_str(&DataRecord::new("7:1", "key-1", order("b")).json(&crate::setup::stream()))
            .unwrap();
    assert_eq!(user, &plain, "it must be a plain Kinesis record with the aggregate's envelope");
}

#[test]
fn response_names_the_aggregates_sequence_number() {
    let mut world = ROUTER
        .backend(|call| match call.tenant() {
            "b" => Answer::refusing(call.record_ids().iter().map(String::as_str)),
            _ => Answer::ok("null"),
        })
        .start();
    let records = [record("6", "k", "a"), packed("7", &["a", "b", "a"]), record("8", "k", "a")];
    assert_eq!(world.deliver(&records), ["7"]);
}

#[test]
fn rejected_user_record_is_quarantined_alone() {
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&[packed("7", &["a", "no good"])]), [""; 0]);
    assert_eq!(world.quarantined(), [("7:1".to_owned(), "bad_grammar".to_owned())]);
    assert_eq!(world.invokes(), invokes(&[("a", &["7:0"])]));
}

#[test]
fn damaged_aggregate_is_quarantined_whole() {
    let mut bytes = aggregate(&[("k", order("a").as_bytes())]);
    bytes[10] ^= 1;
    let mut world = ROUTER.with_default_backend().start();
    let damaged = DataRecord::new("7", "parent", &bytes);
    assert_eq!(world.deliver(&[damaged.clone(), record("8", "k", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("7".to_owned(), "undecodable".to_owned())]);
    assert_eq!(world.sqs.queued()[0].message_body, damaged.json(&crate::setup::stream()));
    assert_eq!(world.invokes(), invokes(&[("a", &["8"])]));
}

#[test]
fn user_records_are_ordered_by_their_own_partition_keys() {
    let users: Vec<(&str, &[u8])> =
        vec![("k", br#"{"tenantId":"a","n":1}"#), ("k", br#"{"tenantId":"a","n":2}"#)];
    let mut world = ROUTER
        .backend(|_| Answer::ok("null"))
        .set(&["delivery"], json!({ "max_records": 1, "per_tenant": 4 }))
        .start();
    assert_eq!(world.deliver(&[DataRecord::new("7", "parent", aggregate(&users))]), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("a", &["7:0"]), ("a", &["7:1"])]));
}

#[test]
fn failing_user_record_does_not_stop_its_aggregate() {
    // Lambda delivers the whole aggregate at each retry, and discards all of it after the last one.
    let poisonous = |call: &Call| call.record_ids().iter().any(|number| number == "7:1");
    let throwing = ROUTER.backend(move |call| {
        if poisonous(call) { Answer::function_error("RuntimeError", "no") } else { Answer::ok("null") }
    });
    let naming = ROUTER.backend(
        move |call| {
            if poisonous(call) { Answer::refusing(["7:1"]) } else { Answer::ok("null") }
        },
    );
    for backend in [throwing, naming] {
        let mut world = backend.start();
        let records = [packed("7", &["a", "a", "a", "a"]), record("8", "k", "a")];
        for _ in 0..4 {
            assert_eq!(world.deliver(&records), [""], "the aggregate fails, so its shard must wait");
        }
        let done = world.invokes().iter().any(|(_, numbers)| *numbers == ["7:2", "7:3"]);
        assert!(done, "{:?}", world.invokes());
    }
}
