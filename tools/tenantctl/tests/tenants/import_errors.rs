//! `import` with errors, concurrent writes and interruptions.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use testbed::DynamoDbAnswer;

use crate::cli::{Output, World, has};

fn lines(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|id| format!("{{\"tenant_id\":\"t{id}\"}}\n")).collect();
    lines.concat()
}

#[test]
fn unprocessed_keys_are_read_again() {
    let world = World::scripted(|call| match call.operation.as_str() {
        "BatchGetItem" => DynamoDbAnswer::Unprocessed(2),
        _ => DynamoDbAnswer::Served,
    });
    let world = world.with(&[("t0", "active"), ("t3", "active"), ("t4", "active")]);
    let report: Value = serde_json::from_str(&world.import(&lines(5), "--json").good()).unwrap();
    assert_eq!((&report["same"], &report["added"]), (&json!(3), &json!(2)));
    assert_eq!(world.dynamodb.count("BatchGetItem"), 3);
}

#[test]
fn concurrently_added_tenant_is_kept_and_reported() {
    let theirs = json!({ "tenant_id": { "S": "t1" }, "status": { "S": "offboarded" } });
    let world = World::scripted(move |call| match call.operation.as_str() {
        "PutItem" if call.keys == ["t1"] => DynamoDbAnswer::ServedAfterPut(theirs.clone()),
        _ => DynamoDbAnswer::Served,
    });
    let output = world.import(&lines(3), "--execute");
    assert_eq!(output.code, Some(1));
    has(&output.out, &["2 added", "1 written by somebody else at the same time", "  t1\n"]);
    assert_eq!(world.status("t1"), "offboarded");
}

#[test]
fn concurrently_changed_tenant_is_not_overwritten() {
    let theirs = json!({ "tenant_id": { "S": "t1" }, "status": { "S": "offboarded" } });
    let world = World::scripted(move |call| match call.operation.as_str() {
        "UpdateItem" => DynamoDbAnswer::ServedAfterPut(theirs.clone()),
        _ => DynamoDbAnswer::Served,
    });
    let world = world.with(&[("t1", "suspended")]);
    let text = "{\"tenant_id\":\"t0\"}\n{\"tenant_id\":\"t1\",\"status\":\"active\"}";
    let output = world.import(text, "--execute --overwrite");
    has(&output.out, &["1 added, 0 changed", "1 written by somebody else at the same time"]);
    assert_eq!((output.code, world.status("t1").as_str()), (Some(1), "offboarded"));
}

#[test]
fn error_stops_the_import_and_a_second_run_finishes_it() {
    let (written, is_denied) = (AtomicUsize::new(0), Arc::new(AtomicBool::new(true)));
    let denied = is_denied.clone();
    let world = World::scripted(move |call| {
        let is_write = call.operation == "PutItem";
        if is_write && written.fetch_add(1, Ordering::SeqCst) >= 20 && denied.load(Ordering::SeqCst) {
            return DynamoDbAnswer::Error(400, "AccessDeniedException".to_owned());
        }
        DynamoDbAnswer::Served
    });
    let report: Value = serde_json::from_str(&world.import(&lines(100), "--execute --json").found()).unwrap();
    let existing = world.dynamodb.items("tenants").len();
    assert_eq!(report["added"], json!(existing));
    assert_eq!(report["left"], json!(100 - existing));
    has(report["stopped"]["problem"].as_str().unwrap(), &["no permission for this"]);
    is_denied.store(false, Ordering::SeqCst);
    let output = world.import(&lines(100), "--execute");
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(world.dynamodb.items("tenants").len(), 100);
}

#[test]
fn throttled_write_is_retried() {
    let tries = AtomicUsize::new(0);
    let world = World::scripted(move |call| {
        if call.operation == "PutItem" && tries.fetch_add(1, Ordering::SeqCst) == 0 {
            return DynamoDbAnswer::Error(400, "ProvisionedThroughputExceededException".to_owned());
        }
        DynamoDbAnswer::Served
    });
    assert_eq!(world.import(&lines(3), "--execute").code, Some(0));
    assert_eq!(world.dynamodb.count("PutItem"), 4);
}

#[test]
fn import_retries_beyond_the_sdk_retry_quota() {
    let tries = Mutex::new(BTreeMap::new());
    let world = World::scripted(move |call| {
        let mut tries = tries.lock().unwrap();
        let tries: &mut usize = tries.entry(call.keys.clone()).or_default();
        *tries += 1;
        // More throttled requests in all than the retry quota of the SDK allows.
        if call.operation == "PutItem" && *tries <= 4 {
            return DynamoDbAnswer::Error(400, "ProvisionedThroughputExceededException".to_owned());
        }
        DynamoDbAnswer::Served
    });
    let output = world.import(&lines(32), "--execute");
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(world.dynamodb.items("tenants").len(), 32);
}

#[test]
fn killed_import_is_finished_by_the_next() {
    let (text, count) = (lines(60), |world: &World| world.dynamodb.items("tenants").len());
    let world = World::scripted(|call| match call.operation.as_str() {
        "PutItem" => DynamoDbAnswer::ServedAfter(Duration::from_millis(40)),
        _ => DynamoDbAnswer::Served,
    });
    for written in [1, 10, 25, 40] {
        let mut child =
            world.command(&["tenants", "import", "--table", "tenants", "-", "--execute"]).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        while count(&world) < written {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        let output = Output::of(child.wait_with_output().unwrap());
        assert!(output.code.is_none() && count(&world) < 60, "killed midway: {output:?}");
    }
    assert_eq!(world.import(&text, "--execute").code, Some(0));
    assert!((0..60).all(|id| world.status(&format!("t{id}")) == "active"));
    assert_eq!(count(&world), 60);
}
