//! Tests events of other sources, and events of the largest size.

use std::time::Duration;

use serde_json::json;
use testbed::{Answer, Invocation, Message, Outcome, Queue};

use crate::setup::{Deliver, ROUTER, message};

/// The largest event of an invocation, in bytes.
const MAX_EVENT: usize = 6 * 1024 * 1024;

#[test]
fn another_sources_event_names_the_expected_one() {
    let kinesis = json!({ "Records": [{
        "kinesis": { "sequenceNumber": "1" }, "eventSource": "aws:kinesis", "messageId": "1",
        "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/orders",
    }]});
    let sns = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": {} }] });
    let rule = json!({ "detail-type": "order", "detail": {} });
    let events = [
        kinesis,
        sns,
        rule,
        json!({}),
        json!(null),
        json!([]),
        json!("text"),
        json!(1),
        json!({ "Records": {} }),
    ];
    let mut world = ROUTER.with_default_backend().start();
    for event in events {
        let outcome = world.router.invoke(Invocation::of(event.to_string()));
        let Outcome::Error(error) = outcome else { panic!("for {event}: {outcome:?}") };
        assert!(error.error_message.contains("aws:sqs"), "for {event}: {error:?}");
    }
    assert_eq!(world.invokes(), []);
    assert_eq!(world.deliver(&[message("1", "a")]), [""; 0], "the next batch must succeed");
}

#[test]
fn event_of_two_queues_is_an_error() {
    let records = [
        message("1", "a").record(&Queue::standard("orders")),
        message("2", "a").record(&Queue::standard("other")),
    ];
    let mut world = ROUTER.with_default_backend().start();
    let outcome = world.router.invoke(Invocation::of(testbed::events::event_of(&records)));
    assert!(matches!(outcome, Outcome::Error(_)), "{outcome:?}");
    assert_eq!(world.invokes(), []);
}

#[test]
fn event_without_json_fails_its_invocation_only() {
    let mut world = ROUTER.with_default_backend().start();
    let events: [&[u8]; 5] =
        [b"", b"{", b"\0\0", b"{\"Records\":[{\"messageId\":\"1\"", b"{\"Records\":[\"\xff\"]}"];
    for event in events {
        let outcome = world.router.invoke(Invocation::of(event));
        assert!(matches!(outcome, Outcome::Error(_)), "for {event:?}: {outcome:?}");
    }
    assert_eq!(world.deliver(&[message("1", "a")]), [""; 0]);
}

#[test]
fn empty_batch_of_a_queue_is_a_success() {
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&[]), [""; 0]);
    assert_eq!(world.invokes(), []);
}

#[test]
fn event_of_six_megabytes_is_delivered() {
    let body = |padding: usize| json!({ "tenantId": "a", "padding": "x".repeat(padding) }).to_string();
    let event = |last: usize| {
        let full = (0..11).map(|index| Message::new(index.to_string(), body(500_000)));
        let messages: Vec<Message> = full.chain([Message::new("last", body(last))]).collect();
        Queue::standard("orders").event(&messages)
    };
    let event = event(MAX_EVENT - event(0).len());
    assert_eq!(event.len(), MAX_EVENT);
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.failures(Invocation::of(event)), [""; 0]);
    let calls = world.lambda.calls();
    assert_eq!(calls.len(), 1, "one tenant's records must fit in one Invoke, as they fit in one event");
    let (usage, event) = (world.router.usage().unwrap(), u64::try_from(MAX_EVENT).unwrap());
    assert!(usage.peak_bytes < 6 * event + 16 * 1024 * 1024, "{usage:?}");
}

#[test]
fn ten_thousand_records_are_delivered() {
    let messages: Vec<Message> = (0..10_000)
        .map(|index| Message::new(index.to_string(), format!("{{\"tenantId\":\"t{}\"}}", index % 100)))
        .collect();
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let mut delivered: Vec<usize> =
        world.invokes().into_iter().flat_map(|(_, ids)| ids).map(|id| id.parse().unwrap()).collect();
    delivered.sort_unstable();
    assert!(delivered.into_iter().eq(0..10_000));
}

#[test]
fn ten_thousand_rejected_records_are_quarantined() {
    let messages: Vec<Message> =
        (0..10_000).map(|index| Message::new(index.to_string(), "no JSON")).collect();
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&messages), [""; 0]);
    assert_eq!(world.sqs.queued().len(), 10_000);
}

#[test]
fn deeply_nested_body_is_quarantined_alone() {
    let deep = format!("{{\"x\":{}, \"tenantId\":\"a\"}}", "[".repeat(200_000));
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&[message("1", "a"), Message::new("2", deep), message("3", "a")]), [""; 0]);
    assert_eq!(world.sqs.queued()[0].attribute("reason"), Some("undecodable"));
}

#[test]
fn large_responses_of_many_tenants_fit_in_memory() {
    let answer = json!({ "batchItemFailures": [], "padding": "x".repeat(MAX_EVENT - 64) }).to_string();
    let mut world = ROUTER
        .backend(move |_| Answer::ok(answer.as_str()))
        .set(&["backend", "timeout_seconds"], json!(100))
        .start();
    let messages: Vec<Message> =
        (0..40).map(|index| message(&index.to_string(), &format!("t{index}"))).collect();
    let invocation = Invocation::of(Queue::standard("orders").event(&messages));
    assert_eq!(world.failures(invocation.within(Duration::from_mins(4))), [""; 0]);
    let usage = world.router.usage().unwrap();
    assert!(usage.peak_bytes < 128 * 1024 * 1024, "{usage:?}");
}
