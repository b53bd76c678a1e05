//! What to do about records that are retried, as `anomaly` lines and tasks' errors say it.

use routing::Cause;

/// What to do about records that are retried for this cause.
pub(crate) fn remedy(cause: Cause, code: &str) -> &'static str {
    match cause {
        Cause::Misconfigured if code == "NoTimeForOneInvoke" => {
            "give the router's function a time-out of at least backend.timeout_seconds and 12 seconds more"
        }
        Cause::Misconfigured if code == "TenantIdHasSlash" => {
            "a tenant's credentials would reach into the prefix of another one whose id begins alike: use \
             tenant_id.grammar \"strict\", or leave credentials out"
        }
        Cause::Misconfigured if code.starts_with("sts: ") => {
            "see that the role in credentials.role_arn exists, that its trust policy lets the router's role assume it with the \
             session tag tenant_id, and that the router's own policy allows it; the tenant's records are handed out again"
        }
        Cause::NotQuarantined if ["MessageTooLong", "InvalidMessageContents"].contains(&code) => {
            "no SQS message can hold this record: configure on_reject.large_records, else it goes to the source's \
             dead-letter queue; see why it was rejected"
        }
        Cause::NotQuarantined if code.starts_with("S3 ") => {
            "see that the bucket for large records exists in the router's region, and that the router's role may put objects \
             there and use its KMS key"
        }
        Cause::Misconfigured => {
            "see that the backend exists, is PER_TENANT, and that the router's role may invoke it in the form configured \
             (a grant on a function does not cover its aliases); KMS codes: see the key's policy"
        }
        Cause::Deadline => {
            "give the router's function a time-out with room for several Invokes of one tenant, or send it smaller \
             batches; the records are handed out again"
        }
        Cause::Unavailable if code.starts_with("sts: ") => {
            "see that the router reaches STS (a VPC endpoint for it, security groups); the records are handed out again"
        }
        Cause::Unavailable => {
            "see that the router reaches Lambda (VPC endpoints, security groups) and that the backend is active; the \
             records are handed out again"
        }
        Cause::Throttled => "raise the function's concurrency, or lower the source's maximum concurrency",
        Cause::UnusableAnswer | Cause::ForeignIdentifier => {
            "let the backend answer {\"batchItemFailures\":[{\"itemIdentifier\":…}]} with identifiers of its own event"
        }
        Cause::FunctionError => "see the backend's own log; its records are handed out again",
        Cause::Refused => "see the error code in the Lambda API's documentation of Invoke",
        Cause::NotQuarantined => {
            "see that the quarantine queue exists and that the router's role may send to it and use its KMS key"
        }
        Cause::RegistryUnavailable => {
            "see that the registry's table exists, that the router's role may read it (and use its KMS key), that the router \
             reaches DynamoDB, and that reads are not throttled; the records are handed out again"
        }
        Cause::RegistryItem => {
            "list the registry's malformed items with `tenantctl tenants ls` and mend them; their tenants' records wait"
        }
        Cause::Held => "activate the tenant with `tenantctl tenants activate` when its records may go on",
        Cause::Panicked => "this is a defect of the router: please report it with the panicked line",
        Cause::Uncertain
        | Cause::NotStarted
        | Cause::OrderStopped
        | Cause::BehindCheckpoint
        | Cause::ItemFailure
        | Cause::Redrive => "none needed unless it goes on: the records are handed out again",
    }
}
