//! Reading events of DynamoDB Streams.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sources::{Condition, DynamoDb, EventError, FailureSemantics, Kind, Order, ResponseMode, Source, Sqs};

/// A record as in the Lambda developer guide, with spacing and numbers that a typed round trip would change.
fn record(sequence_number: &str, keys: &str) -> String {
    format!(
        r#"{{ "eventID":"c4ca{sequence_number}","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb",
 "dynamodb":{{"ApproximateCreationDateTime":1732000000.0,"Keys":{keys},"OldImage":{{"n":{{"N":"1.50"}}}},
 "SequenceNumber":"{sequence_number}","SizeBytes":59,"StreamViewType":"NEW_AND_OLD_IMAGES"}},
 "userIdentity":{{"type":"Service","principalId":"dynamodb.amazonaws.com"}},
 "eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2024-06-10T19:26:16.525"}}"#
    )
}

fn event(records: &[String]) -> String {
    format!("{{ \"Records\" : [ {} ] }}", records.join(" , "))
}

#[test]
fn time_to_live_deletion_keeps_every_byte() {
    let record = record("4421584500000000017450439092", r#"{"pk":{"S":"TENANT#a"}}"#);
    let event = event(std::slice::from_ref(&record));
    let batch = DynamoDb.decode(&event).unwrap();
    assert_eq!(batch.records[0].raw(), record);
    assert_eq!(batch.records[0].id(), "4421584500000000017450439092");
    assert_eq!(batch.records[0].event_id(), "c4ca4421584500000000017450439092");
    assert_eq!(batch.records[0].first_seen_millis(), Some(1_732_000_000_000));
    assert_eq!(batch.order, Order::ByKeyWithinTenant);
    assert_eq!((batch.response_mode, batch.failure_semantics), (ResponseMode::Checkpoint, FailureSemantics::FromLowest));
    assert_eq!(DynamoDb.content(&batch.records[0]).unwrap(), record);
}

#[test]
fn order_key_is_the_whole_item_key_in_any_order() {
    let event = event(&[
        record("1", r#"{"pk":{"S":"a"},"sk":{"N":"1"}}"#),
        record("2", r#"{ "sk" : {"N":"1"}, "pk":{"S":"\u0061"} }"#),
        record("3", r#"{"pk":{"S":"a"},"sk":{"S":"1"}}"#),
        record("4", r#"{"pk":{"S":"a"}}"#),
    ]);
    let batch = DynamoDb.decode(&event).unwrap();
    let keys: Vec<_> = batch.records.iter().map(|record| record.order_key().unwrap()).collect();
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0] != keys[2] && keys[0] != keys[3] && keys[2] != keys[3]);
}

#[test]
fn record_without_identifier_or_keys_is_refused() {
    for broken in [
        record("", r#"{"pk":{"S":"a"}}"#),
        record("1", "null"),
        record("1", "[]"),
        record("1", r#"{"pk":{"S":"a"}}"#).replace("\"Keys\"", "\"keys\""),
    ] {
        assert!(matches!(DynamoDb.decode(&event(&[broken])), Err(EventError::Shape { .. })));
    }
}

#[test]
fn array_is_not_read_as_an_object() {
    let record =
        r#"{"dynamodb":[{"pk":{"S":"a"}},"1",null],"eventSource":"aws:dynamodb","eventSourceARN":"arn:t"}"#;
    assert!(matches!(DynamoDb.decode(&event(&[record.to_owned()])), Err(EventError::Shape { .. })));
}

#[test]
fn records_of_another_source_name_its_router() {
    let kinesis =
        r#"{"kinesis":{"partitionKey":"a","sequenceNumber":"1","data":""},"eventSource":"aws:kinesis"}"#;
    let error = DynamoDb.decode(&event(&[kinesis.to_owned()])).unwrap_err();
    assert!(error.to_string().contains("kinesis-router"), "{error}");
    let error = DynamoDb.decode(&event(&[record("1", "{}"), kinesis.to_owned()])).unwrap_err();
    assert!(matches!(error, EventError::WrongSource { index: 1, .. }), "{error}");
}

/// The event of a bridge's queue whose message has this body.
fn bridged(body: &str) -> String {
    let message = serde_json::json!({
        "messageId": "m-1", "body": body, "attributes": { "MessageGroupId": "blue" }, "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:bridge.fifo",
    });
    serde_json::json!({ "Records": [message] }).to_string()
}

#[test]
fn bridged_record_of_another_stream_is_undecodable() {
    let original = record("4421", r#"{"pk":{"S":"a"}}"#);
    let source = Sqs::default().draining(Kind::DynamoDb).unwrap();
    let event = bridged(&original);
    let batch = source.decode(&event).unwrap();
    assert_eq!(batch.records[0].raw(), original);
    assert_eq!((batch.records[0].id(), batch.records[0].item_id()), ("m-1", "4421"));
    assert_eq!(source.content(&batch.records[0]).unwrap(), original);

    let event = bridged(&original.replace("aws:dynamodb\"", "aws:kinesis\""));
    assert_eq!(source.decode(&event).unwrap().records[0].condition(), Condition::Undecodable);
}
