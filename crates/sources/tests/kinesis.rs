//! Reading events of Kinesis, unpacking aggregates, and reading the same records from a bridge's queue.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kpl;

use aws_model::events::kpl::{UserRecord, message, with_checksum};
use kpl::{aggregate, base64};
use sources::{
    Condition, EventError, FailureSemantics, Kind, Kinesis, Order, ResponseMode, Source, Sqs, Undecodable,
};

/// A record as in the Lambda developer guide, with spacing and numbers that a typed round trip would change.
fn record(sequence_number: &str, key: &str, data: &str) -> String {
    format!(
        r#"{{ "kinesis" : {{"kinesisSchemaVersion":"1.0","partitionKey":"{key}","sequenceNumber":"{sequence_number}",
 "data":"{data}","approximateArrivalTimestamp":1545084650.987,"new":[1.50, 1E400]}},"eventSource":"aws:kinesis",
 "eventVersion":"1.0","eventID":"shardId-000000000006:{sequence_number}","eventName":"aws:kinesis:record",
 "eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/orders"}}"#
    )
}

fn event(records: &[String]) -> String {
    format!("{{ \"Records\" : [ {} ] }}", records.join(" , "))
}

#[test]
fn records_keep_every_byte_and_their_partition_key() {
    let record = record("49590338", "T\\u00fc#1", "e30=");
    let event = event(std::slice::from_ref(&record));
    let batch = Kinesis.decode(&event).unwrap();
    assert_eq!(batch.records[0].raw(), record);
    assert_eq!((batch.records[0].id(), batch.records[0].item_id()), ("49590338", "49590338"));
    assert_eq!(batch.records[0].order_key(), Some("Tü#1"));
    assert_eq!(batch.records[0].event_id(), "shardId-000000000006:49590338");
    assert_eq!(batch.records[0].first_seen_millis(), Some(1_545_084_650_987));
    assert_eq!(batch.source_arn, "arn:aws:kinesis:us-east-2:123456789012:stream/orders");
    assert_eq!(batch.order, Order::ByKeyWithinTenant);
    assert_eq!(
        (batch.response_mode, batch.failure_semantics),
        (ResponseMode::Checkpoint, FailureSemantics::FromLowest)
    );
}

#[test]
fn empty_key_and_data_that_is_no_json_are_accepted() {
    for data in ["", "aGVsbG8=", "not base64!", "84ma"] {
        let event = event(&[record("1", "", data)]);
        let batch = Kinesis.decode(&event).unwrap();
        assert_eq!(
            (batch.records[0].condition(), batch.records[0].order_key()),
            (Condition::Readable, Some(""))
        );
    }
}

#[test]
fn explicit_hash_keys_are_ignored() {
    // The table of hash keys is longer than that of the partition keys, and has other indexes.
    let packed =
        message(
            &["blue", "green"],
            &["0", "170141183460469231731687303715884105728", "340282366920938463463374607431768211455"],
            &[(1, 2, &b"{\"a\":1}"[..]), (0, 0, b"{}"), (1, 1, b"")].map(|(key, hash_key, data)| {
                UserRecord { key, hash_key: Some(hash_key), tag: Some(b""), data }
            }),
        );
    let packed = base64(&with_checksum(&packed));
    let event = event(&[record("8", "parent", &packed)]);
    let batch = Kinesis.decode(&event).unwrap();
    let seen: Vec<_> = batch.records.iter().map(|record| (record.item_id(), record.order_key())).collect();
    assert_eq!(seen, [("8:0", Some("green")), ("8:1", Some("blue")), ("8:2", Some("green"))]);
    let plain = aggregate(&["blue", "green"], &[(1, b"{\"a\":1}"), (0, b"{}"), (1, b"")]);
    let event = self::event(&[self::record("8", "parent", &plain)]);
    let without = Kinesis.decode(&event).unwrap();
    for (with, without) in batch.records.iter().zip(&without.records) {
        assert_eq!(with.raw(), without.raw());
    }
}

#[test]
fn aggregate_becomes_records_with_its_checkpoint() {
    let packed = aggregate(&["blue", "gr\"een"], &[(0, b"{\"a\":1}"), (1, b"\xff"), (0, b"")]);
    let event = event(&[record("7", "parent", "e30="), record("8", "parent", &packed)]);
    let batch = Kinesis.decode(&event).unwrap();
    let seen: Vec<_> =
        batch.records.iter().map(|record| (record.id(), record.item_id(), record.order_key())).collect();
    assert_eq!(
        seen,
        [
            ("7", "7", Some("parent")),
            ("8", "8:0", Some("blue")),
            ("8", "8:1", Some("gr\"een")),
            ("8", "8:2", Some("blue")),
        ]
    );
    let expected = record("8", "blue", &base64(b"{\"a\":1}"))
        .replace("\"sequenceNumber\":\"8\"", "\"sequenceNumber\":\"8:0\"")
        .replace("000006:8\"", "000006:8:0\"");
    assert_eq!(batch.records[1].raw(), expected, "only four values differ from the parent");
    assert_eq!(batch.records[3].event_id(), "shardId-000000000006:8:2");
    assert_eq!(Kinesis.content(&batch.records[1]).unwrap(), "{\"a\":1}");
    let again = format!("{{\"Records\":[{}]}}", batch.records[2].raw());
    assert_eq!(Kinesis.decode(&again).unwrap().records[0].id(), "8:1", "a user record is a Kinesis record");
}

#[test]
fn corrupt_aggregate_is_one_undecodable_record() {
    let packed = aggregate(&["blue"], &[(0, b"{}")]);
    let corrupt = format!("{}AAAA", &packed[..packed.len() - 4]);
    let event = event(&[record("1", "a", &corrupt), record("2", "b", "e30=")]);
    let batch = Kinesis.decode(&event).unwrap();
    assert_eq!(batch.records.len(), 2);
    assert_eq!(batch.records[0].condition(), Condition::Undecodable);
    assert_eq!(
        batch.records[0].raw(),
        record("1", "a", &corrupt),
        "the record is kept whole for the quarantine"
    );
    assert_eq!(batch.records[1].condition(), Condition::Readable);
}

#[test]
fn aggregates_beyond_memory_are_postponed_or_too_large() {
    let tiny = |count: usize| aggregate(&["k"], &vec![(0, &b"{}"[..]); count]);
    // Each user record takes the 400 bytes of its parent's envelope. So 24 MiB hold one of these aggregates and a small
    // one, but not two of these.
    let half = tiny(40_000);
    let event = event(&[
        record("0", "z", &tiny(10_000)),
        record("1", "a", &half),
        record("2", "b", &half),
        record("3", "c", &tiny(1)),
        record("4", "d", &tiny(100_000)),
    ]);
    let batch = Kinesis.decode(&event).unwrap();
    let condition = |id: &str| {
        let mut records = batch.records.iter().filter(|record| record.id() == id);
        let first = records.next().unwrap().condition();
        (first, 1 + records.count())
    };
    assert_eq!(condition("0"), (Condition::Readable, 10_000));
    assert_eq!(condition("1"), (Condition::Readable, 40_000));
    assert_eq!(condition("2"), (Condition::Postponed, 1));
    assert_eq!(condition("3"), (Condition::Postponed, 1));
    assert_eq!(condition("4"), (Condition::TooLarge, 1));
}

#[test]
fn content_is_the_decoded_data_and_must_be_json() {
    let content = |data: &str| {
        let event = event(&[record("1", "a", data)]);
        let batch = Kinesis.decode(&event).unwrap();
        Kinesis.content(&batch.records[0]).map(std::borrow::Cow::into_owned)
    };
    assert_eq!(content(&base64(b"{\"n\": 1.0e2}")), Ok("{\"n\": 1.0e2}".to_owned()));
    for data in ["", "e30", "e3 0=", "hello", &base64(b"hello"), &base64(b"\"\xff\"")] {
        assert_eq!(content(data), Err(Undecodable), "{data}");
    }
}

#[test]
fn event_of_a_tumbling_window_is_refused() {
    let event =
        event(&[record("1", "a", "")]).replacen('{', "{\"window\":{\"start\":\"a\"},\"state\":{},", 1);
    let error = Kinesis.decode(&event).unwrap_err();
    assert_eq!(error, EventError::TumblingWindow);
    assert!(error.to_string().contains("tumbling_window_in_seconds"), "{error}");
}

#[test]
fn event_of_another_source_names_its_router() {
    for (event, router) in [
        (r#"{"Records":[{"messageId":"m","eventSource":"aws:sqs","body":"x"}]}"#, "sqs-router"),
        (r#"{"Records":[{"dynamodb":{},"eventSource":"aws:dynamodb"}]}"#, "dynamodb-router"),
        (r#"{"id":"1","detail-type":"a","source":"b","detail":{}}"#, "eventbridge-router"),
        (r#"{"tenant_id":"a","payload":{}}"#, "task-router"),
        (r#"[{"data":""}]"#, "pipes-enricher"),
    ] {
        let error = Kinesis.decode(event).unwrap_err().to_string();
        assert!(error.contains(router), "{router}: {error}");
    }
    let error = Kinesis.decode("{\"hush\":1}").unwrap_err().to_string();
    assert!(error.contains("expected a Kinesis event") && !error.contains("hush"), "{error}");
}

#[test]
fn record_without_identifier_or_key_is_refused() {
    for broken in [
        record("", "a", ""),
        record("1", "a", "").replace("partitionKey", "partition_key"),
        record("1", "a", "").replace("\"sequenceNumber\":\"1\"", "\"sequenceNumber\":1"),
        record("1", "a", "").replace("\"kinesis\" :", "\"kinesis\" : [], \"other\":"),
    ] {
        assert!(matches!(Kinesis.decode(&event(&[broken])), Err(EventError::Shape { .. })));
    }
    let two = [record("1", "a", ""), record("2", "a", "").replace("stream/orders", "stream/others")];
    assert_eq!(Kinesis.decode(&event(&two)).unwrap_err(), EventError::SeveralSources { index: 1 });
}

/// The event of a bridge's queue whose message has this body.
fn bridged(body: &str) -> String {
    let body = serde_json::to_string(body).unwrap();
    format!(
        r#"{{"Records":[{{"messageId":"m-1","body":{body},"attributes":{{"MessageGroupId":"blue"}},"eventSource":"aws:sqs",
 "eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:bridge.fifo"}}]}}"#
    )
}

#[test]
fn bridged_record_is_identified_by_its_message_id() {
    let original = record("49590338", "a", &base64(b"{}"));
    let event = bridged(&original);
    let source = Sqs::default().draining(Kind::Kinesis).unwrap();
    let batch = source.decode(&event).unwrap();
    assert_eq!(batch.records[0].raw(), original);
    assert_eq!((batch.records[0].id(), batch.records[0].item_id()), ("m-1", "49590338"));
    assert_eq!(batch.records[0].event_id(), "m-1", "a sequence number is unique in its shard only");
    assert_eq!(batch.records[0].order_key(), Some("blue"));
    assert_eq!(
        (batch.response_mode, batch.failure_semantics),
        (ResponseMode::EachRecord, FailureSemantics::FromLowest)
    );
    assert_eq!(source.content(&batch.records[0]).unwrap(), "{}");
}

#[test]
fn unrecognized_message_is_undecodable_and_kept_whole() {
    for body in ["hello", "{}", r#"{"messageId":"m","eventSource":"aws:sqs"}"#] {
        let event = bridged(body);
        let batch = Sqs::default().draining(Kind::Kinesis).unwrap().decode(&event).unwrap();
        assert_eq!(batch.records[0].condition(), Condition::Undecodable);
        assert!(batch.records[0].raw().starts_with("{\"messageId\":\"m-1\""));
    }
}

#[test]
fn only_a_queue_drains_and_only_a_stream() {
    assert!(Kinesis.draining(Kind::Kinesis).is_none());
    for kind in Kind::ALL {
        let is_stream = [Kind::Kinesis, Kind::DynamoDb].contains(&kind);
        assert_eq!(Sqs::default().draining(kind).is_some(), is_stream, "{kind:?}");
    }
}

#[test]
fn bridge_on_a_standard_queue_is_refused() {
    let event = bridged(&record("1", "a", "")).replace("bridge.fifo", "bridge");
    let error = Sqs::default().draining(Kind::Kinesis).unwrap().decode(&event).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("a bridge is a FIFO queue") && error.contains("leave out bridged_from"),
        "{error}"
    );
}
