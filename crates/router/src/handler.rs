//! One batch: the event in, the source's answer out, and what is seen of it.

use aws::{SqsQuarantine, TableRegistry};
use lambda_runtime::Diagnostic;
use routing::ports::{Backend, Bridge, Clock, NoBridge};
use routing::{SourceResponse, BatchReport, Router};
use sources::Source;

use crate::clock::InvocationClock;
use crate::config::TenantLines;
use crate::errors::{ErrorName, failure};
use crate::log;
use crate::metrics;
use crate::runtime::{Handle, Invocation, Reply};
use crate::telemetry::{Anomaly, Batch, Failed, Tenant};

/// A router, and what it may say.
pub(crate) struct Handler<S, B, F = NoBridge> {
    pub(crate) router: Router<S, B, SqsQuarantine, TableRegistry, F>,
    pub(crate) tenant_lines: TenantLines,
}

impl<S: Source, B: Backend, F: Bridge> Handle for Handler<S, B, F> {
    async fn handle(&self, invocation: &Invocation<'_>) -> Result<Reply, Diagnostic> {
        match self.route(invocation).await?.into_response() {
            SourceResponse::Items(response) => Ok(Reply::Items(response)),
            SourceResponse::Succeeded => Ok(Reply::Null),
            SourceResponse::Failed => Err(failure(
                ErrorName::NotSettled,
                "the event is not settled, and has to be handed out again: see the batch line in the router's log for \
                 the cause",
            )),
        }
    }
}

impl<S: Source, B: Backend, F: Bridge> Handler<S, B, F> {
    /// Routes one batch and tells of it. An error is the whole batch's: the source hands all of it out again.
    pub(crate) async fn route(&self, invocation: &Invocation<'_>) -> Result<BatchReport, Diagnostic> {
        let clock = InvocationClock::start();
        let occasion = clock.occasion(invocation);
        match self.router.route(invocation.event, occasion, &clock, fastrand::Rng::new()).await {
            Ok(report) => {
                self.tell(&report, invocation, &clock);
                Ok(report)
            }
            Err(error) => {
                let problem = error.to_string();
                Failed::Batch.log(Some(invocation.request_id()), &problem);
                Err(failure(ErrorName::BatchRefused, problem))
            }
        }
    }

    fn tell(&self, report: &BatchReport, invocation: &Invocation<'_>, clock: &InvocationClock) {
        let (duration, request_id) = (clock.now(), invocation.request_id());
        for (anomaly, &count) in &report.stats().anomalies {
            Anomaly { anomaly, count }.log(request_id);
        }
        if self.tenant_lines == TenantLines::On {
            for part in report.tenants() {
                let (id, records, settled) = (part.tenant.as_str(), part.records, part.settled);
                Tenant { id, records, settled }.log(request_id);
            }
        }
        Batch { source: S::KIND.name(), report, duration }.log(request_id);
        let metrics = metrics::lines(S::KIND, invocation.function_name(), report, duration);
        metrics.into_iter().map(String::into_bytes).for_each(log::write);
    }
}
