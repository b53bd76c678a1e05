//! An aggregate as the Kinesis Producer Library writes it, by hand.

use md5::{Digest, Md5};

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// An aggregate of these partition keys and records (key's place, data), in base64.
pub(crate) fn aggregate(keys: &[&str], records: &[(u8, &[u8])]) -> String {
    let mut message = table(0x0a, keys);
    for (key, data) in records {
        field(&mut message, 0x1a, &record(vec![0x08, *key], data));
    }
    sealed(&message)
}

/// The same as a producer writes it that chooses shards itself: a table of explicit hash keys, and each record's place
/// in it.
#[allow(dead_code, reason = "each test binary uses a part of it")]
pub(crate) fn aggregate_with_hash_keys(
    keys: &[&str],
    hash_keys: &[&str],
    records: &[(u8, u8, &[u8])],
) -> String {
    let mut message = table(0x0a, keys);
    message.extend(table(0x12, hash_keys));
    for (key, hash_key, data) in records {
        field(&mut message, 0x1a, &record(vec![0x08, *key, 0x10, *hash_key], data));
    }
    sealed(&message)
}

fn table(tag: u8, keys: &[&str]) -> Vec<u8> {
    let mut message = Vec::new();
    for key in keys {
        field(&mut message, tag, key.as_bytes());
    }
    message
}

/// A record of these indexes and data. A tag that nothing here knows stands between them.
fn record(mut indexes: Vec<u8>, data: &[u8]) -> Vec<u8> {
    field(&mut indexes, 0x22, b"");
    field(&mut indexes, 0x1a, data);
    indexes
}

fn sealed(message: &[u8]) -> String {
    let checksum = Md5::digest(message);
    base64(&[&[0xf3, 0x89, 0x9a, 0xc2], message, checksum.as_slice()].concat())
}

/// A field of protobuf that holds bytes: tag, length, the bytes.
fn field(message: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    message.push(tag);
    let mut length = bytes.len();
    while length >= 0x80 {
        message.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    message.push(u8::try_from(length).unwrap());
    message.extend_from_slice(bytes);
}
