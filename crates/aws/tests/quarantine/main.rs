//! Tests the quarantine over HTTP: what a message carries, and that only the queue's response acknowledges a record.
//!
//! - `messages`: records as messages; `fifo`: message groups and deduplication ids
//! - `stored`: records that no message can hold
//! - `failures`: failures of SQS, S3 and KMS
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
#[path = "../common/mod.rs"]
mod common;
mod failures;
mod fifo;
mod messages;
mod stored;

use std::sync::LazyLock;

use aws::{LargeRecordsLocation, QuarantineQueue, SqsQuarantine};
use common::{Reply, Request, Server, answer, clients};
use futures_util::future::join_all;
use routing::ports::{Quarantine, QuarantineAck, RejectedRecord};
use serde_json::{Value, json};
use sources::Record;
use tenancy::{Reason, Rejection};

const ARN: &str = "arn:aws:sqs:eu-west-1:111122223333:orders";
const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine";

static MISSING: LazyLock<Rejection> =
    LazyLock::new(|| Rejection::new(Reason::Missing).with_path("$.body.tenantId"));

/// A text that is too large for a queue with messages of 1024 bytes.
fn large() -> String {
    "x".repeat(2000)
}

/// A quarantine with a bucket and a queue with messages of 1024 bytes.
fn with_bucket() -> QuarantineQueue {
    let location = LargeRecordsLocation { bucket: "large".to_owned(), prefix: "quarantine/".to_owned() };
    QuarantineQueue { max_message_bytes: 1024, large_records: Some(location), ..common::quarantine(QUEUE) }
}

/// SQS's response that accepts these entries.
fn taken(ids: &[&str]) -> Reply {
    sent(ids, json!([]))
}

#[allow(clippy::needless_pass_by_value, reason = "json! at the call")]
fn sent(ids: &[&str], failed: Value) -> Reply {
    let successful: Vec<Value> =
        ids.iter().map(|id| json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": "d"})).collect();
    answer(200, json!({"Successful": successful, "Failed": failed}).to_string())
}

/// S3's response to a stored object.
fn stored() -> Reply {
    answer(200, "")
}

/// S3's error response.
fn refused(status: u16, code: &str) -> Reply {
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code></Error>");
    answer(status, xml)
}

fn failed(code: &str) -> QuarantineAck {
    QuarantineAck::Failed(code.to_owned())
}

/// Records with these bodies, whose ids are `r-0`, `r-1` and so on.
fn records(bodies: &[&str]) -> Vec<Record<'static>> {
    let record = |(index, body): (usize, &&str)| {
        Record::new((*body).to_owned(), format!("r-{index}").into())
            .with_order_key("blue#1".into())
            .with_first_seen_millis(Some(1_545_082_649_185))
    };
    bodies.iter().enumerate().map(record).collect()
}

fn rejected<'a>(record: &'a Record<'a>) -> RejectedRecord<'a> {
    RejectedRecord { record, rejection: &MISSING, source_arn: ARN, request_id: "request-1" }
}

/// Sends records with these bodies, all batches concurrently.
async fn send(server: &Server, queue: QuarantineQueue, bodies: &[&str]) -> Vec<QuarantineAck> {
    send_to(&server.url(), queue, bodies).await
}

async fn send_to(url: &str, queue: QuarantineQueue, bodies: &[&str]) -> Vec<QuarantineAck> {
    let quarantine = SqsQuarantine::new(&clients(url), queue);
    let records = records(bodies);
    let batches = quarantine.batches(records.iter().map(rejected).collect());
    join_all(batches.iter().map(|batch| quarantine.send(&batch.rejected))).await.concat()
}

/// The bodies of the requests to SQS, in order.
fn messages_of(server: &Server) -> Vec<Value> {
    let to_sqs = |request: &Request| !request.header("X-Amz-Target").is_empty();
    let requests = server.requests().into_iter().filter(to_sqs);
    requests.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

/// The requests to S3, in order.
fn objects_of(server: &Server) -> Vec<Request> {
    server.requests().into_iter().filter(|request| request.path.starts_with("/large/")).collect()
}

/// SQS's response that accepts all entries.
fn takes_all(request: &Request) -> Reply {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let ids: Vec<&str> =
        body["Entries"].as_array().unwrap().iter().map(|entry| entry["Id"].as_str().unwrap()).collect();
    taken(&ids)
}
