//! How many Invokes at once, how many records in one, how many bytes.

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
    (0..12).map(|at| message(&at.to_string(), &format!("t{}", at % 4))).collect()
}

#[test]
fn no_more_invokes_than_in_flight_are_under_way() {
    let mut world = slowly(json!({ "in_flight": 3, "max_records": 1, "per_tenant": 9 })).start();
    assert_eq!(world.deliver(&dozen()), [""; 0]);
    assert_eq!(max_concurrent(&world.lambda.calls()), 3);
}

#[test]
fn no_more_invokes_of_a_tenant_than_per_tenant_are_under_way() {
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
fn sub_batches_are_cut_at_max_records() {
    let mut world = ROUTER.with_default_backend().set(&["delivery"], json!({ "max_records": 4 })).start();
    let messages: Vec<Message> = (0..10).map(|at| message(&at.to_string(), "a")).collect();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let sizes: Vec<usize> =
        world.lambda.calls().iter().map(|recorded| recorded.call.record_ids().len()).collect();
    assert_eq!(sizes, [4, 4, 2]);
}

#[test]
fn a_small_tenant_does_not_wait_behind_a_large_one() {
    let mut world = ROUTER.with_default_backend().set(&["delivery"], json!({ "in_flight": 1, "max_records": 1 })).start();
    let mut messages: Vec<Message> = (0..20).map(|at| message(&at.to_string(), "large")).collect();
    messages.push(message("last", "small"));
    assert_eq!(world.deliver(&messages), [""; 0]);
    let position = world.invokes().iter().position(|(tenant, _)| tenant == "small").unwrap();
    assert!(position <= 2, "the small tenant was served as number {position}");
}

#[test]
fn a_tenants_records_beyond_the_payload_limit_go_in_several_invokes() {
    // 2 MB of one tenant, through an asynchronous limit of 1 MB; the Invoke API refuses more than that.
    let mut world = asynchronous().start();
    let body = json!({ "tenantId": "a", "padding": "x".repeat(100_000) }).to_string();
    let messages: Vec<Message> = (0..20).map(|at| Message::new(at.to_string(), body.clone())).collect();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let sizes: Vec<usize> =
        world.lambda.calls().iter().map(|recorded| recorded.call.record_ids().len()).collect();
    assert_eq!(sizes, [10, 10]);
}

#[test]
fn too_large_a_record_beyond_the_payload_limit_is_rejected_and_the_others_go_on() {
    // Quotation marks are two bytes each in the record: more than an asynchronous Invoke may carry. More than an
    // SQS message holds as well, so that it stays with the source.
    let body = json!({ "tenantId": "a", "padding": "\"".repeat(300_000) }).to_string();
    let mut world = asynchronous().start();
    assert_eq!(world.deliver(&[message("1", "a"), Message::new("2", body), message("3", "a")]), ["2"]);
    assert_eq!(world.invokes(), [("a".to_owned(), vec!["1".to_owned(), "3".to_owned()])]);
    let lines = world.router.stop();
    let too_large = |line: &&String| line.contains("\"reason\":\"too_large\"");
    assert!(lines.iter().any(|line| too_large(&line)), "{lines:#?}");
}
