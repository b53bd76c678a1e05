//! Every log line, each as a type in here. No body ever; a tenant id only in [`Tenant`] lines, which the configuration has
//! to allow. Names of lines and of their fields are an interface: dashboards, metric filters and Contributor Insights rules
//! read them. How lines are written is in `log`; metrics are in `metrics`.

use std::collections::BTreeMap;
use std::time::Duration;

use routing::{Cause, BatchReport, AckKind};
use tracing::{error, info, warn};

use crate::log::{Json, TARGET};
use crate::remedy::remedy;

/// The router is ready for its first batch.
pub(crate) struct Started {
    pub(crate) source: &'static str,
    pub(crate) init: Duration,
}

impl Started {
    pub(crate) fn log(&self) {
        let (source, version, init_ms) = (self.source, env!("CARGO_PKG_VERSION"), millis(self.init));
        info!(target: TARGET, event = "started", source, version, init_ms);
    }
}

/// A batch is answered.
pub(crate) struct Batch<'r> {
    pub(crate) source: &'static str,
    pub(crate) report: &'r BatchReport,
    pub(crate) duration: Duration,
}

impl Batch<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let &Self { source, report, duration } = self;
        let (tally, by_code) = (report.stats(), |(cause, count): (Cause, _)| (cause.code(), count));
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
            invokes = tally.invokes,
            invokes_not_run = tally.not_run,
            admission_ms = millis(tally.admitted_after),
            duration_ms = millis(duration),
        );
    }
}

/// A task is answered.
pub(crate) struct Task<'a> {
    pub(crate) error: Option<&'static str>,
    /// The reason, or AWS's code.
    pub(crate) detail: Option<&'a str>,
    pub(crate) duration: Duration,
}

impl Task<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let (&Self { error, detail, .. }, duration_ms) = (self, millis(self.duration));
        if error.is_some() {
            warn!(target: TARGET, event = "task", requestId = request_id, error, detail, duration_ms);
        } else {
            info!(target: TARGET, event = "task", requestId = request_id, error, detail, duration_ms);
        }
    }
}

/// Something that a person may want to look at, once for each kind in a batch.
pub(crate) struct Anomaly<'a> {
    pub(crate) anomaly: &'a routing::Anomaly,
    pub(crate) count: usize,
}

impl Anomaly<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let &Self { anomaly: routing::Anomaly { cause, code }, count } = self;
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

/// One tenant's part in a batch.
pub(crate) struct Tenant<'a> {
    pub(crate) id: &'a str,
    pub(crate) records: usize,
    pub(crate) settled: usize,
}

impl Tenant<'_> {
    pub(crate) fn log(&self, request_id: &str) {
        let &Self { id, records, settled } = self;
        info!(target: TARGET, event = "tenant", requestId = request_id, tenant_id = id, records, settled);
    }
}

/// The router cannot start, cannot continue, or returns a whole batch.
#[derive(Clone, Copy)]
pub(crate) enum Failed {
    /// The function does not start.
    Init,
    /// The function ends.
    Runtime,
    /// An event is not routed.
    Batch,
    /// Lambda did not take an answer. The invocation has failed then, and its event is delivered again.
    Answer,
}

impl Failed {
    pub(crate) fn log(self, request_id: Option<&str>, problem: &str) {
        error!(target: TARGET, event = self.name(), requestId = request_id, problem);
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Init => "init_failed",
            Self::Runtime => "runtime_failed",
            Self::Batch => "batch_refused",
            Self::Answer => "not_answered",
        }
    }
}

/// Logs where each panic is. Its message is left out: it can quote what the router was looking at.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        error!(target: TARGET, event = "panicked", location);
    }));
}

/// Milliseconds, to the microsecond.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
