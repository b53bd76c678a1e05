//! One batch: the event in, the source's answer out, and what is seen of it.

use std::panic::AssertUnwindSafe;

use aws::{Failure, Invocation, SqsQuarantine, TableRegistry};
use futures_util::FutureExt;
use routing::ports::{Backend, Clock};
use routing::{Answer, Report, Router};
use sources::Source;

use crate::clock::InvocationClock;
use crate::config::TenantLines;
use crate::errors::ErrorName;
use crate::metrics;
use crate::run::{Handle, Reply, failure};
use crate::telemetry::{self, Anomaly, Batch, Failed, Level, Tenant, log};

/// A router, and what it may say.
pub(crate) struct Handler<S, B> {
    pub(crate) router: Router<S, B, SqsQuarantine, TableRegistry>,
    pub(crate) tenant_lines: TenantLines,
}

impl<S: Source, B: Backend> Handle for Handler<S, B> {
    async fn handle(&self, invocation: &Invocation) -> Result<Reply, Failure> {
        match self.route(invocation).await?.into_answer() {
            Answer::Items(response) => Ok(Reply::Items(response)),
            Answer::Settled => Ok(Reply::Null),
            Answer::NotSettled => Err(failure(
                ErrorName::NotSettled,
                "the event is not settled, and has to be handed out again: see the batch line in the router's log for \
                 the cause",
            )),
        }
    }
}

impl<S: Source, B: Backend> Handler<S, B> {
    /// Routes one batch and tells of it. An error is the whole batch's: the source hands all of it out again.
    pub(crate) async fn route(&self, invocation: &Invocation) -> Result<Report, Failure> {
        let clock = InvocationClock::start();
        let routing =
            self.router.route(&invocation.event, clock.occasion(invocation), &clock, fastrand::Rng::new());
        // A panic's text can quote a record, and the runtime would send it on as the invocation's error.
        let routed = AssertUnwindSafe(routing).catch_unwind().await;
        let routed = routed.map_err(|_| "the router panicked: see the panicked line in its log".to_owned());
        match routed.and_then(|routed| routed.map_err(|error| error.to_string())) {
            Ok(report) => {
                self.tell(&report, invocation, &clock);
                Ok(report)
            }
            Err(problem) => {
                let line = Failed { problem: problem.clone() };
                log(Level::Error, "batch_refused", Some(&invocation.request_id), &line);
                Err(failure(ErrorName::BatchRefused, problem))
            }
        }
    }

    fn tell(&self, report: &Report, invocation: &Invocation, clock: &InvocationClock) {
        let (duration, request_id) = (clock.now(), Some(invocation.request_id.as_str()));
        for (anomaly, &count) in &report.tally().anomalies {
            log(Level::Warn, "anomaly", request_id, &Anomaly::of(anomaly, count));
        }
        if self.tenant_lines == TenantLines::On {
            for part in report.tenants() {
                let (id, records, settled) = (part.tenant.as_str(), part.records, part.settled);
                log(Level::Info, "tenant", request_id, &Tenant { id, records, settled });
            }
        }
        log(Level::Info, "batch", request_id, &Batch::of(S::KIND.name(), report, duration));
        metrics::lines(S::KIND, &invocation.function_name, report, duration)
            .into_iter()
            .for_each(telemetry::write);
    }
}
