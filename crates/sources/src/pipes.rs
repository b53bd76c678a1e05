//! The enrichment of an EventBridge pipe: an array of records of any source, which is answered with an array
//! [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::borrow::Cow;

use json::{Json, Malformed, Outlines};
use serde_json::value::RawValue;

use crate::aggregate;
use crate::envelope::{describe, recognise, value};
use crate::kind::Kind;
use crate::object::Text;
use crate::record::{Answering, Batch, Condition, Naming, Order, Record};
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
            let said = Said::in_record(raw.get());
            if let Some(arn) = said.event_source_arn {
                source_arn = arn;
            }
            let id = said.message_id.or(said.event_id).filter(|id| !id.is_empty());
            let id = id.unwrap_or_else(|| Cow::Owned(place.to_string()));
            records.push(Record::new(raw.get(), id).in_condition(said.condition));
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

/// What a record says of itself. An input template may have made anything of it; these name it for those who read the
/// quarantine, and tell an aggregate.
struct Said<'e> {
    message_id: Option<Cow<'e, str>>,
    event_id: Option<Cow<'e, str>>,
    event_source_arn: Option<Cow<'e, str>>,
    condition: Condition,
}

impl<'e> Said<'e> {
    fn in_record(raw: &'e str) -> Self {
        let (mut message_id, mut event_id, mut event_source_arn) = (None, None, None);
        let (mut is_aggregate, mut is_kinesis, mut is_anothers) = (false, false, false);
        // What cannot be read to its end admission cannot read either.
        let _ = Json::of(raw).members(|key, json| {
            match &**key {
                b"messageId" => message_id = text(json)?,
                b"eventID" => event_id = text(json)?,
                b"eventSourceARN" => event_source_arn = text(json)?,
                b"eventSource" => match text(json)? {
                    Some(source) if source != KINESIS => is_anothers = true,
                    _ => is_kinesis = true,
                },
                b"data" => is_aggregate |= text(json)?.is_some_and(|data| aggregate::is(&data)),
                _ => json.pass()?,
            }
            Ok(())
        });
        // An aggregate's own partition key is no word about the tenants in it, and a record that a pipe hands on is one
        // record: here it cannot be taken apart. In a queue's message the same bytes are the producer's affair.
        let is_undecodable = is_aggregate && (is_kinesis || !is_anothers);
        let condition = if is_undecodable { Condition::Undecodable } else { Condition::Sound };
        Self { message_id, event_id, event_source_arn, condition }
    }
}

const KINESIS: &str = "aws:kinesis";

/// The string that comes next; none where something else does.
fn text<'e>(json: &mut Json<'e>) -> Result<Option<Cow<'e, str>>, Malformed> {
    let written = json.written()?;
    Ok(value::<Text<'e>>(&mut Json::of(written)).ok().map(|text| text.0))
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
