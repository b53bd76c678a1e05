//! The events that AWS builds from records, and the identifiers in them.
//!
//! - [`sqs`], [`kinesis`] with the aggregates of [`kpl`], [`dynamodb`]: events of event source mappings
//! - [`eventbridge`]: events of a rule; [`pipes`]: batches of a pipe
//!
//! A task of Step Functions has the input that its state machine writes, so there is nothing to build for it.

use serde::Deserialize;

pub mod dynamodb;
pub mod eventbridge;
pub mod kinesis;
pub mod kpl;
pub mod pipes;
pub mod sqs;

/// Returns the event with these records, which are JSON.
#[must_use]
pub fn event_of(records: &[String]) -> String {
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// A record of a stream, as a shard holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRecord {
    /// The sequence number.
    pub sequence_number: String,
    /// The record in an event, as JSON.
    pub json: String,
}

impl StreamRecord {
    /// Returns a record whose JSON in an event is `json`.
    #[must_use]
    pub fn new(sequence_number: &str, json: &str) -> Self {
        Self { sequence_number: sequence_number.to_owned(), json: json.to_owned() }
    }
}

/// Returns the identifiers of the records of an event, as a partial batch response names them: message ids or sequence numbers,
/// in order. Empty if it is not an event of a queue or a stream.
#[must_use]
pub fn identifiers(event: &[u8]) -> Vec<String> {
    // The fields have types, because the benchmark reads large events while it measures.
    let Ok(Event { records }) = serde_json::from_slice(event) else { return Vec::new() };
    let identifier = |record: IdentifiedRecord| {
        let stream = || Some(record.kinesis.or(record.dynamodb)?.sequence_number);
        record.message_id.or_else(stream)
    };
    records.into_iter().filter_map(identifier).collect()
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<IdentifiedRecord>,
}

#[derive(Deserialize)]
struct IdentifiedRecord {
    #[serde(rename = "messageId")]
    message_id: Option<String>,
    kinesis: Option<StreamPart>,
    dynamodb: Option<StreamPart>,
}

#[derive(Deserialize)]
struct StreamPart {
    #[serde(rename = "sequenceNumber", alias = "SequenceNumber")]
    sequence_number: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_has_its_identifier() {
        for (record, identifier) in [
            (r#"{"messageId":"m1","body":"{}"}"#, "m1"),
            (r#"{"kinesis":{"sequenceNumber":"7","data":""}}"#, "7"),
            (r#"{"eventID":"e","dynamodb":{"SequenceNumber":"8"}}"#, "8"),
        ] {
            assert_eq!(identifiers(event_of(&[record.to_owned()]).as_bytes()), [identifier]);
        }
        for event in ["{}", "[]", "null", "{", r#"{"id":"1","detail":{}}"#] {
            assert_eq!(identifiers(event.as_bytes()), [""; 0], "{event}");
        }
    }
}
