//! Aggregates of the Kinesis Producer Library: many user records in one Kinesis record. Event source mappings do not
//! unpack them [amazon-kinesis-producer, `aggregation-format.md`].

use std::rc::Rc;

use md5::{Digest, Md5};
use prost::Message;
use prost::bytes::Bytes;

/// The first bytes of an aggregate.
const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];

/// The first characters of an aggregate in base64. They are 30 of the 32 bits of [`MAGIC`].
const MAGIC_BASE64: &str = "84maw";

/// The most characters of a partition key [Kinesis Data Streams API reference, `PutRecord`].
const MAX_KEY_LEN: usize = 256;

/// The length in bytes of the checksum at the end of an aggregate.
const CHECKSUM_LEN: usize = 16;

/// The data of a Kinesis record, unpacked.
pub(crate) enum Split {
    /// The data are not an aggregate.
    Plain,
    /// The data are an aggregate of these user records.
    UserRecords(Vec<UserRecord>),
    /// The data begin like an aggregate, but are not a valid one.
    Corrupt,
}

/// One user record of an aggregate.
pub(crate) struct UserRecord {
    /// Shared by the records with this key, because an aggregate may have very many.
    pub(crate) partition_key: Rc<str>,
    /// In base64, as in an event.
    pub(crate) data: String,
}

/// Unpacks the data of a Kinesis record, given in base64.
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

/// Returns whether the data of a Kinesis record, given in base64, are an aggregate, valid or corrupt.
pub(crate) fn is_aggregate(data: &str) -> bool {
    !matches!(split(data), Split::Plain)
}

/// Reads the user records of an aggregate. Returns `None` if it is corrupt or has no user records: a Kinesis record that
/// became no record at all would be lost.
fn user_records(body: &[u8]) -> Option<Vec<UserRecord>> {
    let (message, checksum) = body.split_at_checked(body.len().checked_sub(CHECKSUM_LEN)?)?;
    if Md5::digest(message).as_slice() != checksum {
        return None;
    }
    let aggregate = Aggregate::decode(Bytes::copy_from_slice(message)).ok()?;
    if aggregate.partition_keys.iter().any(|key| key.chars().nth(MAX_KEY_LEN).is_some()) {
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

/// The Protocol Buffers message of an aggregate. Explicit hash keys, which only choose the shard, and tags are skipped.
#[derive(Message)]
struct Aggregate {
    #[prost(string, repeated, tag = "1")]
    partition_keys: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<AggregateRecord>,
}

#[derive(Message)]
struct AggregateRecord {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(bytes = "bytes", required, tag = "3")]
    data: Bytes,
}

#[cfg(test)]
mod tests {
    use aws_model::events::kpl::{UserRecord, message, with_checksum};

    use super::*;

    fn aggregate(keys: &[&str], records: &[(usize, &[u8])]) -> Vec<u8> {
        let record = |&(key, data)| UserRecord { key, data, ..UserRecord::default() };
        with_checksum(&message(keys, &[], &records.iter().map(record).collect::<Vec<_>>()))
    }

    fn split_bytes(bytes: &[u8]) -> Split {
        split(&base64_simd::STANDARD.encode_to_string(bytes))
    }

    #[test]
    fn aggregate_is_split_in_order() {
        let bytes = aggregate(&["blue", "green"], &[(1, b"{}"), (0, b""), (1, b"\xff")]);
        let Split::UserRecords(users) = split_bytes(&bytes) else { panic!("not split") };
        let users: Vec<_> = users.iter().map(|user| (&*user.partition_key, &*user.data)).collect();
        assert_eq!(users, [("green", "e30="), ("blue", ""), ("green", "/w==")]);
    }

    #[test]
    fn data_without_the_magic_number_are_plain() {
        for data in ["", "eyJ9", "84ma", "84maxA==", "no base64!", "84ma wg=="] {
            assert!(matches!(split(data), Split::Plain), "{data}");
        }
        // The first 30 bits of the magic number, but not the last two.
        assert!(matches!(split_bytes(&[0xf3, 0x89, 0x9a, 0xc3, 1, 2]), Split::Plain));
    }

    #[test]
    fn damaged_aggregate_is_corrupt() {
        let whole = aggregate(&["blue"], &[(0, b"{\"tenantId\":\"blue\"}")]);
        for end in MAGIC.len()..whole.len() {
            assert!(matches!(split_bytes(&whole[..end]), Split::Corrupt), "cut at {end}");
        }
        for index in MAGIC.len()..whole.len() {
            let mut damaged = whole.clone();
            damaged[index] ^= 1;
            assert!(matches!(split_bytes(&damaged), Split::Corrupt), "bit at {index}");
        }
        assert!(matches!(split("84mawg=!"), Split::Corrupt));
    }

    #[test]
    fn empty_aggregate_or_unknown_key_index_is_corrupt() {
        assert!(matches!(split_bytes(&aggregate(&["blue"], &[])), Split::Corrupt));
        assert!(matches!(split_bytes(&aggregate(&["blue"], &[(1, b"{}")])), Split::Corrupt));
        assert!(matches!(split_bytes(&aggregate(&["blue"], &[(usize::MAX, b"{}")])), Split::Corrupt));
    }

    #[test]
    fn aggregate_with_too_long_key_is_corrupt() {
        let of = |key: &str| split_bytes(&aggregate(&[key], &[(0, b"{}")]));
        assert!(matches!(of(&"ü".repeat(MAX_KEY_LEN)), Split::UserRecords(_)));
        assert!(matches!(of(&"ü".repeat(MAX_KEY_LEN + 1)), Split::Corrupt));
    }
}
