//! Tests records in S3, discarding and interruptions of `tenantctl quarantine` with the real binary.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testbed::sqs_queue::Fault;
use testbed::{Answer, NewMessage};

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

/// Makes a message that points to an object with this record.
fn pointer(record: &str, key: &str, sha256: &str) -> NewMessage {
    let body = json!({ "bucket": "large", "key": key, "bytes": record.len(), "sha256": sha256 });
    rejected(&body.to_string(), "too_large", "orders", None).attribute("stored", "s3")
}

const RECORD: &str = r#"{"messageId":"m-1","body":"x","eventSource":"aws:sqs",
    "eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders"}"#;
/// The SHA-256 of `RECORD`.
const SHA256: &str = "103502ac8d1956ed65fdc145edcc409136333f438c8374c1a33fee3891b64fdd";

fn wait_until(mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "the condition was not met in time");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

#[test]
fn stored_record_is_replayed_and_its_object_deleted() {
    let world = World::new();
    world.s3.put("large", "k/1", RECORD);
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", SHA256));
    let replayed = world.quarantine("replay", &["--execute"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.out, replayed.err);
    assert_eq!(world.bodies("orders"), ["x"]);
    assert!(world.bodies(QUARANTINE).is_empty() && world.s3.keys("large").is_empty());
}

#[test]
fn changed_or_missing_object_leaves_the_message() {
    let world = World::new();
    world.s3.put("large", "k/1", RECORD);
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", &"0".repeat(64)));
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/2", SHA256));
    let replayed = world.quarantine("replay", &["--execute"]);
    assert_eq!(replayed.code, Some(1));
    assert!(replayed.out.contains("SHA-256") && replayed.out.contains("duplicate"), "{}", replayed.out);
    assert_eq!((world.bodies(QUARANTINE).len(), world.bodies("orders").len()), (2, 0));
    assert_eq!(world.s3.keys("large"), ["k/1"]);
}

#[test]
fn object_that_cannot_be_deleted_is_named() {
    let world = World::new();
    world.s3.put("large", "k/1", RECORD);
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", SHA256));
    world.s3.refuse("DELETE", 403, "AccessDenied");
    let replayed = world.quarantine("replay", &["--execute"]);
    assert!(replayed.out.contains("s3://large/k/1 could not be deleted: AccessDenied"), "{}", replayed.out);
    assert!(world.bodies(QUARANTINE).is_empty());
}

#[test]
fn discard_needs_a_filter_and_execute() {
    let world = World::new();
    for place in 0..12 {
        let record = order(&format!("m-{place}"), "{}");
        world.sqs.put(QUARANTINE, rejected(&record, "missing", "orders", None));
    }
    world.sqs.put(QUARANTINE, rejected(&order("m-x", "{}"), "conflict", "orders", None));
    assert_eq!(world.quarantine("discard", &["--execute"]).code, Some(2));
    let dry = world.quarantine("discard", &["--reason", "missing"]);
    assert!(dry.out.contains("12 would be discarded"), "{}", dry.out);
    assert_eq!(world.bodies(QUARANTINE).len(), 13);
    let done = world.quarantine("discard", &["--reason", "missing", "--execute"]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert_eq!(world.bodies(QUARANTINE).len(), 1);
}

#[test]
fn discard_saves_messages_with_their_records_to_a_file() {
    let world = World::new();
    world.s3.put("large", "k/1", RECORD);
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", SHA256));
    let record = order("m-2", "{\"n\":1.0}");
    world.sqs.put(QUARANTINE, rejected(&record, "missing", "orders", None));
    let file = std::env::temp_dir().join(format!("tenantctl-discard-{}.jsonl", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let to_file = ["--all", "--execute", "--to-file", file.to_str().unwrap()];
    let unwritable = world.quarantine("discard", &["--all", "--execute", "--to-file", "/nowhere/x"]);
    assert!(unwritable.code == Some(3) && world.bodies(QUARANTINE).len() == 2);
    assert!(unwritable.err.contains("no message is deleted before it is in the file"), "{}", unwritable.err);
    let done = world.quarantine("discard", &to_file);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["record"], &lines[1]["record"]), (2, &json!(RECORD), &json!(record)));
    assert_eq!(lines[1]["attributes"]["reason"]["text"], "missing");
    assert!(world.bodies(QUARANTINE).is_empty() && world.s3.keys("large").is_empty());
}

#[test]
fn discard_without_a_file_leaves_the_object() {
    let world = World::new();
    world.s3.put("large", "somebody/elses", "data");
    world.sqs.put(QUARANTINE, pointer(RECORD, "somebody/elses", SHA256));
    let done = world.quarantine("discard", &["--all", "--execute"]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert!(done.out.contains("1 of 1") && done.out.contains("lifecycle rule"), "{}", done.out);
    assert!(world.bodies(QUARANTINE).is_empty());
    assert_eq!(world.s3.keys("large"), ["somebody/elses"]);
}

#[test]
fn discard_to_a_file_leaves_messages_of_changed_objects() {
    let world = World::new();
    world.s3.put("large", "short", "data");
    world.s3.put("large", "other", "x".repeat(RECORD.len()));
    world.sqs.put(QUARANTINE, pointer(RECORD, "short", SHA256));
    world.sqs.put(QUARANTINE, pointer(RECORD, "other", SHA256));
    let file = std::env::temp_dir().join(format!("tenantctl-other-{}.jsonl", std::process::id()));
    let done = world.quarantine("discard", &["--all", "--execute", "--to-file", file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(done.code, Some(1), "{}{}", done.out, done.err);
    assert!(done.out.contains("it has 4 bytes") && done.out.contains("SHA-256"), "{}", done.out);
    assert_eq!((world.bodies(QUARANTINE).len(), world.s3.keys("large").len()), (2, 2));
}

#[test]
fn discarding_a_duplicate_keeps_the_object_of_the_other() {
    let world = World::new();
    world.s3.put("large", "k/1", RECORD);
    let duplicate = world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", SHA256));
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", SHA256));
    let done = world.quarantine("discard", &["--message-id", &duplicate, "--execute"]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    let replayed = world.quarantine("replay", &["--execute"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.out, replayed.err);
    assert_eq!(world.bodies("orders"), ["x"]);
}

#[test]
fn interrupted_replay_finishes_requests_and_releases_the_rest() {
    let world = World::with(
        |_| None,
        |_| Answer::ok(r#"{"batchItemFailures":[]}"#).after(Duration::from_millis(1500)),
    );
    for sequence in 0..30 {
        let record = stream_record(sequence, "p");
        world.sqs.put(QUARANTINE, rejected(&record, "suspended", "x", Some("acme")));
    }
    let mut command = world.command(&[
        "quarantine",
        "replay",
        "--queue",
        QUARANTINE,
        "--execute",
        "--router",
        "router",
        "--json",
    ]);
    let child = command.spawn().unwrap();
    wait_until(|| !world.lambda.calls().is_empty());
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["replayed"].as_u64(), world.lambda.calls().len()), (Some(1), 1));
    assert_eq!((world.bodies(QUARANTINE).len(), world.sqs.in_flight(QUARANTINE)), (29, 0));
}

#[test]
fn messages_stay_hidden_as_long_as_the_work_takes() {
    let slow = Answer::ok(r#"{"batchItemFailures":[]}"#).after(Duration::from_secs(5));
    let world = World::with(|_| None, move |_| slow.clone());
    world.sqs.put(QUARANTINE, rejected(&stream_record(1, "p"), "suspended", "x", Some("acme")));
    let args = ["--execute", "--router", "router", "--hold-seconds", "3"];
    let mut command = world.command(&[&["quarantine", "replay", "--queue", QUARANTINE][..], &args].concat());
    let child = command.spawn().unwrap();
    wait_until(|| !world.lambda.calls().is_empty());
    std::thread::sleep(Duration::from_secs(4));
    let second = world.quarantine("replay", &args);
    assert!(second.out.contains("0 of 0 replayed"), "{}{}", second.out, second.err);
    assert!(second.out.contains("in flight for another consumer"), "{}", second.out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), world.lambda.calls().len()), (Some(0), 1));
    assert!(world.bodies(QUARANTINE).is_empty());
}

#[test]
fn interrupted_list_releases_all_messages_and_says_so() {
    let world = World::with(
        |asked| (asked.action == "ReceiveMessage").then(|| Fault::Slow(Duration::from_millis(200))),
        |_| Answer::ok("null"),
    );
    for place in 0..100 {
        let record = order(&format!("m-{place}"), "{}");
        world.sqs.put(QUARANTINE, rejected(&record, "missing", "orders", None));
    }
    let child = world.command(&["quarantine", "ls", "--queue", QUARANTINE]).spawn().unwrap();
    wait_until(|| world.sqs.in_flight(QUARANTINE) >= 20);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("interrupted"), "{text}");
    assert_eq!(world.sqs.in_flight(QUARANTINE), 0);
}

#[test]
fn router_selectors_find_the_tenant_of_a_stored_record() {
    let world = World::new();
    world.s3.put("large", "k/1", RECORD);
    world.sqs.put(QUARANTINE, pointer(RECORD, "k/1", SHA256));
    let config = std::env::temp_dir().join(format!("tenantctl-config-{}.json", std::process::id()));
    let text =
        json!({ "source": "sqs", "backend": { "function": "orders" }, "tenant_id": { "from": ["$.body"] } });
    std::fs::write(&config, text.to_string()).unwrap();
    let path = config.to_str().unwrap();
    let listed = world.quarantine("ls", &["--tenant", "x", "--config", path, "--json"]).json();
    assert_eq!(listed["records"][0]["tenant"], "x", "{listed}");
    let none = world.quarantine("ls", &["--tenant", "x", "--json"]).json();
    assert_eq!(none["records"].as_array().unwrap().len(), 0);
    std::fs::remove_file(&config).unwrap();
}

#[test]
fn region_is_taken_from_the_queue_url_or_arn() {
    let world = World::new();
    for queue in [
        "https://sqs.eu-west-1.amazonaws.com/111122223333/quarantine",
        "arn:aws:sqs:eu-west-1:111122223333:quarantine",
    ] {
        let mut command = world.command(&["quarantine", "stats", "--queue", queue]);
        assert!(command.env_remove("AWS_REGION").status().unwrap().success());
    }
    let mut command = world.command(&["quarantine", "stats", "--queue", QUARANTINE]);
    let output = command.env_remove("AWS_REGION").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && error.contains("the AWS region is unknown"), "{error}");
}
