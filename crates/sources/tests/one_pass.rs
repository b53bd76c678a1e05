//! An event that is written as Lambda writes it is read in one pass, any other one in two: what is read is the same.
#![allow(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

mod kpl;

use sources::{DynamoDb, Kinesis, Order, Pipes, Record, Source, Sqs};

const SQS: &str = r#"{"Records":[{"messageId":"a","body":"{\"a\":[1]}","attributes":{"MessageGroupId":"g","ApproximateFirstReceiveTimestamp":"1"},"eventSource":"aws:sqs","eventSourceARN":"q"},{"messageId":"b","body":"}","attributes":{},"eventSource":"aws:sqs","eventSourceARN":"q"}]}"#;
const KINESIS: &str = r#"{"Records":[{"eventID":"e","kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"e30=","approximateArrivalTimestamp":1.5},"eventSource":"aws:kinesis","eventSourceARN":"s"},{"kinesis":{"partitionKey":"k","sequenceNumber":"2","data":"e30="},"eventSource":"aws:kinesis","eventSourceARN":"s"}]}"#;
const DYNAMODB: &str = r#"{"Records":[{"eventID":"e","dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"1","ApproximateCreationDateTime":1.5},"eventSource":"aws:dynamodb","eventSourceARN":"t"},{"dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"2"},"eventSource":"aws:dynamodb","eventSourceARN":"t"}]}"#;

/// What is read of a record: its bytes, identifiers, order key, and when it was first seen.
type Read = (String, String, String, Option<String>, Option<u64>);

/// What is read of an event: where it is from, in which order, and its records.
fn read<S: Source>(source: S, event: &str) -> Option<(String, Order, Vec<Read>)> {
    let batch = source.decode(event).ok()?;
    let read = |record: &Record<'_>| {
        let order_key = record.order_key().map(str::to_owned);
        let [raw, id, event_id] = [record.raw(), record.id(), record.event_id()].map(str::to_owned);
        (raw, id, event_id, order_key, record.first_seen_millis())
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

/// Records that lack each of the fields, or none, and have one more of all of these.
fn with_and_without<S: Source>(source: S, fields: &[&str], others: &[&str]) {
    let mut sound = 0;
    for left_out in 0..=fields.len() {
        for other in others.iter().chain(fields).chain([&r#""other":1"#]) {
            let kept = fields.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, field)| field);
            let record: Vec<&str> = kept.chain([other]).copied().collect();
            let event = format!("{{\"Records\":[{{{}}}]}}", record.join(","));
            same_in_one_pass_and_in_two(source, &event);
            sound += u32::from(read(source, &event).is_some());
        }
    }
    assert!(sound > 0);
}

#[test]
fn fields_that_are_missing_null_of_another_type_or_given_twice_are_read_alike_in_one_pass_and_in_two() {
    with_and_without(
        Sqs::default(),
        &[
            r#""messageId":"a""#,
            r#""eventSource":"aws:sqs""#,
            r#""eventSourceARN":"q.fifo""#,
            r#""attributes":{"MessageGroupId":"g","ApproximateFirstReceiveTimestamp":"1"}"#,
        ],
        &[
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
        ],
    );
    with_and_without(
        Kinesis,
        &[
            r#""eventID":"e""#,
            r#""eventSource":"aws:kinesis""#,
            r#""eventSourceARN":"s""#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"e30=","approximateArrivalTimestamp":1.5}"#,
        ],
        &[
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"e30="}"#,
            r#""kinesis":{"partitionKey":"\u006b","sequenceNumber":"1","data":"!","approximateArrivalTimestamp":null}"#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"","approximateArrivalTimestamp":"1"}"#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"","approximateArrivalTimestamp":-1e400}"#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"","approximateArrivalTimestamp":1,"approximateArrivalTimestamp":1}"#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":1,"data":""}"#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"","data":""}"#,
            r#""kinesis":{"partitionKey":"k","sequenceNumber":"1"}"#,
            r#""kinesis":{"sequenceNumber":"1","data":""}"#,
            r#""kinesis":{"partitionKey":"k","data":""}"#,
            r#""kinesis":["k","1","",1]"#,
            r#""kinesis":null"#,
            r#""eventID":null"#,
            r#""eventID":1"#,
        ],
    );
    with_and_without(
        DynamoDb,
        &[
            r#""eventID":"e""#,
            r#""eventSource":"aws:dynamodb""#,
            r#""eventSourceARN":"t""#,
            r#""dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"1","ApproximateCreationDateTime":1.5}"#,
        ],
        &[
            r#""dynamodb":{"Keys":{"k":{"S":"1"},"a":{"N":"1"}},"SequenceNumber":"1","NewImage":{"a":{"S":"\ud800"}}}"#,
            r#""dynamodb":{"Keys":{"k":1,"k":[2]},"SequenceNumber":"1","ApproximateCreationDateTime":null}"#,
            r#""dynamodb":{"Keys":{"k":1e999},"SequenceNumber":"1"}"#,
            r#""dynamodb":{"Keys":{"k":"\ud800"},"SequenceNumber":"1"}"#,
            r#""dynamodb":{"Keys":{},"SequenceNumber":"1","ApproximateCreationDateTime":"1"}"#,
            r#""dynamodb":{"Keys":{},"Keys":{},"SequenceNumber":"1"}"#,
            r#""dynamodb":{"Keys":[],"SequenceNumber":"1"}"#,
            r#""dynamodb":{"Keys":{},"SequenceNumber":""}"#,
            r#""dynamodb":{"Keys":{}}"#,
            r#""dynamodb":{"SequenceNumber":"1"}"#,
            r#""dynamodb":[{},"1",1]"#,
            r#""dynamodb":null"#,
            r#""eventID":null"#,
        ],
    );
}

/// The value of each record's first member, by its outline.
fn first_values<S: Source>(source: S, event: &str) -> Vec<Option<String>> {
    let batch = source.decode(event).unwrap();
    let first = |(at, record): (usize, &Record<'_>)| {
        let (_, mut value) = batch.outlines.of(at, record.raw())?.members().next()?;
        Some(value.written().unwrap().to_owned())
    };
    batch.records.iter().enumerate().map(first).collect()
}

#[test]
fn records_have_outlines_where_they_were_read_in_one_pass_each_its_own() {
    fn each_its_own<S: Source>(source: S, event: &str, expected: [&str; 2]) {
        assert_eq!(first_values(source, event), expected.map(|value| Some(value.to_owned())));
        assert_eq!(first_values(source, &format!(" {event}")), [None, None]);
    }
    each_its_own(Sqs::default(), SQS, [r#""a""#, r#""b""#]);
    let second = r#"{"partitionKey":"k","sequenceNumber":"2","data":"e30="}"#;
    each_its_own(Kinesis, KINESIS, [r#""e""#, second]);
    let second = r#"{"Keys":{"k":{"S":"1"}},"SequenceNumber":"2"}"#;
    each_its_own(DynamoDb, DYNAMODB, [r#""e""#, second]);
}

#[test]
fn records_behind_an_aggregate_have_no_outline_of_another_one() {
    let plain = r#"{"kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"e30="},"eventSource":"aws:kinesis","eventSourceARN":"s"}"#;
    let aggregate = plain.replace("e30=", &kpl::aggregate(&["a", "b"], &[(0, b"{}"), (1, b"{}")]));
    let event = format!("{{\"Records\":[{plain},{aggregate},{plain},{plain}]}}");
    let has_outline: Vec<bool> = first_values(Kinesis, &event).iter().map(Option::is_some).collect();
    assert_eq!(has_outline, [true, false, false, false, false]);
}

#[test]
fn in_a_pipes_array_an_object_has_its_own_outline_and_one_behind_something_else_has_none() {
    let event = r#"[{"a":1}, {"a":2} ,"a",{"a":4},{"\ud800":5,"a":5}]"#;
    let own = |value: &str| Some(value.to_owned());
    assert_eq!(first_values(Pipes, event), [own("1"), own("2"), None, None, None]);
}

#[test]
fn memory_for_records_is_got_once() {
    fn capacity<S: Source>(source: S, event: &str) -> usize {
        let (records, end) = event.split_once('[').unwrap();
        let record = &end[..=end.find("},{").unwrap()];
        source.decode(&format!("{records}[{}]}}", [record; 100].join(","))).unwrap().records.capacity()
    }
    // Without, it would double from one to the next.
    for capacity in [capacity(Sqs::default(), SQS), capacity(Kinesis, KINESIS), capacity(DynamoDb, DYNAMODB)]
    {
        assert!((100..110).contains(&capacity), "{capacity}");
    }
}
