//! A user record of an aggregate as a Kinesis record of its own: the bytes of the aggregate's record, with four values
//! replaced.

use std::fmt::Write;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::aggregate::UserRecord;
use crate::object;

/// The Kinesis record of an aggregate.
pub(crate) struct Parent<'e> {
    raw: &'e str,
    /// The byte ranges in `raw` of the values that a user record replaces, in ascending order.
    ranges: Vec<(Range<usize>, ReplacedValue)>,
}

#[derive(Clone, Copy)]
enum ReplacedValue {
    PartitionKey,
    SequenceNumber,
    Data,
    EventId,
}

/// The most bytes of the two suffixes `:index`.
const MAX_SUFFIXES_LEN: usize = 2 * 21;

impl<'e> Parent<'e> {
    /// Finds the values to replace. Returns `None` if `raw` is not a Kinesis record.
    pub(crate) fn parse(raw: &'e str) -> Option<Self> {
        let fields: RawKinesisFields<'e> = object::read(raw).ok()?;
        let payload: RawKinesisPayload<'e> = object::read(fields.kinesis.get()).ok()?;
        let mut ranges = vec![
            (range_of(payload.partition_key, raw)?, ReplacedValue::PartitionKey),
            (range_of(payload.sequence_number, raw)?, ReplacedValue::SequenceNumber),
            (range_of(payload.data, raw)?, ReplacedValue::Data),
        ];
        if let Some(event_id) = fields.event_id {
            ranges.push((range_of(event_id, raw)?, ReplacedValue::EventId));
        }
        ranges.sort_unstable_by_key(|(range, _)| range.start);
        Some(Self { raw, ranges })
    }

    /// Returns an upper bound of the user record's length in bytes.
    pub(crate) fn max_len_of(&self, user: &UserRecord) -> usize {
        let replaced: usize = self
            .ranges
            .iter()
            .map(|(range, value)| match value {
                ReplacedValue::PartitionKey | ReplacedValue::Data => range.len(),
                ReplacedValue::SequenceNumber | ReplacedValue::EventId => 0,
            })
            .sum();
        // An escape takes up to six bytes for one byte of the key. The four bytes are the quotes of key and data.
        self.raw.len() - replaced + 6 * user.partition_key.len() + user.data.len() + MAX_SUFFIXES_LEN + 4
    }

    /// Returns the user record at this index of the aggregate.
    ///
    /// Its identifiers are those of the parent with the suffix `:index`, so that they are unique: a handler that skips
    /// known sequence numbers must not skip the other records of the aggregate.
    pub(crate) fn user_record(&self, index: usize, user: &UserRecord) -> String {
        let mut text = String::with_capacity(self.max_len_of(user));
        let mut from = 0;
        for (range, value) in &self.ranges {
            text.push_str(&self.raw[from..range.start]);
            let old = &self.raw[range.clone()];
            match value {
                ReplacedValue::PartitionKey => text.push_str(&quote(&user.partition_key)),
                ReplacedValue::Data => text.push_str(&quote(&user.data)),
                ReplacedValue::SequenceNumber | ReplacedValue::EventId => {
                    // The last byte of the old value is the closing quote.
                    text.push_str(&old[..old.len() - 1]);
                    // Writing into a String does not fail.
                    let _ = write!(text, ":{index}\"");
                }
            }
            from = range.end;
        }
        text.push_str(&self.raw[from..]);
        text
    }
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns the byte range in `whole` of the string `part`, which is borrowed from it.
fn range_of(part: &RawValue, whole: &str) -> Option<Range<usize>> {
    let part = part.get();
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let range = start..start + part.len();
    (part.ends_with('"') && whole.get(range.clone()) == Some(part)).then_some(range)
}

#[derive(Deserialize)]
struct RawKinesisFields<'e> {
    #[serde(borrow, rename = "eventID")]
    event_id: Option<&'e RawValue>,
    #[serde(borrow)]
    kinesis: &'e RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawKinesisPayload<'e> {
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
    fn user_record_keeps_all_other_bytes_of_its_parent() {
        let parent = Parent::parse(PARENT).unwrap();
        let expected = r#"{ "eventID" : "shardId-0:495:12", "kinesis":{"data": "e30=" ,"partitionKey":"ü\"","sequenceNumber":"495:12","new":[1.50]},"eventSource":"aws:kinesis"}"#;
        let user = user("ü\"", "e30=");
        assert_eq!(parent.user_record(12, &user), expected);
        assert!(parent.max_len_of(&user) >= expected.len());
    }

    #[test]
    fn length_bound_is_exact_for_the_longest_record() {
        let (parent, user) = (Parent::parse(PARENT).unwrap(), user("\u{1}\u{2}\u{3}", "e30="));
        assert_eq!(parent.user_record(usize::MAX, &user).len(), parent.max_len_of(&user));
    }

    #[test]
    fn parent_without_event_id_gives_records_without_one() {
        let parent = r#"{"kinesis":{"partitionKey":"a","sequenceNumber":"495","data":"84ma"}}"#;
        let record = Parent::parse(parent).unwrap().user_record(0, &user("b", ""));
        assert_eq!(record, r#"{"kinesis":{"partitionKey":"b","sequenceNumber":"495:0","data":""}}"#);
    }

    #[test]
    fn text_that_is_no_kinesis_record_is_no_parent() {
        for raw in [
            "{}",
            "[]",
            r#"{"kinesis":{}}"#,
            r#"{"eventID":7,"kinesis":{"partitionKey":"a","sequenceNumber":"495","data":"84ma"}}"#,
        ] {
            assert!(Parent::parse(raw).is_none(), "{raw}");
        }
    }
}
