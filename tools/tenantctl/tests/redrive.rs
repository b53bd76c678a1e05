//! Tests `tenantctl redrive` with the real binary against emulated queues and objects.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use serde_json::{Value, json};
use testbed::sqs_queue::{Fault, queue_arn};
use testbed::{Answer, NewMessage};

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

const BUCKET: &str = "given-up";

fn key(shard: &str, day: &str) -> String {
    format!("failed/aws/lambda/mapping/{shard}/2026/11/{day}/2026-11-{day}T00.00.00-random")
}

/// Makes what Lambda writes about a discarded batch of one record.
fn discarded_batch(sequence: u32) -> String {
    let event = format!(r#"{{"Records":[{}]}}"#, stream_record(sequence, "p"));
    json!({ "version": "1.0", "requestContext": { "functionArn": function("stream-router") },
        "KinesisBatchInfo": { "shardId": "s-0" }, "payload": event })
    .to_string()
}

fn function(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}:live")
}

fn dead(body: &str, group: &str) -> NewMessage {
    let message = NewMessage::new(body).attribute("kind", "test").group(group, body);
    NewMessage {
        dead_letter_source: Some(queue_arn("orders.fifo")),
        trace: Some("Root=1".to_owned()),
        ..message
    }
}

#[test]
fn messages_return_to_their_source_queue_unchanged() {
    let world = World::new();
    world.sqs.create("dlq.fifo");
    for place in 0..12 {
        world.sqs.put("dlq.fifo", dead(&format!("{place}"), "a"));
    }
    let dry = world.run(&["redrive", "--from", "dlq.fifo"]);
    assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
    assert!(
        dry.out.contains("a dry run: 10 would be") && world.bodies("orders.fifo").is_empty(),
        "{}",
        dry.out
    );
    let done = world.run(&["redrive", "--from", "dlq.fifo", "--execute"]);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    let expected: Vec<String> = (0..12).map(|place| place.to_string()).collect();
    assert_eq!(world.bodies("orders.fifo"), expected);
    let sent = world.sqs.held("orders.fifo").remove(0).message;
    assert_eq!((sent.group.as_deref(), sent.trace.as_deref()), (Some("a"), Some("Root=1")));
    assert_eq!(sent.attributes.len(), 1);
    assert_ne!(sent.deduplication.as_deref(), Some("0"));
    assert!(world.bodies("dlq.fifo").is_empty());
}

#[test]
fn failed_group_stays_stopped_for_the_whole_redrive() {
    let world = World::with(
        |asked| {
            let refused = asked.action == "SendMessageBatch" && asked.body.to_string().contains("first");
            refused.then(|| Fault::Entries(vec![0], "InvalidMessageContents".to_owned()))
        },
        |_| Answer::ok("null"),
    );
    world.sqs.create("dlq");
    world.sqs.put("dlq", dead("first", "a"));
    for number in 1..200 {
        world.sqs.put("dlq", dead(&format!("b-{number}"), "b"));
    }
    world.sqs.put("dlq", dead("second", "a"));
    let redriven = world.run(&["redrive", "--from", "dlq", "--execute", "--json"]);
    assert_eq!(redriven.json()["redriven"], 199, "{}{}", redriven.out, redriven.err);
    assert_eq!(world.bodies("dlq"), ["first", "second"]);
}

#[test]
fn message_without_source_goes_to_the_only_source_queue() {
    let world = World::new();
    world.sqs.create("dlq");
    world.sqs.create_with_redrive("work", &queue_arn("dlq"), 5);
    world.sqs.put("dlq", NewMessage::new("a"));
    let done = world.run(&["redrive", "--from", "dlq", "--execute"]);
    assert_eq!((done.code, world.bodies("work")), (Some(0), vec!["a".to_owned()]), "{}", done.err);
    world.sqs.create_with_redrive("other", &queue_arn("dlq"), 5);
    world.sqs.put("dlq", NewMessage::new("b"));
    let unknown = world.run(&["redrive", "--from", "dlq", "--execute"]);
    assert!(unknown.code == Some(1) && unknown.out.contains("name it with --to"), "{}", unknown.out);
    let named = world.run(&["redrive", "--from", "dlq", "--to", "orders", "--execute"]);
    assert_eq!((named.code, world.bodies("orders")), (Some(0), vec!["b".to_owned()]));
}

#[test]
fn only_messages_of_the_named_tenant_are_redriven() {
    let world = World::new();
    world.sqs.create("dlq");
    for tenant in ["acme", "blue"] {
        let body = format!(r#"{{"tenantId":"{tenant}"}}"#);
        let dead_letter_source = Some(queue_arn("orders"));
        world.sqs.put("dlq", NewMessage { dead_letter_source, ..NewMessage::new(body) });
    }
    let config = std::env::temp_dir().join(format!("tenantctl-redrive-{}.json", std::process::id()));
    let text = json!({ "TENANT_ROUTER_CONFIG": { "source": "sqs", "backend": { "function": "orders" },
        "tenant_id": { "from": ["$.body.tenantId"] } } });
    std::fs::write(&config, text.to_string()).unwrap();
    let config = config.to_str().unwrap();
    let args = ["redrive", "--from", "dlq", "--tenant", "acme", "--config", config, "--execute"];
    let done = world.run(&args);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert_eq!(world.bodies("orders"), [r#"{"tenantId":"acme"}"#]);
    assert_eq!(world.bodies("dlq"), [r#"{"tenantId":"blue"}"#]);
    std::fs::remove_file(config).unwrap();
}

#[test]
fn notice_of_a_discarded_batch_is_left() {
    let world = World::new();
    world.sqs.create("dlq");
    world.sqs.put("dlq", NewMessage::new(r#"{"KinesisBatchInfo":{"shardId":"s"}}"#));
    let ran = world.run(&["redrive", "--from", "dlq", "--to", "orders", "--execute"]);
    assert!(ran.code == Some(1) && ran.out.contains("none of its records"), "{}", ran.out);
    assert_eq!((world.bodies("dlq").len(), world.bodies("orders").len()), (1, 0));
}

#[test]
fn undelivered_event_goes_to_its_router_or_queue() {
    let world = World::with(|_| None, |_| Answer::ok("null"));
    world.sqs.create("undelivered");
    let event = r#"{"id":"e","detail-type":"t","source":"s","detail":{"n":1.0e2}}"#;
    let message = NewMessage::new(event).attribute("ERROR_CODE", "SDK_CLIENT_ERROR");
    world.sqs.put("undelivered", message.attribute("TARGET_ARN", &function("bus-router")));
    let unnamed = world.run(&["redrive", "--from", "undelivered", "--execute"]);
    assert!(unnamed.code == Some(1) && unnamed.out.contains("--router"), "{}", unnamed.out);
    let routed = world.run(&["redrive", "--from", "undelivered", "--router", "bus-router", "--execute"]);
    assert_eq!(routed.code, Some(0), "{}{}", routed.out, routed.err);
    assert_eq!(world.lambda.calls()[0].call.payload, event.as_bytes());
    world.sqs.put("undelivered", NewMessage::new(event));
    let buffered = world.run(&["redrive", "--from", "undelivered", "--to", "orders", "--execute"]);
    assert_eq!((buffered.code, world.bodies("orders")), (Some(0), vec![event.to_owned()]));
    assert!(world.bodies("undelivered").is_empty());
}

#[test]
fn objects_are_sent_in_order_and_deleted_once_acknowledged() {
    let world = World::new();
    for (place, day) in ["01", "02", "03", "04"].into_iter().enumerate() {
        world.s3.put(BUCKET, &key("s-0", day), discarded_batch(u32::try_from(place).unwrap()));
    }
    world.s3.put(BUCKET, "failed/readme", "hello");
    let from = format!("s3://{BUCKET}/failed/");
    let dry = world.run(&["redrive", "--from", &from, "--router", "stream-router"]);
    assert!(dry.out.contains("a dry run: 4 would be") && world.lambda.calls().is_empty(), "{}", dry.out);
    let done = world.run(&["redrive", "--from", &from, "--router", "stream-router", "--execute"]);
    assert_eq!(done.code, Some(1), "the stray object is left");
    assert!(done.out.contains("4 of 5 redriven") && done.out.contains("not changed"), "{}", done.out);
    assert_eq!(world.s3.keys(BUCKET), ["failed/readme"]);
    let calls = world.lambda.calls();
    let event = |sequence| format!(r#"{{"Records":[{}]}}"#, stream_record(sequence, "p")).into_bytes();
    let expected: Vec<_> = (0..4).map(event).collect();
    assert_eq!(calls.iter().map(|recorded| recorded.call.payload.clone()).collect::<Vec<_>>(), expected);
}

#[test]
fn shard_waits_behind_an_object_that_is_left() {
    let world = World::with(
        |_| None,
        |call| {
            let event: Value = serde_json::from_slice(&call.payload).unwrap();
            let sequence = event["Records"][0]["kinesis"]["sequenceNumber"].as_str().unwrap().to_owned();
            if sequence == "1" { Answer::refusing(["1"]) } else { Answer::ok(r#"{"batchItemFailures":[]}"#) }
        },
    );
    for (shard, day, sequence) in [("s-0", "01", 0), ("s-0", "02", 1), ("s-0", "03", 2), ("s-1", "01", 3)] {
        world.s3.put(BUCKET, &key(shard, day), discarded_batch(sequence));
    }
    let from = format!("s3://{BUCKET}");
    let done = world.run(&["redrive", "--from", &from, "--router", "stream-router", "--execute"]);
    assert_eq!(done.code, Some(1));
    assert!(done.out.contains("1 later objects wait") && done.out.contains("2 of 4"), "{}", done.out);
    assert_eq!(world.s3.keys(BUCKET), [key("s-0", "02"), key("s-0", "03")]);
}

#[test]
fn missing_or_wrong_options_are_refused() {
    let world = World::new();
    let no_router = world.run(&["redrive", "--from", "s3://bucket/prefix"]);
    assert!(no_router.code == Some(2) && no_router.err.contains("--router"), "{}", no_router.err);
    let itself = world.run(&["redrive", "--from", "orders", "--to", "orders"]);
    assert!(itself.code == Some(2) && itself.err.contains("dead-letter queue itself"), "{}", itself.err);
}

#[test]
fn records_of_other_functions_need_any_source() {
    let world = World::new();
    world.s3.put(BUCKET, &key("s-0", "01"), discarded_batch(1));
    world.sqs.create("undelivered");
    let event = r#"{"id":"e","detail-type":"t","source":"s","detail":{}}"#;
    world.sqs.put("undelivered", NewMessage::new(event));
    for (from, why) in
        [("s3://given-up", "sent to stream-router, not other"), ("undelivered", "for an unknown function")]
    {
        let args = ["redrive", "--from", from, "--router", "other", "--execute"];
        let left = world.run(&args);
        assert!(left.code == Some(1) && left.out.contains(why), "{}{}", left.out, left.err);
        assert!(world.lambda.calls().is_empty());
    }
    let args = ["redrive", "--from", "s3://given-up", "--router", "other", "--execute", "--any-source"];
    assert_eq!((world.run(&args).code, world.lambda.calls().len()), (Some(0), 1));
}
