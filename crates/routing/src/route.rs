//! One batch, from event to answer.

use std::time::Duration;

use sources::{Answering, Batch, EventError, Order, Record, Source};
use tenancy::Rules;

use crate::admission::{Examined, Standing, admit, examine};
use crate::answer::answer;
use crate::checkpoints::Checkpoints;
use crate::dispatch::Dispatch;
use crate::horizon::Horizon;
use crate::ledger::{Cause, Entry, Ledger};
use crate::plan::plan;
use crate::policy::{OnReject, Policy, Times};
use crate::ports::{Backend, Clock, Invocation, Quarantine, Table};
use crate::registry::{Registry, Words};
use crate::report::{Report, Tally};
use crate::roster::Roster;
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
    pub policy: Policy,
    /// The tenant-isolated function.
    pub backend: B,
    /// Where rejected records are set aside; `None` leaves them to the source's own redrive.
    pub quarantine: Option<Q>,
    /// Where streams will go on.
    pub checkpoints: Checkpoints,
}

/// What is particular to one invocation of the router.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
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

impl<S: Source, B: Backend, Q: Quarantine, T: Table> Router<S, B, Q, T> {
    /// Routes one batch. Every record starts as "retry" and is settled by a receipt only; the report's response
    /// names the others. Answers before the deadline, whatever is still under way.
    ///
    /// # Errors
    /// When the batch as a whole has to go back to the source. Nothing has been sent then.
    pub async fn route<C: Clock>(
        &self,
        event: &str,
        occasion: Occasion<'_>,
        clock: &C,
        rng: fastrand::Rng,
    ) -> Result<Report, RouteError> {
        let batch = self.source.decode(event)?;
        if batch.order != Order::Unordered && self.policy.invocation == Invocation::Async {
            return Err(RouteError::AsyncOrdered);
        }
        let times = Times::before(occasion.deadline, self.policy.call_timeout);
        let mut tally = Tally::default();
        let standings = self.admit(&batch, clock, times, &mut tally).await;
        tally.admitted_after = clock.now();
        let mut ledger = Ledger::of(batch.records.len());
        for (index, standing) in standings.iter().enumerate() {
            if let Some(cause) = self.not_sent(standing) {
                ledger.note(index, cause);
            }
        }
        if standings.iter().any(|standing| matches!(standing, Standing::Panicked)) {
            tally.notice(Anomaly { cause: Cause::Panicked, code: "admission".to_owned() });
        }
        let roster = Roster::call(&standings);
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
        Ok(Report::new(answer, ledger, tally, &standings, roster))
    }

    /// Each record's standing: what it says of itself, and what the registry says to that.
    async fn admit<'b, C: Clock>(
        &self,
        batch: &'b Batch<'_>,
        clock: &C,
        times: Option<Times>,
        tally: &mut Tally,
    ) -> Vec<Standing<'b>> {
        let policy = &self.policy;
        let examine = |record: &'b Record<'_>| examine(self.source, &self.rules, policy, record);
        let examined: Vec<Examined<'b>> = batch.records.iter().map(examine).collect();
        let claims = examined.iter().filter_map(|examined| match examined {
            Examined::Claims { claim, .. } => Some(claim.tenant()),
            Examined::Known(_) => None,
        });
        let mut words = match (&self.registry, times) {
            (Some(registry), Some(times)) => registry.ask(claims, clock, times.latest_start).await,
            _ => Words::default(),
        };
        let standing = |(examined, record): (Examined<'b>, &'b Record<'_>)| match (examined, &self.registry) {
            (Examined::Known(standing), _) => standing,
            (Examined::Claims { claim, content, bytes }, None) => {
                admit(claim.on_its_word(), content, bytes, policy)
            }
            (Examined::Claims { claim, content, bytes }, Some(registry)) => {
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
        if batch.answering != Answering::Checkpoint {
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

    fn remember(&self, batch: &Batch<'_>, ledger: &Ledger) {
        if batch.answering == Answering::Checkpoint
            && let Some(lowest) = ledger.unsettled().next()
            // What there was no room for has not been tried yet.
            && ledger.entries()[lowest] != Entry::Retry(Cause::BehindCheckpoint)
        {
            self.checkpoints.remember(&batch.source_arn, batch.records[lowest].item_id());
        }
    }

    fn on_reject(&self) -> OnReject {
        if self.quarantine.is_some() { OnReject::Quarantine } else { OnReject::Redrive }
    }

    /// Why a record without tenant is not settled, until the quarantine has it.
    fn not_sent(&self, standing: &Standing<'_>) -> Option<Cause> {
        match (standing, self.on_reject()) {
            (Standing::Admitted { .. }, _) => None,
            (Standing::Waiting(cause), _) => Some(*cause),
            (Standing::Postponed, _) => Some(Cause::BehindCheckpoint),
            (Standing::Rejected(_), OnReject::Quarantine) => Some(Cause::NotQuarantined),
            (Standing::Rejected(_), OnReject::Redrive) => Some(Cause::Redrive),
            (Standing::Panicked, _) => Some(Cause::Panicked),
        }
    }
}
