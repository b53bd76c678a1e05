//! SQS, standard and FIFO [Lambda developer guide, "Using Lambda with Amazon SQS"].

use std::borrow::Cow;

use json::{Json, Malformed, Outlines};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::bridged::Bridged;
use crate::envelope::{self, Arn, Expected, Read, once};
use crate::kind::Kind;
use crate::object::{self, Text};
use crate::record::{Answering, Batch, Naming, Order, Record};
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
        let (mut arn, mut order) = (Arn::default(), Order::Unordered);
        let mut records = Vec::new();
        let mut reading = EXPECTED.read(event);
        while let Some(read) = reading.next() {
            let (index, raw, fields): Read<'e, Fields<'e>> = read?;
            if index == 0 {
                records.reserve(reading.if_all_were(raw));
            }
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
                record = record.ordered_by(group);
            }
            records.push(record);
        }
        let naming = if self.bridged.is_some() { Naming::FromLowest } else { Naming::Each };
        let source_arn = arn.into_inner();
        Ok(Batch {
            source_arn,
            order,
            answering: Answering::EachRecord,
            naming,
            records,
            outlines: reading.outlines,
        })
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

impl<'e> envelope::Fields<'e> for Fields<'e> {
    fn at_start_of(text: &'e str, outlines: &mut Outlines<'e>) -> Option<(&'e str, Self)> {
        let (mut message_id, mut event_source, mut event_source_arn) = (None, None, None);
        let mut attributes = None;
        let member = |key: &[u8], json: &mut Json<'e>| match key {
            b"messageId" => once(&mut message_id, json.string()?),
            b"eventSource" => once(&mut event_source, json.string()?),
            b"eventSourceARN" => once(&mut event_source_arn, json.string()?),
            b"attributes" => once(&mut attributes, Attributes::in_place(json)?),
            _ => json.pass(),
        };
        let raw = outlines.read(text, member).ok()?;
        let fields = Self {
            message_id: message_id?,
            event_source: event_source?,
            event_source_arn: event_source_arn?,
            attributes: attributes.unwrap_or_default(),
        };
        Some((raw, fields))
    }
}

impl<'e> Attributes<'e> {
    fn in_place(json: &mut Json<'e>) -> Result<Self, Malformed> {
        let mut attributes = Self::default();
        json.members(|key, json| match &**key {
            b"MessageGroupId" => once(&mut attributes.message_group_id, Text(json.string()?)),
            b"ApproximateFirstReceiveTimestamp" => once(&mut attributes.first_receive, Text(json.string()?)),
            _ => json.pass(),
        })?;
        Ok(attributes)
    }
}

#[derive(Deserialize)]
struct Body<'r> {
    #[serde(borrow)]
    body: Cow<'r, str>,
}
