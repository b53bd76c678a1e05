//! Handles one batch: routes the event, responds to the source, and writes log lines and metrics.

use aws::{SqsQuarantine, TableRegistry};
use lambda_runtime::Diagnostic;
use routing::ports::{Backend, Bridge, Clock, NoBridge};
use routing::{BatchReport, Router, SourceResponse};
use sources::Source;

use crate::clock::InvocationClock;
use crate::config::TenantLines;
use crate::errors::{ErrorName, failure};
use crate::log;
use crate::metrics;
use crate::runtime::{FunctionResponse, InvocationEvent, InvocationHandler};
use crate::telemetry::{AnomalyLine, BatchLine, FailureLine, TenantLine};

/// Handles batches of records with a router.
pub(crate) struct BatchHandler<S, B, F = NoBridge> {
    pub(crate) router: Router<S, B, SqsQuarantine, TableRegistry, F>,
    pub(crate) tenant_lines: TenantLines,
}

impl<S: Source, B: Backend, F: Bridge> InvocationHandler for BatchHandler<S, B, F> {
    async fn handle(&self, invocation: &InvocationEvent<'_>) -> Result<FunctionResponse, Diagnostic> {
        match self.route_and_log(invocation).await?.into_response() {
            SourceResponse::Items(response) => Ok(FunctionResponse::Items(response)),
            SourceResponse::Succeeded => Ok(FunctionResponse::Null),
            SourceResponse::Failed => Err(failure(
                ErrorName::NotAcknowledged,
                "the event was not acknowledged, so it is retried: see the batch line in the router's log for the cause",
            )),
        }
    }
}

impl<S: Source, B: Backend, F: Bridge> BatchHandler<S, B, F> {
    /// Routes one batch, and writes its log lines and metrics.
    ///
    /// # Errors
    /// The whole batch failed, and the source delivers all of it again.
    pub(crate) async fn route_and_log(
        &self,
        invocation: &InvocationEvent<'_>,
    ) -> Result<BatchReport, Diagnostic> {
        let clock = InvocationClock::start();
        let context = clock.context(invocation);
        match self.router.route(invocation.event, context, &clock, fastrand::Rng::new()).await {
            Ok(report) => {
                self.log(&report, invocation, &clock);
                Ok(report)
            }
            Err(error) => {
                let problem = error.to_string();
                FailureLine::Batch.log(Some(invocation.request_id()), &problem);
                Err(failure(ErrorName::BatchRefused, problem))
            }
        }
    }

    fn log(&self, report: &BatchReport, invocation: &InvocationEvent<'_>, clock: &InvocationClock) {
        let (duration, request_id) = (clock.now(), invocation.request_id());
        for (anomaly, &count) in &report.stats().anomalies {
            AnomalyLine { anomaly, count }.log(request_id);
        }
        if self.tenant_lines == TenantLines::On {
            for part in report.tenants() {
                let (id, records, acked) = (part.tenant.as_str(), part.records, part.acked);
                TenantLine { id, records, acked }.log(request_id);
            }
        }
        BatchLine { source: S::KIND.name(), report, duration }.log(request_id);
        let metrics = metrics::batch_lines(S::KIND, invocation.function_name(), report, duration);
        metrics.into_iter().map(String::into_bytes).for_each(log::write);
    }
}
