//! Aggregates of the Kinesis Producer Library: many user records in one Kinesis record, which event source mappings
//! do not take apart [amazon-kinesis-producer, `aggregation-format.md`].

use std::rc::Rc;

use md5::{Digest, Md5};
use prost::Message;
use prost::bytes::Bytes;

/// An aggregate's first bytes.
const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];

/// The same in base64, as far as whole characters go: five of them hold thirty of its thirty-two bits.
const MAGIC_BASE64: &str = "84maw";

/// The longest partition key, in characters [Kinesis Data Streams API reference, `PutRecord`].
const LONGEST_KEY: usize = 256;

/// The checksum at an aggregate's end, in bytes.
const CHECKSUM: usize = 16;

/// What a record's data are.
pub(crate) enum Split {
    /// No aggregate.
    Plain,
    /// What they hold.
    UserRecords(Vec<UserRecord>),
    /// They begin like an aggregate and are none.
    Corrupt,
}

/// One record that a producer put into an aggregate.
pub(crate) struct UserRecord {
    /// Shared by the records of one key: an aggregate may have very many.
    pub(crate) partition_key: Rc<str>,
    /// In base64, as the event has it.
    pub(crate) data: String,
}

/// Takes a record's data apart, given in base64.
pub(crate) fn split(data: &str) -> Split {
    if !data.starts_with(MAGIC_BASE64) {
        return Split::Plain;
    }
    let Ok(bytes) = base64_simd::STANDARD.decode_to_vec(data.as_bytes()) else {
        return Split::Corrupt;
    };
    match bytes.strip_prefix(&MAGIC) {
        Some(body) => user_records(body).map_or(Split::Corrupt, Split::UserRecords),
        None => Split::Plain,
    }
}

/// Whether a record's data, given in base64, are an aggregate, whole or damaged.
pub(crate) fn is(data: &str) -> bool {
    !matches!(split(data), Split::Plain)
}

/// `None` where the body is damaged, or holds nothing: a record that became no record would be lost.
fn user_records(body: &[u8]) -> Option<Vec<UserRecord>> {
    let (message, checksum) = body.split_at_checked(body.len().checked_sub(CHECKSUM)?)?;
    if Md5::digest(message).as_slice() != checksum {
        return None;
    }
    let aggregate = Aggregate::decode(Bytes::copy_from_slice(message)).ok()?;
    if aggregate.partition_keys.iter().any(|key| key.chars().nth(LONGEST_KEY).is_some()) {
        return None;
    }
    let keys: Vec<Rc<str>> = aggregate.partition_keys.into_iter().map(Rc::from).collect();
    let users = aggregate.records.iter().map(|record| {
        let key = keys.get(usize::try_from(record.partition_key_index).ok()?)?;
        Some(UserRecord {
            partition_key: Rc::clone(key),
            data: base64_simd::STANDARD.encode_to_string(&record.data),
        })
    });
    users.collect::<Option<Vec<_>>>().filter(|users| !users.is_empty())
}

/// The message; explicit hash keys and tags, which chose the shard, are passed over.
#[derive(Message)]
struct Aggregate {
    #[prost(string, repeated, tag = "1")]
    partition_keys: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Inner>,
}

#[derive(Message)]
struct Inner {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(bytes = "bytes", required, tag = "3")]
    data: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aggregate(keys: &[&str], records: &[(u64, &[u8])]) -> Vec<u8> {
        let message = Aggregate {
            partition_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            records: records
                .iter()
                .map(|(index, data)| Inner {
                    partition_key_index: *index,
                    data: Bytes::copy_from_slice(data),
                })
                .collect(),
        }
        .encode_to_vec();
        let checksum = Md5::digest(&message);
        [&MAGIC[..], &message, checksum.as_slice()].concat()
    }

    fn split_bytes(bytes: &[u8]) -> Split {
        split(&base64_simd::STANDARD.encode_to_string(bytes))
    }

    #[test]
    fn an_aggregate_is_split_into_its_user_records_in_order() {
        let bytes = aggregate(&["blue", "green"], &[(1, b"{}"), (0, b""), (1, b"\xff")]);
        let Split::UserRecords(users) = split_bytes(&bytes) else { panic!("not split") };
        let users: Vec<_> = users.iter().map(|user| (&*user.partition_key, &*user.data)).collect();
        assert_eq!(users, [("green", "e30="), ("blue", ""), ("green", "/w==")]);
    }

    #[test]
    fn what_does_not_begin_like_an_aggregate_is_none() {
        for data in ["", "eyJ9", "84ma", "84maxA==", "no base64!", "84ma wg=="] {
            assert!(matches!(split(data), Split::Plain), "{data}");
        }
        // The same first thirty bits, but not the last two.
        assert!(matches!(split_bytes(&[0xf3, 0x89, 0x9a, 0xc3, 1, 2]), Split::Plain));
    }

    #[test]
    fn a_damaged_aggregate_is_corrupt_wherever_the_damage_is() {
        let whole = aggregate(&["blue"], &[(0, b"{\"tenantId\":\"blue\"}")]);
        for end in MAGIC.len()..whole.len() {
            assert!(matches!(split_bytes(&whole[..end]), Split::Corrupt), "cut at {end}");
        }
        for place in MAGIC.len()..whole.len() {
            let mut damaged = whole.clone();
            damaged[place] ^= 1;
            assert!(matches!(split_bytes(&damaged), Split::Corrupt), "bit at {place}");
        }
        assert!(matches!(split("84mawg=!"), Split::Corrupt));
    }

    #[test]
    fn an_aggregate_of_nothing_or_with_a_key_that_is_not_in_its_table_is_corrupt() {
        assert!(matches!(split_bytes(&aggregate(&["blue"], &[])), Split::Corrupt));
        assert!(matches!(split_bytes(&aggregate(&["blue"], &[(1, b"{}")])), Split::Corrupt));
        assert!(matches!(split_bytes(&aggregate(&["blue"], &[(u64::MAX, b"{}")])), Split::Corrupt));
    }

    #[test]
    fn a_key_that_kinesis_itself_would_refuse_is_corrupt() {
        let of = |key: &str| split_bytes(&aggregate(&[key], &[(0, b"{}")]));
        assert!(matches!(of(&"ü".repeat(LONGEST_KEY)), Split::UserRecords(_)));
        assert!(matches!(of(&"ü".repeat(LONGEST_KEY + 1)), Split::Corrupt));
    }
}
