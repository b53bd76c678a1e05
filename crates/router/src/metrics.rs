//! All metrics: names, units and dimensions. There are few dimensions with few values, because CloudWatch charges for each
//! combination. A tenant is never a dimension.

use std::time::Duration;

use aws::emf::{Metric, MetricLine};
use routing::{AckKind, BatchReport, Cause};
use sources::Kind;

use crate::clock::since_epoch;
use crate::errors::ErrorName;

/// The namespace of all metrics.
const NAMESPACE: &str = "TenantRouter";

/// Returns the metric lines of one batch. The router's function is a dimension, because an account may have many routers.
/// `Rejected` also has its reason as a dimension, and `Retried` its cause.
pub(crate) fn batch_lines(
    source: Kind,
    function: &str,
    report: &BatchReport,
    duration: Duration,
) -> Vec<String> {
    let line = lines_of(source, function);
    let (retries, rejections) = (report.retries(), report.rejections());
    let acked = |kind| Metric::count(name_of(kind), number(report.acked(kind)));
    let mut metrics = vec![
        Metric::count("Records", number(report.outcome().records().len())),
        acked(AckKind::Answered),
        acked(AckKind::Queued),
        acked(AckKind::Bridged),
        acked(AckKind::Quarantined),
        Metric::count("Retried", number(retries.values().sum())),
        Metric::count("Rejected", number(rejections.values().sum())),
        Metric::milliseconds("BatchDuration", u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
    ];
    // A pipe's enrichment invokes nothing.
    if source != Kind::Pipes {
        metrics.push(Metric::count("Invokes", number(report.stats().invokes)));
        metrics.push(Metric::count("InvokesNotRun", number(report.stats().not_run)));
    }
    let mut lines = vec![line().metrics(&[&["function"]], &metrics).render()];
    for (reason, count) in rejections {
        let by_reason = line()
            .field("reason", reason.code())
            .metrics(&[&["function", "reason"]], &[Metric::count("Rejected", number(count))]);
        lines.push(by_reason.render());
    }
    for (&cause, &count) in &retries {
        let by_cause = line()
            .field("cause", cause.code())
            .metrics(&[&["function", "cause"]], &[Metric::count("Retried", number(count))]);
        lines.push(by_cause.render());
    }
    let of = |cause| retries.get(&cause).copied().unwrap_or_default();
    let registry = of(Cause::RegistryUnavailable) + of(Cause::RegistryItem);
    // Records that stale answers admit are not retried, but someone should look at the table.
    let stale = report.stats().anomalies.keys().any(|anomaly| anomaly.cause == Cause::RegistryUnavailable);
    // Alarms watch these two, so they are written only if they are not 0.
    let watched =
        [("Misconfigured", of(Cause::Misconfigured)), ("RegistryFailed", registry.max(usize::from(stale)))];
    for (name, count) in watched.into_iter().filter(|&(_, count)| count > 0) {
        lines.push(line().metrics(&[&["function"]], &[Metric::count(name, number(count))]).render());
    }
    lines
}

/// The outcome of one task.
pub(crate) struct TaskOutcome<'a> {
    /// The error's name.
    pub(crate) error: Option<ErrorName>,
    /// The reason, or AWS's code.
    pub(crate) detail: Option<&'a str>,
    /// Whether the registry was unavailable, or an item malformed.
    pub(crate) registry_failed: bool,
}

/// Returns the metric lines of one task: those of a batch of one record, and its error by name.
pub(crate) fn task_lines(function: &str, outcome: &TaskOutcome<'_>, duration: Duration) -> Vec<String> {
    let TaskOutcome { error, detail, registry_failed } = *outcome;
    let line = lines_of(Kind::Task, function);
    let is = |name| u64::from(error == Some(name));
    let task = line().metrics(
        &[&["function"]],
        &[
            Metric::count("Records", 1),
            Metric::count("Answered", u64::from(error.is_none())),
            Metric::count("Rejected", is(ErrorName::TenantRejected)),
            Metric::count("Misconfigured", is(ErrorName::BackendMisconfigured)),
            Metric::count("RegistryFailed", u64::from(registry_failed)),
            Metric::milliseconds("BatchDuration", u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
        ],
    );
    let mut lines = vec![task.render()];
    if let Some(error) = error {
        let by_error = line()
            .field("error", error.text())
            .metrics(&[&["function", "error"]], &[Metric::count("Failed", 1)]);
        lines.push(by_error.render());
    }
    if let (Some(ErrorName::TenantRejected), Some(reason)) = (error, detail) {
        let by_reason = line()
            .field("reason", reason)
            .metrics(&[&["function", "reason"]], &[Metric::count("Rejected", 1)]);
        lines.push(by_reason.render());
    }
    lines
}

/// Returns a function that starts the lines of one invocation, all with the same time.
fn lines_of<'f>(source: Kind, function: &'f str) -> impl Fn() -> MetricLine<'f> {
    let now = u64::try_from(since_epoch().as_millis()).unwrap_or_default();
    move || MetricLine::new(NAMESPACE, now).field("function", function).field("source", source.name())
}

const fn name_of(kind: AckKind) -> &'static str {
    match kind {
        AckKind::Answered => "Answered",
        AckKind::Queued => "Queued",
        AckKind::Bridged => "Bridged",
        AckKind::Quarantined => "Quarantined",
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
