//! Kinesis data streams [Lambda developer guide, "Using Lambda with Kinesis"].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::aggregate::{self, Split};
use crate::envelope::{Arn, Expected, millis};
use crate::kind::Kind;
use crate::object::{self, Text};
use crate::record::{ResponseMode, Batch, Condition, FailureSemantics, Order, Record};
use crate::source::{EventError, Source, Undecodable};
use crate::user_record::Parent;

/// The Kinesis event source.
#[derive(Clone, Copy, Debug)]
pub struct Kinesis;

const EXPECTED: Expected = Expected {
    event_source: "aws:kinesis",
    shape: "a Kinesis event \
            {\"Records\":[{\"kinesis\":{\"partitionKey\",\"sequenceNumber\",\"data\",…},\"eventSource\":\"aws:kinesis\",\"eventSourceARN\",…}]}",
};

/// Bytes that the user records of a batch's aggregates may take: each gets the envelope of its parent, so that a
/// megabyte of tiny ones would become a gigabyte. Four events' worth leaves room in the default memory.
const MAX_SPLIT_BYTES: usize = 24 * 1024 * 1024;

impl Source for Kinesis {
    const KIND: Kind = Kind::Kinesis;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let reading = EXPECTED.read::<Fields<'e>>(event)?;
        let mut arn = Arn::default();
        let mut taken = Taken { records: Vec::with_capacity(reading.len()), room: MAX_SPLIT_BYTES };
        for read in reading {
            let (index, raw, fields) = read?;
            EXPECTED.check_event_source(index, &fields.event_source)?;
            arn.meet(index, fields.event_source_arn)?;
            if fields.kinesis.sequence_number.is_empty() {
                return Err(EXPECTED.shape(index, "its sequenceNumber is empty"));
            }
            taken.take(raw, fields.event_id.as_ref().map(|id| &id.0), &fields.kinesis);
        }
        Ok(Batch {
            source_arn: arn.into_inner(),
            order: Order::ByKeyWithinTenant,
            response_mode: ResponseMode::Checkpoint,
            failure_semantics: FailureSemantics::FromLowest,
            records: taken.records,
        })
    }

    /// What the producer put into the stream.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        let fields: Fields<'_> = object::read(record.raw()).map_err(|_| Undecodable)?;
        let bytes =
            base64_simd::STANDARD.decode_to_vec(fields.kinesis.data.as_bytes()).map_err(|_| Undecodable)?;
        let text = String::from_utf8(bytes).map_err(|_| Undecodable)?;
        serde_json::from_str::<IgnoredAny>(&text).map_err(|_| Undecodable)?;
        Ok(Cow::Owned(text))
    }
}

/// The sequence number of one record; `None` where it is no Kinesis record.
pub(crate) fn sequence_number(raw: &str) -> Option<String> {
    let fields: Fields<'_> = object::read(raw).ok()?;
    (fields.event_source == EXPECTED.event_source).then(|| fields.kinesis.sequence_number.into_owned())
}

/// A batch's records so far.
struct Taken<'e> {
    records: Vec<Record<'e>>,
    room: usize,
}

impl<'e> Taken<'e> {
    fn take(&mut self, raw: &'e str, event_id: Option<&Cow<'e, str>>, data: &KinesisRecord<'e>) {
        let first_seen = millis(data.arrival);
        let record = |raw: Cow<'e, str>, id, key| Record::new(raw, id).with_order_key(key).first_seen(first_seen);
        let whole = |condition| {
            record(Cow::Borrowed(raw), data.sequence_number.clone(), data.partition_key.clone())
                .with_event_id(event_id.cloned())
                .with_condition(condition)
        };
        let user_records = match aggregate::split(&data.data) {
            Split::Plain => return self.records.push(whole(Condition::Readable)),
            Split::Corrupt => return self.records.push(whole(Condition::Undecodable)),
            Split::UserRecords(user_records) => user_records,
        };
        let Some(parent) = Parent::of(raw) else {
            return self.records.push(whole(Condition::Undecodable));
        };
        let bytes = user_records.iter().map(|user| parent.len_with(user)).sum::<usize>();
        if bytes > self.room {
            // Alone it would not fit either: no later invocation could do better.
            let condition = if bytes > MAX_SPLIT_BYTES { Condition::TooLarge } else { Condition::Postponed };
            // Nothing behind what is postponed may use up the room that is left.
            self.room = if condition == Condition::Postponed { 0 } else { self.room };
            return self.records.push(whole(condition));
        }
        self.room -= bytes;
        for (place, user) in user_records.into_iter().enumerate() {
            let text = parent.with(place, &user);
            let id = data.sequence_number.clone();
            self.records.push(
                record(Cow::Owned(text), id, Cow::Owned(user.partition_key.to_string()))
                    .with_item_id(Cow::Owned(format!("{}:{place}", data.sequence_number)))
                    .with_event_id(event_id.map(|id| Cow::Owned(format!("{id}:{place}")))),
            );
        }
    }
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
    kinesis: KinesisRecord<'e>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KinesisRecord<'e> {
    #[serde(borrow)]
    partition_key: Cow<'e, str>,
    #[serde(borrow)]
    sequence_number: Cow<'e, str>,
    #[serde(borrow)]
    data: Cow<'e, str>,
    #[serde(rename = "approximateArrivalTimestamp")]
    arrival: Option<f64>,
}
