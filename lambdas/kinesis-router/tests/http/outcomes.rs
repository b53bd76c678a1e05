//! Tests the outcome of a sub-batch for each response, and the router's response to the stream.

use serde_json::json;
use testbed::{Answer, SqsAnswer, World, invokes};

use crate::setup::{Deliver, ROUTER, record};

/// Delivers records 1 and 3 of tenant a and 2 and 4 of tenant b, each with its own key.
fn deliver(world: &mut World) -> Vec<String> {
    world.deliver(&[
        record("1", "k1", "a"),
        record("2", "k2", "b"),
        record("3", "k3", "a"),
        record("4", "k4", "b"),
    ])
}

fn when_b(answer: Answer) -> World {
    ROUTER.backend(move |call| if call.tenant() == "b" { answer.clone() } else { Answer::ok("null") }).start()
}

fn when_a(answer: Answer) -> World {
    ROUTER.backend(move |call| if call.tenant() == "a" { answer.clone() } else { Answer::ok("null") }).start()
}

#[test]
fn fully_acked_batch_names_no_record() {
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(deliver(&mut world), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("a", &["1", "3"]), ("b", &["2", "4"])]));
}

#[test]
fn records_reach_the_backend_byte_for_byte() {
    let mut world = ROUTER.with_default_backend().start();
    let records = [record("1", "k", "a"), record("2", "k", "a")];
    world.deliver(&records);
    let sent = String::from_utf8_lossy(&world.lambda.calls()[0].call.payload).into_owned();
    assert_eq!(sent, crate::setup::stream().event(&records));
}

#[test]
fn only_the_lowest_failed_number_is_named() {
    for answer in [
        Answer::function_error("RuntimeError", "no"),
        Answer::error(500, "ServiceException", "internal"),
        Answer::cut(),
        Answer::ok("no JSON"),
        Answer::ok(r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#),
        Answer::refusing(["1"]),
        Answer::refusing(["2", "4"]),
        Answer::error(403, "AccessDeniedException", "not authorized"),
    ] {
        let mut world = when_b(answer.clone());
        assert_eq!(deliver(&mut world), ["2"], "{answer:?}");
    }
}

#[test]
fn named_record_is_the_checkpoint() {
    let mut world = when_b(Answer::refusing(["4"]));
    assert_eq!(deliver(&mut world), ["4"]);
    let mut world = when_a(Answer::refusing(["3"]));
    assert_eq!(deliver(&mut world), ["3"]);
}

#[test]
fn failure_of_the_first_record_fails_the_batch() {
    for answer in [
        Answer::function_error("RuntimeError", "no"),
        Answer::refusing(["1"]),
        Answer::ok("no JSON"),
        Answer::throttled("ConcurrentInvocationLimitExceeded", None),
        Answer::error(403, "AccessDeniedException", "not authorized"),
        Answer::error(404, "ResourceNotFoundException", "no function"),
    ] {
        let mut world = when_a(answer.clone());
        assert_eq!(deliver(&mut world), [""], "{answer:?}");
    }
}

#[test]
fn quarantined_record_delays_no_other() {
    let mut world = ROUTER.with_default_backend().start();
    let records = [record("1", "k", "a"), record("2", "k", "no good"), record("3", "k", "a")];
    assert_eq!(world.deliver(&records), [""; 0]);
    assert_eq!(world.quarantined(), [("2".to_owned(), "bad_grammar".to_owned())]);
    assert_eq!(world.sqs.queued()[0].message_body, records[1].json(&crate::setup::stream()));
    let sent: Vec<String> = world.invokes().into_iter().flat_map(|(_, numbers)| numbers).collect();
    assert_eq!(sent, ["1", "3"]);
}

#[test]
fn unquarantined_record_is_the_checkpoint() {
    let refused = |_: &_| SqsAnswer::Error(403, "AccessDenied".to_owned());
    let mut world = ROUTER.with(|_| Answer::ok("null"), refused).start();
    assert_eq!(world.deliver(&[record("1", "k", "a"), record("2", "k", "no good")]), ["2"]);
    assert_eq!(world.deliver(&[record("3", "k", "no good"), record("4", "k", "a")]), [""]);
}

#[test]
fn rejected_record_is_retried_without_a_quarantine() {
    let mut world = ROUTER.with_default_backend().set(&["on_reject"], json!("redrive")).start();
    assert_eq!(world.deliver(&[record("1", "k", "a"), record("2", "k", "no good")]), ["2"]);
}
