//! The enrichment of an EventBridge pipe: an array of records of any source. The response is an array too [EventBridge
//! user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::aggregate;
use crate::envelope::{describe, recognise};
use crate::kind::Kind;
use crate::object::JsonString;
use crate::record::{Batch, Condition, FailureSemantics, Order, Record, ResponseMode};
use crate::source::{EventError, Source, Undecodable, shape_remedy};

/// The EventBridge pipe, as a source of records to enrich.
#[derive(Clone, Copy, Debug)]
pub struct Pipes;

const EXPECTED: &str = "the array of records that a pipe sends to its enrichment";

impl Source for Pipes {
    const KIND: Kind = Kind::Pipes;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let mut source_arn = Cow::Borrowed("");
        let record = |(index, raw): (usize, &'e RawValue)| {
            let raw = raw.get();
            let fields = PipeFields::read(raw);
            let condition = fields.condition();
            if let Some(arn) = fields.event_source_arn {
                source_arn = arn;
            }
            let id = fields.message_id.or(fields.event_id).filter(|id| !id.is_empty());
            let id = id.unwrap_or_else(|| Cow::Owned(index.to_string()));
            Record::new(raw, id).with_condition(condition)
        };
        let records = Self::records(event)?.into_iter().enumerate().map(record).collect();
        Ok(Batch {
            source_arn,
            order: Order::Unordered,
            response_mode: ResponseMode::Invocation,
            failure_semantics: FailureSemantics::Each,
            records,
        })
    }

    /// Returns the record itself.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        Ok(Cow::Borrowed(record.raw()))
    }
}

impl Pipes {
    /// Returns the JSON texts of the records, byte for byte.
    ///
    /// # Errors
    /// [`EventError::Shape`] if the event is not an array.
    pub fn records(event: &str) -> Result<Vec<&RawValue>, EventError> {
        serde_json::from_str(event).map_err(|error| EventError::Shape {
            expected: EXPECTED,
            problem: describe(&error),
            remedy: shape_remedy(Self::KIND, recognise(event)),
        })
    }
}

/// The fields of a record that identify it in the quarantine, or show an aggregate. The pipe's input template can drop or
/// change any field.
#[derive(Default)]
struct PipeFields<'e> {
    message_id: Option<Cow<'e, str>>,
    event_id: Option<Cow<'e, str>>,
    event_source_arn: Option<Cow<'e, str>>,
    is_aggregate: bool,
    is_kinesis: bool,
    is_other_source: bool,
}

impl<'e> PipeFields<'e> {
    /// Reads the fields up to the first error. Admission reads the record again and reports the error.
    fn read(raw: &'e str) -> Self {
        let mut fields = Self::default();
        let _ = serde_json::Deserializer::from_str(raw).deserialize_map(&mut fields);
        fields
    }

    /// An aggregate of Kinesis is undecodable: it may hold records of several tenants, and a pipe's record cannot be
    /// unpacked into several. The same bytes in the record of another source are ordinary data.
    fn condition(&self) -> Condition {
        let is_undecodable = self.is_aggregate && (self.is_kinesis || !self.is_other_source);
        if is_undecodable { Condition::Undecodable } else { Condition::Readable }
    }
}

const KINESIS: &str = "aws:kinesis";

impl<'e> Visitor<'e> for &mut PipeFields<'e> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a record")
    }

    fn visit_map<M: MapAccess<'e>>(self, mut record: M) -> Result<(), M::Error> {
        while let Some(JsonString(key)) = record.next_key()? {
            match &*key {
                "messageId" => self.message_id = string(record.next_value()?),
                "eventID" => self.event_id = string(record.next_value()?),
                "eventSourceARN" => self.event_source_arn = string(record.next_value()?),
                "eventSource" => match string(record.next_value()?) {
                    Some(source) if source != KINESIS => self.is_other_source = true,
                    _ => self.is_kinesis = true,
                },
                "data" => {
                    self.is_aggregate |=
                        string(record.next_value()?).is_some_and(|data| aggregate::is_aggregate(&data));
                }
                _ => {
                    record.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Returns a string's content, or `None` if the value is not a string.
fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str(value.get()).ok().map(|JsonString(text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_id_is_message_id_event_id_or_index() {
        let event = r#" [ {"messageId":"m", "n":1.0e2,"eventSourceARN":"arn:q"} ,{"eventID":"shard:4","data":""},{}, "text"] "#;
        let batch = Pipes.decode(event).unwrap();
        let ids: Vec<_> = batch.records.iter().map(Record::id).collect();
        assert_eq!(ids, ["m", "shard:4", "2", "3"]);
        assert_eq!(batch.records[0].raw(), r#"{"messageId":"m", "n":1.0e2,"eventSourceARN":"arn:q"}"#);
        assert_eq!(batch.source_arn, "arn:q");
        assert_eq!(Pipes.content(&batch.records[3]).unwrap(), "\"text\"");
    }

    #[test]
    fn event_that_is_no_array_names_the_right_router() {
        let sqs = r#"{"Records":[{"messageId":"m","eventSource":"aws:sqs"}]}"#;
        let error = Pipes.decode(sqs).unwrap_err().to_string();
        assert!(error.contains("the array of records") && error.contains("sqs-router"), "{error}");
        for event in ["", "{}", "null", "[1", "[]]"] {
            assert!(matches!(Pipes.decode(event), Err(EventError::Shape { .. })), "{event}");
        }
        assert!(Pipes.decode("[]").unwrap().records.is_empty());
    }
}
