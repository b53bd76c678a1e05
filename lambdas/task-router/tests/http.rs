//! Tests the `task-router` binary over HTTP: the Runtime API and Lambda's Invoke are scripted.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::time::Duration;

use serde_json::json;
use testbed::{Answer, Call, DynamoDbAnswer, DynamoDbApi, Invocation, Outcome, Router, UNREACHABLE, World};

const INPUT: &str = r#"{"tenant_id":"acme","payload":{"order":"secret-7", "n":1.50}}"#;

/// A router that finds the tenant at the task's `tenant_id`.
const ROUTER: Router = Router {
    binary: env!("CARGO_BIN_EXE_task-router"),
    config: |_| {
        json!({
            "source": "task",
            "backend": { "function": "orders:live", "timeout_seconds": 1 },
            "tenant_id": { "from": ["$.tenant_id"] },
        })
    },
};

fn world(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> World {
    ROUTER.backend(script).start()
}

/// A router with this registry and this setting for suspended tenants.
fn world_of(registry: &DynamoDbApi, suspended: &str) -> World {
    registry.create_table("tenants", "tenant_id");
    for (id, status) in [("acme", "active"), ("late", "suspended"), ("gone", "offboarded"), ("odd", "?")] {
        registry.put("tenants", &json!({ "tenant_id": { "S": id }, "status": { "S": status } }));
    }
    ROUTER
        .with_default_backend()
        .set(&["registry"], json!({ "table": "tenants", "suspended": suspended }))
        .environment("AWS_ENDPOINT_URL_DYNAMODB", &registry.endpoint())
        .start()
}

#[test]
fn task_payload_and_response_are_unchanged() {
    let mut world = world(|_| Answer::ok(r#"{"done": 1.50, "s":"\u0041"}"#));
    let input = Invocation::of(INPUT).with_trace_header("Root=1-2-3");
    let outcome = world.router.invoke(input);
    assert_eq!(outcome, Outcome::Response(br#"{"done": 1.50, "s":"\u0041"}"#.to_vec()));
    let calls = world.lambda.calls();
    assert_eq!(calls.len(), 1);
    let call = &calls[0].call;
    assert_eq!(call.tenant_id.as_deref(), Some("acme"));
    assert_eq!(call.payload, br#"{"order":"secret-7", "n":1.50}"#);
    assert_eq!(call.trace_headers, ["Root=1-2-3"]);
}

#[test]
fn empty_backend_response_becomes_null() {
    assert_eq!(world(|_| Answer::ok("")).answer(INPUT), "null");
    assert_eq!(world(|_| Answer::ok("null")).answer(INPUT), "null");
}

#[test]
fn payload_path_is_configurable() {
    let setup = ROUTER.backend(|call| Answer::ok(call.payload.clone()));
    let mut world = setup.set(&["task"], json!({ "payload": "$.order.data" })).start();
    assert_eq!(world.answer(r#"{"tenant_id":"acme","order":{"data":[1.0]}}"#), "[1.0]");
    let (error, message) = world.error(r#"{"tenant_id":"acme","order":{}}"#);
    assert_eq!(error, "TaskInvalid");
    assert!(message.contains("order.data"), "{message}");
}

#[test]
fn each_task_failure_has_its_error_name() {
    let every = |answer: fn() -> Answer| move |_: &Call| answer();
    for (script, expected, mark) in [
        (
            every(|| Answer::throttled("ReservedFunctionConcurrentInvocationLimitExceeded", None)),
            "BackendThrottled",
            "retry",
        ),
        (every(|| Answer::error(409, "ResourceConflictException", "x")), "BackendThrottled", "retry"),
        (every(|| Answer::function_error("ValueError", "secret words")), "BackendFailed", "ran and failed"),
        (every(|| Answer::function_error("Sandbox.Timedout", "x")), "Timeout", "may have run"),
        (every(|| Answer::error(500, "ServiceException", "x")), "BackendFailed", "may have run"),
        (every(Answer::cut), "BackendFailed", "may have run"),
        (every(|| Answer::ok("secret, no JSON")), "BackendFailed", "not JSON"),
        (
            every(|| Answer::error(400, "InvalidRequestContentException", "x")),
            "BackendFailed",
            "did not run (InvalidRequestContent",
        ),
        (every(|| Answer::error(403, "AccessDeniedException", "x")), "BackendMisconfigured", "role"),
        (every(|| Answer::error(404, "ResourceNotFoundException", "x")), "BackendMisconfigured", "exists"),
    ] {
        let (error, message) = world(script).error(INPUT);
        assert_eq!(error, expected, "{message}");
        assert!(message.contains(mark) && !message.contains("secret"), "{message}");
    }
}

fn task_of(tenant: &str) -> Invocation {
    Invocation::of(json!({ "tenant_id": tenant, "payload": 1 }).to_string())
}

#[test]
fn suspended_tenants_task_is_held_or_rejected() {
    for (suspended, expected, mark) in
        [("hold", "TenantHeld", "active again"), ("quarantine", "TenantRejected", "suspended: ")]
    {
        let registry = DynamoDbApi::start(|_| DynamoDbAnswer::Served);
        let mut world = world_of(&registry, suspended);
        let (error, message) = world.error(task_of("late"));
        assert_eq!(error, expected, "{message}");
        assert!(message.contains(mark), "{message}");
        for (tenant, reason) in [("gone", "offboarded: "), ("stray", "unknown_tenant: ")] {
            let (error, message) = world.error(task_of(tenant));
            assert_eq!(error, "TenantRejected");
            assert!(message.starts_with(reason), "{message}");
        }
        assert!(world.lambda.calls().is_empty());
        assert_eq!(world.router.invoke(task_of("acme")), Outcome::Response(b"null".to_vec()));
    }
}

#[test]
fn unconfirmed_tenants_task_is_not_sent() {
    let refusals = [DynamoDbAnswer::Error(400, "ResourceNotFoundException".to_owned()), DynamoDbAnswer::Cut];
    for refusal in refusals {
        let registry = DynamoDbApi::start(move |_| refusal.clone());
        let mut world = world_of(&registry, "quarantine");
        let (error, message) = world.error(task_of("acme"));
        assert_eq!(error, "RegistryUnavailable", "{message}");
        assert!(message.contains("retry the task later"), "{message}");
        assert!(world.lambda.calls().is_empty());
    }
    let registry = DynamoDbApi::start(|_| DynamoDbAnswer::Served);
    let mut world = world_of(&registry, "quarantine");
    assert_eq!(world.error(task_of("odd")).0, "RegistryUnavailable", "its item is malformed");
    assert!(world.lambda.calls().is_empty());
}

#[test]
fn unreachable_backend_did_not_run() {
    let mut world = ROUTER.with_default_backend().environment("AWS_ENDPOINT_URL_LAMBDA", UNREACHABLE).start();
    let (error, message) = world.error(INPUT);
    assert_eq!(error, "BackendThrottled");
    assert!(message.contains("did not run"), "{message}");
}

#[test]
fn task_without_a_tenant_is_rejected_by_reason() {
    let tenant_id = json!({ "from": [
        { "path": "$.tenant_id", "capture": "^secret (.*)$" },
        "$.order.tenant",
    ]});
    let mut world = ROUTER.with_default_backend().set(&["tenant_id"], tenant_id).start();
    for (input, reason, selector) in [
        (r#"{"order":"secret, no JSON","payload":1}"#, "undecodable", "$.order"),
        (r#"{"payload":1}"#, "missing", ""),
        (r#"{"tenant_id":7,"payload":1}"#, "not_a_string", "$.tenant_id"),
        (r#"{"tenant_id":"a","tenant_id":"a","payload":1}"#, "duplicate_key", "$.tenant_id"),
        (r#"{"tenant_id":"no secret","payload":1}"#, "no_capture", "$.tenant_id"),
        (r#"{"tenant_id":"secret secret id","payload":1}"#, "bad_grammar", "$.tenant_id"),
        (r#"{"tenant_id":"secret a","order":{"tenant":"secret"},"payload":1}"#, "conflict", "$.order"),
    ] {
        let (error, message) = world.error(input);
        assert_eq!(error, "TenantRejected");
        assert!(message.starts_with(&format!("{reason}: ")) && message.contains(selector), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }
    assert!(world.lambda.calls().is_empty());
}

#[test]
fn event_that_is_no_task_names_its_router() {
    let mut world = world(|_| Answer::ok("null"));
    for (input, mark) in [
        ("[]", "pipes-enricher"),
        (r#"{"Records":[{"messageId":"m","eventSource":"aws:sqs"}]}"#, "sqs-router"),
        (r#"{"id":"1","detail-type":"a","source":"b","detail":{}}"#, "eventbridge-router"),
        ("null", "tenant_id"),
        (r#"{"tenant_id":"acme"}"#, "payload"),
        (r#"{"tenant_id":"acme","payload":1,"payload":2}"#, "twice"),
    ] {
        let (error, message) = world.error(input);
        assert_eq!(error, "TaskInvalid");
        assert!(message.contains(mark), "{message}");
    }
    assert!(world.lambda.calls().is_empty());
}

#[test]
fn oversized_payload_is_no_task() {
    let mut world = world(|_| Answer::ok("null"));
    let (limit, quotes) = (6 * 1024 * 1024, "\"\"".len());
    let of = |bytes: usize| format!(r#"{{"tenant_id":"acme","payload":"{}"}}"#, "x".repeat(bytes - quotes));
    assert_eq!(world.answer(of(limit)), "null");
    let (error, message) = world.error(of(limit + 1));
    assert_eq!(error, "TaskInvalid");
    assert!(message.contains("6 MB") && message.contains("reference"), "{message}");
    assert_eq!(world.lambda.calls().len(), 1);
}

#[test]
fn transient_throttle_does_not_fail_the_task() {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let mut world = world(move |_| match calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 | 1 => Answer::throttled("CallerRateLimitExceeded", None),
        _ => Answer::ok("1"),
    });
    assert_eq!(world.answer(INPUT), "1");
    assert_eq!(world.lambda.calls().len(), 3);
}

#[test]
fn silent_backend_times_out_before_the_router() {
    let mut world = world(|_| Answer::ok("null").after(Duration::from_mins(1)));
    let (error, _) = world.error(Invocation::of(INPUT).within(Duration::from_secs(13)));
    assert_eq!(error, "Timeout");
    let (error, message) = world.error(Invocation::of(INPUT).within(Duration::from_secs(5)));
    assert_eq!(error, "BackendMisconfigured", "five seconds are too short for an Invoke");
    assert!(message.contains("12 seconds"), "{message}");
}

#[test]
fn no_log_line_has_a_payload_or_a_tenant() {
    let mut world = world(|call| match call.payload.first() {
        Some(b'{') => Answer::ok(r#""hush-hush""#),
        _ => Answer::function_error("hush", "hush"),
    });
    world.answer(INPUT);
    world.error(r#"{"tenant_id":"acme","payload":"secret"}"#);
    world.error(r#"{"tenant_id":"acme inc","payload":"secret"}"#);
    let lines = world.router.stop();
    let tasks: Vec<&String> = lines.iter().filter(|line| line.contains("\"event\":\"task\"")).collect();
    assert_eq!(tasks.len(), 3, "{lines:#?}");
    assert!(
        tasks[1].contains("\"error\":\"BackendFailed\"") && tasks[2].contains("\"detail\":\"bad_grammar\"")
    );
    assert!(
        lines.iter().any(|line| line.contains("\"Rejected\"") && line.contains("\"reason\":\"bad_grammar\""))
    );
    for line in lines {
        assert!(!["secret", "acme", "hush"].iter().any(|word| line.contains(word)), "{line}");
    }
}
