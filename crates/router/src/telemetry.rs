//! All log lines, each one a type. No line contains a record's body. Only a [`TenantLine`] contains a tenant id, and the
//! configuration must allow it. The names of events and fields are an interface: dashboards, metric filters and Contributor
//! Insights rules read them. `log` writes the lines; metrics are in `metrics`.

use std::collections::BTreeMap;
use std::time::Duration;

use routing::{AckKind, Anomaly, BatchReport, Cause};
use tracing::{error, info, warn};

use crate::log::{Json, TARGET};
use crate::remedy::remedy;

/// The `started` line: the router is ready for its first batch.
pub(crate) struct StartedLine {
    pub(crate) source: &'static str,
    pub(crate) init: Duration,
}

impl StartedLine {
    pub(crate) fn log(&self) {
        let (source, version, init_ms) = (self.source, env!("CARGO_PKG_VERSION"), millis(self.init));
        info!(target: TARGET, event = "started", source, version, init_ms);
    }
}

/// The `batch` line: what happened to the records of a batch.
pub(crate) struct BatchLine<'r> {
    pub(crate) source: &'static str,
    pub(crate) report: &'r BatchReport,
    pub(crate) duration: Duration,
}

impl BatchLine<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let &Self { source, report, duration } = self;
        let (stats, by_code) = (report.stats(), |(cause, count): (Cause, _)| (cause.code(), count));
        let retry: BTreeMap<_, usize> = report.retries().into_iter().map(by_code).collect();
        let rejected: BTreeMap<_, usize> =
            report.rejections().into_iter().map(|(reason, count)| (reason.code(), count)).collect();
        info!(
            target: TARGET,
            event = "batch",
            requestId = request_id,
            source,
            records = report.outcome().records().len(),
            answered = report.acked(AckKind::Answered),
            queued = report.acked(AckKind::Queued),
            bridged = report.acked(AckKind::Bridged),
            quarantined = report.acked(AckKind::Quarantined),
            retry = ?Json(retry),
            rejected = ?Json(rejected),
            tenants = report.tenants().len(),
            invokes = stats.invokes,
            invokes_not_run = stats.not_run,
            admission_ms = millis(stats.admitted_after),
            duration_ms = millis(duration),
        );
    }
}

/// The `task` line: the outcome of a task.
pub(crate) struct TaskLine<'a> {
    pub(crate) error: Option<&'static str>,
    /// The reason, or AWS's code.
    pub(crate) detail: Option<&'a str>,
    pub(crate) duration: Duration,
}

impl TaskLine<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let (&Self { error, detail, .. }, duration_ms) = (self, millis(self.duration));
        if error.is_some() {
            warn!(target: TARGET, event = "task", requestId = request_id, error, detail, duration_ms);
        } else {
            info!(target: TARGET, event = "task", requestId = request_id, error, detail, duration_ms);
        }
    }
}

/// The `anomaly` line: something that an operator may want to look at, once for each kind in a batch.
pub(crate) struct AnomalyLine<'a> {
    pub(crate) anomaly: &'a Anomaly,
    pub(crate) count: usize,
}

impl AnomalyLine<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let &Self { anomaly: Anomaly { cause, code }, count } = self;
        warn!(
            target: TARGET,
            event = "anomaly",
            requestId = request_id,
            cause = cause.code(),
            code,
            count,
            remedy = remedy(*cause, code),
        );
    }
}

/// The `tenant` line: one tenant's records in a batch.
pub(crate) struct TenantLine<'a> {
    pub(crate) id: &'a str,
    pub(crate) records: usize,
    pub(crate) acked: usize,
}

impl TenantLine<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let &Self { id, records, acked } = self;
        info!(target: TARGET, event = "tenant", requestId = request_id, tenant_id = id, records, acked);
    }
}

/// The line of a failure that ends the function, or fails a whole batch.
#[derive(Clone, Copy)]
pub(crate) enum FailureLine {
    /// The function cannot start.
    Init,
    /// The function ends.
    Runtime,
    /// The router refuses an event.
    Batch,
    /// Lambda did not accept a response. The invocation has failed, and its event is delivered again.
    Response,
}

impl FailureLine {
    pub(crate) fn log(self, request_id: Option<&str>, problem: &str) {
        error!(target: TARGET, event = self.name(), requestId = request_id, problem);
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Init => "init_failed",
            Self::Runtime => "runtime_failed",
            Self::Batch => "batch_refused",
            Self::Response => "not_answered",
        }
    }
}

/// Logs the location of each panic. The panic's message is left out, because it can quote a record.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        error!(target: TARGET, event = "panicked", location);
    }));
}

/// Converts to milliseconds, rounded to the microsecond.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
