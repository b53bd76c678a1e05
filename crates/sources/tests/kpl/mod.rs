//! Writes aggregates as the Kinesis Producer Library does, without its code.

use md5::{Digest, Md5};

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// Writes an aggregate of these partition keys and records (index of the key, data), in base64.
pub(crate) fn aggregate(keys: &[&str], records: &[(u8, &[u8])]) -> String {
    let mut message = table(0x0a, keys);
    for (key, data) in records {
        field(&mut message, 0x1a, &record(vec![0x08, *key], data));
    }
    with_checksum(&message)
}

/// Writes an aggregate with explicit hash keys. Each record also has the index of its hash key.
#[allow(dead_code, reason = "not every test binary uses it")]
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
    with_checksum(&message)
}

fn table(tag: u8, keys: &[&str]) -> Vec<u8> {
    let mut message = Vec::new();
    for key in keys {
        field(&mut message, tag, key.as_bytes());
    }
    message
}

/// Writes a record of these indexes and data, with an unknown tag between them.
fn record(mut indexes: Vec<u8>, data: &[u8]) -> Vec<u8> {
    field(&mut indexes, 0x22, b"");
    field(&mut indexes, 0x1a, data);
    indexes
}

fn with_checksum(message: &[u8]) -> String {
    let checksum = Md5::digest(message);
    base64(&[&[0xf3, 0x89, 0x9a, 0xc2], message, checksum.as_slice()].concat())
}

/// Writes a Protocol Buffers field of bytes: the tag, the length, the bytes.
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
