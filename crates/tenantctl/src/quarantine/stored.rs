//! Records that no message could hold: objects in S3.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use sha2::{Digest, Sha256};

use super::estate;
use super::message::Pointer;
use super::outgoing::hex;

/// What no record exceeds: it came in an event, of which Lambda takes 6 MB [Lambda developer guide, "Lambda quotas"].
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// Fetches the record; it has to be the one that was stored. What is too long for that is not read: whoever may write
/// to the queue can point anywhere.
///
/// # Errors
/// Why it cannot be used.
pub(crate) async fn fetch(client: &Client, pointer: &Pointer) -> Result<String, String> {
    let place = place(pointer);
    if pointer.bytes > MOST_BYTES {
        return Err(format!("{place} is no record: it is said to have {} bytes", pointer.bytes));
    }
    let asking = client.get_object().bucket(&pointer.bucket).key(&pointer.key);
    let object = asking.send().await.map_err(|error| {
        let gone = error.as_service_error().is_some_and(GetObjectError::is_no_such_key);
        let hint = if gone {
            ": if a twin of this message was replayed or discarded, discard it without --to-file"
        } else {
            ""
        };
        format!("its record could not be read: {place}: {}{hint}", estate::words(&error))
    })?;
    let bytes = read(object.body, pointer, object.content_length).await;
    bytes.and_then(|bytes| check(pointer, bytes)).map_err(|why| format!("{place} {why}"))
}

/// The object's bytes, no more than there may be.
async fn read(mut body: ByteStream, pointer: &Pointer, length: Option<i64>) -> Result<Vec<u8>, String> {
    if let Some(length) = length.and_then(|length| u64::try_from(length).ok()) {
        is_as_long(pointer, length)?;
    }
    let mut bytes = Vec::new();
    while let Some(part) = body.try_next().await.map_err(|error| format!("was cut off: {error}"))? {
        bytes.extend_from_slice(&part);
        if count(&bytes) > pointer.bytes {
            break;
        }
    }
    Ok(bytes)
}

/// Removes the object of a message that is gone, once it was fetched; what is left, if that fails.
pub(crate) async fn remove(client: &Client, pointer: &Pointer) -> Option<String> {
    let asking = client.delete_object().bucket(&pointer.bucket).key(&pointer.key);
    let error = asking.send().await.err()?;
    Some(format!("{} is left behind: {}", place(pointer), estate::words(&error)))
}

fn place(pointer: &Pointer) -> String {
    format!("s3://{}/{}", pointer.bucket, pointer.key)
}

fn check(pointer: &Pointer, bytes: Vec<u8>) -> Result<String, String> {
    is_as_long(pointer, count(&bytes))?;
    if !hex(&Sha256::digest(&bytes)).eq_ignore_ascii_case(&pointer.sha256) {
        return Err("is not what was stored: its SHA-256 is another one".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "is not text".to_owned())
}

fn is_as_long(pointer: &Pointer, bytes: u64) -> Result<(), String> {
    if bytes == pointer.bytes {
        return Ok(());
    }
    Err(format!("is not what was stored: it has {bytes} bytes, and the message says {}", pointer.bytes))
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(bytes: u64) -> Pointer {
        let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD".to_owned();
        Pointer { bucket: "b".to_owned(), key: "k".to_owned(), bytes, sha256 }
    }

    #[test]
    fn only_the_object_that_was_stored_is_used() {
        assert_eq!(check(&pointer(3), b"abc".to_vec()).as_deref(), Ok("abc"));
        assert!(check(&pointer(4), b"abc".to_vec()).is_err_and(|why| why.contains("3 bytes")));
        assert!(check(&pointer(3), b"abd".to_vec()).is_err_and(|why| why.contains("SHA-256")));
    }
}
