//! One batch, from event to answer.

use std::time::Duration;

use sources::{ResponseMode, Batch, EventError, Order, Record, Source};
use tenancy::Rules;

use crate::admission::{PendingAdmission, Admission, admit, examine};
use crate::answer::answer;
use crate::checkpoints::Checkpoints;
use crate::dispatch::Dispatch;
use crate::horizon::Horizon;
use crate::ledger::{Cause, RecordOutcome, BatchOutcome};
use crate::plan::plan;
use crate::policy::{OnReject, DeliveryPolicy, Times};
use crate::ports::{Backend, Clock, Invocation, Quarantine, RegistryReader};
use crate::registry::{Registry, RegistryAnswers};
use crate::report::{BatchReport, BatchStats};
use crate::roster::TenantIndex;
use crate::verdict::Anomaly;

/// What a batch is routed by: the same for every batch.
#[derive(Debug)]
pub struct Router<S, B, Q, T> {
    /// Takes events apart.
    pub source: S,
    /// Whose record is this?
    pub rules: Rules,
    /// Who confirms it; `None` takes records at their word.
    pub registry: Option<Registry<T>>,
    /// How records are delivered.
    pub policy: DeliveryPolicy,
    /// The tenant-isolated function.
    pub backend: B,
    /// Where rejected records are set aside; `None` leaves them to the source's own redrive.
    pub quarantine: Option<Q>,
    /// Where streams will go on.
    pub checkpoints: Checkpoints,
}

/// What is particular to one invocation of the router.
#[derive(Clone, Copy, Debug)]
pub struct InvocationContext<'a> {
    /// The router's own request id.
    pub request_id: &'a str,
    /// The X-Ray trace header, where there is one.
    pub trace_header: Option<&'a str>,
    /// When Lambda ends the invocation, on the clock's scale.
    pub deadline: Duration,
}

/// The batch cannot be answered record by record; all of it has to go back to the source.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// The event is not one of the source's.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An asynchronous invocation keeps no order.
    #[error(
        "delivery.invocation is \"async\", but this source promises order: Lambda's asynchronous queue keeps none: \
         set delivery.invocation to \"sync\""
    )]
    AsyncOrdered,
}

impl<S: Source, B: Backend, Q: Quarantine, T: RegistryReader> Router<S, B, Q, T> {
    /// Routes one batch. Every record starts as "retry" and is settled by a receipt only; the report's response
    /// names the others. Answers before the deadline, whatever is still under way.
    ///
    /// # Errors
    /// When the batch as a whole has to go back to the source. Nothing has been sent then.
    pub async fn route<C: Clock>(
        &self,
        event: &str,
        occasion: InvocationContext<'_>,
        clock: &C,
        rng: fastrand::Rng,
    ) -> Result<BatchReport, RouteError> {
        let batch = self.source.decode(event)?;
        if batch.order != Order::Unordered && self.policy.invocation == Invocation::Async {
            return Err(RouteError::AsyncOrdered);
        }
        let times = Times::before(occasion.deadline, self.policy.call_timeout);
        let mut tally = BatchStats::default();
        let standings = self.admit(&batch, clock, times, &mut tally).await;
        tally.admitted_after = clock.now();
        let mut ledger = BatchOutcome::of(batch.records.len());
        for (index, standing) in standings.iter().enumerate() {
            if let Some(cause) = self.not_sent(standing) {
                ledger.note(index, cause);
            }
        }
        if standings.iter().any(|standing| matches!(standing, Admission::Panicked)) {
            tally.notice(Anomaly { cause: Cause::Panicked, code: "admission".to_owned() });
        }
        let roster = TenantIndex::call(&standings);
        if let Some(times) = times {
            let horizon = Horizon::new(&batch, self.leading(&batch));
            let lanes = plan(&batch, &standings, &roster, &self.policy, self.on_reject(), horizon);
            let sending =
                Dispatch { router: self, batch: &batch, standings: &standings, occasion, clock, times };
            sending.run(lanes, &mut ledger, &mut tally, rng).await;
        } else if !batch.records.is_empty() {
            // No batch will ever fare better: it is the function's time-out that is wrong.
            tally.notice(Anomaly { cause: Cause::Misconfigured, code: "NoTimeForOneInvoke".to_owned() });
            for index in 0..batch.records.len() {
                ledger.note(index, Cause::Misconfigured);
            }
        }
        let answer = answer(&batch, &ledger);
        self.remember(&batch, &ledger);
        Ok(BatchReport::new(answer, ledger, tally, &standings, roster))
    }

    /// Each record's standing: what it says of itself, and what the registry says to that.
    async fn admit<'b, C: Clock>(
        &self,
        batch: &'b Batch<'_>,
        clock: &C,
        times: Option<Times>,
        tally: &mut BatchStats,
    ) -> Vec<Admission<'b>> {
        let policy = &self.policy;
        let examine = |record: &'b Record<'_>| examine(self.source, &self.rules, policy, record);
        let examined: Vec<PendingAdmission<'b>> = batch.records.iter().map(examine).collect();
        let claims = examined.iter().filter_map(|examined| match examined {
            PendingAdmission::Claims { claim, .. } => Some(claim.tenant()),
            PendingAdmission::Known(_) => None,
        });
        let mut words = match (&self.registry, times) {
            (Some(registry), Some(times)) => registry.ask(claims, clock, times.latest_start).await,
            _ => RegistryAnswers::default(),
        };
        let standing = |(examined, record): (PendingAdmission<'b>, &'b Record<'_>)| match (examined, &self.registry) {
            (PendingAdmission::Known(standing), _) => standing,
            (PendingAdmission::Claims { claim, content, bytes }, None) => {
                admit(claim.without_registry(), content, bytes, policy)
            }
            (PendingAdmission::Claims { claim, content, bytes }, Some(registry)) => {
                registry
                    .rule(claim, record.raw(), &mut words, |admitted| admit(admitted, content, bytes, policy))
            }
        };
        let standings = examined.into_iter().zip(&batch.records).map(standing).collect();
        words.troubles.into_iter().for_each(|trouble| tally.notice(trouble));
        standings
    }

    /// How many records are tried alone at first: up to the one at which the stream stopped, which came back first, or
    /// in the aggregate that came back first.
    fn leading(&self, batch: &Batch<'_>) -> usize {
        let Some(first) = batch.records.first() else { return 0 };
        if batch.response_mode != ResponseMode::Checkpoint {
            return 0;
        }
        let came_first = batch.records.iter().take_while(|record| record.id() == first.id());
        let known = |record: &Record<'_>| self.checkpoints.know(&batch.source_arn, record.item_id());
        came_first
            .enumerate()
            .filter(|(_, record)| known(record))
            .map(|(index, _)| index + 1)
            .last()
            .unwrap_or(0)
    }

    fn remember(&self, batch: &Batch<'_>, ledger: &BatchOutcome) {
        if batch.response_mode == ResponseMode::Checkpoint
            && let Some(lowest) = ledger.unsettled().next()
            // What there was no room for has not been tried yet.
            && ledger.entries()[lowest] != RecordOutcome::Retry(Cause::BehindCheckpoint)
        {
            self.checkpoints.remember(&batch.source_arn, batch.records[lowest].item_id());
        }
    }

    fn on_reject(&self) -> OnReject {
        if self.quarantine.is_some() { OnReject::Quarantine } else { OnReject::Redrive }
    }

    /// Why a record without tenant is not settled, until the quarantine has it.
    fn not_sent(&self, standing: &Admission<'_>) -> Option<Cause> {
        match (standing, self.on_reject()) {
            (Admission::Admitted { .. }, _) => None,
            (Admission::Waiting(cause), _) => Some(*cause),
            (Admission::Postponed, _) => Some(Cause::BehindCheckpoint),
            (Admission::Rejected(_), OnReject::Quarantine) => Some(Cause::NotQuarantined),
            (Admission::Rejected(_), OnReject::Redrive) => Some(Cause::Redrive),
            (Admission::Panicked, _) => Some(Cause::Panicked),
        }
    }
}
