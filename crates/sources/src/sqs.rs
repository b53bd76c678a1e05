//! SQS, standard and FIFO [Lambda developer guide, "Using Lambda with Amazon SQS"].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::object::{self, Text};
use crate::record::{Batch, Order, Record};
use crate::source::{EventError, Source, Undecodable};

/// The SQS event source.
#[derive(Clone, Copy, Debug)]
pub struct Sqs;

const EVENT_SOURCE: &str = "aws:sqs";
const EXPECTED: &str =
    "an SQS event {\"Records\":[{\"messageId\",\"eventSource\":\"aws:sqs\",\"eventSourceARN\",…}]}";

impl Source for Sqs {
    const NAME: &'static str = "sqs";

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let envelope: Envelope<'e> = object::read(event).map_err(|error| shape(describe(&error)))?;
        let mut batch = Batch {
            source_arn: Cow::Borrowed(""),
            order: Order::Unordered,
            records: Vec::with_capacity(envelope.records.len()),
        };
        for (index, raw) in envelope.records.into_iter().enumerate() {
            let fields: Fields<'e> = object::read(raw.get())
                .map_err(|error| shape(format!("record {index}: {}", describe(&error))))?;
            if fields.event_source != EVENT_SOURCE {
                let found = fields.event_source.chars().take(64).collect();
                return Err(EventError::WrongSource { index, expected: EVENT_SOURCE, found });
            }
            if index == 0 {
                batch.order = order_of(&fields.event_source_arn);
                batch.source_arn = fields.event_source_arn;
            } else if fields.event_source_arn != batch.source_arn {
                return Err(EventError::SeveralSources { index });
            }
            if fields.message_id.is_empty() {
                return Err(shape(format!("record {index}: its messageId is empty")));
            }
            let first_seen = fields.attributes.first_receive.and_then(|millis| millis.0.parse().ok());
            let mut record = Record::new(raw.get(), fields.message_id).first_seen(first_seen);
            if batch.order == Order::ByKey {
                let Some(Text(group)) = fields.attributes.message_group_id else {
                    return Err(shape(format!(
                        "record {index}: a FIFO queue's message without MessageGroupId"
                    )));
                };
                record = record.ordered_by(group);
            }
            batch.records.push(record);
        }
        Ok(batch)
    }

    fn content<'r>(&self, record: &Record<'r>) -> Result<Cow<'r, str>, Undecodable> {
        let body: Body<'r> = object::read(record.raw()).map_err(|_| Undecodable)?;
        serde_json::from_str::<IgnoredAny>(&body.body).map_err(|_| Undecodable)?;
        Ok(body.body)
    }
}

/// A FIFO queue's name ends in `.fifo` [SQS developer guide, "FIFO queue and message identifiers"]. The
/// `MessageGroupId` tells nothing: on a standard queue it means fairness, not order.
fn order_of(queue_arn: &str) -> Order {
    // Names are case-sensitive, so the suffix is as well.
    if queue_arn.strip_suffix(".fifo").is_some() { Order::ByKey } else { Order::Unordered }
}

fn shape(problem: String) -> EventError {
    EventError::Shape { expected: EXPECTED, problem }
}

/// What serde found wrong, by kind and place: its own message could quote the event.
fn describe(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Data => "found another shape",
        _ => "found invalid JSON",
    };
    format!("{kind} at line {} column {}", error.line(), error.column())
}

#[derive(Deserialize)]
struct Envelope<'e> {
    #[serde(borrow, rename = "Records")]
    records: Vec<&'e RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'e> {
    #[serde(borrow)]
    message_id: Cow<'e, str>,
    #[serde(borrow)]
    event_source: Cow<'e, str>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Cow<'e, str>,
    #[serde(borrow, default)]
    attributes: Attributes<'e>,
}

#[derive(Deserialize, Default)]
struct Attributes<'e> {
    #[serde(borrow, rename = "MessageGroupId")]
    message_group_id: Option<Text<'e>>,
    #[serde(borrow, rename = "ApproximateFirstReceiveTimestamp")]
    first_receive: Option<Text<'e>>,
}

#[derive(Deserialize)]
struct Body<'r> {
    #[serde(borrow)]
    body: Cow<'r, str>,
}
