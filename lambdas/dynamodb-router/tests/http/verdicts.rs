//! What an answer makes of a sub-batch, what the stream is told, and the order of an item's changes.

use serde_json::json;
use testbed::stream::numbers as numbers_of;
use testbed::{Answer, Bisect, Invocation, Rules, Shard, SqsAnswer, World, invokes};

use crate::setup::{Deliver, ROUTER, record, stream};

/// Changes 1, 3 of tenant a and 2, 4 of tenant b, each of an item of its own.
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
fn only_the_lowest_unsettled_number_is_named() {
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
fn a_batch_whose_first_change_fails_is_failed_whole_unless_the_estate_is_to_blame() {
    assert_eq!(deliver(&mut when("a", Answer::function_error("RuntimeError", "no"))), [""]);
    let throttled = Answer::throttled("ConcurrentInvocationLimitExceeded", None);
    assert_eq!(deliver(&mut when("a", throttled)), [""]);
}

#[test]
fn nothing_of_an_item_is_sent_behind_its_failure() {
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
fn a_rejected_change_is_the_checkpoint_only_until_the_quarantine_has_it() {
    let changes = [record("1", "i1", "a"), record("2", "i2", "no good"), record("3", "i3", "a")];
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&changes), [""; 0]);
    assert_eq!(world.sqs.queued()[0].message_body, changes[1].json(&stream()));
    let refused = |_: &_| SqsAnswer::Error(403, "AccessDenied".to_owned());
    assert_eq!(ROUTER.with(|_| Answer::ok("null"), refused).start().deliver(&changes), ["2"]);
}

#[test]
fn admitted_changes_go_over_a_bridge_as_they_came() {
    let mut world = ROUTER.with_default_backend().bridged_to("bridge.fifo").start();
    let change = record("1", "i1", "a");
    assert_eq!(world.deliver(std::slice::from_ref(&change)), [""; 0]);
    let queued = world.sqs.queued_in("bridge.fifo");
    assert_eq!(queued[0].message_body, change.json(&stream()));
    assert_eq!(queued[0].attribute("bridged_from"), Some("dynamodb"));
    assert_eq!(world.invokes(), []);
}

#[test]
fn behind_a_shard_a_change_that_always_fails_is_given_up_alone() {
    let mut world = ROUTER
        .backend(|call| {
            let poison = call.record_ids().iter().any(|number| number == "13");
            if poison { Answer::refusing(["13"]) } else { Answer::ok("null") }
        })
        .start();
    let mut shard = Shard::new(Rules {
        batch_size: 8,
        bisect: Bisect::On,
        maximum_retry_attempts: Some(2),
        maximum_record_age: None,
    });
    let change = |at: usize| record(&at.to_string(), &format!("i{at}"), ["a", "b"][at % 2]);
    shard.put((10..26).map(|at| change(at).in_shard(&stream())));
    let mut settled = Vec::new();
    while let Some(step) = shard.step(|event| world.router.invoke(Invocation::of(event))) {
        settled.extend(step.acked);
    }
    let given_up: Vec<_> = shard.discarded().iter().flat_map(|gone| numbers_of(&gone.records)).collect();
    assert_eq!(given_up, ["13"]);
    let others: Vec<String> = (10..26).filter(|&at| at != 13).map(|at| at.to_string()).collect();
    assert_eq!(settled, others, "every other one, once and in order");
}
