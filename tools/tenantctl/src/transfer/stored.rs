//! Fetches and deletes the S3 objects with records that are too large for a message.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::clients;
use super::outgoing::hex;

/// The maximum size of a stored record, in bytes. A record came in an event, and Lambda accepts events up to 6 MB
/// [Lambda developer guide, "Lambda quotas"].
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The S3 object with a record that is too large for a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct ObjectPointer {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) bytes: u64,
    /// The SHA-256 of the object's bytes, in hexadecimal.
    pub(crate) sha256: String,
}

/// Fetches the record, and checks its length and SHA-256. A sender with access to the queue can point to any object, so
/// no more bytes are read than the message names.
///
/// # Errors
/// Why the object cannot be read, or is not the stored record.
pub(crate) async fn fetch(client: &Client, pointer: &ObjectPointer) -> Result<String, String> {
    let location = format_location(pointer);
    if pointer.bytes > MAX_BYTES {
        return Err(format!(
            "{location} is not a record: the message says that it has {} bytes",
            pointer.bytes
        ));
    }
    let request = client.get_object().bucket(&pointer.bucket).key(&pointer.key);
    let object = request.send().await.map_err(|error| {
        let gone = error.as_service_error().is_some_and(GetObjectError::is_no_such_key);
        let hint = if gone {
            ": if a duplicate of this message was replayed or discarded, discard it without --to-file"
        } else {
            ""
        };
        format!("its record could not be read: {location}: {}{hint}", clients::describe_error(&error))
    })?;
    let bytes = read_body(object.body, pointer, object.content_length).await;
    bytes.and_then(|bytes| check_object(pointer, bytes)).map_err(|why| format!("{location} {why}"))
}

/// Reads the object's bytes, at most one part more than the message names.
async fn read_body(
    mut body: ByteStream,
    pointer: &ObjectPointer,
    length: Option<i64>,
) -> Result<Vec<u8>, String> {
    if let Some(length) = length.and_then(|length| u64::try_from(length).ok()) {
        check_length(pointer, length)?;
    }
    let mut bytes = Vec::new();
    while let Some(part) = body.try_next().await.map_err(|error| format!("was cut off: {error}"))? {
        bytes.extend_from_slice(&part);
        if byte_count(&bytes) > pointer.bytes {
            break;
        }
    }
    Ok(bytes)
}

/// Deletes the object of a deleted message. Returns a note for the operator if that fails.
pub(crate) async fn delete(client: &Client, pointer: &ObjectPointer) -> Option<String> {
    let request = client.delete_object().bucket(&pointer.bucket).key(&pointer.key);
    let error = request.send().await.err()?;
    Some(format!("{} could not be deleted: {}", format_location(pointer), clients::describe_error(&error)))
}

fn format_location(pointer: &ObjectPointer) -> String {
    format!("s3://{}/{}", pointer.bucket, pointer.key)
}

fn check_object(pointer: &ObjectPointer, bytes: Vec<u8>) -> Result<String, String> {
    check_length(pointer, byte_count(&bytes))?;
    if !hex(&Sha256::digest(&bytes)).eq_ignore_ascii_case(&pointer.sha256) {
        return Err("is not the stored record: its SHA-256 differs".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "is not text".to_owned())
}

fn check_length(pointer: &ObjectPointer, bytes: u64) -> Result<(), String> {
    if bytes == pointer.bytes {
        return Ok(());
    }
    Err(format!("is not the stored record: it has {bytes} bytes, and the message says {}", pointer.bytes))
}

fn byte_count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(bytes: u64) -> ObjectPointer {
        let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD".to_owned();
        ObjectPointer { bucket: "b".to_owned(), key: "k".to_owned(), bytes, sha256 }
    }

    #[test]
    fn only_the_stored_object_is_used() {
        assert_eq!(check_object(&pointer(3), b"abc".to_vec()).as_deref(), Ok("abc"));
        assert!(check_object(&pointer(4), b"abc".to_vec()).is_err_and(|why| why.contains("3 bytes")));
        assert!(check_object(&pointer(3), b"abd".to_vec()).is_err_and(|why| why.contains("SHA-256")));
    }
}
