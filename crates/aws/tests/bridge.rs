//! Tests the bridge over HTTP: what a message carries, which records share a request, and what responses mean.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use aws::SqsBridge;
use common::{Reply, Request, Server, admitted, answer, clients, error};
use futures_util::future::join_all;
use routing::bridge::BridgeGroup;
use routing::ports::{Attempt, Bridge, BridgeRequest};
use serde_json::{Value, json};
use sources::Record;

const ARN: &str = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders";
const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo";

#[allow(clippy::needless_pass_by_value, reason = "json! at the call")]
fn sent(count: usize, failed: Value) -> Reply {
    let is_sent = |index: &usize| {
        !failed.as_array().unwrap().iter().any(|entry| entry["Id"].as_str() == Some(&index.to_string()))
    };
    let successful: Vec<Value> = (0..count)
        .filter(is_sent)
        .map(|index| json!({"Id": index.to_string(), "MessageId": "m", "MD5OfMessageBody": "d"}))
        .collect();
    answer(200, json!({"Successful": successful, "Failed": failed}).to_string())
}

/// Accepts every entry. The reply depends on the request because concurrent requests arrive in any order.
fn all_taken(request: &Request) -> Reply {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    sent(body["Entries"].as_array().unwrap().len(), json!([]))
}

/// Sends these bodies concurrently, as tenant `blue`'s records with the order keys `k-0`, `k-1` and so on.
async fn send(server: &Server, group: BridgeGroup, bodies: &[String]) -> Vec<Attempt> {
    let bridge = SqsBridge::new(&clients(&server.url()), QUEUE, group, "kinesis");
    let records: Vec<Record<'_>> = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| {
            Record::new(body.as_str(), index.to_string().into())
                .with_event_id(Some(format!("shard-0:{index}").into()))
                .with_order_key(format!("k-{index}").into())
        })
        .collect();
    let sending = records
        .iter()
        .map(|record| bridge.forward(BridgeRequest { admitted: admitted("blue"), record, source_arn: ARN }));
    join_all(sending).await
}

fn bodies(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{{\"n\": {index}.0}}")).collect()
}

fn entries(server: &Server) -> Vec<Vec<Value>> {
    let requests = server.requests();
    let entries = requests.iter().map(|request| serde_json::from_slice::<Value>(&request.body).unwrap());
    entries.map(|request| request["Entries"].as_array().unwrap().clone()).collect()
}

#[tokio::test]
async fn bridged_record_is_unchanged_in_its_tenants_group() {
    let server = Server::start([sent(1, json!([]))]).await;
    assert_eq!(send(&server, BridgeGroup::Tenant, &bodies(1)).await, [Attempt::Forwarded]);
    let entry = &entries(&server)[0][0];
    assert_eq!(entry["MessageBody"], "{\"n\": 0.0}");
    assert_eq!(entry["MessageGroupId"], "blue");
    assert_eq!(entry["MessageDeduplicationId"].as_str().unwrap().len(), 64);
    assert_eq!(
        entry["MessageAttributes"],
        json!({"bridged_from": {"DataType": "String", "StringValue": "kinesis"}})
    );
}

#[tokio::test]
async fn concurrent_records_share_requests_of_ten() {
    let server = Server::start([(); 3].map(|()| Reply::By(all_taken))).await;
    assert_eq!(send(&server, BridgeGroup::TenantAndKey, &bodies(23)).await, vec![Attempt::Forwarded; 23]);
    let entries = entries(&server);
    let mut sizes: Vec<usize> = entries.iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [3, 10, 10]);
    let mut groups: Vec<&str> =
        entries.iter().flatten().map(|entry| entry["MessageGroupId"].as_str().unwrap()).collect();
    let mut deduplication: Vec<&str> =
        entries.iter().flatten().map(|entry| entry["MessageDeduplicationId"].as_str().unwrap()).collect();
    for ids in [&mut groups, &mut deduplication] {
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 23, "each order key has a group, each record an id");
    }
}

/// The bytes that SQS counts: the body, and each attribute's name, type and value.
fn bytes_of(entry: &Value) -> usize {
    let text = |value: &Value| value.as_str().unwrap().len();
    let attributes = entry["MessageAttributes"].as_object().unwrap().iter();
    let attributes =
        attributes.map(|(name, value)| name.len() + text(&value["DataType"]) + text(&value["StringValue"]));
    text(&entry["MessageBody"]) + attributes.sum::<usize>()
}

#[tokio::test]
async fn deduplication_id_differs_by_shard_and_stream() {
    let other = ARN.replace("orders", "returns");
    let records = [(ARN, "shard-0:7"), (ARN, "shard-1:7"), (other.as_str(), "shard-0:7"), (ARN, "shard-0:7")];
    let mut ids = Vec::new();
    for (source_arn, event_id) in records {
        let server = Server::start([sent(1, json!([]))]).await;
        let bridge = SqsBridge::new(&clients(&server.url()), QUEUE, BridgeGroup::Tenant, "kinesis");
        let record = Record::new("{}", "7".into()).with_event_id(Some(event_id.into()));
        let request = BridgeRequest { admitted: admitted("blue"), record: &record, source_arn };
        assert_eq!(bridge.forward(request).await, Attempt::Forwarded);
        ids.push(entries(&server)[0][0]["MessageDeduplicationId"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[3], "the same record again");
    ids.truncate(3);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn request_stays_within_sqs_limits() {
    let large: Vec<String> = (0..3).map(|_| format!("\"{}\"", "x".repeat(500_000))).collect();
    let server = Server::start([(); 2].map(|()| Reply::By(all_taken))).await;
    assert_eq!(send(&server, BridgeGroup::Tenant, &large).await, vec![Attempt::Forwarded; 3]);
    let requests = entries(&server);
    let mut sizes: Vec<usize> = requests.iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2], "as many as fit");
    for request in &requests {
        let bytes: usize = request.iter().map(bytes_of).sum();
        assert!(bytes <= 1024 * 1024, "{bytes} bytes");
    }
}

#[tokio::test]
async fn only_a_successful_entry_is_forwarded() {
    let failed = json!([
        {"Id": "0", "Code": "InternalError", "SenderFault": false},
        {"Id": "1", "Code": "RequestThrottled", "SenderFault": true},
    ]);
    let server = Server::start([sent(3, failed)]).await;
    let attempts = send(&server, BridgeGroup::Tenant, &bodies(3)).await;
    assert!(matches!(&attempts[0], Attempt::NotStarted(code) if code == "InternalError"), "{attempts:?}");
    assert!(matches!(&attempts[1], Attempt::Throttled { .. }), "{attempts:?}");
    assert_eq!(attempts[2], Attempt::Forwarded);

    let server = Server::start([answer(200, "{\"Successful\":[],\"Failed\":[]}")]).await;
    let attempts = send(&server, BridgeGroup::Tenant, &bodies(1)).await;
    assert_eq!(attempts, [Attempt::NotStarted("NotAcknowledged".to_owned())]);
}

#[tokio::test]
async fn missing_or_denied_queue_is_a_misconfiguration() {
    for (status, code) in [
        (400, "AWS.SimpleQueueService.NonExistentQueue"),
        (403, "AccessDeniedException"),
        (400, "KmsAccessDenied"),
        (400, "KMS.DisabledException"),
    ] {
        let server = Server::start([error(status, code, "no")]).await;
        let attempts = send(&server, BridgeGroup::Tenant, &bodies(2)).await;
        assert!(attempts.iter().all(|attempt| matches!(attempt, Attempt::Misconfigured(_))), "{attempts:?}");
    }
}

#[tokio::test]
async fn invalid_body_fails_alone() {
    let server = Server::start([sent(1, json!([]))]).await;
    let attempts = send(&server, BridgeGroup::Tenant, &["\"\u{ffff}\"".to_owned(), "{}".to_owned()]).await;
    assert_eq!(attempts, [Attempt::Refused("InvalidMessageContents".to_owned()), Attempt::Forwarded]);
}
