//! Stores records that no message can hold in S3. An attempt in the same invocation overwrites the object, so an upload
//! with an unknown outcome is safe to repeat. A redelivery of the record stores a new object.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use routing::ports::RejectedRecord;
use sha2::{Digest, Sha256};

use super::LargeRecordsLocation;
use super::fifo::deduplication_id;
use super::time::iso_8601;
use crate::call::{CallFailure, ServiceError, with_timeout};
use crate::clients::Clients;
use crate::error_code::loggable_code;
use crate::http_client::TransportError;
use routing::hash::hex;

/// The timeout of one attempt. S3 responds in a fraction of a second; six megabytes over a slow connection take longer.
const S3_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

const S3_ATTEMPTS: u32 = 3;

/// The wait before the first retry; doubled each time.
const S3_BACKOFF: Duration = Duration::from_millis(100);

/// The object of one record: where it is stored, and its size and checksum for the reader.
#[derive(Debug)]
pub(super) struct RecordObject {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) bytes: usize,
    pub(super) sha256: RecordHash,
}

/// The SHA-256 hash of a record.
#[derive(Debug)]
pub(super) struct RecordHash([u8; 32]);

impl RecordHash {
    pub(super) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    pub(super) fn hex(&self) -> String {
        hex(&self.0)
    }
}

/// The S3 bucket for large records.
#[derive(Clone, Debug)]
pub(super) struct RecordStore {
    s3: Client,
    bucket: String,
    prefix: String,
}

impl RecordStore {
    pub(super) fn new(clients: &Clients, location: LargeRecordsLocation) -> Self {
        let LargeRecordsLocation { bucket, prefix } = location;
        Self { s3: clients.s3(), bucket, prefix }
    }

    /// Returns the object that a record is to be stored as.
    pub(super) fn object_for(&self, rejected: &RejectedRecord<'_>) -> RecordObject {
        let raw = rejected.record.raw();
        RecordObject {
            bucket: self.bucket.clone(),
            key: key(&self.prefix, rejected, now_millis()),
            bytes: raw.len(),
            sha256: RecordHash::of(raw),
        }
    }

    /// Stores a record, with up to three attempts.
    ///
    /// # Errors
    /// `S3 ` and the error code.
    pub(super) async fn put(&self, object: &RecordObject, raw: &str) -> Result<(), String> {
        let mut wait = S3_BACKOFF;
        for attempt in 1.. {
            match self.put_once(object, raw).await {
                Ok(()) => break,
                Err(PutFailure { transient: true, .. }) if attempt < S3_ATTEMPTS => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                Err(PutFailure { code, .. }) => return Err(format!("S3 {code}")),
            }
        }
        Ok(())
    }

    async fn put_once(&self, object: &RecordObject, raw: &str) -> Result<(), PutFailure> {
        // S3 verifies the checksum, and requires one for buckets with Object Lock
        // [Amazon S3 user guide, "Object Lock considerations"].
        let checksum = aws_smithy_types::base64::encode(object.sha256.0);
        let request = self
            .s3
            .put_object()
            .bucket(&self.bucket)
            .key(&object.key)
            .content_type("application/json")
            .checksum_sha256(checksum)
            .body(ByteStream::from(raw.as_bytes().to_vec()));
        match with_timeout(S3_ATTEMPT_TIMEOUT, request.send()).await {
            Ok(_) => Ok(()),
            Err(failure) => Err(PutFailure::from(&failure)),
        }
    }
}

/// A failed attempt.
struct PutFailure {
    code: String,
    /// Whether a retry may succeed.
    transient: bool,
}

impl From<&CallFailure> for PutFailure {
    fn from(failure: &CallFailure) -> Self {
        match failure {
            // [Amazon S3 API reference, "Error responses"].
            CallFailure::Service(ServiceError { status, code, .. }) => {
                let code = loggable_code(code.as_deref(), *status);
                let busy = ["SlowDown", "RequestTimeout", "OperationAborted", "Throttl"];
                let is_busy = busy.iter().any(|mark| code.contains(mark));
                Self { transient: *status >= 500 || *status == 429 || is_busy, code }
            }
            CallFailure::Unusable(status) => {
                Self { code: TransportError::Unreadable(*status).to_string(), transient: true }
            }
            CallFailure::NoResponse(cause) => Self { code: cause.code(), transient: cause.is_transient() },
        }
    }
}

/// Builds the object's key. The kind of source and the day let a person find a record; the deduplication id makes the key
/// unique to the record and the invocation. The day is since when the source has the record, so all attempts of an
/// invocation use the same key. If the event does not have that time, the day is today.
fn key(prefix: &str, rejected: &RejectedRecord<'_>, now_millis: u64) -> String {
    let kind = rejected.source_arn.split(':').nth(2);
    let kind = kind.filter(|kind| !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let seen = rejected.record.first_seen_millis().and_then(iso_8601).or_else(|| iso_8601(now_millis));
    let day = seen.as_deref().and_then(|time| time.split('T').next()).unwrap_or_default();
    format!("{prefix}{}/{day}/{}", kind.unwrap_or("other"), deduplication_id(rejected))
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
        let (folder, name) = key.rsplit_once('/').unwrap();
        assert_eq!(name, deduplication_id(&rejected));
        folder.to_owned()
    }

    #[test]
    fn key_has_kind_of_source_and_day_first_seen() {
        assert_eq!(key_of("arn:aws:sqs:eu-west-1:1:orders", Some(SEEN)), "q/sqs/2018-12-17");
        assert_eq!(key_of("arn:aws:kinesis:eu-west-1:1:stream/s", None), "q/kinesis/2018-12-18");
        assert_eq!(key_of("arn:aws:sqs:eu-west-1:1:orders", Some(u64::MAX)), "q/sqs/2018-12-18");
    }

    #[test]
    fn unknown_source_goes_under_other() {
        for arn in ["", "arn:q", "arn:aws::x", "arn:aws:../..:x"] {
            assert_eq!(key_of(arn, Some(SEEN)), "q/other/2018-12-17", "{arn}");
        }
    }

    #[test]
    fn put_failure_keeps_its_code_and_says_if_transient() {
        let failure = |status, code: Option<&str>| {
            let code = code.map(str::to_owned);
            let error = ServiceError { status, code, message: None, retry_after: None };
            let failure = PutFailure::from(&CallFailure::Service(error));
            (failure.code, failure.transient)
        };
        for (status, code, transient) in [
            (404, "NoSuchBucket", false),
            (403, "AccessDenied", false),
            (400, "KMS.DisabledException", false),
            (301, "PermanentRedirect", false),
            (503, "SlowDown", true),
            (500, "InternalError", true),
            (400, "RequestTimeout", true),
            (409, "OperationAborted", true),
        ] {
            assert_eq!(failure(status, Some(code)), (code.to_owned(), transient));
        }
        assert_eq!(failure(403, Some("a text: of somebody")), ("HTTP 403".to_owned(), false));
        assert_eq!(failure(502, None), ("HTTP 502".to_owned(), true));
    }
}
