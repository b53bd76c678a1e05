//! The remedies in `anomaly` lines and in tasks' errors.

use routing::{Cause, RESPONSE_MARGIN};

use crate::config::COLD_START;

/// The remedy of `NoTimeForOneInvoke` names this sum, rounded up, as 12 seconds.
const _: () = assert!((COLD_START.as_millis() + RESPONSE_MARGIN.as_millis()).div_ceil(1000) == 12);

/// Returns what to do about records that are retried for this cause.
pub(crate) fn remedy(cause: Cause, code: &str) -> &'static str {
    match cause {
        Cause::Misconfigured if code == "NoTimeForOneInvoke" => {
            "give the router's function a timeout of at least backend.timeout_seconds and 12 seconds more"
        }
        Cause::Misconfigured if code == "TenantIdHasSlash" => {
            "a policy for tenant a would also grant the prefix of tenant a/b: use tenant_id.grammar \"strict\", or leave \
             credentials out"
        }
        Cause::Misconfigured if code.starts_with("sts: ") => {
            "check that the role in credentials.role_arn exists, that its trust policy lets the router's role assume it with \
             the session tag tenant_id, and that the router's own policy allows it; the tenant's records are retried"
        }
        Cause::Misconfigured => {
            "check that the backend exists, that it is PER_TENANT, and that the router's role may invoke it as configured \
             (a grant on a function does not cover its aliases); KMS codes: check the key's policy"
        }
        Cause::Deadline => {
            "give the router's function a timeout that is long enough for several Invokes of one tenant, or send it smaller \
             batches; the records are retried"
        }
        Cause::Unavailable if code.starts_with("sts: ") => {
            "check that the router reaches STS (a VPC endpoint for it, security groups); the records are retried"
        }
        Cause::Unavailable => {
            "check that the router reaches Lambda (VPC endpoints, security groups) and that the backend is active; the \
             records are retried"
        }
        Cause::Throttled => {
            "raise the backend function's concurrency, or lower the source's maximum concurrency; the records are retried"
        }
        Cause::UnusableAnswer | Cause::ForeignIdentifier => {
            "let the backend return {\"batchItemFailures\":[{\"itemIdentifier\":…}]} with identifiers of its own event"
        }
        Cause::FunctionError => "check the backend's own log; its records are retried",
        Cause::Refused => "look up the error code in the Lambda API reference of Invoke",
        Cause::NotQuarantined => quarantine_remedy(code),
        Cause::RegistryUnavailable => {
            "check that the registry's table exists, that the router's role may read it (and use its KMS key), that the \
             router reaches DynamoDB, and that reads are not throttled; the records are retried"
        }
        Cause::RegistryItem => {
            "list the registry's malformed items with `tenantctl tenants ls` and fix them; their tenants' records wait"
        }
        Cause::Held => {
            "activate the tenant with `tenantctl tenants activate` when its records may be processed"
        }
        Cause::Panicked => "this is a defect of the router: please report it with the panicked line",
        Cause::Redrive => {
            "a queue's redrive policy moves the record to the dead-letter queue; a stream delivers again from it until the \
             event source mapping discards it: set on_reject.quarantine to let the stream go on"
        }
        Cause::Uncertain
        | Cause::NotStarted
        | Cause::OrderStopped
        | Cause::BehindCheckpoint
        | Cause::ItemFailure => "no action needed unless it continues: the records are retried",
    }
}

/// Returns what to do about records that are not in the quarantine. A code of S3 starts with `S3 `.
fn quarantine_remedy(code: &str) -> &'static str {
    let (is_bucket, code) = code.strip_prefix("S3 ").map_or((false, code), |code| (true, code));
    match code {
        "MessageTooLong" | "InvalidMessageContents" => {
            "no SQS message of the allowed size can hold this record: set on_reject.large_records, or raise \
             on_reject.max_message_bytes; until then the source delivers it again, and a stream does not pass it; check why \
             it was rejected"
        }
        "timed out" | "no connection" | "connection lost" => {
            "no action needed unless it continues: then check that the router reaches SQS, and S3 for large records (VPC \
             endpoints, security groups); the records are retried"
        }
        "NoAcknowledgement" => {
            "this is a defect of the router: please report it, with the panicked line if there is one"
        }
        _ if is_busy(code) => {
            "no action needed unless it continues: the service was busy, or its response was incomplete; the records are \
             retried"
        }
        _ if is_bucket => {
            "check that the bucket for large records exists in the router's region, and that the router's role may put \
             objects there and use its KMS key; the records are retried"
        }
        _ => {
            "check that the quarantine queue exists, and that the router's role may send to it and use its KMS key; the \
             records are retried"
        }
    }
}

/// Returns whether a code means that SQS or S3 was busy or failed, so that a retry may succeed.
fn is_busy(code: &str) -> bool {
    let starts = ["HTTP 429", "HTTP 5", "unreadable answer", "NotAcknowledged"];
    let marks =
        ["Throttl", "SlowDown", "RequestTimeout", "OperationAborted", "ServiceUnavailable", "Internal"];
    starts.iter().any(|start| code.starts_with(start)) || marks.iter().any(|mark| code.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarantine_remedy_fits_the_code() {
        for (code, remedy_part) in [
            ("MessageTooLong", "set on_reject.large_records"),
            ("timed out", "reaches SQS"),
            ("S3 no connection", "S3 for large records"),
            ("RequestThrottled", "busy"),
            ("HTTP 503", "busy"),
            ("S3 SlowDown", "busy"),
            ("unreadable answer, HTTP 200", "incomplete"),
            ("NotAcknowledged", "incomplete"),
            ("NoAcknowledgement", "a defect of the router"),
            ("S3 NoSuchBucket", "the bucket for large records exists"),
            ("S3 HTTP 403", "the bucket for large records exists"),
            ("AWS.SimpleQueueService.NonExistentQueue", "the quarantine queue exists"),
            ("AccessDenied", "the quarantine queue exists"),
        ] {
            let text = remedy(Cause::NotQuarantined, code);
            assert!(text.contains(remedy_part), "{code}: {text}");
        }
    }
}
