//! Records that no message could hold: objects in S3.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectError;
use sha2::{Digest, Sha256};

use super::estate;
use super::message::Pointer;
use super::outgoing::hex;

/// Fetches the record; it has to be the one that was stored.
///
/// # Errors
/// Why it cannot be used.
pub(crate) async fn fetch(client: &Client, pointer: &Pointer) -> Result<String, String> {
    let place = place(pointer);
    let asking = client.get_object().bucket(&pointer.bucket).key(&pointer.key);
    let object = asking.send().await.map_err(|error| {
        let gone = error.as_service_error().is_some_and(GetObjectError::is_no_such_key);
        let hint = if gone { ": if a twin of this message was replayed, discard it" } else { "" };
        format!("its record could not be read: {place}: {}{hint}", estate::words(&error))
    })?;
    let body = object.body.collect().await.map_err(|error| format!("{place} was cut off: {error}"))?;
    check(pointer, body.into_bytes().into()).map_err(|why| format!("{place} {why}"))
}

/// Removes the object of a message that is gone; what is left, if that fails.
pub(crate) async fn remove(client: &Client, pointer: &Pointer) -> Option<String> {
    let asking = client.delete_object().bucket(&pointer.bucket).key(&pointer.key);
    let error = asking.send().await.err()?;
    Some(format!("{} is left behind: {}", place(pointer), estate::words(&error)))
}

fn place(pointer: &Pointer) -> String {
    format!("s3://{}/{}", pointer.bucket, pointer.key)
}

fn check(pointer: &Pointer, bytes: Vec<u8>) -> Result<String, String> {
    if u64::try_from(bytes.len()) != Ok(pointer.bytes) {
        return Err(format!("has {} bytes, and the message says {}", bytes.len(), pointer.bytes));
    }
    if !hex(&Sha256::digest(&bytes)).eq_ignore_ascii_case(&pointer.sha256) {
        return Err("is not what was stored: its SHA-256 is another one".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "is not text".to_owned())
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
