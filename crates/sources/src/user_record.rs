//! A user record as a Kinesis record of its own: the parent's bytes, with four values replaced.

use std::fmt::Write;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::aggregate::UserRecord;
use crate::object;

/// The Kinesis record that held an aggregate.
pub(crate) struct Parent<'e> {
    raw: &'e str,
    /// Where in `raw` the values stand that a user record has of its own, in their order.
    places: Vec<(Range<usize>, Value)>,
}

#[derive(Clone, Copy)]
enum Value {
    PartitionKey,
    SequenceNumber,
    Data,
    EventId,
}

/// More bytes than the two suffixes `:place` can have.
const SUFFIXES: usize = 2 * 21;

impl<'e> Parent<'e> {
    /// `None` where it is no Kinesis record.
    pub(crate) fn of(raw: &'e str) -> Option<Self> {
        let fields: Fields<'e> = object::read(raw).ok()?;
        let data: KinesisRecord<'e> = object::read(fields.kinesis.get()).ok()?;
        let mut places = vec![
            (place_of(data.partition_key, raw)?, Value::PartitionKey),
            (place_of(data.sequence_number, raw)?, Value::SequenceNumber),
            (place_of(data.data, raw)?, Value::Data),
        ];
        if let Some(event_id) = fields.event_id {
            places.push((place_of(event_id, raw)?, Value::EventId));
        }
        places.sort_unstable_by_key(|(place, _)| place.start);
        Some(Self { raw, places })
    }

    /// At least the bytes that the user record will have.
    pub(crate) fn len_with(&self, user: &UserRecord) -> usize {
        let replaced: usize = self
            .places
            .iter()
            .map(|(place, value)| match value {
                Value::PartitionKey | Value::Data => place.len(),
                Value::SequenceNumber | Value::EventId => 0,
            })
            .sum();
        // A key's escapes can take six characters for one.
        self.raw.len() - replaced + 6 * user.partition_key.len() + user.data.len() + SUFFIXES + 4
    }

    /// The user record at this place of the aggregate. Its identifiers are the parent's with the place, so that each
    /// is a different one: a handler that passes over sequence numbers it has seen must not pass over these.
    pub(crate) fn with(&self, place: usize, user: &UserRecord) -> String {
        let mut text = String::with_capacity(self.len_with(user));
        let mut from = 0;
        for (range, value) in &self.places {
            text.push_str(&self.raw[from..range.start]);
            let old = &self.raw[range.clone()];
            match value {
                Value::PartitionKey => text.push_str(&quoted(&user.partition_key)),
                Value::Data => text.push_str(&quoted(&user.data)),
                Value::SequenceNumber | Value::EventId => {
                    // Inside the quotes, which are the old value's last byte.
                    text.push_str(&old[..old.len() - 1]);
                    // Writing into a String does not fail.
                    let _ = write!(text, ":{place}\"");
                }
            }
            from = range.end;
        }
        text.push_str(&self.raw[from..]);
        text
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Where in `whole` the text `part` stands, which was borrowed from it.
fn place_of(part: &RawValue, whole: &str) -> Option<Range<usize>> {
    let part = part.get();
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let place = start..start + part.len();
    (part.ends_with('"') && whole.get(place.clone()) == Some(part)).then_some(place)
}

#[derive(Deserialize)]
struct Fields<'e> {
    #[serde(borrow, rename = "eventID")]
    event_id: Option<&'e RawValue>,
    #[serde(borrow)]
    kinesis: &'e RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KinesisRecord<'e> {
    #[serde(borrow)]
    partition_key: &'e RawValue,
    #[serde(borrow)]
    sequence_number: &'e RawValue,
    #[serde(borrow)]
    data: &'e RawValue,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = r#"{ "eventID" : "shardId-0:495", "kinesis":{"data": "84ma" ,"partitionKey":"a","sequenceNumber":"495","new":[1.50]},"eventSource":"aws:kinesis"}"#;

    fn user(key: &str, data: &str) -> UserRecord {
        UserRecord { partition_key: key.into(), data: data.to_owned() }
    }

    #[test]
    fn a_user_record_keeps_every_byte_of_its_parent_but_its_own_values() {
        let parent = Parent::of(PARENT).unwrap();
        let expected = r#"{ "eventID" : "shardId-0:495:12", "kinesis":{"data": "e30=" ,"partitionKey":"ü\"","sequenceNumber":"495:12","new":[1.50]},"eventSource":"aws:kinesis"}"#;
        let user = user("ü\"", "e30=");
        assert_eq!(parent.with(12, &user), expected);
        assert!(parent.len_with(&user) >= expected.len());
    }

    #[test]
    fn no_user_record_is_longer_than_is_counted_and_the_longest_is_just_as_long() {
        let (parent, user) = (Parent::of(PARENT).unwrap(), user("\u{1}\u{2}\u{3}", "e30="));
        assert_eq!(parent.with(usize::MAX, &user).len(), parent.len_with(&user));
    }

    #[test]
    fn a_parent_without_event_id_has_user_records_without_one() {
        let parent = r#"{"kinesis":{"partitionKey":"a","sequenceNumber":"495","data":"84ma"}}"#;
        let with = Parent::of(parent).unwrap().with(0, &user("b", ""));
        assert_eq!(with, r#"{"kinesis":{"partitionKey":"b","sequenceNumber":"495:0","data":""}}"#);
    }

    #[test]
    fn what_is_no_kinesis_record_is_no_parent() {
        for raw in [
            "{}",
            "[]",
            r#"{"kinesis":{}}"#,
            r#"{"eventID":7,"kinesis":{"partitionKey":"a","sequenceNumber":"495","data":"84ma"}}"#,
        ] {
            assert!(Parent::of(raw).is_none(), "{raw}");
        }
    }
}
