//! Tests the limits of `tenantctl quarantine replay` with the real binary.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testbed::Answer;
use testbed::sqs_queue::Fault;

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

/// Makes a record of the DynamoDB table `orders`, with the tenant id in its key.
fn item(key: &str) -> String {
    let arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/s";
    json!({ "eventID": "e", "eventSource": "aws:dynamodb", "eventSourceARN": arn,
        "dynamodb": { "Keys": { "pk": { "S": key } }, "SequenceNumber": "7" } })
    .to_string()
}

fn scratch(name: &str) -> String {
    let file = std::env::temp_dir().join(format!("tenantctl-replay-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&file);
    file.to_str().unwrap().to_owned()
}

#[test]
fn records_go_only_to_the_router_that_quarantined_them() {
    let world = World::new();
    let record = rejected(&stream_record(7, "p"), "suspended", "x", Some("acme"));
    world.sqs.put(QUARANTINE, record.clone().sender("AROACLICKS:clicks-router"));
    world.sqs.put(QUARANTINE, record.sender("AIDAMALLORY"));
    let left = world.quarantine("replay", &["--execute", "--router", "orders-router"]);
    assert_eq!((left.code, world.bodies(QUARANTINE).len()), (Some(1), 2));
    assert!(left.out.contains("quarantined by clicks-router, not orders-router"), "{}", left.out);
    assert!(left.out.contains("by an unknown function") && world.lambda.calls().is_empty(), "{}", left.out);
    let own = world.quarantine("replay", &["--execute", "--router", "clicks-router"]);
    assert_eq!((own.code, world.lambda.calls().len()), (Some(1), 1), "{}", own.out);
    let vouched = world.quarantine("replay", &["--execute", "--router", "clicks-router", "--any-source"]);
    assert_eq!((vouched.code, world.lambda.calls().len()), (Some(0), 2), "{}", vouched.out);
}

#[test]
fn queue_record_not_quarantined_by_a_function_is_left() {
    let world = World::new();
    let message = rejected(&order("m-1", "{}"), "missing", "orders", None).sender("AIDAMALLORY");
    world.sqs.put(QUARANTINE, message);
    let left = world.quarantine("replay", &["--execute"]);
    assert!(left.code == Some(1) && left.out.contains("not written by a function"), "{}", left.out);
    assert_eq!((world.bodies("orders").len(), world.bodies(QUARANTINE).len()), (0, 1));
}

#[test]
fn other_queue_takes_records_of_one_source_only() {
    let world = World::new();
    world.sqs.create("elsewhere");
    let other = order("m-2", "b").replace(":orders", ":others");
    world.sqs.put(QUARANTINE, rejected(&order("m-1", "a"), "missing", "orders", None));
    world.sqs.put(QUARANTINE, rejected(&other, "missing", "others", None));
    let several = world.quarantine("replay", &["--execute", "--to", "elsewhere"]);
    assert!(several.code == Some(1) && several.out.contains("several sources"), "{}", several.out);
    assert!(world.bodies("elsewhere").is_empty());
    let source = testbed::sqs_queue::queue_arn("others");
    let one = world.quarantine("replay", &["--execute", "--to", "elsewhere", "--source", &source]);
    assert_eq!((one.code, world.bodies("elsewhere")), (Some(0), vec!["b".to_owned()]), "{}", one.out);
}

#[test]
fn fix_tenant_replaces_only_the_id_in_a_stream_key() {
    let world = World::new();
    world.sqs.put(QUARANTINE, rejected(&item("TENANT#blu#ORDER#1"), "unknown_tenant", "x", Some("blu")));
    let (config, file) = (scratch("config.json"), scratch("kept.jsonl"));
    let from = json!([{ "path": "$.dynamodb.Keys.pk.S", "capture": "^TENANT#([^#]+)" }]);
    let text = json!({ "source": "dynamodb", "backend": { "function": "f" }, "tenant_id": { "from": from } });
    std::fs::write(&config, text.to_string()).unwrap();
    let fix = ["--reason", "unknown_tenant", "--router", "router", "--fix-tenant", "blue", "--execute"];
    let path = ["--path", "$.dynamodb.Keys.pk.S"];
    let unknown = world.quarantine("replay", &[&fix[..], &path, &["--to-file", &file]].concat());
    assert!(unknown.code == Some(1) && unknown.out.contains("give --config"), "{}", unknown.out);
    let unsaved = world.quarantine("replay", &[&fix[..], &path, &["--config", &config]].concat());
    assert!(unsaved.code == Some(1) && unsaved.out.contains("--to-file"), "{}", unsaved.out);
    assert!(world.lambda.calls().is_empty());
    let args = [&fix[..], &path, &["--config", &config, "--to-file", &file, "--json"]].concat();
    let fixed = world.quarantine("replay", &args);
    assert_eq!(fixed.code, Some(0), "{}{}", fixed.out, fixed.err);
    let sent = String::from_utf8(world.lambda.calls()[0].call.payload.clone()).unwrap();
    assert_eq!(sent, format!("{{\"Records\":[{}]}}", item("TENANT#blue#ORDER#1")));
    assert_eq!(fixed.json()["changed"][0]["original_tenant"], "blu", "{}", fixed.out);
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(kept["record"], item("TENANT#blu#ORDER#1"));
    std::fs::remove_file(&file).unwrap();
    std::fs::remove_file(&config).unwrap();
}

#[test]
fn record_that_cannot_be_planned_stops_only_its_group() {
    let world = World::new();
    world.s3.refuse("GET", 403, "AccessDenied");
    let pointer = json!({ "bucket": "large", "key": "k/1", "bytes": 1, "sha256": "0" }).to_string();
    let stored = rejected(&pointer, "too_large", "orders.fifo", None).attribute("stored", "s3");
    world.sqs.put(FIFO_QUARANTINE, stored.group("a", "1"));
    for (group, body) in [("a", "a-2"), ("b", "b-1"), ("a", "a-3")] {
        let message = rejected(&fifo_order(body, group, 2, body), "missing", "orders.fifo", None);
        world.sqs.put(FIFO_QUARANTINE, message.group(group, body));
    }
    for execute in [&[][..], &["--execute"]] {
        let args = [&["quarantine", "replay", "--queue", FIFO_QUARANTINE], execute].concat();
        let ran = world.run(&args);
        assert!(ran.code == Some(1) && ran.out.contains("a record before it in its order"), "{}", ran.out);
    }
    assert_eq!(world.bodies("orders.fifo"), ["b-1"]);
    assert_eq!(world.bodies(FIFO_QUARANTINE).len(), 3);
}

#[test]
fn failed_key_stays_stopped_for_the_whole_replay() {
    let world = World::with(
        |asked| {
            let refused = asked.action == "SendMessageBatch" && asked.body.to_string().contains("first");
            refused.then(|| Fault::Entries(vec![0], "InvalidMessageContents".to_owned()))
        },
        |_| Answer::ok("null"),
    );
    let put = |group: &str, number: u32, body: &str| {
        let record = fifo_order(body, group, number, body);
        world.sqs.put(QUARANTINE, rejected(&record, "suspended", "orders.fifo", Some("acme")));
    };
    put("a", 0, "first");
    (1..1000).for_each(|number| put("b", number, &format!("b-{number}")));
    put("a", 1000, "second");
    let replayed = world.quarantine("replay", &["--execute", "--json"]);
    assert_eq!(replayed.json()["replayed"], 999, "{}", replayed.err);
    assert!(!world.bodies("orders.fifo").contains(&"second".to_owned()));
    assert_eq!(world.bodies(QUARANTINE).len(), 2);
}

#[test]
fn record_quarantined_again_is_left_and_counted() {
    let answer = Answer::ok(r#"{"batchItemFailures":[]}"#).after(Duration::from_millis(300));
    let world = World::with(|_| None, move |_| answer.clone());
    let put = || world.sqs.put(QUARANTINE, rejected(&stream_record(7, "p"), "suspended", "x", Some("acme")));
    put();
    let args = ["quarantine", "replay", "--queue", QUARANTINE, "--execute", "--router", "router", "--json"];
    let mut child = world.command(&args).spawn().unwrap();
    let (mut answered, deadline) = (0, Instant::now() + Duration::from_secs(20));
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "the replay does not end");
        // The router quarantines the record again.
        if world.lambda.calls().len() > answered {
            answered += 1;
            put();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["replayed"].as_u64(), report["arrived"].as_u64()), (Some(1), Some(1)), "{report}");
    assert_eq!((output.status.code(), world.lambda.calls().len()), (Some(1), 1));
    assert_eq!((world.bodies(QUARANTINE).len(), world.sqs.in_flight(QUARANTINE)), (1, 0));
}
