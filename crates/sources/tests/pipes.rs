//! Reading the records of a pipe, and finding aggregates of the Kinesis Producer Library among them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kpl;

use kpl::{aggregate, base64};
use serde_json::value::RawValue;
use sources::{Condition, Pipes, Record, Source};

/// A Kinesis record as a pipe sends it [EventBridge user guide, "Amazon Kinesis stream as a source for EventBridge
/// Pipes"].
fn record(data: &str) -> String {
    format!(
        r#"{{"kinesisSchemaVersion":"1.0","partitionKey":"acme","sequenceNumber":"7","data":"{data}",
 "approximateArrivalTimestamp":1545084650.987,"eventSource":"aws:kinesis","eventVersion":"1.0",
 "eventID":"shardId-000000000006:7","eventName":"aws:kinesis:record","awsRegion":"us-east-2",
 "eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/orders"}}"#
    )
}

fn conditions(records: &[String]) -> Vec<Condition> {
    let event = format!("[{}]", records.join(","));
    let batch = Pipes.decode(&event).unwrap();
    for (record, raw) in batch.records.iter().zip(records) {
        assert_eq!(record.raw(), raw, "a record is kept whole");
    }
    batch.records.iter().map(Record::condition).collect()
}

#[test]
fn aggregate_in_a_pipe_is_undecodable() {
    let whole = aggregate(&["acme", "globex"], &[(0, b"{}"), (1, b"{}")]);
    let of_one = aggregate(&["acme"], &[(0, b"{}")]);
    let records = [record("e30="), record(&whole), record("e30="), record(&of_one)];
    let (readable, undecodable) = (Condition::Readable, Condition::Undecodable);
    assert_eq!(conditions(&records), [readable, undecodable, readable, undecodable]);
    for damaged in [&base64(&[0xf3, 0x89, 0x9a, 0xc2, 1, 2, 3]), &whole[..whole.len() - 4], "84maw?"] {
        assert_eq!(conditions(&[record(damaged)]), [undecodable], "{damaged}");
    }
}

#[test]
fn aggregate_is_found_in_any_spelling_of_its_record() {
    let data = aggregate(&["acme", "globex"], &[(0, b"{}"), (1, b"{}")]);
    let escaped = data.replacen('8', "\\u0038", 1).replace('/', "\\/");
    let records = [
        // An input template may drop all other fields.
        format!(r#"{{"data":"{data}"}}"#),
        format!(r#" {{ "partitionKey" : "acme" , "d\u0061ta" : "{escaped}" }}"#).trim().to_owned(),
        format!(r#"{{"data":"e30=","data":"{data}"}}"#),
        format!(r#"{{"data":"{data}","data":"e30="}}"#),
        format!(r#"{{"data":"{data}","messageId":7,"eventSource":7,"eventID":"\ud800"}}"#),
        format!(r#"{{"eventSource":"aws:rmq","data":"{data}","eventSource":"aws:kinesis"}}"#),
    ];
    assert_eq!(conditions(&records), [Condition::Undecodable; 6]);
}

#[test]
fn data_that_is_no_kinesis_aggregate_is_readable() {
    let data = aggregate(&["acme"], &[(0, b"{}")]);
    let records = [
        record(""),
        record("84ma"),
        // One bit differs from the magic number.
        record(&base64(&[0xf3, 0x89, 0x9a, 0xc3, 1, 2])),
        // Records of queues and of Kafka are never aggregates.
        record(&data).replace("aws:kinesis\"", "aws:rmq\""),
        format!(r#"{{"eventSource":"aws:kafka","value":"{data}"}}"#),
        format!(r#"{{"eventSource":"aws:sqs","body":"{data}"}}"#),
        format!(r#"{{"data":{{"data":"{data}"}}}}"#),
        format!("\"{data}\""),
        format!(r#"["data","{data}"]"#),
    ];
    assert_eq!(conditions(&records), [Condition::Readable; 9]);
}

#[test]
fn array_is_read_as_serde_reads_it() {
    let valid = [
        "[]",
        " [ ] ",
        "\n[\t{} ,\r\n{\"a\" : [1,{}]} , \"]\" ]\n",
        "[{},{},[],7,-0.5e1,null,true,\"\"]",
        r#"[{"\ud800":1},{"eventID":"\ud800","eventID":7}]"#,
    ];
    let invalid = [
        "",
        " ",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "[]x",
        "[] []",
        "[\u{a0}]",
        "\u{feff}[]",
        "[{]}",
        "[{}",
        "[{}{}]",
        "[{}}]",
        "[01]",
        "[tru]",
        "[{\"a\"}]",
        "[{\"a\":}]",
        "[{\"a\":1,}]",
        "[\"a]",
        "{}",
        "null",
        "[\"\n\"]",
    ];
    for event in valid {
        let expected: Vec<&RawValue> = serde_json::from_str(event).unwrap();
        let expected: Vec<&str> = expected.into_iter().map(RawValue::get).collect();
        let batch = Pipes.decode(event).unwrap();
        assert_eq!(batch.records.iter().map(Record::raw).collect::<Vec<_>>(), expected);
        let records = Pipes::records(event).unwrap();
        assert_eq!(records.into_iter().map(RawValue::get).collect::<Vec<_>>(), expected);
    }
    for event in invalid {
        assert!(serde_json::from_str::<Vec<&RawValue>>(event).is_err(), "{event:?}");
        assert!(Pipes.decode(event).is_err() && Pipes::records(event).is_err(), "{event:?}");
    }
}

#[test]
fn records_are_allocated_once() {
    let capacity = |record: &str, count: usize| {
        Pipes.decode(&format!("[{}]", vec![record; count].join(","))).unwrap().records.capacity()
    };
    assert_eq!(capacity(r#"{"messageId":"m","body":"{}"}"#, 100), 100);
    // The length of a record does not matter.
    assert_eq!(capacity(&format!("{{}},\"{}\"", " ".repeat(100_000)), 1), 2);
}
