//! Tests the outcome of a sub-batch for each response, the router's response to the stream, and the order of an item's
//! changes.

use std::time::Duration;

use serde_json::json;
use testbed::shard::{Settings, numbers as numbers_of};
use testbed::{Answer, Bisect, Invocation, Shard, SqsAnswer, World, invokes};

use crate::setup::{Deliver, ROUTER, record, stream};

/// Delivers changes 1 and 3 of tenant a and 2 and 4 of tenant b, each of another item.
fn deliver(world: &mut World) -> Vec<String> {
    world.deliver(&[
        record("1", "i1", "a"),
        record("2", "i2", "b"),
        record("3", "i3", "a"),
        record("4", "i4", "b"),
    ])
}

fn when(failing: &'static str, answer: Answer) -> World {
    ROUTER
        .backend(move |call| if call.tenant() == failing { answer.clone() } else { Answer::ok("null") })
        .start()
}

#[test]
fn only_the_lowest_failed_number_is_named() {
    assert_eq!(deliver(&mut ROUTER.with_default_backend().start()), [""; 0]);
    for answer in [
        Answer::function_error("RuntimeError", "no"),
        Answer::error(500, "ServiceException", "internal"),
        Answer::cut(),
        Answer::ok("no JSON"),
        Answer::refusing(["1"]),
        Answer::refusing(["4", "2"]),
        Answer::error(403, "AccessDeniedException", "not authorized"),
    ] {
        assert_eq!(deliver(&mut when("b", answer.clone())), ["2"], "{answer:?}");
    }
    assert_eq!(deliver(&mut when("b", Answer::refusing(["4"]))), ["4"]);
}

#[test]
fn failure_of_the_first_change_fails_the_batch() {
    assert_eq!(deliver(&mut when("a", Answer::function_error("RuntimeError", "no"))), [""]);
    let throttled = Answer::throttled("ConcurrentInvocationLimitExceeded", None);
    assert_eq!(deliver(&mut when("a", throttled)), [""]);
}

#[test]
fn no_change_of_an_item_is_sent_after_its_failure() {
    let mut world = ROUTER
        .backend(|call| match call.record_ids()[0].as_str() {
            "2" => Answer::function_error("RuntimeError", "no"),
            _ => Answer::ok("null"),
        })
        .set(&["delivery"], json!({ "max_records": 1 }))
        .start();
    let changes = [record("1", "i1", "a"), record("2", "i1", "a"), record("3", "i1", "a")];
    assert_eq!(world.deliver(&changes), ["2"]);
    assert_eq!(world.invokes(), invokes(&[("a", &["1"]), ("a", &["2"])]));
}

#[test]
fn rejected_change_is_the_checkpoint_until_quarantined() {
    let changes = [record("1", "i1", "a"), record("2", "i2", "no good"), record("3", "i3", "a")];
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&changes), [""; 0]);
    assert_eq!(world.sqs.queued()[0].message_body, changes[1].json(&stream()));
    let refused = |_: &_| SqsAnswer::Error(403, "AccessDenied".to_owned());
    assert_eq!(ROUTER.with(|_| Answer::ok("null"), refused).start().deliver(&changes), ["2"]);
}

#[test]
fn admitted_changes_cross_the_bridge_unchanged() {
    let mut world = ROUTER.with_default_backend().bridged_to("bridge.fifo").start();
    let change = record("1", "i1", "a");
    assert_eq!(world.deliver(std::slice::from_ref(&change)), [""; 0]);
    let queued = world.sqs.queued_in("bridge.fifo");
    assert_eq!(queued[0].message_body, change.json(&stream()));
    assert_eq!(queued[0].attribute("bridged_from"), Some("dynamodb"));
    assert_eq!(world.invokes(), []);
}

#[test]
fn change_that_always_fails_is_discarded_alone() {
    let mut world = ROUTER
        .backend(|call| {
            let poison = call.record_ids().iter().any(|number| number == "13");
            if poison { Answer::refusing(["13"]) } else { Answer::ok("null") }
        })
        .start();
    let settings = Settings {
        batch_size: 8,
        bisect: Bisect::On,
        maximum_retry_attempts: Some(2),
        ..Settings::default()
    };
    let mut shard = Shard::new(settings);
    let change = |index: usize| record(&index.to_string(), &format!("i{index}"), ["a", "b"][index % 2]);
    for index in 10..26 {
        shard.put(0, Duration::ZERO, change(index).in_shard(&stream()));
    }
    let mut acked = Vec::new();
    while let Some(step) = shard.step(Duration::ZERO, |event| world.router.invoke(Invocation::of(event))) {
        acked.extend(step.acked);
    }
    let discarded: Vec<_> = shard.discarded().iter().flat_map(|batch| numbers_of(&batch.records)).collect();
    assert_eq!(discarded, ["13"]);
    let others: Vec<String> = (10..26).filter(|&index| index != 13).map(|index| index.to_string()).collect();
    assert_eq!(acked, others, "every other change must be acknowledged once and in order");
}
