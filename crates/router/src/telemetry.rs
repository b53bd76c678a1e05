//! Everything that is seen from outside: each log line is a type in here. No body ever; a tenant id only in
//! [`Tenant`] lines, which the configuration has to allow. Metrics are in `metrics`.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use routing::{Cause, Report, Settlement};
use serde::Serialize;

/// How serious a line is, in the words of Lambda's log level filter.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Level {
    Info,
    Warn,
    Error,
}

/// The router is ready for its first batch.
#[derive(Serialize)]
pub(crate) struct Started {
    pub(crate) source: &'static str,
    pub(crate) version: &'static str,
    pub(crate) init_ms: f64,
}

/// A batch is answered.
#[derive(Serialize)]
pub(crate) struct Batch {
    source: &'static str,
    records: usize,
    answered: usize,
    queued: usize,
    bridged: usize,
    quarantined: usize,
    retry: BTreeMap<&'static str, usize>,
    rejected: BTreeMap<&'static str, usize>,
    tenants: usize,
    invokes: usize,
    invokes_not_run: usize,
    admission_ms: f64,
    duration_ms: f64,
}

/// A task is answered.
#[derive(Serialize)]
pub(crate) struct Task<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<&'static str>,
    /// The reason, or AWS's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<&'a str>,
    pub(crate) duration_ms: f64,
}

/// Something that a person may want to look at, once for each kind in a batch.
#[derive(Serialize)]
pub(crate) struct Anomaly<'a> {
    cause: &'static str,
    code: &'a str,
    count: usize,
    remedy: &'static str,
}

/// One tenant's part in a batch.
#[derive(Serialize)]
pub(crate) struct Tenant<'a> {
    #[serde(rename = "tenant_id")]
    pub(crate) id: &'a str,
    pub(crate) records: usize,
    pub(crate) settled: usize,
}

/// The router cannot start, cannot go on, or gives a whole batch back.
#[derive(Serialize)]
pub(crate) struct Failed {
    pub(crate) problem: String,
}

/// A panic. Its message is left out: it can quote what the router was looking at.
#[derive(Serialize)]
pub(crate) struct Panicked {
    pub(crate) location: String,
}

impl<'a> Anomaly<'a> {
    pub(crate) fn of(anomaly: &'a routing::Anomaly, count: usize) -> Self {
        let routing::Anomaly { cause, code } = anomaly;
        Self { cause: cause.code(), code, count, remedy: remedy(*cause, code) }
    }
}

impl Batch {
    pub(crate) fn of(source: &'static str, report: &Report, duration: Duration) -> Self {
        Self {
            source,
            records: report.ledger().entries().len(),
            answered: report.settled(Settlement::Answered),
            queued: report.settled(Settlement::Queued),
            bridged: report.settled(Settlement::Bridged),
            quarantined: report.settled(Settlement::Quarantined),
            retry: report.retries().into_iter().map(|(cause, count)| (cause.code(), count)).collect(),
            rejected: report.rejections().into_iter().map(|(reason, count)| (reason.code(), count)).collect(),
            tenants: report.tenants().len(),
            invokes: report.tally().invokes,
            invokes_not_run: report.tally().not_run,
            admission_ms: millis(report.tally().admitted_after),
            duration_ms: millis(duration),
        }
    }
}

/// Milliseconds, to the microsecond.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

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

/// Writes one line.
pub(crate) fn log<E: Serialize>(level: Level, event: &'static str, request_id: Option<&str>, fields: &E) {
    #[derive(Serialize)]
    struct Line<'a, E> {
        timestamp: String,
        level: Level,
        event: &'static str,
        #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
        request_id: Option<&'a str>,
        #[serde(flatten)]
        fields: &'a E,
    }
    let timestamp = DateTime::from(SystemTime::now()).fmt(Format::DateTime).unwrap_or_default();
    if let Ok(line) = serde_json::to_string(&Line { timestamp, level, event, request_id, fields }) {
        write(line);
    }
}

/// Hands a line to Lambda in one write; what cannot be written is nobody's to know.
pub(crate) fn write(mut line: String) {
    line.push('\n');
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// Tells where a panic was, and nothing of what it says.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        log(Level::Error, "panicked", None, &Panicked { location });
    }));
}
