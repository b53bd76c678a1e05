//! Compares how `aws_lambda_events` and the router read events: the examples of that crate (in `aws_lambda_events/`, with
//! their licence), and the files of the fuzz corpus that both accept.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use aws_lambda_events::event::dynamodb::{Event as DynamoDbEvent, EventRecord};
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use aws_lambda_events::event::kinesis::KinesisEvent;
use aws_lambda_events::event::sqs::SqsEvent;
use serde::de::DeserializeOwned;
use sources::{Batch, DynamoDb, EventBridge, Kinesis, Record, Source, Sqs, sub_batch};

/// Returns the examples whose names begin with `example-{examples}`, and the corpus of the target, each with its path.
fn events(examples: &str, target: &str) -> Vec<(String, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("tests/aws_lambda_events"), here.join("../fuzz/corpus").join(target)];
    let files =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let wanted = files.filter(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        path.parent().unwrap().ends_with(target) || name.starts_with(&format!("example-{examples}"))
    });
    let read = |path: std::path::PathBuf| {
        Some((path.display().to_string(), String::from_utf8(fs::read(&path).unwrap()).ok()?))
    };
    wanted.filter_map(read).collect()
}

/// Compares all events that both accept, and returns how many there are.
fn compare<S: Source, E: DeserializeOwned + PartialEq + Debug, R: DeserializeOwned + PartialEq + Debug>(
    source: S,
    events: &[(String, String)],
    records_of: impl Fn(&E) -> &Vec<R>,
    same: impl Fn(&Record<'_>, &R, &Batch<'_>),
) -> usize {
    let mut compared = 0;
    for (name, event) in events {
        let (Ok(typed), Ok(batch)) = (serde_json::from_str::<E>(event), source.decode(event)) else {
            continue;
        };
        let typed_records = records_of(&typed);
        // Only the router unpacks aggregates.
        if typed_records.len() != batch.records.len() || batch.records.iter().any(|r| r.id() != r.item_id()) {
            continue;
        }
        for (record, typed) in batch.records.iter().zip(typed_records) {
            assert_eq!(serde_json::from_str::<R>(record.raw()).as_ref().ok(), Some(typed), "{name}");
            same(record, typed, &batch);
        }
        let sub_batch = sub_batch::event_of(batch.records.iter());
        assert_eq!(serde_json::from_str::<E>(&sub_batch).unwrap(), typed, "{name}");
        compared += 1;
    }
    compared
}

/// Compares two times. `aws_lambda_events` truncates to milliseconds, and the router rounds.
fn assert_same_time(record: &Record<'_>, millis: i64) {
    if let Some(ours) = record.first_seen_millis() {
        assert!(i64::try_from(ours).unwrap().abs_diff(millis) <= 1);
    }
}

#[test]
fn sqs_messages_are_read_like_aws_lambda_events() {
    let compared = compare(
        Sqs::default(),
        &events("sqs-event", "sqs"),
        |event: &SqsEvent| &event.records,
        |record, typed, batch| {
            assert_eq!(Some(record.id()), typed.message_id.as_deref());
            assert_eq!(Some(&*batch.source_arn), typed.event_source_arn.as_deref());
            if let Ok(content) = Sqs::default().content(record) {
                assert_eq!(Some(&*content), typed.body.as_deref());
            }
            if record.order_key().is_some() {
                assert_eq!(record.order_key(), typed.attributes.get("MessageGroupId").map(String::as_str));
            }
            let first_seen = typed.attributes.get("ApproximateFirstReceiveTimestamp");
            assert_eq!(record.first_seen_millis(), first_seen.and_then(|millis| millis.parse().ok()));
        },
    );
    assert!(compared >= 6, "{compared}");
}

#[test]
fn kinesis_records_are_read_like_aws_lambda_events() {
    let compared = compare(
        Kinesis,
        &events("kinesis-event", "kinesis"),
        |event: &KinesisEvent| &event.records,
        |record, typed, batch| {
            let kinesis = &typed.kinesis;
            assert_eq!(record.id(), kinesis.sequence_number);
            assert_eq!(record.order_key(), Some(&*kinesis.partition_key));
            assert_eq!(record.event_id(), typed.event_id.as_deref().unwrap_or(record.id()));
            assert_eq!(Some(&*batch.source_arn), typed.event_source_arn.as_deref());
            assert_same_time(record, kinesis.approximate_arrival_timestamp.timestamp_millis());
            if let Ok(content) = Kinesis.content(record) {
                assert_eq!(content.as_bytes(), &*kinesis.data.0);
            }
        },
    );
    assert!(compared >= 3, "{compared}");
}

#[test]
fn dynamodb_records_are_read_like_aws_lambda_events() {
    let compared = compare(
        DynamoDb,
        &events("dynamodb-event", "dynamodb"),
        |event: &DynamoDbEvent| &event.records,
        |record, typed, batch| {
            assert_eq!(Some(record.id()), typed.change.sequence_number.as_deref());
            assert!(record.event_id() == typed.event_id || typed.event_id.is_empty());
            assert_eq!(Some(&*batch.source_arn), typed.event_source_arn.as_deref());
            assert_same_time(record, typed.change.approximate_creation_date_time.timestamp_millis());
            for other in &batch.records {
                let theirs: EventRecord = serde_json::from_str(other.raw()).unwrap();
                assert_eq!(record.order_key() == other.order_key(), typed.change.keys == theirs.change.keys);
            }
        },
    );
    assert!(compared >= 1, "{compared}");
}

/// `aws_lambda_events` accepts `"Keys": null`, which no stream sends. The router refuses it, because a record without keys
/// has no order key.
#[test]
fn only_the_example_without_keys_is_refused() {
    let refused = |name: &&(String, String)| DynamoDb.decode(&name.1).is_err();
    let mut events = events("dynamodb-event", "dynamodb");
    events.retain(|(name, _)| name.contains("example-"));
    let refused: Vec<&str> = events.iter().filter(refused).map(|(name, _)| name.as_str()).collect();
    assert!(
        refused.len() == 1 && refused[0].ends_with("example-dynamodb-event-null-items.json"),
        "{refused:?}"
    );
}

#[test]
fn eventbridge_events_are_read_like_aws_lambda_events() {
    let mut compared = 0;
    for (name, event) in events("eventbridge", "eventbridge") {
        let typed = serde_json::from_str::<EventBridgeEvent>(&event);
        let (Ok(typed), Ok(batch)) = (typed, EventBridge.decode(&event)) else { continue };
        assert_eq!(Some(batch.records[0].id()), typed.id.as_deref(), "{name}");
        assert_eq!(
            serde_json::from_str::<EventBridgeEvent>(batch.records[0].raw()).unwrap(),
            typed,
            "{name}"
        );
        compared += 1;
    }
    assert!(compared >= 3, "{compared}");
}
