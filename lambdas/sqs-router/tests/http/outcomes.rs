//! Tests the outcome of a sub-batch for each response: which records are acknowledged, and which are retried.

use std::time::Duration;

use serde_json::json;
use testbed::{Answer, Call, Invocation, Queue, SqsAnswer, World};

use crate::setup::{Deliver, ROUTER, message};

/// A backend that gives tenant `odd` this response, and every other tenant a success.
fn odd_gets(answer: Answer) -> World {
    ROUTER
        .backend(move |call| if call.tenant() == "odd" { answer.clone() } else { Answer::ok("null") })
        .start()
}

/// Delivers two records of `odd` and two of another tenant.
fn deliver_both(world: &mut World) -> Vec<String> {
    world.deliver(&[message("1", "odd"), message("2", "even"), message("3", "odd"), message("4", "even")])
}

/// How often `odd`'s records were sent.
fn sent_to_odd(world: &World) -> usize {
    world.invokes().iter().filter(|(tenant, _)| tenant == "odd").count()
}

#[test]
fn every_form_of_success_acknowledges_records() {
    let forms = ["", "null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#, " null\n"];
    for form in forms {
        let mut world = odd_gets(Answer::ok(form));
        assert_eq!(deliver_both(&mut world), [""; 0], "for {form:?}");
    }
}

#[test]
fn success_of_six_megabytes_acknowledges_records() {
    let padding = "x".repeat(6 * 1024 * 1024 - 64);
    let mut world = odd_gets(Answer::ok(json!({ "batchItemFailures": [], "padding": padding }).to_string()));
    assert_eq!(deliver_both(&mut world), [""; 0]);
}

#[test]
fn only_the_named_record_is_retried() {
    let mut world = odd_gets(Answer::refusing(["3"]));
    assert_eq!(deliver_both(&mut world), ["3"]);
}

#[test]
fn function_error_retries_its_sub_batch_only() {
    let mut world = odd_gets(Answer::function_error("RuntimeError", "no"));
    assert_eq!(deliver_both(&mut world), ["1", "3"]);
    assert_eq!(sent_to_odd(&world), 1);
}

#[test]
fn unusable_response_retries_its_sub_batch_only() {
    let garbage = "{".repeat(6 * 1024 * 1024);
    let answers = [
        "no JSON",
        "{\"batchItemFailures\":[{}",
        "\u{0}",
        r#""done""#,
        "[]",
        r#"{"batchItemFailures":{}}"#,
        r#"{"batchItemFailures":["3"]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        r#"{"batchItemFailures":[{"identifier":"3"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":3}]}"#,
        &garbage,
    ];
    for answer in answers {
        let mut world = odd_gets(Answer::ok(answer));
        let shown = answer.chars().take(60).collect::<String>();
        assert_eq!(deliver_both(&mut world), ["1", "3"], "for {shown:?}");
        assert_eq!(sent_to_odd(&world), 1, "for {shown:?}");
    }
}

#[test]
fn foreign_identifier_retries_its_own_sub_batch() {
    // Record 2 is another tenant's; record 9 is not in the batch.
    for foreign in ["2", "9"] {
        let mut world = odd_gets(Answer::refusing([foreign]));
        assert_eq!(deliver_both(&mut world), ["1", "3"], "for {foreign}");
    }
}

#[test]
fn uncertain_invoke_is_retried_by_the_queue_only() {
    let answers = [
        Answer::error(500, "ServiceException", "internal"),
        Answer::error(502, "BadGatewayException", "internal"),
        Answer::error(503, "ServiceUnavailableException", "internal"),
        Answer::error(504, "GatewayTimeoutException", "internal"),
        Answer::cut(),
        Answer::cut_midway(json!({ "batchItemFailures": [] }).to_string()),
    ];
    for answer in answers {
        let mut world = odd_gets(answer.clone());
        assert_eq!(deliver_both(&mut world), ["1", "3"], "for {answer:?}");
        assert_eq!(sent_to_odd(&world), 1, "for {answer:?}");
    }
}

#[test]
fn slow_backend_is_retried_by_the_queue() {
    let slow = Answer::ok("null").after(Duration::from_mins(1));
    let answer = move |call: &Call| if call.tenant() == "odd" { slow.clone() } else { Answer::ok("null") };
    let mut world = ROUTER.backend(answer).set(&["backend", "timeout_seconds"], json!(1)).start();
    assert_eq!(deliver_both(&mut world), ["1", "3"]);
    assert_eq!(sent_to_odd(&world), 1);
}

#[test]
fn no_invoke_starts_too_late_for_the_deadline() {
    // An Invoke may take 12 seconds with its cold start, and the response half a second. So no Invoke starts later than a
    // second and a half after the first one.
    let mut world = ROUTER
        .backend(|_| Answer::ok("null").after(Duration::from_secs(3)))
        .set(&["backend", "timeout_seconds"], json!(1))
        .set(&["delivery"], json!({ "in_flight": 1 }))
        .start();
    let event = Queue::standard("orders").event(&[message("1", "a"), message("2", "b"), message("3", "c")]);
    assert_eq!(world.failures(Invocation::of(event).within(Duration::from_secs(14))), ["2", "3"]);
    assert_eq!(world.invokes(), [("a".to_owned(), vec!["1".to_owned()])]);
}

#[test]
fn nothing_is_sent_without_time_for_an_invoke() {
    let mut world = ROUTER.with_default_backend().start();
    let event = Queue::standard("orders").event(&[message("1", "a"), message("2", "b")]);
    assert_eq!(world.failures(Invocation::of(event).within(Duration::from_secs(2))), ["1", "2"]);
    assert_eq!(world.invokes(), []);
}

#[test]
fn misconfiguration_stops_all_and_rejects_none() {
    let tenancy =
        "The invoked function is not enabled with tenancy configuration. Remove the tenant ID and try again.";
    let answers = [
        Answer::error(403, "AccessDeniedException", "not authorized"),
        Answer::error(404, "ResourceNotFoundException", "Function not found"),
        Answer::error(400, "InvalidParameterValueException", tenancy),
        Answer::error(502, "KMSAccessDeniedException", "no access to the key"),
    ];
    for answer in answers {
        let script = answer.clone();
        let mut world =
            ROUTER.backend(move |_| script.clone()).set(&["delivery"], json!({ "in_flight": 1 })).start();
        let messages = ["1", "2", "3", "4"].map(|id| message(id, &format!("tenant-{id}")));
        assert_eq!(world.deliver(&messages), ["1", "2", "3", "4"], "for {answer:?}");
        assert_eq!(world.invokes().len(), 1, "for {answer:?}");
        assert!(world.sqs.requests().is_empty(), "for {answer:?}");
    }
}

#[test]
fn refused_request_is_retried_and_others_continue() {
    let mut world = odd_gets(Answer::error(400, "InvalidRequestContentException", "no"));
    assert_eq!(deliver_both(&mut world), ["1", "3"]);
    assert_eq!(sent_to_odd(&world), 1);
}

#[test]
fn rejected_record_is_acked_once_quarantined() {
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.deliver(&[message("1", "no good"), message("2", "a")]), [""; 0]);
    assert_eq!(world.sqs.queued().len(), 1);
    assert_eq!(world.invokes(), [("a".to_owned(), vec!["2".to_owned()])]);
}

#[test]
fn rejected_record_is_retried_unless_quarantined() {
    let refusals = [
        SqsAnswer::Error(403, "AccessDenied".to_owned()),
        SqsAnswer::Error(400, "QueueDoesNotExist".to_owned()),
    ];
    for refusal in refusals {
        let script = refusal.clone();
        let mut world = ROUTER.with(|_| Answer::ok("null"), move |_| script.clone()).start();
        assert_eq!(world.deliver(&[message("1", "no good"), message("2", "a")]), ["1"], "for {refusal:?}");
    }
}

#[test]
fn without_a_quarantine_rejected_record_is_redriven() {
    let mut world = ROUTER.with_default_backend().set(&["on_reject"], json!("redrive")).start();
    assert_eq!(world.deliver(&[message("1", "no good"), message("2", "a")]), ["1"]);
    assert!(world.sqs.requests().is_empty());
}

#[test]
fn asynchronous_event_is_acked_when_accepted() {
    let mut world = asynchronous(|call| match call.tenant() {
        "odd" => Answer::error(500, "ServiceException", "internal"),
        _ => Answer::accepted(),
    });
    assert_eq!(deliver_both(&mut world), ["1", "3"]);
    let calls = world.lambda.calls();
    assert!(calls.iter().all(|recorded| recorded.call.invocation_type.as_deref() == Some("Event")));
}

#[test]
fn asynchronous_event_with_another_status_is_retried() {
    let mut world = asynchronous(|_| Answer::ok("null"));
    assert_eq!(deliver_both(&mut world), ["1", "2", "3", "4"]);
    assert!(world.lambda.calls().iter().all(|recorded| !recorded.call.record_ids().is_empty()));
}

fn asynchronous(script: impl Fn(&testbed::Call) -> Answer + Send + Sync + 'static) -> World {
    ROUTER
        .backend(script)
        .set(&["delivery"], json!({ "invocation": "async" }))
        .set(&["backend", "failure_destination"], json!("arn:aws:sqs:eu-west-1:111122223333:orders-failed"))
        .start()
}
