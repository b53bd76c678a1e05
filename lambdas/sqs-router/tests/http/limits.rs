//! Tests the limits of concurrent Invokes, and of records and bytes in one Invoke.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::invoke_api::{Recorded, max_concurrent};
use testbed::{Answer, Message, Setup};

use crate::setup::{Deliver, ROUTER, message};

fn slowly(delivery: Value) -> Setup {
    ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(300))).set(&["delivery"], delivery)
}

fn asynchronous() -> Setup {
    ROUTER
        .backend(|_| Answer::accepted())
        .set(&["delivery"], json!({ "invocation": "async" }))
        .set(&["backend", "failure_destination"], json!("arn:aws:sqs:eu-west-1:111122223333:orders-failed"))
}

/// Twelve records of four tenants.
fn dozen() -> Vec<Message> {
    (0..12).map(|index| message(&index.to_string(), &format!("t{}", index % 4))).collect()
}

#[test]
fn concurrent_invokes_stay_within_in_flight() {
    let mut world = slowly(json!({ "in_flight": 3, "max_records": 1, "per_tenant": 9 })).start();
    assert_eq!(world.deliver(&dozen()), [""; 0]);
    assert_eq!(max_concurrent(&world.lambda.calls()), 3);
}

#[test]
fn tenants_invokes_stay_within_per_tenant() {
    for per_tenant in [1, 2] {
        let delivery = json!({ "max_records": 1, "per_tenant": per_tenant });
        let mut world = slowly(delivery).start();
        assert_eq!(world.deliver(&dozen()), [""; 0]);
        let calls = world.lambda.calls();
        for name in ["t0", "t1", "t2", "t3"] {
            let of_tenant: Vec<&Recorded> =
                calls.iter().filter(|recorded| recorded.call.tenant() == name).collect();
            assert_eq!(max_concurrent(of_tenant), per_tenant, "of {name}");
        }
    }
}

#[test]
fn sub_batch_has_at_most_max_records() {
    let mut world = ROUTER.with_default_backend().set(&["delivery"], json!({ "max_records": 4 })).start();
    let messages: Vec<Message> = (0..10).map(|index| message(&index.to_string(), "a")).collect();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let sizes: Vec<usize> =
        world.lambda.calls().iter().map(|recorded| recorded.call.record_ids().len()).collect();
    assert_eq!(sizes, [4, 4, 2]);
}

#[test]
fn small_tenant_does_not_wait_for_a_large_one() {
    let mut world =
        ROUTER.with_default_backend().set(&["delivery"], json!({ "in_flight": 1, "max_records": 1 })).start();
    let mut messages: Vec<Message> = (0..20).map(|index| message(&index.to_string(), "large")).collect();
    messages.push(message("last", "small"));
    assert_eq!(world.deliver(&messages), [""; 0]);
    let position = world.invokes().iter().position(|(tenant, _)| tenant == "small").unwrap();
    assert!(position <= 2, "the small tenant's Invoke was number {position}");
}

#[test]
fn records_above_the_payload_limit_are_split() {
    // 2 MB of one tenant, with the 1 MB limit of asynchronous Invokes, which the scripted API enforces.
    let mut world = asynchronous().start();
    let body = json!({ "tenantId": "a", "padding": "x".repeat(100_000) }).to_string();
    let messages: Vec<Message> = (0..20).map(|index| Message::new(index.to_string(), body.clone())).collect();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let sizes: Vec<usize> =
        world.lambda.calls().iter().map(|recorded| recorded.call.record_ids().len()).collect();
    assert_eq!(sizes, [10, 10]);
}

#[test]
fn record_above_the_payload_limit_is_too_large() {
    // Quotation marks have two bytes each in the record. It is too large for an asynchronous Invoke and for an SQS message,
    // so it stays with the source.
    let body = json!({ "tenantId": "a", "padding": "\"".repeat(300_000) }).to_string();
    let mut world = asynchronous().start();
    assert_eq!(world.deliver(&[message("1", "a"), Message::new("2", body), message("3", "a")]), ["2"]);
    assert_eq!(world.invokes(), [("a".to_owned(), vec!["1".to_owned(), "3".to_owned()])]);
    let lines = world.router.stop();
    let too_large = |line: &&String| line.contains("\"reason\":\"too_large\"");
    assert!(lines.iter().any(|line| too_large(&line)), "{lines:#?}");
}
