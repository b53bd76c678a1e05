//! DynamoDB Streams [Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB"].

use std::borrow::Cow;

use serde::Deserialize;

use crate::envelope::{Expected, SourceArn, millis};
use crate::item_key::ItemKey;
use crate::kind::Kind;
use crate::object::{self, JsonString};
use crate::record::{Batch, FailureSemantics, Order, Record, ResponseMode};
use crate::source::{EventError, Source, Undecodable};

/// The DynamoDB Streams event source.
#[derive(Clone, Copy, Debug)]
pub struct DynamoDb;

const EXPECTED: Expected = Expected {
    kind: Kind::DynamoDb,
    event_source: "aws:dynamodb",
    shape: "a DynamoDB Streams event \
            {\"Records\":[{\"dynamodb\":{\"Keys\",\"SequenceNumber\",…},\"eventSource\":\"aws:dynamodb\",\"eventSourceARN\",…}]}",
};

impl Source for DynamoDb {
    const KIND: Kind = Kind::DynamoDb;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let items = EXPECTED.read::<DynamoDbFields<'e>>(event)?;
        let mut arn = SourceArn::default();
        let mut records = Vec::with_capacity(items.len());
        for item in items {
            let (index, raw, fields) = item?;
            EXPECTED.check_event_source(index, &fields.event_source)?;
            arn.check(index, fields.event_source_arn)?;
            let DynamoDbStreamRecord { keys, sequence_number, created } = fields.dynamodb;
            if sequence_number.is_empty() {
                return Err(EXPECTED.odd_record(index, "its SequenceNumber is empty"));
            }
            let record = Record::new(raw, sequence_number)
                .with_event_id(fields.event_id.map(|id| id.0))
                .with_order_key(keys.0)
                .with_first_seen_millis(millis(created));
            records.push(record);
        }
        Ok(Batch {
            source_arn: arn.into_inner(),
            order: Order::ByKeyWithinTenant,
            response_mode: ResponseMode::Checkpoint,
            failure_semantics: FailureSemantics::FromLowest,
            records,
        })
    }

    /// Returns the record itself, because a stream record has no content apart from its envelope.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        Ok(Cow::Borrowed(record.raw()))
    }
}

/// Returns the sequence number of a stream record, or `None` if `raw` is not one.
pub(crate) fn sequence_number(raw: &str) -> Option<String> {
    let fields: DynamoDbFields<'_> = object::read(raw).ok()?;
    (fields.event_source == EXPECTED.event_source).then(|| fields.dynamodb.sequence_number.into_owned())
}

#[derive(Deserialize)]
struct DynamoDbFields<'e> {
    #[serde(borrow, rename = "eventID")]
    event_id: Option<JsonString<'e>>,
    #[serde(borrow, rename = "eventSource")]
    event_source: Cow<'e, str>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Cow<'e, str>,
    #[serde(borrow, deserialize_with = "object::read_nested")]
    dynamodb: DynamoDbStreamRecord<'e>,
}

/// The stream record of a change [Amazon DynamoDB API reference, `StreamRecord`].
#[derive(Deserialize)]
struct DynamoDbStreamRecord<'e> {
    #[serde(borrow, rename = "Keys")]
    keys: ItemKey<'e>,
    #[serde(borrow, rename = "SequenceNumber")]
    sequence_number: Cow<'e, str>,
    #[serde(rename = "ApproximateCreationDateTime")]
    created: Option<f64>,
}
