//! Tests rejected records as messages.

use routing::ports::QuarantineAck;
use serde_json::json;

use crate::common::{Server, quarantine};
use crate::{ARN, QUEUE, failed, messages_of, send, sent, taken};

#[tokio::test]
async fn rejected_record_is_sent_whole_with_attributes() {
    let server = Server::start([taken(&["0"])]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["{\"body\": \"ü\"}"]).await, [QuarantineAck::Taken]);
    let text = |value: &str| json!({"DataType": "String", "StringValue": value});
    assert_eq!(server.only_request().header("X-Amz-Target"), ["AmazonSQS.SendMessageBatch"]);
    assert_eq!(
        messages_of(&server),
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
                    "first_seen": text("2018-12-17T21:37:29.185Z"),
                    "selector": text("$.body.tenantId"),
                },
            }],
        })]
    );
}

#[tokio::test]
async fn record_without_its_own_entry_is_not_acknowledged() {
    let refused = json!([{"Id": "2", "Code": "InternalError", "SenderFault": false}]);
    let server = Server::start([sent(&["3", "0", "9", "00"], refused)]).await;
    let acks = send(&server, quarantine(QUEUE), &["a", "b", "c", "d"]).await;
    let expected =
        [QuarantineAck::Taken, failed("NotAcknowledged"), failed("InternalError"), QuarantineAck::Taken];
    assert_eq!(acks, expected);
}

#[tokio::test]
async fn entry_that_is_taken_and_failed_has_failed() {
    let refused = json!([{"Id": "0", "Code": "InternalError", "SenderFault": false}]);
    let server = Server::start([sent(&["0"], refused)]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["a"]).await, [failed("InternalError")]);
}

#[tokio::test]
async fn invalid_record_fails_alone() {
    let server = Server::start([taken(&["0", "2"])]).await;
    let acks = send(&server, quarantine(QUEUE), &["a", "\u{0}", "c"]).await;
    assert_eq!(acks, [QuarantineAck::Taken, failed("InvalidMessageContents"), QuarantineAck::Taken]);
    let bodies = messages_of(&server);
    let entries = bodies[0]["Entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1]["MessageBody"], "c");
}

#[tokio::test]
async fn record_above_the_limit_is_not_sent() {
    let server = Server::start([taken(&["0"])]).await;
    let large = "x".repeat(1024 * 1024);
    assert_eq!(
        send(&server, quarantine(QUEUE), &[&large, "b"]).await,
        [failed("MessageTooLong"), QuarantineAck::Taken]
    );
    assert_eq!(messages_of(&server)[0]["Entries"][0]["MessageBody"], "b");
}

#[tokio::test]
async fn twelve_records_go_in_two_batches() {
    let server =
        Server::start([taken(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]), taken(&["0", "1"])]).await;
    assert_eq!(send(&server, quarantine(QUEUE), &["x"; 12]).await, vec![QuarantineAck::Taken; 12]);
    assert_eq!(server.requests().len(), 2);
}
