//! What is read of an event is what another reader finds in it, whatever is changed in the event.
#![allow(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

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

/// What is read of a record: its bytes, identifiers, order key, and when it was first seen.
type Read = (String, String, String, Option<String>, Option<u64>);

/// What is read of an event: where it is from, and its records.
fn read<S: Source>(source: S, event: &str) -> Option<(String, Vec<Read>)> {
    let batch = source.decode(event).ok()?;
    let read = |record: &Record<'_>| {
        let order_key = record.order_key().map(str::to_owned);
        let [raw, id, event_id] = [record.raw(), record.id(), record.event_id()].map(str::to_owned);
        (raw, id, event_id, order_key, record.first_seen_millis())
    };
    Some((batch.source_arn.to_string(), batch.records.iter().map(read).collect()))
}

/// All members of an object, also those that nobody reads or that are there twice.
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
    /// `None` where it is not there or is null; an error where it is there twice or is no `T`.
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

/// The same as [`read`] by a reader that keeps all members; `of` reads a record, given its bytes.
fn read_again(event: &str, of: impl Fn(&Members, String) -> Option<Read>) -> Option<(String, Vec<Read>)> {
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

fn message(record: &Members, raw: String) -> Option<Read> {
    let id = record.id("messageId")?;
    record.once("eventSource").filter(|source: &String| source == "aws:sqs")?;
    let attributes = if record.has("attributes") { record.once("attributes")? } else { Members(Vec::new()) };
    let group: Option<String> = attributes.optional("MessageGroupId").ok()?;
    let first_seen: Option<String> = attributes.optional("ApproximateFirstReceiveTimestamp").ok()?;
    let is_fifo = record.once::<String>("eventSourceARN")?.strip_suffix(".fifo").is_some();
    let order_key = if is_fifo { Some(group?) } else { None };
    Some((raw, id.clone(), id, order_key, first_seen.and_then(|millis| millis.parse().ok())))
}

fn data_record(record: &Members, raw: String) -> Option<Read> {
    record.once("eventSource").filter(|source: &String| source == "aws:kinesis")?;
    let kinesis: Members = record.once("kinesis")?;
    let _data: String = kinesis.once("data")?;
    let id = kinesis.id("sequenceNumber")?;
    let event_id = record.optional("eventID").ok()?.unwrap_or_else(|| id.clone());
    let first_seen = millis(kinesis.optional("approximateArrivalTimestamp").ok()?);
    Some((raw, id, event_id, Some(kinesis.once("partitionKey")?), first_seen))
}

fn change(record: &Members, raw: String) -> Option<Read> {
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

/// How many events of these are taken, all of them as the other reader takes them.
fn agree<S: Source>(
    source: S,
    of: impl Fn(&Members, String) -> Option<Read>,
    events: impl Iterator<Item = String>,
) -> usize {
    let taken = |event: &String| {
        let read = read(source, event);
        assert_eq!(read, read_again(event, &of), "{event}");
        read.is_some()
    };
    events.filter(taken).count()
}

/// The event with each of its places changed in many ways.
fn changed(event: &str) -> impl Iterator<Item = String> {
    const PIECES: [&str; 15] =
        ["", " ", ",", "[", "]", "{", "}", "\"", "\\", "1", "]}", ",\"window\":null", "\n", "\u{c}", "ü"];
    (0..event.len()).flat_map(move |at| {
        let (before, behind) = event.split_at(at);
        let other =
            move |piece| [format!("{before}{piece}{behind}"), format!("{before}{piece}{}", &behind[1..])];
        PIECES.into_iter().flat_map(other).chain([before.to_owned()])
    })
}

#[test]
fn a_changed_event_is_read_as_another_reader_does() {
    assert!(agree(Sqs::default(), message, changed(SQS)) > 1000);
    assert!(agree(Kinesis, data_record, changed(KINESIS)) > 1000);
    assert!(agree(DynamoDb, change, changed(DYNAMODB)) > 1000);
}

/// Events of a record that lacks each of the fields, or none, and has one more of all of these.
fn with_and_without<S: Source>(
    source: S,
    of: impl Fn(&Members, String) -> Option<Read>,
    fields: &[&str],
    others: &[&str],
) {
    let events = (0..=fields.len()).flat_map(|left_out| {
        others.iter().chain(fields).chain([&r#""other":1"#]).map(move |other| {
            let kept = fields.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, field)| field);
            let record: Vec<&str> = kept.chain([other]).copied().collect();
            format!("{{\"Records\":[{{{}}}]}}", record.join(","))
        })
    });
    assert!(agree(source, of, events) > 0);
}

#[test]
fn odd_fields_are_read_as_another_reader_does() {
    with_and_without(
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
    with_and_without(
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
    with_and_without(
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
fn deep_nesting_is_passed_over() {
    fn taken<S: Source>(source: S, event: &str) {
        for levels in [1_000, 100_000] {
            let deep = ["[", "]"].map(|bracket| bracket.repeat(levels)).concat();
            // In the event, in a record, and in what is read inside of it.
            let beside = ["Records", "eventSource", "MessageGroupId", "partitionKey", "SequenceNumber"];
            let event = beside.iter().fold(event.to_owned(), |event, name| {
                event.replace(&format!("\"{name}\":"), &format!("\"deep\":{deep},\"{name}\":"))
            });
            assert!(source.decode(&event).is_ok_and(|batch| batch.records.len() == 2), "{:?}", S::KIND);
        }
    }
    taken(Sqs::default(), SQS);
    taken(Kinesis, KINESIS);
    taken(DynamoDb, DYNAMODB);
}

#[test]
fn memory_for_records_is_got_once() {
    fn capacity<S: Source>(source: S, event: &str) -> usize {
        let (records, end) = event.split_once('[').unwrap();
        let record = &end[..=end.find("},{").unwrap()];
        source.decode(&format!("{records}[{}]}}", [record; 100].join(","))).unwrap().records.capacity()
    }
    // Without, it would double from one to the next.
    let capacities =
        [capacity(Sqs::default(), SQS), capacity(Kinesis, KINESIS), capacity(DynamoDb, DYNAMODB)];
    assert_eq!(capacities, [100; 3]);
}
