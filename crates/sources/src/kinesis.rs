//! Kinesis data streams [Lambda developer guide, "Using Lambda with Kinesis"].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::aggregate::{self, Split};
use crate::envelope::{Expected, SourceArn, millis};
use crate::kind::Kind;
use crate::object::{self, JsonString};
use crate::record::{Batch, Condition, FailureSemantics, Order, Record, ResponseMode};
use crate::source::{EventError, Source, Undecodable};
use crate::user_record::Parent;

/// The Kinesis event source. It unpacks the aggregates of the Kinesis Producer Library.
#[derive(Clone, Copy, Debug)]
pub struct Kinesis;

const EXPECTED: Expected = Expected {
    kind: Kind::Kinesis,
    event_source: "aws:kinesis",
    shape: "a Kinesis event \
            {\"Records\":[{\"kinesis\":{\"partitionKey\",\"sequenceNumber\",\"data\",…},\"eventSource\":\"aws:kinesis\",\"eventSourceARN\",…}]}",
};

/// The most bytes that the user records of a batch's aggregates may take.
///
/// Each user record gets a copy of its parent's envelope, so a megabyte of tiny user records would become a gigabyte.
/// This limit is the size of four events, which fits into the default memory.
const MAX_UNPACKED_BYTES: usize = 24 * 1024 * 1024;

impl Source for Kinesis {
    const KIND: Kind = Kind::Kinesis;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let items = EXPECTED.read::<KinesisFields<'e>>(event)?;
        let mut arn = SourceArn::default();
        let mut unpacker =
            Unpacker { records: Vec::with_capacity(items.len()), remaining_bytes: MAX_UNPACKED_BYTES };
        for item in items {
            let (index, raw, fields) = item?;
            EXPECTED.check_event_source(index, &fields.event_source)?;
            arn.check(index, fields.event_source_arn)?;
            if fields.kinesis.sequence_number.is_empty() {
                return Err(EXPECTED.odd_record(index, "its sequenceNumber is empty"));
            }
            unpacker.push(raw, fields.event_id.as_ref().map(|id| &id.0), &fields.kinesis);
        }
        Ok(Batch {
            source_arn: arn.into_inner(),
            order: Order::ByKeyWithinTenant,
            response_mode: ResponseMode::Checkpoint,
            failure_semantics: FailureSemantics::FromLowest,
            records: unpacker.records,
        })
    }

    /// Returns the data that the producer put into the stream.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        let fields: KinesisFields<'_> = object::read(record.raw()).map_err(|_| Undecodable)?;
        let bytes =
            base64_simd::STANDARD.decode_to_vec(fields.kinesis.data.as_bytes()).map_err(|_| Undecodable)?;
        let text = String::from_utf8(bytes).map_err(|_| Undecodable)?;
        serde_json::from_str::<IgnoredAny>(&text).map_err(|_| Undecodable)?;
        Ok(Cow::Owned(text))
    }
}

/// Returns the sequence number of a Kinesis record, or `None` if `raw` is not one.
pub(crate) fn sequence_number(raw: &str) -> Option<String> {
    let fields: KinesisFields<'_> = object::read(raw).ok()?;
    (fields.event_source == EXPECTED.event_source).then(|| fields.kinesis.sequence_number.into_owned())
}

/// Collects a batch's records, and unpacks aggregates as long as memory remains.
struct Unpacker<'e> {
    records: Vec<Record<'e>>,
    remaining_bytes: usize,
}

impl<'e> Unpacker<'e> {
    /// Adds a Kinesis record, or the user records of an aggregate.
    fn push(&mut self, raw: &'e str, event_id: Option<&Cow<'e, str>>, payload: &KinesisPayload<'e>) {
        let first_seen = millis(payload.arrival);
        let record = |raw: Cow<'e, str>, id, key| {
            Record::new(raw, id).with_order_key(key).with_first_seen_millis(first_seen)
        };
        let whole = |condition| {
            record(Cow::Borrowed(raw), payload.sequence_number.clone(), payload.partition_key.clone())
                .with_event_id(event_id.cloned())
                .with_condition(condition)
        };
        let user_records = match aggregate::split(&payload.data) {
            Split::Plain => return self.records.push(whole(Condition::Readable)),
            Split::Corrupt => return self.records.push(whole(Condition::Undecodable)),
            Split::UserRecords(user_records) => user_records,
        };
        let Some(parent) = Parent::parse(raw) else {
            return self.records.push(whole(Condition::Undecodable));
        };
        let bytes = user_records.iter().map(|user| parent.max_len_of(user)).sum::<usize>();
        if bytes > self.remaining_bytes {
            // An aggregate above the limit would not fit into a later invocation either, so it is not postponed.
            let condition =
                if bytes > MAX_UNPACKED_BYTES { Condition::TooLarge } else { Condition::Postponed };
            // A later aggregate must not use memory that a postponed one did not get: it is postponed too.
            self.remaining_bytes = if condition == Condition::Postponed { 0 } else { self.remaining_bytes };
            return self.records.push(whole(condition));
        }
        self.remaining_bytes -= bytes;
        for (index, user) in user_records.into_iter().enumerate() {
            let text = parent.user_record(index, &user);
            let id = payload.sequence_number.clone();
            self.records.push(
                record(Cow::Owned(text), id, Cow::Owned(user.partition_key.to_string()))
                    .with_item_id(Cow::Owned(format!("{}:{index}", payload.sequence_number)))
                    .with_event_id(event_id.map(|id| Cow::Owned(format!("{id}:{index}")))),
            );
        }
    }
}

#[derive(Deserialize)]
struct KinesisFields<'e> {
    #[serde(borrow, rename = "eventID")]
    event_id: Option<JsonString<'e>>,
    #[serde(borrow, rename = "eventSource")]
    event_source: Cow<'e, str>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Cow<'e, str>,
    #[serde(borrow, deserialize_with = "object::read_nested")]
    kinesis: KinesisPayload<'e>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KinesisPayload<'e> {
    #[serde(borrow)]
    partition_key: Cow<'e, str>,
    #[serde(borrow)]
    sequence_number: Cow<'e, str>,
    #[serde(borrow)]
    data: Cow<'e, str>,
    #[serde(rename = "approximateArrivalTimestamp")]
    arrival: Option<f64>,
}
