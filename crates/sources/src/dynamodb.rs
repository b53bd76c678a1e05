//! DynamoDB Streams [Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB"].

use std::borrow::Cow;

use json::{Json, Malformed, Outlines};
use serde::Deserialize;

use crate::envelope::{self, Arn, Expected, Read, millis, once, value};
use crate::item_key::ItemKey;
use crate::kind::Kind;
use crate::object::{self, Text};
use crate::record::{Answering, Batch, Naming, Order, Record};
use crate::source::{EventError, Source, Undecodable};

/// The DynamoDB Streams event source.
#[derive(Clone, Copy, Debug)]
pub struct DynamoDb;

const EXPECTED: Expected = Expected {
    event_source: "aws:dynamodb",
    shape: "a DynamoDB Streams event \
            {\"Records\":[{\"dynamodb\":{\"Keys\",\"SequenceNumber\",…},\"eventSource\":\"aws:dynamodb\",\"eventSourceARN\",…}]}",
};

impl Source for DynamoDb {
    const KIND: Kind = Kind::DynamoDb;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let mut arn = Arn::default();
        let mut records = Vec::new();
        let mut reading = EXPECTED.read(event);
        while let Some(read) = reading.next() {
            let (index, raw, fields): Read<'e, Fields<'e>> = read?;
            if index == 0 {
                records.reserve(reading.if_all_were(raw));
            }
            EXPECTED.check_event_source(index, &fields.event_source)?;
            arn.meet(index, fields.event_source_arn)?;
            let Change { keys, sequence_number, created } = fields.dynamodb;
            if sequence_number.is_empty() {
                return Err(EXPECTED.shape(index, "its SequenceNumber is empty"));
            }
            let record = Record::new(raw, sequence_number)
                .unique_by(fields.event_id.map(|id| id.0))
                .ordered_by(keys.0)
                .first_seen(millis(created));
            records.push(record);
        }
        Ok(Batch {
            source_arn: arn.into_inner(),
            order: Order::ByKeyWithinTenant,
            answering: Answering::Checkpoint,
            naming: Naming::FromLowest,
            records,
            outlines: reading.outlines,
        })
    }

    /// The record itself: a stream record has no content apart from its envelope.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        Ok(Cow::Borrowed(record.raw()))
    }
}

/// The sequence number of one record; `None` where it is no stream record.
pub(crate) fn sequence_number(raw: &str) -> Option<String> {
    let fields: Fields<'_> = object::read(raw).ok()?;
    (fields.event_source == EXPECTED.event_source).then(|| fields.dynamodb.sequence_number.into_owned())
}

#[derive(Deserialize)]
struct Fields<'e> {
    #[serde(borrow, rename = "eventID")]
    event_id: Option<Text<'e>>,
    #[serde(borrow, rename = "eventSource")]
    event_source: Cow<'e, str>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Cow<'e, str>,
    #[serde(borrow, deserialize_with = "object::inside")]
    dynamodb: Change<'e>,
}

#[derive(Deserialize)]
struct Change<'e> {
    #[serde(borrow, rename = "Keys")]
    keys: ItemKey<'e>,
    #[serde(borrow, rename = "SequenceNumber")]
    sequence_number: Cow<'e, str>,
    #[serde(rename = "ApproximateCreationDateTime")]
    created: Option<f64>,
}

impl<'e> envelope::Fields<'e> for Fields<'e> {
    fn at_start_of(text: &'e str, outlines: &mut Outlines<'e>) -> Option<(&'e str, Self)> {
        let (mut event_id, mut event_source, mut event_source_arn, mut dynamodb) = (None, None, None, None);
        let member = |key: &[u8], json: &mut Json<'e>| match key {
            b"eventID" => once(&mut event_id, Text(json.string()?)),
            b"eventSource" => once(&mut event_source, json.string()?),
            b"eventSourceARN" => once(&mut event_source_arn, json.string()?),
            b"dynamodb" => once(&mut dynamodb, Change::in_place(json)?),
            _ => json.pass(),
        };
        let raw = outlines.read(text, member).ok()?;
        let fields = Self {
            event_id,
            event_source: event_source?,
            event_source_arn: event_source_arn?,
            dynamodb: dynamodb?,
        };
        Some((raw, fields))
    }
}

impl<'e> Change<'e> {
    fn in_place(json: &mut Json<'e>) -> Result<Self, Malformed> {
        let (mut keys, mut sequence_number, mut created) = (None, None, None);
        json.members(|key, json| match &**key {
            b"Keys" => once(&mut keys, ItemKey::of(json.written()?).map_err(|_| Malformed)?),
            b"SequenceNumber" => once(&mut sequence_number, json.string()?),
            b"ApproximateCreationDateTime" => once(&mut created, value(json)?),
            _ => json.pass(),
        })?;
        Ok(Self {
            keys: keys.ok_or(Malformed)?,
            sequence_number: sequence_number.ok_or(Malformed)?,
            created: created.flatten(),
        })
    }
}
