//! Records that no message can hold lie in S3. What is written twice there is written once, so whatever is not known to
//! have arrived is sent again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use routing::ports::RejectedRecord;
use sha2::{Digest, Sha256};

use super::LargeRecords;
use super::fifo::name_of;
use super::message::iso_8601;
use crate::call::{CallFailure, Refused, within};
use crate::classify::shown;
use crate::clients::Clients;
use crate::http_client::TransportError;
use routing::hash::hex;

/// How long one attempt may take. S3 answers in a fraction of a second; six megabytes on a slow line take longer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

const ATTEMPTS: u32 = 3;

/// The first wait before another attempt; doubled each time.
const BACKOFF: Duration = Duration::from_millis(100);

/// Where a record lies, and how to see that it is the one.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) bytes: usize,
    pub(super) sha256: Sha,
}

/// A SHA-256 of a record.
#[derive(Debug)]
pub(super) struct Sha([u8; 32]);

impl Sha {
    pub(super) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    pub(super) fn hex(&self) -> String {
        hex(&self.0)
    }
}

/// A bucket.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    s3: Client,
    name: String,
    prefix: String,
}

impl Bucket {
    pub(super) fn new(clients: &Clients, place: LargeRecords) -> Self {
        let LargeRecords { bucket, prefix } = place;
        Self { s3: clients.s3(), name: bucket, prefix }
    }

    /// Where a record is to lie.
    pub(super) fn place(&self, rejected: &RejectedRecord<'_>) -> Object {
        let raw = rejected.record.raw();
        Object {
            bucket: self.name.clone(),
            key: key(&self.prefix, rejected, now_millis()),
            bytes: raw.len(),
            sha256: Sha::of(raw),
        }
    }

    /// Puts it there; else the code of what went wrong.
    pub(super) async fn put(&self, object: &Object, raw: &str) -> Result<(), String> {
        let mut wait = BACKOFF;
        for attempt in 1.. {
            match self.put_once(object, raw).await {
                Ok(()) => break,
                Err(Failed { again: true, .. }) if attempt < ATTEMPTS => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                Err(Failed { code, .. }) => return Err(format!("S3 {code}")),
            }
        }
        Ok(())
    }

    async fn put_once(&self, object: &Object, raw: &str) -> Result<(), Failed> {
        // S3 compares it with what arrives, and asks for it where objects are locked
        // [Amazon S3 user guide, "Object Lock considerations"].
        let checksum = aws_smithy_types::base64::encode(object.sha256.0);
        let request = self
            .s3
            .put_object()
            .bucket(&self.name)
            .key(&object.key)
            .content_type("application/json")
            .checksum_sha256(checksum)
            .body(ByteStream::from(raw.as_bytes().to_vec()));
        match within(ATTEMPT_TIMEOUT, request.send()).await {
            Ok(_) => Ok(()),
            Err(failure) => Err(Failed::by(&failure)),
        }
    }
}

/// An attempt that came to nothing.
struct Failed {
    code: String,
    /// Another attempt may do.
    again: bool,
}

impl Failed {
    fn by(failure: &CallFailure) -> Self {
        match failure {
            // [Amazon S3 API reference, "Error responses"].
            CallFailure::Refused(Refused { status, code, .. }) => {
                let code = shown(code.as_deref(), *status);
                let passes = ["SlowDown", "RequestTimeout", "OperationAborted", "Throttl"];
                let passes = passes.iter().any(|mark| code.contains(mark));
                Self { again: *status >= 500 || *status == 429 || passes, code }
            }
            CallFailure::Unusable(status) => {
                Self { code: TransportError::Unreadable(*status).to_string(), again: true }
            }
            CallFailure::NoAnswer(none) => Self { code: none.code(), again: none.may_pass() },
        }
    }
}

/// By kind of source and day, so that a person finds their way; the record's name, so that there is one object of it.
/// The day is the one on which it was first seen, which is the same for every attempt; where the source does not say,
/// today.
fn key(prefix: &str, rejected: &RejectedRecord<'_>, now_millis: u64) -> String {
    let kind = rejected.source_arn.split(':').nth(2);
    let kind = kind.filter(|kind| !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let seen = rejected.record.first_seen_millis().and_then(iso_8601).or_else(|| iso_8601(now_millis));
    let day = seen.as_deref().and_then(|time| time.split('T').next()).unwrap_or_default();
    format!("{prefix}{}/{day}/{}", kind.unwrap_or("other"), name_of(rejected))
}

fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sources::Record;
    use tenancy::{Reason, Rejection};

    /// 2018-12-17, shortly before midnight.
    const SEEN: u64 = 1_545_091_199_000;

    fn key_of(source_arn: &str, first_seen: Option<u64>) -> String {
        let record = Record::new("{}", "m-1".into()).with_first_seen_millis(first_seen);
        let rejection = Rejection::new(Reason::Missing);
        let rejected = RejectedRecord { record: &record, rejection: &rejection, source_arn, request_id: "r" };
        let key = key("q/", &rejected, SEEN + 2_000);
        let (begin, name) = key.rsplit_once('/').unwrap();
        assert_eq!(name, name_of(&rejected));
        begin.to_owned()
    }

    #[test]
    fn a_key_begins_with_kind_of_source_and_the_day_on_which_it_was_first_seen() {
        assert_eq!(key_of("arn:aws:sqs:eu-west-1:1:orders", Some(SEEN)), "q/sqs/2018-12-17");
        assert_eq!(key_of("arn:aws:kinesis:eu-west-1:1:stream/s", None), "q/kinesis/2018-12-18");
        assert_eq!(key_of("arn:aws:sqs:eu-west-1:1:orders", Some(u64::MAX)), "q/sqs/2018-12-18");
    }

    #[test]
    fn what_does_not_name_its_source_is_of_another_kind() {
        for arn in ["", "arn:q", "arn:aws::x", "arn:aws:../..:x"] {
            assert_eq!(key_of(arn, Some(SEEN)), "q/other/2018-12-17", "{arn}");
        }
    }

    #[test]
    fn an_answers_code_is_told_and_only_what_passes_is_tried_again() {
        let by = |status, code: Option<&str>| {
            let code = code.map(str::to_owned);
            let refused = Refused { status, code, message: None, retry_after: None };
            let failed = Failed::by(&CallFailure::Refused(refused));
            (failed.code, failed.again)
        };
        for (status, code, again) in [
            (404, "NoSuchBucket", false),
            (403, "AccessDenied", false),
            (400, "KMS.DisabledException", false),
            (301, "PermanentRedirect", false),
            (503, "SlowDown", true),
            (500, "InternalError", true),
            (400, "RequestTimeout", true),
            (409, "OperationAborted", true),
        ] {
            assert_eq!(by(status, Some(code)), (code.to_owned(), again));
        }
        assert_eq!(by(403, Some("a text: of somebody")), ("HTTP 403".to_owned(), false));
        assert_eq!(by(502, None), ("HTTP 502".to_owned(), true));
    }
}
