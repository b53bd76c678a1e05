//! Tests FIFO queues: records of a message group stay in order, and none is sent after a failure.

use std::time::Duration;

use serde_json::json;
use testbed::invoke_api::{Recorded, max_concurrent};
use testbed::{Answer, Message, Setup, SqsAnswer};

use crate::setup::{Deliver, ROUTER, message};

fn in_group(id: &str, tenant: &str, group: &str) -> Message {
    message(id, tenant).group(group)
}

/// Uses sub-batches of one record, so that the calls show the order.
fn one_by_one(setup: Setup) -> Setup {
    setup.set(&["delivery"], json!({ "max_records": 1, "per_tenant": 5 }))
}

/// Whether each of these calls ended before the next one began.
fn are_sequential(calls: &[Recorded]) -> bool {
    calls.windows(2).all(|pair| pair[0].ended.is_some_and(|ended| ended < pair[1].began))
}

#[test]
fn failure_stops_its_message_group_only() {
    let mut world = one_by_one(ROUTER.backend(|call| match call.record_ids()[0].as_str() {
        "2" => Answer::function_error("RuntimeError", "no"),
        _ => Answer::ok("null"),
    }))
    .start();
    let messages = [
        in_group("1", "a", "a#1"),
        in_group("2", "a", "a#1"),
        in_group("3", "a", "a#2"),
        in_group("4", "a", "a#1"),
        in_group("5", "a", "a#2"),
    ];
    assert_eq!(world.deliver_fifo(&messages), ["2", "4"]);
    let mut sent: Vec<String> = world.invokes().into_iter().flat_map(|(_, ids)| ids).collect();
    sent.sort();
    assert_eq!(sent, ["1", "2", "3", "5"]);
}

#[test]
fn records_of_a_group_are_sequential() {
    let mut world =
        one_by_one(ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(10)))).start();
    let messages: Vec<Message> = (0..8).map(|index| in_group(&index.to_string(), "a", "a#1")).collect();
    assert_eq!(world.deliver_fifo(&messages), [""; 0]);
    let calls = world.lambda.calls();
    assert!(are_sequential(&calls));
    let sent: Vec<String> = calls.iter().flat_map(|recorded| recorded.call.record_ids()).collect();
    assert_eq!(sent, ["0", "1", "2", "3", "4", "5", "6", "7"]);
}

#[test]
fn group_shared_by_tenants_keeps_its_order() {
    let mut world = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(10))).start();
    let tenants = ["a", "a", "b", "a", "c", "b"];
    let messages: Vec<Message> = tenants
        .iter()
        .enumerate()
        .map(|(index, tenant)| in_group(&index.to_string(), tenant, "shared"))
        .collect();
    assert_eq!(world.deliver_fifo(&messages), [""; 0]);
    let calls = world.lambda.calls();
    assert!(are_sequential(&calls));
    let sent: Vec<(String, Vec<String>)> = world.invokes();
    let flat: Vec<&String> = sent.iter().flat_map(|(_, ids)| ids).collect();
    assert_eq!(flat, ["0", "1", "2", "3", "4", "5"]);
    let tenants: Vec<&str> = sent.iter().map(|(tenant, _)| tenant.as_str()).collect();
    assert_eq!(tenants, ["a", "b", "a", "c", "b"]);
}

#[test]
fn failure_stops_a_shared_group_for_all_tenants() {
    let mut world = ROUTER
        .backend(|call| match call.tenant() {
            "a" => Answer::function_error("RuntimeError", "no"),
            _ => Answer::ok("null"),
        })
        .start();
    let messages = [in_group("1", "a", "shared"), in_group("2", "b", "shared"), in_group("3", "b", "other")];
    assert_eq!(world.deliver_fifo(&messages), ["1", "2"]);
}

#[test]
fn groups_of_tenants_run_concurrently() {
    let mut world = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(300))).start();
    let messages: Vec<Message> = (0..5)
        .map(|index| in_group(&index.to_string(), &format!("t{index}"), &format!("t{index}#1")))
        .collect();
    assert_eq!(world.deliver_fifo(&messages), [""; 0]);
    assert_eq!(max_concurrent(&world.lambda.calls()), 5);
}

#[test]
fn refused_rest_of_a_group_is_retried() {
    let mut world = ROUTER.backend(|_| Answer::refusing(["2", "3"])).start();
    let messages = [in_group("1", "a", "a#1"), in_group("2", "a", "a#1"), in_group("3", "a", "a#1")];
    assert_eq!(world.deliver_fifo(&messages), ["2", "3"]);
}

#[test]
fn rejected_record_holds_its_group_until_quarantined() {
    let messages = [in_group("1", "a", "g"), in_group("2", "no good", "g"), in_group("3", "a", "g")];
    let mut taken = ROUTER.with_default_backend().start();
    assert_eq!(taken.deliver_fifo(&messages), [""; 0]);
    let not_taken = |_: &_| SqsAnswer::Error(403, "AccessDenied".to_owned());
    let mut refused = ROUTER.with(|_| Answer::ok("null"), not_taken).start();
    assert_eq!(refused.deliver_fifo(&messages), ["2", "3"]);
    assert_eq!(refused.invokes(), [("a".to_owned(), vec!["1".to_owned()])]);
}

#[test]
fn redriven_record_holds_its_group_only() {
    let mut world = ROUTER.with_default_backend().set(&["on_reject"], json!("redrive")).start();
    let messages = [
        in_group("1", "a", "g"),
        in_group("2", "no good", "g"),
        in_group("3", "a", "g"),
        in_group("4", "a", "h"),
    ];
    assert_eq!(world.deliver_fifo(&messages), ["2", "3"]);
}

#[test]
fn failure_stops_no_group_of_a_standard_queue() {
    let mut world = one_by_one(ROUTER.backend(|call| match call.record_ids()[0].as_str() {
        "1" => Answer::function_error("RuntimeError", "no"),
        _ => Answer::ok("null"),
    }))
    .start();
    assert_eq!(world.deliver(&[in_group("1", "a", "g"), in_group("2", "a", "g")]), ["1"]);
}

#[test]
fn asynchronous_router_refuses_a_fifo_batch() {
    let mut world = ROUTER
        .backend(|_| Answer::accepted())
        .set(&["delivery"], json!({ "invocation": "async" }))
        .set(&["backend", "failure_destination"], json!("arn:aws:sqs:eu-west-1:111122223333:orders-failed"))
        .start();
    let event = testbed::Queue::fifo("orders").event(&[in_group("1", "a", "a#1")]);
    let outcome = world.router.invoke(testbed::Invocation::of(event));
    let testbed::Outcome::Error(error) = outcome else { panic!("no error: {outcome:?}") };
    assert!(error.error_message.contains("set delivery.invocation to \"sync\""), "{error:?}");
    assert_eq!(world.invokes(), []);
}
