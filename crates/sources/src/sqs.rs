//! SQS, standard and FIFO [Lambda developer guide, "Using Lambda with Amazon SQS"].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::bridged::Bridged;
use crate::envelope::{Arn, Expected};
use crate::kind::Kind;
use crate::object::{self, Text};
use crate::record::{ResponseMode, Batch, FailureSemantics, Order, Record};
use crate::source::{EventError, Source, Undecodable};

/// The SQS event source.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqs {
    bridged: Option<Bridged>,
}

const EXPECTED: Expected = Expected {
    event_source: "aws:sqs",
    shape: "an SQS event {\"Records\":[{\"messageId\",\"eventSource\":\"aws:sqs\",\"eventSourceARN\",…}]}",
};

impl Source for Sqs {
    const KIND: Kind = Kind::Sqs;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let reading = EXPECTED.read::<Fields<'e>>(event)?;
        let (mut arn, mut order) = (Arn::default(), Order::Unordered);
        let mut records = Vec::with_capacity(reading.len());
        for read in reading {
            let (index, raw, fields) = read?;
            EXPECTED.check_event_source(index, &fields.event_source)?;
            order = order_of(arn.meet(index, fields.event_source_arn)?);
            if self.bridged.is_some() && order == Order::Unordered {
                return Err(
                    EXPECTED.shape(index, "a bridge is a FIFO queue, and this message is of a standard one")
                );
            }
            if fields.message_id.is_empty() {
                return Err(EXPECTED.shape(index, "its messageId is empty"));
            }
            let mut record = self.record(raw, fields.message_id);
            record =
                record.first_seen(fields.attributes.first_receive.and_then(|millis| millis.0.parse().ok()));
            if order == Order::ByKey {
                let Some(Text(group)) = fields.attributes.message_group_id else {
                    return Err(EXPECTED.shape(index, "a FIFO queue's message without MessageGroupId"));
                };
                record = record.with_order_key(group);
            }
            records.push(record);
        }
        let naming = if self.bridged.is_some() { FailureSemantics::FromLowest } else { FailureSemantics::Each };
        Ok(Batch { source_arn: arn.into_inner(), order, response_mode: ResponseMode::EachRecord, failure_semantics: naming, records })
    }

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
                None => Bridged::stranger(raw, message_id),
            },
        }
    }
}

/// A FIFO queue's name ends in `.fifo` [SQS developer guide, "FIFO queue and message identifiers"]. The
/// `MessageGroupId` tells nothing: on a standard queue it means fairness, not order.
fn order_of(queue_arn: &str) -> Order {
    // Names are case-sensitive, so the suffix is as well.
    if queue_arn.strip_suffix(".fifo").is_some() { Order::ByKey } else { Order::Unordered }
}

fn body(raw: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    object::read(raw).map(|Body { body }| body)
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
    #[serde(borrow, default, deserialize_with = "object::inside")]
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
