//! The quarantine port over HTTP: what a message carries, and that only the queue's word is an acknowledgement.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use aws::SqsQuarantine;
use common::{Reply, Server, answer, clients, error};
use routing::ports::{Acknowledgement, Quarantine, Rejected};
use serde_json::{Value, json};
use sources::Record;
use tenancy::{Reason, Rejection};

const ARN: &str = "arn:aws:sqs:eu-west-1:111122223333:orders";
const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine";

fn taken(ids: &[&str]) -> Reply {
    sent(ids, json!([]))
}

#[allow(clippy::needless_pass_by_value, reason = "json! at the call")]
fn sent(ids: &[&str], failed: Value) -> Reply {
    let successful: Vec<Value> =
        ids.iter().map(|id| json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": "d"})).collect();
    answer(200, json!({"Successful": successful, "Failed": failed}).to_string())
}

fn failed(code: &str) -> Acknowledgement {
    Acknowledgement::Failed(code.to_owned())
}

/// Sends records with these bodies, whose ids are `r-0`, `r-1` and so on.
async fn send(server: &Server, queue_url: &str, bodies: &[&str]) -> Vec<Acknowledgement> {
    let records: Vec<Record<'_>> = bodies
        .iter()
        .enumerate()
        .map(|(place, body)| Record::new(*body, format!("r-{place}").into()).ordered_by("blue#1".into()))
        .collect();
    let rejection = Rejection::new(Reason::Missing).at("$.body.tenantId");
    let rejected: Vec<Rejected<'_>> = records
        .iter()
        .map(|record| Rejected { record, rejection: &rejection, source_arn: ARN, request_id: "request-1" })
        .collect();
    let quarantine = SqsQuarantine::new(&clients(&server.url()), common::quarantine(queue_url));
    let mut acknowledgements = vec![];
    for batch in quarantine.batches(rejected) {
        acknowledgements.extend(quarantine.send(&batch).await);
    }
    acknowledgements
}

fn bodies_of(server: &Server) -> Vec<Value> {
    server.requests().iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

#[tokio::test]
async fn a_rejected_record_arrives_whole_with_what_is_known_about_it() {
    let server = Server::start([taken(&["0"])]).await;
    assert_eq!(send(&server, QUEUE, &["{\"body\": \"ü\"}"]).await, [Acknowledgement::Taken]);
    let text = |value: &str| json!({"DataType": "String", "StringValue": value});
    assert_eq!(server.only_request().header("X-Amz-Target"), ["AmazonSQS.SendMessageBatch"]);
    assert_eq!(
        bodies_of(&server),
        [json!({
            "QueueUrl": QUEUE,
            "Entries": [{
                "Id": "0",
                "MessageBody": "{\"body\": \"ü\"}",
                "MessageAttributes": {
                    "schema_version": text("1"),
                    "reason": text("missing"),
                    "source_arn": text(ARN),
                    "record_id": text("r-0"),
                    "request_id": text("request-1"),
                    "selector": text("$.body.tenantId"),
                },
            }],
        })]
    );
}

#[tokio::test]
async fn a_fifo_quarantine_gets_the_order_key_as_group_and_the_record_id_against_repeats() {
    let server = Server::start([taken(&["0"])]).await;
    assert_eq!(send(&server, &format!("{QUEUE}.fifo"), &["{}"]).await, [Acknowledgement::Taken]);
    let entry = &bodies_of(&server)[0]["Entries"][0];
    assert_eq!(entry["MessageGroupId"], "blue#1");
    assert_eq!(entry["MessageDeduplicationId"], "r-0");
}

#[tokio::test]
async fn each_record_is_acknowledged_by_its_own_entry_and_silence_is_a_failure() {
    let refused = json!([{"Id": "2", "Code": "InternalError", "SenderFault": false}]);
    let server = Server::start([sent(&["3", "0", "9", "00"], refused)]).await;
    let acknowledgements = send(&server, QUEUE, &["a", "b", "c", "d"]).await;
    let expected =
        [Acknowledgement::Taken, failed("NotAcknowledged"), failed("InternalError"), Acknowledgement::Taken];
    assert_eq!(acknowledgements, expected);
}

#[tokio::test]
async fn an_entry_that_is_both_taken_and_failed_is_failed() {
    let refused = json!([{"Id": "0", "Code": "InternalError", "SenderFault": false}]);
    let server = Server::start([sent(&["0"], refused)]).await;
    assert_eq!(send(&server, QUEUE, &["a"]).await, [failed("InternalError")]);
}

#[tokio::test]
async fn a_record_that_sqs_would_refuse_does_not_take_the_others_with_it() {
    let server = Server::start([taken(&["0", "2"])]).await;
    let acknowledgements = send(&server, QUEUE, &["a", "\u{0}", "c"]).await;
    assert_eq!(
        acknowledgements,
        [Acknowledgement::Taken, failed("InvalidMessageContents"), Acknowledgement::Taken]
    );
    let bodies = bodies_of(&server);
    let entries = bodies[0]["Entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1]["MessageBody"], "c");
}

#[tokio::test]
async fn a_record_above_the_limit_fails_without_a_call() {
    let server = Server::start([taken(&["0"])]).await;
    let large = "x".repeat(1024 * 1024);
    assert_eq!(
        send(&server, QUEUE, &[&large, "b"]).await,
        [failed("MessageTooLong"), Acknowledgement::Taken]
    );
    assert_eq!(bodies_of(&server)[0]["Entries"][0]["MessageBody"], "b");
}

#[tokio::test]
async fn more_than_ten_records_go_in_several_batches() {
    let server =
        Server::start([taken(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]), taken(&["0", "1"])]).await;
    assert_eq!(send(&server, QUEUE, &["x"; 12]).await, vec![Acknowledgement::Taken; 12]);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_refused_batch_is_a_failure_of_every_record_that_was_in_it() {
    let server = Server::start([error(400, "AWS.SimpleQueueService.NonExistentQueue", "gone")]).await;
    let acknowledgements = send(&server, QUEUE, &["a", "\u{0}", "c"]).await;
    let gone = failed("AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(acknowledgements, [gone.clone(), failed("InvalidMessageContents"), gone]);
}

#[tokio::test]
async fn a_denied_batch_and_an_unreadable_answer_are_failures() {
    let server = Server::start([error(403, "AccessDeniedException", "no")]).await;
    assert_eq!(send(&server, QUEUE, &["a"]).await, [failed("AccessDeniedException")]);
    let server = Server::start([answer(200, "{")]).await;
    assert_ne!(send(&server, QUEUE, &["a"]).await, [Acknowledgement::Taken]);
}

#[tokio::test]
async fn a_queue_that_fails_for_a_moment_is_asked_again() {
    let server = Server::start([error(500, "InternalFailure", ""), Reply::Cut, taken(&["0"])]).await;
    assert_eq!(send(&server, QUEUE, &["a"]).await, [Acknowledgement::Taken]);
    let bodies = bodies_of(&server);
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}
