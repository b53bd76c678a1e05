//! Tests records that no message can hold: they are stored in S3, and their message points to the object.

use aws::{QuarantineQueue, SqsQuarantine};
use routing::ports::{Quarantine, QuarantineAck, RejectedRecord, Transport};
use serde_json::{Value, json};

use crate::common::{Reply, Request, Server, clients, quarantine};
use crate::{
    QUEUE, failed, large, messages_of, objects_of, records, refused, rejected, send, sent, stored, taken,
    takes_all, with_bucket,
};

#[tokio::test]
async fn large_record_is_stored_before_its_message_is_sent() {
    let server = Server::start([stored(), taken(&["0"])]).await;
    let large = large();
    assert_eq!(send(&server, with_bucket(), &[&large]).await, [QuarantineAck::Taken]);
    let [put, _] = &server.requests()[..] else { panic!("two requests, S3's first") };
    assert!(put.path.starts_with("/large/quarantine/sqs/2018-12-17/"), "{}", put.path);
    assert_eq!(put.body, large.as_bytes());
    assert_eq!(put.header("Content-Type"), ["application/json"]);
    let authorization = put.header("Authorization")[0].to_owned();
    assert!(authorization.contains("/eu-west-1/s3/aws4_request"), "{authorization}");

    let messages = messages_of(&server);
    let entry = &messages[0]["Entries"][0];
    let pointer: Value = serde_json::from_str(entry["MessageBody"].as_str().unwrap()).unwrap();
    let sha256 = put.header("X-Amz-Content-Sha256")[0];
    let is_checksum = |name: &str| name.to_ascii_lowercase().starts_with("x-amz-checksum");
    let checksums: Vec<_> = put.headers.iter().filter(|(name, _)| is_checksum(name)).collect();
    let [(name, checksum)] = &checksums[..] else {
        panic!("there must be exactly one checksum: {checksums:?}")
    };
    assert_eq!(name.to_ascii_lowercase(), "x-amz-checksum-sha256");
    let checksum = aws_smithy_types::base64::decode(checksum.as_str()).unwrap();
    assert_eq!(routing::hash::hex(&checksum), sha256);
    let key = put.path.strip_prefix("/large/").unwrap();
    assert_eq!(pointer, json!({ "bucket": "large", "key": key, "bytes": 2000, "sha256": sha256 }));
    assert_eq!(entry["MessageAttributes"]["stored"]["StringValue"], "s3");
    assert_eq!(entry["MessageAttributes"]["reason"]["StringValue"], "missing");
    assert_eq!(entry["MessageAttributes"].as_object().unwrap().len(), 8);
}

#[tokio::test]
async fn record_with_invalid_characters_is_stored_unchanged() {
    let server = Server::start([stored(), taken(&["0"])]).await;
    assert_eq!(send(&server, with_bucket(), &["a\u{0}\u{ffff}ü"]).await, [QuarantineAck::Taken]);
    assert_eq!(objects_of(&server)[0].body, "a\u{0}\u{ffff}ü".as_bytes());
}

#[tokio::test]
async fn record_that_fits_a_message_is_not_stored() {
    let server = Server::start([taken(&["0"])]).await;
    assert_eq!(send(&server, with_bucket(), &["{}"]).await, [QuarantineAck::Taken]);
    assert_eq!(messages_of(&server)[0]["Entries"][0]["MessageBody"], "{}");
    server.only_request();
}

#[tokio::test]
async fn large_record_without_a_bucket_fails() {
    let server = Server::start([taken(&["1"]), taken(&["0"])]).await;
    let small = QuarantineQueue { max_message_bytes: 1024, ..quarantine(QUEUE) };
    assert_eq!(
        send(&server, small, &[&large(), "{}"]).await,
        [failed("MessageTooLong"), QuarantineAck::Taken]
    );
    assert_eq!(send(&server, quarantine(QUEUE), &[&large()]).await, [QuarantineAck::Taken]);
}

#[tokio::test]
async fn stored_record_gets_a_batch_of_its_own() {
    let quarantine = SqsQuarantine::new(&clients("http://127.0.0.1:1"), with_bucket());
    let large = large();
    let records = records(&["a", "b", &large, "c\u{0}", "d"]);
    let batches = quarantine.batches(records.iter().map(rejected).collect());
    let batches: Vec<_> = batches.iter().map(|batch| (batch.transport, batch.rejected.len())).collect();
    assert_eq!(
        batches,
        [(Transport::Message, 2), (Transport::Store, 1), (Transport::Store, 1), (Transport::Message, 1)]
    );
}

#[tokio::test]
async fn failed_upload_affects_no_other_record() {
    let choose = |request: &Request| match request.path.as_str() {
        "/" => takes_all(request),
        _ if request.body.contains(&b'y') => stored(),
        _ => refused(404, "NoSuchBucket"),
    };
    let server = Server::start(vec![Reply::By(choose); 5]).await;
    let (bad, good) = (large(), "y".repeat(2000));
    let acks = send(&server, with_bucket(), &["a", &bad, &good, "b"]).await;
    let taken = QuarantineAck::Taken;
    assert_eq!(acks, [taken.clone(), failed("S3 NoSuchBucket"), taken.clone(), taken]);
    let entries: Vec<_> =
        messages_of(&server).iter().map(|body| body["Entries"].as_array().unwrap().len()).collect();
    assert_eq!(entries, [1, 1, 1], "a record that is not in S3 must have no message");
}

#[tokio::test]
async fn stored_record_needs_the_queues_acknowledgement() {
    let refusal = json!([{"Id": "0", "Code": "InternalError", "SenderFault": false}]);
    let server = Server::start([stored(), sent(&[], refusal)]).await;
    assert_eq!(send(&server, with_bucket(), &[&large()]).await, [failed("InternalError")]);
}

#[tokio::test]
async fn each_invocation_writes_one_object_per_record() {
    let server = Server::start(vec![
        Reply::By(|request| match request.path.as_str() {
            "/" => takes_all(request),
            _ => stored(),
        });
        6
    ])
    .await;
    let quarantine = SqsQuarantine::new(&clients(&server.url()), with_bucket());
    let large = large();
    let records = records(&[&large]);
    for request_id in ["request-1", "request-1", "request-2"] {
        let again = RejectedRecord { request_id, ..rejected(&records[0]) };
        assert_eq!(quarantine.send(&[again]).await, [QuarantineAck::Taken]);
    }
    let paths: Vec<_> = objects_of(&server).into_iter().map(|put| put.path).collect();
    assert_eq!(paths[0], paths[1]);
    assert_ne!(paths[1], paths[2], "a replay must delete only its own message's object");
}

#[tokio::test]
async fn oversized_pointer_stores_nothing() {
    let server = Server::start([]).await;
    let mut queue = with_bucket();
    queue.large_records.as_mut().unwrap().prefix = format!("{}/", "p".repeat(900));
    assert_eq!(send(&server, queue, &[&large()]).await, [failed("MessageTooLong")]);
    assert!(server.requests().is_empty());
}
