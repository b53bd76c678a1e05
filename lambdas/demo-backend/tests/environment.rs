//! Runs the binary in a Lambda execution environment.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use testbed::{InitFailure, Invocation, Message, Outcome, Queue, Sandbox};

fn start(environment: &[(&str, &str)]) -> Sandbox {
    Sandbox::start(Path::new(env!("CARGO_BIN_EXE_demo-backend")), environment)
        .unwrap_or_else(|InitFailure { error, lines }| panic!("no init: {error:?} {lines:?}"))
}

fn message(id: &str, behavior: &str) -> Message {
    Message::new(id, json!({ "tenantId": "a", "id": id, "do": behavior, "times": 1 }).to_string())
        .group("a#1")
}

fn response(outcome: &Outcome) -> Value {
    let Outcome::Response(body) = outcome else { panic!("no response: {outcome:?}") };
    serde_json::from_slice(body).unwrap()
}

fn lines(sandbox: Sandbox) -> Vec<Value> {
    let lines = sandbox.stop();
    lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &Value| line["event"] == "demo_backend")
        .collect()
}

#[test]
fn environment_keeps_its_id_and_logs_its_records() {
    let mut sandbox = start(&[]);
    let event =
        Queue::fifo("orders").event(&[message("1", "ok"), message("2", "refuse"), message("3", "ok")]);
    let first = sandbox.invoke(Invocation::of(event.clone()).for_tenant("a"));
    assert_eq!(
        response(&first),
        json!({ "batchItemFailures": [{ "itemIdentifier": "2" }, { "itemIdentifier": "3" }] })
    );
    sandbox.invoke(Invocation::of(event).for_tenant("a"));
    let lines = lines(sandbox);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["environment_id"], lines[1]["environment_id"]);
    assert_eq!(lines[0]["tenant_id"], "a");
    assert_eq!(lines[0]["tenants_seen"], json!(["a"]));
    assert_eq!(
        lines[0]["records"][1],
        json!({ "id": "2", "message_id": "2", "group": "a#1", "tenant": "a", "outcome": "refused" })
    );
}

#[test]
fn failing_message_is_a_function_error_times_times() {
    let mut sandbox = start(&[]);
    let queue = Queue::standard("orders");
    let first = sandbox.invoke(Invocation::of(queue.event(&[message("1", "fail")])).for_tenant("a"));
    assert!(
        matches!(first, Outcome::Error(ref error) if error.error_message.contains("on request")),
        "{first:?}"
    );
    let again = queue.event(&[message("1", "fail").receive_count(2)]);
    let second = sandbox.invoke(Invocation::of(again).for_tenant("a"));
    assert_eq!(response(&second), json!({ "batchItemFailures": [] }));
    let lines = lines(sandbox);
    assert_eq!(lines[0]["records"][0]["outcome"], "failed");
    assert_eq!(lines[1]["records"][0]["outcome"], "ok");
}

#[test]
fn journal_has_the_same_line_as_stdout() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("journal");
    let _ = std::fs::remove_dir_all(&folder);
    let mut sandbox = start(&[("DEMO_JOURNAL", folder.to_str().unwrap())]);
    let event = Queue::standard("orders").event(&[message("1", "ok")]);
    sandbox.invoke(Invocation::of(event).for_tenant("a"));
    let lines = lines(sandbox);
    let file = folder.join(format!("{}.jsonl", lines[0]["environment_id"].as_str().unwrap()));
    let journal = std::fs::read_to_string(file).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&journal).unwrap(), lines[0]);
}

#[test]
fn invocation_without_tenant_names_the_remedy() {
    let mut sandbox = start(&[]);
    let outcome = sandbox.invoke(Invocation::of(Queue::standard("orders").event(&[])));
    assert!(
        matches!(outcome, Outcome::Error(ref error) if error.error_message.contains("PER_TENANT")),
        "{outcome:?}"
    );
}

#[test]
fn unknown_event_names_the_expected_ones() {
    let mut sandbox = start(&[]);
    let outcome = sandbox.invoke(Invocation::of("{\"detail\":{}}").for_tenant("a"));
    assert!(
        matches!(outcome, Outcome::Error(ref error) if error.error_message.contains("send an SQS, Kinesis")),
        "{outcome:?}"
    );
}

#[test]
fn eventbridge_event_succeeds_as_a_whole() {
    let mut sandbox = start(&[]);
    let event = json!({ "id": "e1", "source": "shop", "detail-type": "order", "detail": { "tenantId": "a", "id": "1" } });
    let outcome = sandbox.invoke(Invocation::of(event.to_string()).for_tenant("a"));
    assert_eq!(response(&outcome), json!({ "ok": true, "id": "1" }));
    assert_eq!(lines(sandbox)[0]["records"][0]["message_id"], "e1");
}

#[test]
fn timed_out_invocation_ends_the_environment() {
    let mut sandbox = start(&[]);
    let body = json!({ "tenantId": "a", "id": "1", "do": "slow", "ms": 600_000 }).to_string();
    let event = Queue::standard("orders").event(&[Message::new("1", body)]);
    let invocation = || Invocation::of(event.clone()).for_tenant("a").within(Duration::from_millis(300));
    assert_eq!(sandbox.invoke(invocation()), Outcome::TimedOut);
    assert_eq!(sandbox.invoke(invocation()), Outcome::Exited);
}
