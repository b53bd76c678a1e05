//! The enrichment of an EventBridge pipe: an array of records of any source, which is answered with an array
//! [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::borrow::Cow;

use json::Outlines;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::envelope::{describe, recognise};
use crate::kind::Kind;
use crate::object::{self, Text};
use crate::record::{Answering, Batch, Naming, Order, Record};
use crate::source::{EventError, Source, Undecodable};

/// The records that a pipe has enriched.
#[derive(Clone, Copy, Debug)]
pub struct Pipes;

const EXPECTED: &str = "the array of records that a pipe hands to its enrichment";

impl Source for Pipes {
    const KIND: Kind = Kind::Pipes;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let raws = Self::records(event)?;
        let mut source_arn = Cow::Borrowed("");
        let mut records = Vec::with_capacity(raws.len());
        for (place, raw) in raws.into_iter().enumerate() {
            // What an input template made of a record need not have these; they name it for those who read the quarantine.
            let names: Names<'e> = object::read(raw.get()).unwrap_or_default();
            if let Some(Text(arn)) = names.event_source_arn {
                source_arn = arn;
            }
            let id = names.message_id.or(names.event_id).map(|id| id.0).filter(|id| !id.is_empty());
            records.push(Record::new(raw.get(), id.unwrap_or_else(|| Cow::Owned(place.to_string()))));
        }
        Ok(Batch {
            source_arn,
            order: Order::Unordered,
            answering: Answering::Invocation,
            naming: Naming::Each,
            records,
            outlines: Outlines::default(),
        })
    }

    /// The record itself.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        Ok(Cow::Borrowed(record.raw()))
    }
}

impl Pipes {
    /// The records, byte for byte.
    ///
    /// # Errors
    /// When the event is no array.
    pub fn records(event: &str) -> Result<Vec<&RawValue>, EventError> {
        serde_json::from_str(event).map_err(|error| EventError::Shape {
            expected: EXPECTED,
            problem: describe(&error),
            looks_like: recognise(event),
        })
    }
}

#[derive(Default, Deserialize)]
struct Names<'e> {
    #[serde(borrow, rename = "messageId")]
    message_id: Option<Text<'e>>,
    #[serde(borrow, rename = "eventID")]
    event_id: Option<Text<'e>>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Option<Text<'e>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_any_source_are_named_as_far_as_they_can_be() {
        let event = r#" [ {"messageId":"m", "n":1.0e2,"eventSourceARN":"arn:q"} ,{"eventID":"shard:4","data":""},{}, "text"] "#;
        let batch = Pipes.decode(event).unwrap();
        let ids: Vec<_> = batch.records.iter().map(Record::id).collect();
        assert_eq!(ids, ["m", "shard:4", "2", "3"]);
        assert_eq!(batch.records[0].raw(), r#"{"messageId":"m", "n":1.0e2,"eventSourceARN":"arn:q"}"#);
        assert_eq!(batch.source_arn, "arn:q");
        assert_eq!(Pipes.content(&batch.records[3]).unwrap(), "\"text\"");
    }

    #[test]
    fn what_is_no_array_is_refused_with_the_name_of_the_right_router() {
        let sqs = r#"{"Records":[{"messageId":"m","eventSource":"aws:sqs"}]}"#;
        let error = Pipes.decode(sqs).unwrap_err().to_string();
        assert!(error.contains("the array of records") && error.contains("sqs-router"), "{error}");
        for event in ["", "{}", "null", "[1", "[]]"] {
            assert!(matches!(Pipes.decode(event), Err(EventError::Shape { .. })), "{event}");
        }
        assert!(Pipes.decode("[]").unwrap().records.is_empty());
    }
}
