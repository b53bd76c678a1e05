//! SQS queues, standard and FIFO [Lambda developer guide, "Using Lambda with Amazon SQS"].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::bridged::Bridged;
use crate::envelope::{Expected, SourceArn};
use crate::kind::Kind;
use crate::object::{self, JsonString};
use crate::record::{Batch, FailureSemantics, Order, Record, ResponseMode};
use crate::source::{EventError, Source, Undecodable};

/// The SQS event source.
///
/// `Sqs::default()` is a queue of the users' own messages. [`Source::draining`] makes the queue of a bridge.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqs {
    bridged: Option<Bridged>,
}

const EXPECTED: Expected = Expected {
    kind: Kind::Sqs,
    event_source: "aws:sqs",
    shape: "an SQS event {\"Records\":[{\"messageId\",\"eventSource\":\"aws:sqs\",\"eventSourceARN\",…}]}",
};

impl Source for Sqs {
    const KIND: Kind = Kind::Sqs;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let items = EXPECTED.read::<SqsFields<'e>>(event)?;
        let (mut arn, mut order) = (SourceArn::default(), Order::Unordered);
        let mut records = Vec::with_capacity(items.len());
        for item in items {
            let (index, raw, fields) = item?;
            EXPECTED.check_event_source(index, &fields.event_source)?;
            order = order_of(arn.check(index, fields.event_source_arn)?);
            if self.bridged.is_some() && order == Order::Unordered {
                return Err(EXPECTED.record_error(
                    index,
                    "a bridge is a FIFO queue, but this message comes from a standard queue",
                    "connect this router to the bridge's FIFO queue, or leave out bridged_from",
                ));
            }
            if fields.message_id.is_empty() {
                return Err(EXPECTED.odd_record(index, "its messageId is empty"));
            }
            let mut record = self.record(raw, fields.message_id);
            let first_receive = fields.attributes.first_receive;
            record = record.with_first_seen_millis(first_receive.and_then(|millis| millis.0.parse().ok()));
            if order == Order::ByKey {
                let Some(JsonString(group)) = fields.attributes.message_group_id else {
                    return Err(
                        EXPECTED.odd_record(index, "it comes from a FIFO queue and has no MessageGroupId")
                    );
                };
                record = record.with_order_key(group);
            }
            records.push(record);
        }
        // The backend of a bridge handles stream records, and names only the first failure.
        let failure_semantics =
            if self.bridged.is_some() { FailureSemantics::FromLowest } else { FailureSemantics::Each };
        Ok(Batch {
            source_arn: arn.into_inner(),
            order,
            response_mode: ResponseMode::EachRecord,
            failure_semantics,
            records,
        })
    }

    /// Returns the body of the message.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        if let Some(bridged) = self.bridged {
            return bridged.content(record);
        }
        let body = body(record.raw()).map_err(|_| Undecodable)?;
        serde_json::from_str::<IgnoredAny>(&body).map_err(|_| Undecodable)?;
        Ok(body)
    }

    fn draining(self, stream: Kind) -> Option<Self> {
        Some(Self { bridged: Some(Bridged::of(stream)?) })
    }
}

impl Sqs {
    fn record<'e>(self, raw: &'e str, message_id: Cow<'e, str>) -> Record<'e> {
        match self.bridged {
            None => Record::new(raw, message_id),
            Some(bridged) => match body(raw).ok() {
                Some(body) => bridged.record(raw, body, message_id),
                None => Bridged::unrecognized(raw, message_id),
            },
        }
    }
}

/// Returns the order that a queue promises.
///
/// The name of a FIFO queue, and of no other, ends in `.fifo` [SQS developer guide, "FIFO queue and message
/// identifiers"]. A `MessageGroupId` does not show it: messages of standard queues may have one too, for fair queues.
fn order_of(queue_arn: &str) -> Order {
    // Not `ends_with`, which Clippy takes for a check of a file extension. Queue names are case-sensitive.
    if queue_arn.strip_suffix(".fifo").is_some() { Order::ByKey } else { Order::Unordered }
}

fn body(raw: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    object::read(raw).map(|SqsBody { body }| body)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsFields<'e> {
    #[serde(borrow)]
    message_id: Cow<'e, str>,
    #[serde(borrow)]
    event_source: Cow<'e, str>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Cow<'e, str>,
    #[serde(borrow, default, deserialize_with = "object::read_nested")]
    attributes: SystemAttributes<'e>,
}

/// The system attributes of a message.
#[derive(Deserialize, Default)]
struct SystemAttributes<'e> {
    #[serde(borrow, rename = "MessageGroupId")]
    message_group_id: Option<JsonString<'e>>,
    #[serde(borrow, rename = "ApproximateFirstReceiveTimestamp")]
    first_receive: Option<JsonString<'e>>,
}

#[derive(Deserialize)]
struct SqsBody<'r> {
    #[serde(borrow)]
    body: Cow<'r, str>,
}
