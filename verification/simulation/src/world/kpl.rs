//! Aggregates as the Kinesis Producer Library writes them [amazon-kinesis-producer, `aggregation-format.md`].

use md5::{Digest, Md5};

/// The first bytes of an aggregate.
const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];

/// The partition key of every aggregate [amazon-kinesis-producer, `KinesisRecord::partition_key`].
pub(super) const PARTITION_KEY: &str = "a";

/// Returns an aggregate of these partition keys and contents.
pub(super) fn aggregate<'r>(records: impl Iterator<Item = (&'r str, &'r str)>) -> Vec<u8> {
    let (mut keys, mut inner): (Vec<&str>, Vec<u8>) = (Vec::new(), Vec::new());
    for (key, content) in records {
        let index = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            keys.push(key);
            keys.len() - 1
        });
        // In protobuf, the index is field 1, a number, and the data are field 3, bytes.
        let mut record = vec![0x08];
        number(&mut record, index);
        bytes(&mut record, 3, content.as_bytes());
        bytes(&mut inner, 3, &record);
    }
    let mut message = Vec::new();
    for key in keys {
        bytes(&mut message, 1, key.as_bytes());
    }
    message.extend(inner);
    [&MAGIC[..], &message, Md5::digest(&message).as_slice()].concat()
}

/// Appends a field of bytes [Protocol Buffers, "Encoding"].
fn bytes(message: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    message.push((field << 3) | 2);
    number(message, bytes.len());
    message.extend_from_slice(bytes);
}

/// Appends a number as a varint: seven bits in each byte, the lowest first.
fn number(message: &mut Vec<u8>, number: usize) {
    let (low, rest) = ((number & 0x7f).to_le_bytes()[0], number >> 7);
    if rest == 0 {
        return message.push(low);
    }
    message.push(low | 0x80);
    self::number(message, rest);
}
