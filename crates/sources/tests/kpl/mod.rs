//! Aggregates of the Kinesis Producer Library in base64. Each user record has a tag, which must be ignored.

use aws_model::events::kpl::{UserRecord, message, with_checksum};

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// Returns an aggregate of these partition keys and records (index of the key, data).
pub(crate) fn aggregate(keys: &[&str], records: &[(usize, &[u8])]) -> String {
    let record = |&(key, data)| UserRecord { key, hash_key: None, tag: Some(b""), data };
    base64(&with_checksum(&message(keys, &[], &records.iter().map(record).collect::<Vec<_>>())))
}
