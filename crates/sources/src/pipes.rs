//! The enrichment of an EventBridge pipe: an array of records of any source, which is answered with an array
//! [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::aggregate;
use crate::envelope::{describe, recognise};
use crate::kind::Kind;
use crate::object::Text;
use crate::record::{ResponseMode, Batch, Condition, FailureSemantics, Order, Record};
use crate::source::{EventError, Source, Undecodable};

/// The records that a pipe has enriched.
#[derive(Clone, Copy, Debug)]
pub struct Pipes;

const EXPECTED: &str = "the array of records that a pipe hands to its enrichment";

impl Source for Pipes {
    const KIND: Kind = Kind::Pipes;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let mut source_arn = Cow::Borrowed("");
        let record = |(place, raw): (usize, &'e RawValue)| {
            let raw = raw.get();
            let said = Said::in_record(raw);
            let condition = said.condition();
            if let Some(arn) = said.event_source_arn {
                source_arn = arn;
            }
            let id = said.message_id.or(said.event_id).filter(|id| !id.is_empty());
            let id = id.unwrap_or_else(|| Cow::Owned(place.to_string()));
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

/// What a record says of itself. An input template may have made anything of it; these name it for those who read the
/// quarantine, and tell an aggregate.
#[derive(Default)]
struct Said<'e> {
    message_id: Option<Cow<'e, str>>,
    event_id: Option<Cow<'e, str>>,
    event_source_arn: Option<Cow<'e, str>>,
    is_aggregate: bool,
    is_kinesis: bool,
    is_anothers: bool,
}

impl<'e> Said<'e> {
    /// Reads as far as the record can be read as an object. Errors are left to admission, which reads the record again.
    fn in_record(raw: &'e str) -> Self {
        let mut said = Self::default();
        let _ = serde_json::Deserializer::from_str(raw).deserialize_map(&mut said);
        said
    }

    /// An aggregate's own partition key is no word about the tenants in it, and a record that a pipe hands on is one
    /// record: here it cannot be taken apart. In a queue's message the same bytes are the producer's affair.
    fn condition(&self) -> Condition {
        let is_undecodable = self.is_aggregate && (self.is_kinesis || !self.is_anothers);
        if is_undecodable { Condition::Undecodable } else { Condition::Readable }
    }
}

const KINESIS: &str = "aws:kinesis";

impl<'e> Visitor<'e> for &mut Said<'e> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a record")
    }

    fn visit_map<M: MapAccess<'e>>(self, mut record: M) -> Result<(), M::Error> {
        while let Some(Text(key)) = record.next_key()? {
            match &*key {
                "messageId" => self.message_id = text(record.next_value()?),
                "eventID" => self.event_id = text(record.next_value()?),
                "eventSourceARN" => self.event_source_arn = text(record.next_value()?),
                "eventSource" => match text(record.next_value()?) {
                    Some(source) if source != KINESIS => self.is_anothers = true,
                    _ => self.is_kinesis = true,
                },
                "data" => {
                    self.is_aggregate |= text(record.next_value()?).is_some_and(|data| aggregate::is(&data));
                }
                _ => {
                    record.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The string that a value is; none for other values.
fn text(written: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str(written.get()).ok().map(|Text(text)| text)
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
