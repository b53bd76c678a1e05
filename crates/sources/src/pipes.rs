//! The enrichment of an EventBridge pipe: an array of records of any source, which is answered with an array
//! [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::borrow::Cow;

use json::{Json, Malformed, Outlines};
use serde::de::IgnoredAny;

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

/// The most records that a pipe hands over at once [EventBridge user guide, "Amazon EventBridge Pipes batching and
/// concurrency"].
const MAX_RECORDS: usize = 10_000;

impl Source for Pipes {
    const KIND: Kind = Kind::Pipes;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let (mut source_arn, mut records, mut outlines) =
            (Cow::Borrowed(""), Vec::new(), Outlines::default());
        each(event, |text| {
            let mut said = Said::default();
            // What is no object, or cannot be read as one, says nothing more; admission looks into it by itself.
            let raw = match outlines.read(text, |key, json| said.member(key, json)) {
                Ok(raw) => raw,
                Err(Malformed) => Json::of(text).written()?,
            };
            if records.is_empty() {
                let if_all_were = (event.len() / raw.len()).min(MAX_RECORDS);
                records.reserve(if_all_were);
                outlines.reserve(if_all_were);
            }
            let condition = said.condition();
            if let Some(arn) = said.event_source_arn {
                source_arn = arn;
            }
            let id = said.message_id.or(said.event_id).filter(|id| !id.is_empty());
            let id = id.unwrap_or_else(|| Cow::Owned(records.len().to_string()));
            records.push(Record::new(raw, id).in_condition(condition));
            Ok(raw)
        })?;
        Ok(Batch {
            source_arn,
            order: Order::Unordered,
            answering: Answering::Invocation,
            naming: Naming::Each,
            records,
            outlines,
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
    pub fn records(event: &str) -> Result<Vec<&str>, EventError> {
        let mut records = Vec::new();
        each(event, |text| {
            let raw = Json::of(text).written()?;
            records.push(raw);
            Ok(raw)
        })?;
        Ok(records)
    }
}

/// Hands `take` the text from each record on, which gives back the record.
fn each<'e>(
    event: &'e str,
    take: impl FnMut(&'e str) -> Result<&'e str, Malformed>,
) -> Result<(), EventError> {
    elements(event, take).map_err(|Malformed| EventError::Shape {
        expected: EXPECTED,
        problem: match serde_json::from_str::<Vec<IgnoredAny>>(event) {
            Err(error) => describe(&error),
            Ok(_) => Malformed.to_string(),
        },
        looks_like: recognise(event),
    })
}

fn elements<'e>(
    array: &'e str,
    mut take: impl FnMut(&'e str) -> Result<&'e str, Malformed>,
) -> Result<(), Malformed> {
    let (mut left, mut json) = (array, Json::of(array));
    if json.peek()? != b'[' {
        return Err(Malformed);
    }
    json.enter();
    for position in 0.. {
        if !json.element(position)? {
            break;
        }
        json.peek()?;
        let text = &left[json.at()..];
        left = &text[take(text)?.len()..];
        json = Json::of(left);
    }
    json.end()
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
    fn member(&mut self, key: &[u8], json: &mut Json<'e>) -> Result<(), Malformed> {
        match key {
            b"messageId" => self.message_id = text(json)?,
            b"eventID" => self.event_id = text(json)?,
            b"eventSourceARN" => self.event_source_arn = text(json)?,
            b"eventSource" => match text(json)? {
                Some(source) if source != KINESIS => self.is_anothers = true,
                _ => self.is_kinesis = true,
            },
            b"data" => self.is_aggregate |= text(json)?.is_some_and(|data| aggregate::is(&data)),
            _ => json.pass()?,
        }
        Ok(())
    }

    /// An aggregate's own partition key is no word about the tenants in it, and a record that a pipe hands on is one
    /// record: here it cannot be taken apart. In a queue's message the same bytes are the producer's affair.
    fn condition(&self) -> Condition {
        let is_undecodable = self.is_aggregate && (self.is_kinesis || !self.is_anothers);
        if is_undecodable { Condition::Undecodable } else { Condition::Sound }
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
