//! An event that is written as Lambda writes it is read in one pass, any other one in two: what is read is the same.
#![allow(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

use sources::{DynamoDb, Kinesis, Order, Record, Source, Sqs};

const SQS: &str = r#"{"Records":[{"messageId":"a","body":"{\"a\":[1]}","attributes":{},"eventSource":"aws:sqs","eventSourceARN":"q"},{"messageId":"b","body":"}","attributes":{},"eventSource":"aws:sqs","eventSourceARN":"q"}]}"#;
const KINESIS: &str = r#"{"Records":[{"kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"e30="},"eventSource":"aws:kinesis","eventSourceARN":"s"},{"kinesis":{"partitionKey":"k","sequenceNumber":"2","data":"e30="},"eventSource":"aws:kinesis","eventSourceARN":"s"}]}"#;
const DYNAMODB: &str = r#"{"Records":[{"dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"1"},"eventSource":"aws:dynamodb","eventSourceARN":"t"},{"dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"2"},"eventSource":"aws:dynamodb","eventSourceARN":"t"}]}"#;

/// What is read of a record: its bytes, identifier, order key, and when it was first seen.
type Read = (String, String, Option<String>, Option<u64>);

/// What is read of an event: where it is from, in which order, and its records.
fn read<S: Source>(source: S, event: &str) -> Option<(String, Order, Vec<Read>)> {
    let batch = source.decode(event).ok()?;
    let read = |record: &Record<'_>| {
        let order_key = record.order_key().map(str::to_owned);
        (record.raw().to_owned(), record.id().to_owned(), order_key, record.first_seen_millis())
    };
    Some((batch.source_arn.to_string(), batch.order, batch.records.iter().map(read).collect()))
}

fn same_in_one_pass_and_in_two<S: Source>(source: S, event: &str) {
    // Lambda puts no space there.
    let in_two = read(source, &format!(" {event}"));
    assert_eq!(read(source, event), in_two, "{event}");
}

fn whatever_is_changed<S: Source>(source: S, event: &str) {
    assert_eq!(read(source, event).unwrap().2.len(), 2);
    for at in 0..event.len() {
        same_in_one_pass_and_in_two(source, &event[..at]);
        for other in
            ["", " ", ",", "[", "]", "{", "}", "\"", "\\", "1", "]}", ",\"window\":null", "\n", "\u{c}", "ü"]
        {
            same_in_one_pass_and_in_two(source, &format!("{}{other}{}", &event[..at], &event[at..]));
            same_in_one_pass_and_in_two(source, &format!("{}{other}{}", &event[..at], &event[at + 1..]));
        }
    }
}

#[test]
fn whatever_is_changed_in_an_event_it_is_read_alike_in_one_pass_and_in_two() {
    whatever_is_changed(Sqs::default(), SQS);
    whatever_is_changed(Kinesis, KINESIS);
    whatever_is_changed(DynamoDb, DYNAMODB);
}

#[test]
fn fields_that_are_missing_null_of_another_type_or_given_twice_are_read_alike_in_one_pass_and_in_two() {
    let fields = [
        r#""messageId":"a""#,
        r#""eventSource":"aws:sqs""#,
        r#""eventSourceARN":"q.fifo""#,
        r#""attributes":{"MessageGroupId":"g","ApproximateFirstReceiveTimestamp":"1"}"#,
    ];
    let others = [
        r#""attributes":{"MessageGroupId":null}"#,
        r#""attributes":{"MessageGroupId":1}"#,
        r#""attributes":{"MessageGroupId":"g","MessageGroupId":"g"}"#,
        r#""attributes":{"MessageGroupId":"g","Other":null,"Other":[]}"#,
        r#""attributes":null"#,
        r#""attributes":[]"#,
        r#""messageId":null"#,
        r#""messageId":"\u0061""#,
        r#""messageId":"\ud800""#,
        r#""eventSourceARN":1"#,
        r#""m\u0065ssageId":"b""#,
        r#""other":1"#,
    ];
    for left_out in 0..=fields.len() {
        for other in others.iter().chain(&fields) {
            let kept = fields.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, field)| field);
            let record: Vec<&str> = kept.chain([other]).copied().collect();
            same_in_one_pass_and_in_two(
                Sqs::default(),
                &format!("{{\"Records\":[{{{}}}]}}", record.join(",")),
            );
        }
    }
}

#[test]
fn a_queues_records_have_outlines_where_they_were_read_in_one_pass_each_its_own() {
    let has_outlines = |event: &str| {
        let batch = Sqs::default().decode(event).unwrap();
        let own = |(at, record): (usize, &Record<'_>)| {
            batch.outlines.of(at, record.raw()).map(|outline| outline.text() == record.raw())
        };
        batch.records.iter().enumerate().map(own).collect::<Vec<_>>()
    };
    assert_eq!(has_outlines(SQS), [Some(true); 2]);
    assert_eq!(has_outlines(&format!(" {SQS}")), [None; 2]);
}
