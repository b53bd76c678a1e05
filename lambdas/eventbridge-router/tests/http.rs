//! Tests the `eventbridge-router` binary over HTTP: the Runtime API, Lambda's Invoke and SQS are scripted.
//!
//! A rule invokes the router asynchronously with one event. The router acknowledges the event, or the invocation fails and
//! Lambda retries it [Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation"].

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testbed::events::eventbridge::event;
use testbed::{Answer, Call, DataRecord, DataStream, Invocation, Message, Queue, Router, SqsAnswer, World};

/// A router that finds the tenant at `tenantId` in the detail.
const ROUTER: Router = Router {
    binary: env!("CARGO_BIN_EXE_eventbridge-router"),
    config: |quarantine| {
        json!({
            "source": "eventbridge",
            "backend": { "function": "orders:live", "timeout_seconds": 1 },
            "tenant_id": { "from": ["$.detail.tenantId"] },
            "on_reject": { "quarantine": quarantine },
        })
    },
};

fn world(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> World {
    ROUTER.backend(script).start()
}

/// Runs an invocation of so many seconds that must fail. Returns its duration, the causes in the batch line, and the number
/// of Invokes.
fn fails_within(mut world: World, seconds: u64) -> (Duration, Vec<String>, usize) {
    let began = Instant::now();
    let (name, _) = world.error(Invocation::of(of("acme")).within(Duration::from_secs(seconds)));
    assert_eq!(name, "NotAcknowledged");
    let took = began.elapsed();
    assert!(world.quarantined().is_empty(), "the event is valid and must not be quarantined");
    let invokes = world.lambda.calls().len();
    let lines = world.router.stop();
    let batch = lines.iter().find(|line| line.contains("\"event\":\"batch\"")).unwrap();
    let batch: Value = serde_json::from_str(batch).unwrap();
    (took, batch["retry"].as_object().unwrap().keys().cloned().collect(), invokes)
}

fn of(tenant: &str) -> String {
    event("e-1", &json!({ "tenantId": tenant, "total": 1.50 }))
}

/// Whether the router acknowledges the event: its response is then `null`.
fn acknowledges(world: &mut World, event: &str) -> bool {
    world.answer(event) == "null"
}

#[test]
fn event_reaches_its_tenant_with_either_payload() {
    for payload in ["event", "record"] {
        let mut world =
            ROUTER.with_default_backend().set(&["delivery"], json!({ "payload": payload })).start();
        assert!(acknowledges(&mut world, &of("acme")));
        let calls = world.lambda.calls();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].call.tenant_id.as_deref(), Some("acme"));
        assert_eq!(String::from_utf8_lossy(&calls[0].call.payload), of("acme"));
    }
}

#[test]
fn any_backend_response_acknowledges_the_event() {
    for answer in ["null", "{}", "7", r#"{"batchItemFailures":[{"itemIdentifier":"e-1"}]}"#] {
        assert!(acknowledges(&mut world(move |_| Answer::ok(answer)), &of("acme")), "{answer}");
    }
}

#[test]
fn unacknowledged_event_fails_the_invocation_by_name() {
    for answer in [
        Answer::function_error("RuntimeError", "no"),
        Answer::error(500, "ServiceException", "internal"),
        Answer::error(403, "AccessDeniedException", "not authorized"),
        Answer::cut(),
    ] {
        let scripted = answer.clone();
        let (name, message) = world(move |_| scripted.clone()).error(of("acme"));
        assert_eq!(name, "NotAcknowledged", "{answer:?}");
        assert!(!message.is_empty());
    }
}

#[test]
fn throttle_is_retried_until_the_deadline() {
    let throttled = || Answer::throttled("ReservedFunctionConcurrentInvocationLimitExceeded", None);
    let (took, causes, invokes) = fails_within(world(move |_| throttled()), 14);
    assert_eq!(causes, ["throttled"]);
    assert!(took < Duration::from_secs(14), "it must respond before the deadline: {took:?}");
    assert!(invokes > 1, "a throttled Invoke must be retried");

    let calls = AtomicUsize::new(0);
    let passes = move |_: &Call| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::throttled("CallerRateLimitExceeded", None),
        _ => Answer::ok("null"),
    };
    assert!(acknowledges(&mut self::world(passes), &of("acme")));
}

#[test]
fn misconfigured_backend_is_invoked_once() {
    for answer in [
        Answer::error(403, "AccessDeniedException", "not authorized"),
        Answer::error(404, "ResourceNotFoundException", "no such function"),
    ] {
        let (_, causes, invokes) = fails_within(world(move |_| answer.clone()), 30);
        assert_eq!((causes, invokes), (vec!["misconfigured".to_owned()], 1));
    }
}

#[test]
fn timed_out_backend_is_invoked_once() {
    for answer in [
        Answer::function_error("Sandbox.Timedout", "Task timed out after 1.00 seconds"),
        Answer::ok("null").after(Duration::from_mins(1)),
    ] {
        let (took, causes, invokes) = fails_within(world(move |_| answer.clone()), 14);
        assert_eq!(causes.len(), 1, "{causes:?}");
        assert!(["function_error", "uncertain"].contains(&causes[0].as_str()), "{causes:?}");
        assert!(took < Duration::from_secs(14), "{took:?}");
        assert_eq!(invokes, 1, "an Invoke that may have run must not be retried");
    }
}

#[test]
fn only_a_202_acknowledges_an_asynchronous_event() {
    let world = |answer: Answer| {
        let failed = json!("arn:aws:sqs:eu-west-1:111122223333:failed");
        let setup = ROUTER.backend(move |_| answer.clone()).set(&["backend", "failure_destination"], failed);
        setup.set(&["delivery"], json!({ "invocation": "async" })).start()
    };
    let mut accepted = world(Answer::accepted());
    assert!(acknowledges(&mut accepted, &of("acme")));
    let call = std::sync::Arc::clone(&accepted.lambda.calls()[0].call);
    assert_eq!((call.invocation_type.as_deref(), call.tenant_id.as_deref()), (Some("Event"), Some("acme")));
    assert_eq!(String::from_utf8_lossy(&call.payload), of("acme"));
    for answer in [Answer::ok("null"), Answer::error(500, "ServiceException", "internal"), Answer::cut()] {
        assert_eq!(world(answer.clone()).error(of("acme")).0, "NotAcknowledged", "{answer:?}");
    }
}

#[test]
fn rejected_event_is_acked_once_quarantined() {
    let cases = [
        (event("e-1", &json!({})), "missing"),
        (event("e-1", &json!({ "tenantId": 7 })), "not_a_string"),
        (of("no good"), "bad_grammar"),
        (event("e-1", &Value::Null), "missing"),
    ];
    for (event, reason) in cases {
        let mut world = world(|_| panic!("invoked"));
        assert!(acknowledges(&mut world, &event), "{reason}");
        assert_eq!(world.quarantined(), [("e-1".to_owned(), reason.to_owned())]);
        assert_eq!(world.sqs.queued()[0].message_body, event);
    }
}

#[test]
fn unquarantined_event_fails_the_invocation() {
    let refused = SqsAnswer::Error(403, "AccessDenied".to_owned());
    let mut world = ROUTER.with(|_| panic!("invoked"), move |_| refused.clone()).start();
    assert_eq!(world.error(of("no good")).0, "NotAcknowledged");
}

#[test]
fn repeated_event_is_delivered_again() {
    let mut world = world(|_| Answer::ok("null"));
    for _ in 0..2 {
        assert!(acknowledges(&mut world, &of("acme")));
    }
    assert_eq!(world.lambda.calls().len(), 2);
}

#[test]
fn another_sources_event_names_its_router() {
    let mut world = world(|_| panic!("invoked"));
    let sqs = Queue::standard("orders").event(&[Message::new("1", "{}")]);
    assert!(world.error(sqs).1.contains("sqs-router"));
    let stream = DataStream::new("orders").event(&[DataRecord::new("1", "k", "{}")]);
    assert!(world.error(stream).1.contains("kinesis-router"));
    for event in ["{}", "[]", "null", r#"{"detail":{"tenantId":"acme"}}"#] {
        assert!(world.error(event).1.contains("EventBridge event"), "{event}");
    }
}
