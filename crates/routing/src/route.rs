//! The path of one batch, from event to response. Start reading here.

use sources::{Batch, EventError, Order, Record, ResponseMode, Source};

use crate::admit::admit_batch;
use crate::batch_state::{outcome_before_sending, set_no_time_for_one_invoke};
use crate::deliver::Delivery;
use crate::outcome::{BatchOutcome, Cause, RecordOutcome};
use crate::policy::{Deadlines, DeliveryPolicy};
use crate::ports::{Backend, Bridge, Clock, Invocation, Quarantine, RegistryReader};
use crate::report::BatchReport;
use crate::response::SourceResponse;
use crate::router::{InvocationContext, Router};
use crate::scheduler::Scheduler;
use crate::stats::BatchStats;
use crate::tenant_index::TenantIndex;

/// Why a batch is not routed. The source redelivers all of it.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// The event is not an event of the source.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An asynchronous invocation keeps no order.
    #[error(
        "delivery.invocation is \"async\", but this source promises order: Lambda's asynchronous queue keeps none: \
         set delivery.invocation to \"sync\""
    )]
    AsyncOrdered,
}

impl<S: Source, B: Backend, Q: Quarantine, T: RegistryReader, F: Bridge> Router<S, B, Q, T, F> {
    /// Routes one batch. Every record starts as "retry", and only an acknowledgement changes that; the response names the
    /// records to redeliver. Responds before the deadline, even if calls are still in flight.
    ///
    /// # Errors
    /// When the source has to redeliver the batch as a whole. Nothing has been sent then.
    pub async fn route<C: Clock>(
        &self,
        event: &str,
        context: InvocationContext<'_>,
        clock: &C,
        rng: fastrand::Rng,
    ) -> Result<BatchReport, RouteError> {
        let batch = decode(self.source, event, &self.policy)?;
        let deadlines = Deadlines::before(context.deadline, self.policy.longest_call);
        let mut stats = BatchStats::default();
        let admissions = admit_batch(self, &batch, clock, deadlines, &mut stats).await;
        stats.admitted_after = clock.now();
        let tenants = TenantIndex::new(&admissions);
        let mut outcome = outcome_before_sending(&admissions, self.on_reject(), &mut stats);
        if let Some(deadlines) = deadlines {
            let probe = self.records_to_probe(&batch);
            let scheduler =
                Scheduler::new(&batch, &admissions, &tenants, &self.policy, self.on_reject(), probe);
            let (router, batch, admissions) = (self, &batch, &*admissions);
            let delivery = Delivery { router, batch, admissions, context, clock, deadlines };
            (outcome, stats) = delivery.run(scheduler, outcome, stats, rng).await;
        } else {
            set_no_time_for_one_invoke(&mut outcome, &mut stats);
        }
        let response = SourceResponse::new(&batch, &outcome);
        self.remember_checkpoint(&batch, &outcome);
        Ok(BatchReport::new(response, outcome, stats, &admissions, tenants))
    }

    /// How many records at the start of the batch are tried alone. If the batch begins with the record, or the aggregate, at which
    /// an earlier invocation stopped: the number of records up to and including that record. Otherwise 0.
    fn records_to_probe(&self, batch: &Batch<'_>) -> usize {
        let Some(first) = batch.records.first() else { return 0 };
        if batch.response_mode != ResponseMode::Checkpoint {
            return 0;
        }
        let first_aggregate = batch.records.iter().take_while(|record| record.id() == first.id());
        let is_known = |record: &Record<'_>| self.checkpoints.contains(&batch.source_arn, record.item_id());
        first_aggregate
            .enumerate()
            .filter(|(_, record)| is_known(record))
            .map(|(index, _)| index + 1)
            .last()
            .unwrap_or(0)
    }

    /// Remembers the record at which the stream stops, if it was tried.
    fn remember_checkpoint(&self, batch: &Batch<'_>, outcome: &BatchOutcome) {
        if batch.response_mode == ResponseMode::Checkpoint
            && let Some(lowest) = outcome.unacked().next()
            // No unacknowledged record is before it. So this cause can only mean that it is postponed: it was not tried.
            && outcome.records()[lowest] != RecordOutcome::Retry(Cause::BehindCheckpoint)
        {
            self.checkpoints.remember(&batch.source_arn, batch.records[lowest].item_id());
        }
    }
}

/// Decodes an event, and refuses a source whose order the policy cannot keep.
pub(crate) fn decode<'e, S: Source>(
    source: S,
    event: &'e str,
    policy: &DeliveryPolicy,
) -> Result<Batch<'e>, RouteError> {
    let batch = source.decode(event)?;
    if batch.order != Order::Unordered && policy.invocation == Invocation::Async {
        return Err(RouteError::AsyncOrdered);
    }
    Ok(batch)
}
