//! An aggregate as the Kinesis Producer Library writes it, by hand.

use md5::{Digest, Md5};

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// An aggregate of these partition keys and records (key's place, data), in base64.
pub(crate) fn aggregate(keys: &[&str], records: &[(u8, &[u8])]) -> String {
    let mut message = Vec::new();
    for key in keys {
        field(&mut message, 0x0a, key.as_bytes());
    }
    for (key, data) in records {
        // A tag that nothing here knows stands between index and data.
        let mut record = vec![0x08, *key];
        field(&mut record, 0x22, b"");
        field(&mut record, 0x1a, data);
        field(&mut message, 0x1a, &record);
    }
    let checksum = Md5::digest(&message);
    base64(&[&[0xf3, 0x89, 0x9a, 0xc2], message.as_slice(), checksum.as_slice()].concat())
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
