//! Tests what the quarantine gets of a rejected record, and what happens if SQS accepts only some records, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use testbed::{Answer, Invocation, Message, Queue, SendBatch, SqsAnswer, World, events};

use crate::setup::{Deliver, ROUTER, message};

fn record_ids(world: &World) -> Vec<String> {
    world.sqs.queued().iter().map(|entry| entry.attribute("record_id").unwrap().to_owned()).collect()
}

#[test]
fn quarantined_message_is_the_record_byte_for_byte() {
    // Spaces, escapes, a number that no float can hold, and an unknown field.
    let record = r#"{ "messageId":"1","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders",
 "body":"{\"tenantId\":\"\u00e4\"}", "new":123456789012345678901234567890.10, "attributes":{"ApproximateFirstReceiveTimestamp":"1545082649185"}}"#;
    let mut world = ROUTER.with_default_backend().start();
    let invocation = Invocation::of(events::event_of(&[record.to_owned()]));
    let request_id = invocation.request_id().to_owned();
    assert_eq!(world.failures(invocation), [""; 0]);
    let queued = world.sqs.queued();
    let entry = &queued[0];
    assert_eq!(entry.message_body, record);
    let expected = [
        ("schema_version", "1"),
        ("reason", "bad_grammar"),
        ("source_arn", "arn:aws:sqs:eu-west-1:111122223333:orders"),
        ("record_id", "1"),
        ("request_id", &request_id),
        ("first_seen", "2018-12-17T21:37:29.185Z"),
        ("selector", "$.body.tenantId"),
        ("offending_value", "\\u{e4}"),
    ];
    for (name, value) in expected {
        assert_eq!(entry.attribute(name), Some(value), "{name}");
    }
    assert_eq!(entry.message_attributes.len(), expected.len());
    assert!(entry.message_attributes.values().all(|attribute| attribute.data_type == "String"));
    assert_eq!(world.sqs.requests()[0].queue_url, world.sqs.queue_url("quarantine"));
}

#[test]
fn only_records_that_sqs_refuses_are_retried() {
    let refuse_second = |_: &_| SqsAnswer::Except(BTreeMap::from([(1, "InternalError".to_owned())]));
    let mut world = ROUTER.with(|_| Answer::ok("null"), refuse_second).start();
    let messages = ["1", "2", "3"].map(|id| message(id, "no good"));
    assert_eq!(world.deliver(&messages), ["2"]);
    assert_eq!(record_ids(&world), ["1", "3"]);
}

#[test]
fn rejected_records_go_in_batches_within_sqs_limits() {
    let mut world = ROUTER.with_default_backend().start();
    // Ten times 300 kB are too large for one request, and 95 records are too many.
    let heavy = (0..10).map(|index| Message::new(format!("heavy-{index}"), "x".repeat(300_000)));
    let light = (0..85).map(|index| Message::new(format!("light-{index}"), "x"));
    let messages: Vec<Message> = heavy.chain(light).collect();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let sent: BTreeSet<_> = messages.iter().map(|message| message.id().to_owned()).collect();
    let taken = BTreeSet::from_iter(record_ids(&world));
    assert_eq!(sent, taken);
}

#[test]
fn lost_quarantine_response_acknowledges_nothing() {
    let mut world = ROUTER.with(|_| Answer::ok("null"), |_| SqsAnswer::CutAfterTaking).start();
    assert_eq!(world.deliver(&[message("1", "no good"), message("2", "a")]), ["1"]);
    assert!(!world.sqs.queued().is_empty(), "SQS has the record although its response was lost");
}

#[test]
fn silent_quarantine_delays_no_other_record() {
    let mut world = ROUTER
        .with(|_| Answer::ok("null"), |_| SqsAnswer::Silence)
        .set(&["backend", "timeout_seconds"], json!(1))
        .start();
    let event = Queue::standard("orders").event(&[message("1", "no good"), message("2", "a")]);
    assert_eq!(world.failures(Invocation::of(event).within(Duration::from_secs(14))), ["1"]);
}

#[test]
fn recovered_quarantine_acknowledges_the_record() {
    let requests = AtomicUsize::new(0);
    let recovers = move |_: &_| match requests.fetch_add(1, Ordering::SeqCst) {
        0 => SqsAnswer::Error(503, "ServiceUnavailable".to_owned()),
        _ => SqsAnswer::Taken,
    };
    let mut world = ROUTER.with(|_| Answer::ok("null"), recovers).start();
    assert_eq!(world.deliver(&[message("1", "no good")]), [""; 0]);
    assert_eq!(world.sqs.queued().len(), 1);
}

#[test]
fn record_that_no_message_can_hold_is_retried() {
    // Each quotation mark in the body has two bytes in the record, so 600 kB of them are more than 1 MiB.
    let large = Message::new("large", "\"".repeat(600_000));
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&[message("1", "no good"), large, message("3", "no good")]), ["large"]);
    assert_eq!(world.sqs.queued().len(), 2);
}

#[test]
fn fifo_quarantine_gets_group_and_deduplication_id() {
    let setup = ROUTER.with_default_backend();
    let url = setup.queue_url("orders-quarantine.fifo");
    let mut world = setup.set(&["on_reject"], json!({ "quarantine": url })).start();
    let event = Queue::fifo("orders").event(&[message("1", "no good").group("g")]);
    assert_eq!(world.failures(Invocation::of(event)), [""; 0]);
    let queued = world.sqs.queued();
    assert_eq!(queued[0].message_group_id.as_deref(), Some("g"));
    assert_eq!(queued[0].message_deduplication_id.as_ref().map(String::len), Some(64));
}

#[test]
fn rest_of_a_refused_group_stays_with_the_source() {
    let refuses_a2 = |batch: &SendBatch| {
        let second = batch.entries.iter().position(|entry| entry.attribute("record_id") == Some("a2"));
        SqsAnswer::Except(second.map(|index| (index, "InternalError".to_owned())).into_iter().collect())
    };
    let setup = ROUTER.with(|_| Answer::ok("null"), refuses_a2);
    let url = setup.queue_url("orders-quarantine.fifo");
    let mut world = setup.set(&["on_reject"], json!({ "quarantine": url })).start();
    let messages = ["a1", "b1", "a2", "b2", "a3", "b3"].map(|id| message(id, "no good").group(&id[..1]));
    assert_eq!(world.deliver_fifo(&messages), ["a2", "a3"]);
    let taken: Vec<_> = record_ids(&world).into_iter().filter(|id| id.starts_with('b')).collect();
    assert_eq!(taken, ["b1", "b2", "b3"]);
    assert_eq!(record_ids(&world).len(), 4);
}
