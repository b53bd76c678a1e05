//! Tests records that no message can hold: the router stores them in a bucket.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::{Answer, Buckets, Invocation, Message, Queue, Setup, SqsAnswer};

use crate::setup::{Deliver, ROUTER, message};

/// A router with a quarantine for messages up to 100 kB, and a bucket for larger records.
fn with_bucket(s3: &Buckets, setup: Setup) -> Setup {
    let quarantine = json!({
        "quarantine": setup.queue_url("quarantine"),
        "max_message_bytes": 100_000,
        "large_records": { "bucket": "large", "prefix": "quarantine/" },
    });
    setup.set(&["on_reject"], quarantine).environment("AWS_ENDPOINT_URL_S3", &s3.endpoint())
}

fn large(id: &str) -> Message {
    Message::new(id, "x".repeat(200_000))
}

#[test]
fn large_record_is_stored_with_a_pointer_message() {
    let s3 = Buckets::start();
    let mut world = with_bucket(&s3, ROUTER.with_default_backend()).start();
    let (record, small) = (large("1"), message("2", "no good"));
    assert_eq!(world.deliver(&[record.clone(), small, message("3", "a")]), [""; 0]);
    let queued = world.sqs.queued();
    assert_eq!(queued.len(), 2);
    let entry = queued.iter().find(|entry| entry.attribute("record_id") == Some("1")).unwrap();
    assert_eq!(entry.attribute("stored"), Some("s3"));
    assert_eq!(entry.attribute("reason"), Some("undecodable"));
    let pointer: Value = serde_json::from_str(&entry.message_body).unwrap();
    let key = pointer["key"].as_str().unwrap();
    assert!(key.starts_with("quarantine/sqs/"), "{key}");
    let object = s3.object("large", key).unwrap();
    assert_eq!(String::from_utf8(object).unwrap(), record.record(&Queue::standard("orders")));
    assert_eq!(s3.keys("large").len(), 1);
}

#[test]
fn record_above_the_sqs_limit_is_stored() {
    // Each quotation mark in the body has two bytes in the record, so 600 kB of them are more than 1 MiB.
    let s3 = Buckets::start();
    let mut world = with_bucket(&s3, ROUTER.with_default_backend()).start();
    assert_eq!(world.deliver(&[Message::new("1", "\"".repeat(600_000))]), [""; 0]);
    assert_eq!(s3.keys("large").len(), 1);
}

#[test]
fn missing_bucket_leaves_record_with_its_source() {
    let s3 = Buckets::start();
    s3.refuse("PUT", 404, "NoSuchBucket");
    let mut world = with_bucket(&s3, ROUTER.with_default_backend()).start();
    assert_eq!(world.deliver(&[large("1"), message("2", "no good"), message("3", "a")]), ["1"]);
    assert_eq!(world.sqs.queued().len(), 1);
    assert_eq!(world.invokes(), [("a".to_owned(), vec!["3".to_owned()])]);
    let lines = world.router.stop();
    let logged =
        lines.iter().any(|line| line.contains("not_quarantined") && line.contains("S3 NoSuchBucket"));
    assert!(logged, "{lines:#?}");
}

#[test]
fn silent_bucket_delays_no_other_record() {
    let s3 = Buckets::start();
    s3.stop_responding("PUT");
    let setup =
        with_bucket(&s3, ROUTER.with_default_backend()).set(&["backend", "timeout_seconds"], json!(1));
    let mut world = setup.start();
    // More than the router stores at a time.
    let many = (0..10).map(|index| large(&format!("large-{index}")));
    let messages: Vec<Message> = many.chain([message("2", "no good"), message("3", "a")]).collect();
    let event = Queue::standard("orders").event(&messages);
    let retried = world.failures(Invocation::of(event).within(Duration::from_secs(14)));
    assert_eq!(retried, (0..10).map(|index| format!("large-{index}")).collect::<Vec<_>>());
    assert_eq!(world.sqs.queued().len(), 1);
}

#[test]
fn stored_record_without_a_message_is_retried() {
    let s3 = Buckets::start();
    let refuses = |_: &_| SqsAnswer::Error(400, "KmsAccessDenied".to_owned());
    let mut world = with_bucket(&s3, ROUTER.with(|_| Answer::ok("null"), refuses)).start();
    assert_eq!(world.deliver(&[large("1")]), ["1"]);
    assert_eq!(s3.keys("large").len(), 1, "the bucket's lifecycle rule removes the object later");
}
