//! Tests that Invokes that certainly did not run are retried within the invocation.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use testbed::{Answer, Call, UNREACHABLE, World};

use crate::setup::{Deliver, ROUTER, message};

/// A backend that gives tenant `odd` each of these responses once, and then a success.
fn odd_first_gets(answers: Vec<Answer>) -> World {
    let next = AtomicUsize::new(0);
    let script = move |call: &Call| {
        let index = if call.tenant() == "odd" { next.fetch_add(1, Ordering::SeqCst) } else { answers.len() };
        answers.get(index).cloned().unwrap_or_else(|| Answer::ok("null"))
    };
    ROUTER.backend(script).start()
}

fn sent_to(world: &World, name: &str) -> usize {
    world.invokes().iter().filter(|(tenant, _)| tenant == name).count()
}

#[test]
fn throttled_tenant_is_retried_and_acked() {
    let throttles = vec![
        Answer::throttled("ReservedFunctionConcurrentInvocationLimitExceeded", None),
        Answer::throttled("CallerRateLimitExceeded", Some(1)),
    ];
    let mut world = odd_first_gets(throttles);
    assert_eq!(world.deliver(&[message("1", "odd"), message("2", "even")]), [""; 0]);
    assert_eq!((sent_to(&world, "odd"), sent_to(&world, "even")), (3, 1));
}

#[test]
fn invoke_that_did_not_start_is_retried_and_acked() {
    let refusals = vec![
        Answer::error(409, "ResourceConflictException", "The operation cannot be performed at this time."),
        Answer::error(502, "ResourceNotReadyException", "The function is inactive."),
    ];
    let mut world = odd_first_gets(refusals);
    assert_eq!(world.deliver(&[message("1", "odd"), message("2", "even")]), [""; 0]);
    assert_eq!(sent_to(&world, "odd"), 3);
}

#[test]
fn throttled_tenant_backs_off_and_others_continue() {
    let mut world = ROUTER
        .backend(|call| match call.tenant() {
            "odd" => Answer::throttled("FunctionInvocationRateLimitExceeded", None),
            _ => Answer::ok("null"),
        })
        .set(&["delivery"], json!({ "in_flight": 1, "max_records": 1 }))
        .start();
    let messages = [message("1", "odd"), message("2", "even"), message("3", "odd"), message("4", "even")];
    assert_eq!(world.deliver(&messages), ["1", "3"]);
    assert_eq!(sent_to(&world, "even"), 2);
    assert!(sent_to(&world, "odd") < 20, "retries must end");
}

#[test]
fn throttled_record_holds_its_message_group_only() {
    let mut world = ROUTER
        .backend(|call| match call.tenant() {
            "odd" => Answer::throttled("FunctionInvocationRateLimitExceeded", None),
            _ => Answer::ok("null"),
        })
        .start();
    let messages = [
        message("1", "even").group("shared"),
        message("2", "odd").group("shared"),
        message("3", "even").group("other"),
        message("4", "even").group("shared"),
        message("5", "even").group("other"),
    ];
    assert_eq!(world.deliver_fifo(&messages), ["2", "4"]);
    let mut sent: Vec<String> =
        world.invokes().into_iter().filter(|(tenant, _)| tenant == "even").flat_map(|(_, ids)| ids).collect();
    sent.sort();
    assert_eq!(sent, ["1", "3", "5"]);
    assert!(sent_to(&world, "odd") < 20, "retries must end");
}

#[test]
fn retry_after_beyond_the_deadline_ends_retries() {
    let mut world =
        ROUTER.backend(|_| Answer::throttled("ConcurrentInvocationLimitExceeded", Some(3600))).start();
    assert_eq!(world.deliver(&[message("1", "a")]), ["1"]);
    assert_eq!(sent_to(&world, "a"), 1);
}

#[test]
fn without_a_connection_all_records_are_retried() {
    let mut world = ROUTER.with_default_backend().environment("AWS_ENDPOINT_URL_LAMBDA", UNREACHABLE).start();
    assert_eq!(world.deliver(&[message("1", "a"), message("2", "b")]), ["1", "2"]);
}
