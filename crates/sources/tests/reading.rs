//! Compares the reading of changed events with a second, simple reader.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use sources::{DynamoDb, Kinesis, Record, Source, Sqs};

const SQS: &str = r#"{"Records":[{"messageId":"a","body":"{\"a\":[1]}","attributes":{"MessageGroupId":"g","ApproximateFirstReceiveTimestamp":"1"},"eventSource":"aws:sqs","eventSourceARN":"q"},{"messageId":"b","body":"}","attributes":{},"eventSource":"aws:sqs","eventSourceARN":"q"}]}"#;
const KINESIS: &str = r#"{"Records":[{"eventID":"e","kinesis":{"partitionKey":"k","sequenceNumber":"1","data":"e30=","approximateArrivalTimestamp":1.5},"eventSource":"aws:kinesis","eventSourceARN":"s"},{"kinesis":{"partitionKey":"k","sequenceNumber":"2","data":"e30="},"eventSource":"aws:kinesis","eventSourceARN":"s"}]}"#;
const DYNAMODB: &str = r#"{"Records":[{"eventID":"e","dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"1","ApproximateCreationDateTime":1.5},"eventSource":"aws:dynamodb","eventSourceARN":"t"},{"dynamodb":{"Keys":{"k":{"S":"1"}},"SequenceNumber":"2"},"eventSource":"aws:dynamodb","eventSourceARN":"t"}]}"#;

/// A record as it was read: its bytes, its identifiers, its order key, and the time since which the source has it.
type ReadRecord = (String, String, String, Option<String>, Option<u64>);

/// Reads an event into its source's ARN and its records.
fn read<S: Source>(source: S, event: &str) -> Option<(String, Vec<ReadRecord>)> {
    let batch = source.decode(event).ok()?;
    let read = |record: &Record<'_>| {
        let order_key = record.order_key().map(str::to_owned);
        let [raw, id, event_id] = [record.raw(), record.id(), record.event_id()].map(str::to_owned);
        (raw, id, event_id, order_key, record.first_seen_millis())
    };
    Some((batch.source_arn.to_string(), batch.records.iter().map(read).collect()))
}

/// All members of an object, including unknown and repeated ones.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'j> Deserialize<'j> for Members {
    fn deserialize<D: Deserializer<'j>>(json: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'j> Visitor<'j> for Object {
            type Value = Members;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<M: MapAccess<'j>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        json.deserialize_map(Object)
    }
}

impl Members {
    /// Returns `None` if the member is missing or null, and an error if it occurs twice or is not a `T`.
    fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ()> {
        let mut found = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.get());
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => serde_json::from_str(value).map_err(|_| ()),
            (Some(_), Some(_)) => Err(()),
        }
    }

    fn once<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.optional(name).ok()?
    }

    fn id(&self, name: &str) -> Option<String> {
        self.once(name).filter(|id: &String| !id.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// Reads an event as [`read`] does, but keeps all members. `of` reads one record, given its bytes.
fn reference_read(
    event: &str,
    of: impl Fn(&Members, String) -> Option<ReadRecord>,
) -> Option<(String, Vec<ReadRecord>)> {
    let event: Members = serde_json::from_str(event).ok()?;
    if event.optional::<Value>("window").ok()?.is_some() {
        return None;
    }
    let (mut arns, mut records) = (BTreeSet::new(), Vec::new());
    for raw in event.once::<Vec<Box<RawValue>>>("Records")? {
        let record: Members = serde_json::from_str(raw.get()).ok()?;
        arns.insert(record.once::<String>("eventSourceARN")?);
        records.push(of(&record, raw.get().to_owned())?);
    }
    (arns.len() < 2).then(|| (arns.pop_first().unwrap_or_default(), records))
}

fn message(record: &Members, raw: String) -> Option<ReadRecord> {
    let id = record.id("messageId")?;
    record.once("eventSource").filter(|source: &String| source == "aws:sqs")?;
    let attributes = if record.has("attributes") { record.once("attributes")? } else { Members(Vec::new()) };
    let group: Option<String> = attributes.optional("MessageGroupId").ok()?;
    let first_seen: Option<String> = attributes.optional("ApproximateFirstReceiveTimestamp").ok()?;
    let is_fifo = record.once::<String>("eventSourceARN")?.strip_suffix(".fifo").is_some();
    let order_key = if is_fifo { Some(group?) } else { None };
    Some((raw, id.clone(), id, order_key, first_seen.and_then(|millis| millis.parse().ok())))
}

fn data_record(record: &Members, raw: String) -> Option<ReadRecord> {
    record.once("eventSource").filter(|source: &String| source == "aws:kinesis")?;
    let kinesis: Members = record.once("kinesis")?;
    let _data: String = kinesis.once("data")?;
    let id = kinesis.id("sequenceNumber")?;
    let event_id = record.optional("eventID").ok()?.unwrap_or_else(|| id.clone());
    let first_seen = millis(kinesis.optional("approximateArrivalTimestamp").ok()?);
    Some((raw, id, event_id, Some(kinesis.once("partitionKey")?), first_seen))
}

fn change(record: &Members, raw: String) -> Option<ReadRecord> {
    record.once("eventSource").filter(|source: &String| source == "aws:dynamodb")?;
    let change: Members = record.once("dynamodb")?;
    let id = change.id("SequenceNumber")?;
    let event_id = record.optional("eventID").ok()?.unwrap_or_else(|| id.clone());
    let keys = change.once::<Value>("Keys").filter(Value::is_object)?;
    let first_seen = millis(change.optional("ApproximateCreationDateTime").ok()?);
    Some((raw, id, event_id, Some(keys.to_string()), first_seen))
}

fn millis(seconds: Option<f64>) -> Option<u64> {
    format!("{:.0}", seconds? * 1000.0).parse().ok()
}

/// Compares both readers on these events, and returns how many of them are valid.
fn count_agreeing<S: Source>(
    source: S,
    of: impl Fn(&Members, String) -> Option<ReadRecord>,
    events: impl Iterator<Item = String>,
) -> usize {
    let is_valid = |event: &String| {
        let read = read(source, event);
        assert_eq!(read, reference_read(event, &of), "{event}");
        read.is_some()
    };
    events.filter(is_valid).count()
}

/// Returns the event with changes at each of its positions.
fn changed(event: &str) -> impl Iterator<Item = String> {
    const PIECES: [&str; 15] =
        ["", " ", ",", "[", "]", "{", "}", "\"", "\\", "1", "]}", ",\"window\":null", "\n", "\u{c}", "ü"];
    (0..event.len()).flat_map(move |at| {
        let (before, after) = event.split_at(at);
        let other =
            move |piece| [format!("{before}{piece}{after}"), format!("{before}{piece}{}", &after[1..])];
        PIECES.into_iter().flat_map(other).chain([before.to_owned()])
    })
}

#[test]
fn changed_events_are_read_like_the_reference() {
    assert!(count_agreeing(Sqs::default(), message, changed(SQS)) > 1000);
    assert!(count_agreeing(Kinesis, data_record, changed(KINESIS)) > 1000);
    assert!(count_agreeing(DynamoDb, change, changed(DYNAMODB)) > 1000);
}

/// Compares both readers on events of one record that lacks at most one field, and has one more field of `others`.
fn compare_field_sets<S: Source>(
    source: S,
    of: impl Fn(&Members, String) -> Option<ReadRecord>,
    fields: &[&str],
    others: &[&str],
) {
    let events = (0..=fields.len()).flat_map(|omitted| {
        others.iter().chain(fields).chain([&r#""other":1"#]).map(move |other| {
            let kept = fields.iter().enumerate().filter(|(at, _)| *at != omitted).map(|(_, field)| field);
            let record: Vec<&str> = kept.chain([other]).copied().collect();
            format!("{{\"Records\":[{{{}}}]}}", record.join(","))
        })
    });
    assert!(count_agreeing(source, of, events) > 0);
}

#[test]
fn odd_fields_are_read_like_the_reference() {
    compare_field_sets(
        Sqs::default(),
        message,
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
    compare_field_sets(
        Kinesis,
        data_record,
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
    compare_field_sets(
        DynamoDb,
        change,
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

#[test]
fn deep_nesting_is_skipped() {
    fn assert_read<S: Source>(source: S, event: &str) {
        for levels in [1_000, 100_000] {
            let deep = ["[", "]"].map(|bracket| bracket.repeat(levels)).concat();
            // The nesting goes into the event, into a record, and into the objects of a record.
            let neighbours = ["Records", "eventSource", "MessageGroupId", "partitionKey", "SequenceNumber"];
            let event = neighbours.iter().fold(event.to_owned(), |event, name| {
                event.replace(&format!("\"{name}\":"), &format!("\"deep\":{deep},\"{name}\":"))
            });
            assert!(source.decode(&event).is_ok_and(|batch| batch.records.len() == 2), "{:?}", S::KIND);
        }
    }
    assert_read(Sqs::default(), SQS);
    assert_read(Kinesis, KINESIS);
    assert_read(DynamoDb, DYNAMODB);
}

#[test]
fn records_are_allocated_once() {
    fn capacity<S: Source>(source: S, event: &str) -> usize {
        let (records, end) = event.split_once('[').unwrap();
        let record = &end[..=end.find("},{").unwrap()];
        source.decode(&format!("{records}[{}]}}", [record; 100].join(","))).unwrap().records.capacity()
    }
    // Growing on demand would double the capacity, to 128.
    let capacities =
        [capacity(Sqs::default(), SQS), capacity(Kinesis, KINESIS), capacity(DynamoDb, DYNAMODB)];
    assert_eq!(capacities, [100; 3]);
}
