//! Aggregates of the Kinesis Producer Library. An event source mapping does not unpack them [amazon-kinesis-producer,
//! `aggregation-format.md`].

use md5::{Digest, Md5};

/// The first bytes of an aggregate.
const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];

/// The partition key of every aggregate [amazon-kinesis-producer, `KinesisRecord::partition_key`].
pub const PARTITION_KEY: &str = "a";

/// A user record of an aggregate. The keys are indexes of the aggregate's tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserRecord<'a> {
    /// The index of the partition key.
    pub key: usize,
    /// The index of the explicit hash key, if it has one.
    pub hash_key: Option<usize>,
    /// A tag, if it has one. Consumers ignore it.
    pub tag: Option<&'a [u8]>,
    /// The data.
    pub data: &'a [u8],
}

/// Packs user records (partition key, data) into an aggregate. Its table has each partition key once.
#[must_use]
pub fn aggregate(user_records: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut keys, mut records) = (Vec::new(), Vec::new());
    for &(key, data) in user_records {
        let known = keys.iter().position(|known| *known == key);
        let key = known.unwrap_or_else(|| {
            keys.push(key);
            keys.len() - 1
        });
        records.push(UserRecord { key, data, ..UserRecord::default() });
    }
    with_checksum(&message(&keys, &[], &records))
}

/// Returns the message of an aggregate with these tables and records: `AggregatedRecord` in Protocol Buffers.
#[must_use]
pub fn message(keys: &[&str], hash_keys: &[&str], records: &[UserRecord<'_>]) -> Vec<u8> {
    let mut message = Vec::new();
    for (number, table) in [(1, keys), (2, hash_keys)] {
        for key in table {
            bytes(&mut message, number, key.as_bytes());
        }
    }
    for record in records {
        let mut inner = Vec::new();
        index(&mut inner, 1, record.key);
        if let Some(hash_key) = record.hash_key {
            index(&mut inner, 2, hash_key);
        }
        if let Some(tag) = record.tag {
            bytes(&mut inner, 4, tag);
        }
        bytes(&mut inner, 3, record.data);
        bytes(&mut message, 3, &inner);
    }
    message
}

/// Returns the aggregate of a message: the magic number, the message and its MD5 digest.
#[must_use]
pub fn with_checksum(message: &[u8]) -> Vec<u8> {
    [&MAGIC[..], message, Md5::digest(message).as_slice()].concat()
}

/// Appends a field with a number [Protocol Buffers, "Encoding"].
fn index(message: &mut Vec<u8>, field: u8, index: usize) {
    message.push(field << 3);
    varint(message, index);
}

/// Appends a field with bytes.
fn bytes(message: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    message.push(field << 3 | 2);
    varint(message, bytes.len());
    message.extend_from_slice(bytes);
}

/// Appends a number as a varint: seven bits in each byte, the lowest first. The highest bit is set if more bytes follow.
fn varint(message: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        message.push((value & 0x7f).to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    message.push(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregate_is_magic_number_message_and_digest() {
        let aggregate = aggregate(&[("k", &b"data"[..]), ("k", b"")]);
        let message = b"\x0a\x01k\x1a\x08\x08\x00\x1a\x04data\x1a\x04\x08\x00\x1a\x00";
        assert_eq!(aggregate[..4], [0xF3, 0x89, 0x9A, 0xC2]);
        assert_eq!(&aggregate[4..aggregate.len() - 16], message);
        assert_eq!(aggregate[aggregate.len() - 16..], *Md5::digest(message).as_slice());
    }

    #[test]
    fn hash_keys_have_a_table_and_an_index() {
        let records = [UserRecord { key: 1, hash_key: Some(0), tag: Some(b"t"), data: b"d" }];
        assert_eq!(
            message(&["a", "b"], &["0"], &records),
            b"\x0a\x01a\x0a\x01b\x12\x010\x1a\x0a\x08\x01\x10\x00\x22\x01t\x1a\x01d"
        );
    }

    #[test]
    fn varint_above_127_takes_two_bytes() {
        let encoded = |value| {
            let mut bytes = Vec::new();
            varint(&mut bytes, value);
            bytes
        };
        assert_eq!(
            (encoded(127), encoded(128), encoded(300)),
            (vec![0x7F], vec![0x80, 0x01], vec![0xAC, 0x02])
        );
    }
}
