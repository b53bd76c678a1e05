//! Delivery: keeps as many Invokes and quarantine calls in flight as are allowed, and applies their results.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use sources::{Batch, Source, sub_batch};

use crate::admission::Admission;
use crate::batch_state::BatchState;
use crate::classify::{Anomaly, InvokeMode, InvokeOutcome, classify, retry_all};
use crate::outcome::{BatchOutcome, Cause};
use crate::policy::{Deadlines, Payload};
use crate::ports::{
    Attempt, Backend, Bridge, BridgeRequest, Clock, DeliveryTarget, InvokeRequest, Quarantine, QuarantineAck,
    QuarantineBatch, RejectedRecord, Transport,
};
use crate::quarantine_scheduler::{QuarantineScheduler, QuarantineSend, QuarantineSends};
use crate::router::{InvocationContext, Router};
use crate::scheduler::{Scheduler, SubBatch};
use crate::stats::BatchStats;

/// The delivery of one batch, which is decoded and admitted already.
pub(crate) struct Delivery<'a, S, B, Q, T, F, C> {
    pub(crate) router: &'a Router<S, B, Q, T, F>,
    pub(crate) batch: &'a Batch<'a>,
    pub(crate) admissions: &'a [Admission<'a>],
    pub(crate) context: InvocationContext<'a>,
    pub(crate) clock: &'a C,
    pub(crate) deadlines: Deadlines,
}

/// A call that ended; `None` where it panicked.
enum Ended {
    Invoke(SubBatch, Option<Attempt>),
    Quarantine(Vec<usize>, Transport, Option<Vec<QuarantineAck>>),
}

impl<S: Source, B: Backend, Q: Quarantine, T, F: Bridge, C: Clock> Delivery<'_, S, B, Q, T, F, C> {
    /// Sends what may be sent, until nothing is left or the response is due.
    pub(crate) async fn run(
        &self,
        scheduler: Scheduler,
        outcome: BatchOutcome,
        stats: BatchStats,
        rng: fastrand::Rng,
    ) -> (BatchOutcome, BatchStats) {
        let quarantine_scheduler = self.quarantine_scheduler();
        let mut batch_state =
            BatchState::new(scheduler, quarantine_scheduler, outcome, stats, rng, self.deadlines);
        let mut pending = QuarantineSends::default();
        let mut in_flight = FuturesUnordered::new();
        loop {
            let now = self.clock.now();
            for send in self.quarantine_sends(&batch_state.next_rejected()) {
                pending.add(send);
            }
            while let Some(send) = pending.next(|first| batch_state.is_open(first)) {
                in_flight.push(Either::Left(self.send_to_quarantine(send)));
            }
            while let Some(sub_batch) = batch_state.next_sub_batch(now) {
                in_flight.push(Either::Right(self.deliver_sub_batch(sub_batch)));
            }
            let backoff_end = batch_state.next_backoff_end(now);
            if in_flight.is_empty() && backoff_end.is_none() {
                break;
            }
            let until = backoff_end.map_or(self.deadlines.respond_by, |at| at.min(self.deadlines.respond_by));
            match self.next_ended(&mut in_flight, until).await {
                None if self.clock.now() >= self.deadlines.respond_by => break,
                // The backoff of a tenant is over: it may send again.
                None => {}
                Some(Ended::Invoke(sub_batch, attempt)) => {
                    let invoke_outcome = self.outcome_of(&sub_batch, attempt, &mut batch_state);
                    batch_state.apply(&sub_batch, invoke_outcome, self.clock.now());
                }
                Some(Ended::Quarantine(indexes, transport, acks)) => {
                    pending.finish(transport);
                    batch_state.apply_quarantine_acks(&indexes, acks);
                }
            }
        }
        batch_state.finish(pending.unsent())
    }

    /// The next call that ends, or `None` at the time `until`.
    async fn next_ended<E: Future<Output = Ended>>(
        &self,
        in_flight: &mut FuturesUnordered<E>,
        until: Duration,
    ) -> Option<Ended> {
        let timer = pin!(self.clock.sleep_until(until));
        if in_flight.is_empty() {
            timer.await;
            return None;
        }
        match select(in_flight.next(), timer).await {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => None,
        }
    }

    async fn deliver_sub_batch(&self, sub_batch: SubBatch) -> Ended {
        let call = async {
            match &self.router.target {
                DeliveryTarget::Backend(backend) => backend.invoke(self.invoke_request(&sub_batch)).await,
                DeliveryTarget::Bridge(bridge) => bridge.forward(self.bridge_request(&sub_batch)).await,
                DeliveryTarget::Response => Attempt::InResponse,
            }
        };
        // A panic leaves nothing half-done but the adapter's request, which is dropped.
        let attempt = AssertUnwindSafe(call).catch_unwind().await.ok();
        Ended::Invoke(sub_batch, attempt)
    }

    fn invoke_request(&self, sub_batch: &SubBatch) -> InvokeRequest<'_> {
        InvokeRequest {
            admitted: sub_batch.admitted.clone(),
            payload: self.payload(&sub_batch.indexes),
            invocation: self.router.policy.invocation,
            trace_header: self.context.trace_header,
        }
    }

    /// A bridge takes one record at a time.
    fn bridge_request(&self, sub_batch: &SubBatch) -> BridgeRequest<'_> {
        BridgeRequest {
            admitted: sub_batch.admitted.clone(),
            record: &self.batch.records[sub_batch.indexes[0]],
            source_arn: &self.batch.source_arn,
        }
    }

    fn payload(&self, indexes: &[usize]) -> Vec<u8> {
        match indexes {
            [index] if let Admission::Admitted { content: Some(content), .. } = &self.admissions[*index] => {
                content.as_bytes().to_vec()
            }
            [index] if self.router.policy.payload == Payload::Original => {
                self.batch.records[*index].raw().as_bytes().to_vec()
            }
            indexes => {
                sub_batch::event_of(indexes.iter().map(|&index| &self.batch.records[index])).into_bytes()
            }
        }
    }

    /// What the attempt means for the records of the sub-batch. Counts its anomaly.
    fn outcome_of(
        &self,
        sub_batch: &SubBatch,
        attempt: Option<Attempt>,
        state: &mut BatchState,
    ) -> InvokeOutcome {
        let policy = &self.router.policy;
        let ids: Vec<&str> =
            sub_batch.indexes.iter().map(|&index| self.batch.records[index].item_id()).collect();
        let mode = InvokeMode {
            payload: policy.payload,
            invocation: policy.invocation,
            failure_semantics: self.batch.failure_semantics,
        };
        // Classification only reads, and a panic drops what it would have returned.
        let classified = attempt.and_then(|attempt| {
            let classify = || classify(attempt, &sub_batch.indexes, &ids, mode);
            catch_unwind(AssertUnwindSafe(classify)).ok()
        });
        let (outcome, anomaly) = classified.unwrap_or_else(|| {
            let panicked = Anomaly { cause: Cause::Panicked, code: "invoke".to_owned() };
            (retry_all(&sub_batch.indexes, Cause::Panicked), Some(panicked))
        });
        if let Some(anomaly) = anomaly {
            state.count(anomaly);
        }
        outcome
    }

    fn rejected(&self, index: usize) -> Option<RejectedRecord<'_>> {
        let Admission::Rejected(rejection) = &self.admissions[index] else { return None };
        Some(RejectedRecord {
            record: &self.batch.records[index],
            rejection,
            source_arn: &self.batch.source_arn,
            request_id: self.context.request_id,
        })
    }

    fn quarantine_scheduler(&self) -> QuarantineScheduler {
        let Some(quarantine) = &self.router.quarantine else { return QuarantineScheduler::default() };
        let rejected = (0..self.admissions.len()).filter_map(|index| Some((index, self.rejected(index)?)));
        QuarantineScheduler::new(rejected.map(|(index, rejected)| (index, quarantine.fifo_group(&rejected))))
    }

    fn quarantine_sends(&self, indexes: &[usize]) -> Vec<QuarantineSend<'_>> {
        let Some(quarantine) = &self.router.quarantine else { return Vec::new() };
        let rejected: Vec<RejectedRecord<'_>> =
            indexes.iter().filter_map(|&index| self.rejected(index)).collect();
        let mut indexes = indexes.iter().copied();
        let mut with_indexes = |QuarantineBatch { rejected, transport }| {
            let indexes = indexes.by_ref().take(rejected.len()).collect();
            QuarantineSend { indexes, rejected, transport }
        };
        quarantine.batches(rejected).into_iter().map(&mut with_indexes).collect()
    }

    async fn send_to_quarantine(&self, send: QuarantineSend<'_>) -> Ended {
        let QuarantineSend { indexes, rejected, transport } = send;
        let call = async {
            match &self.router.quarantine {
                Some(quarantine) => quarantine.send(&rejected).await,
                None => Vec::new(),
            }
        };
        let acks = AssertUnwindSafe(call).catch_unwind().await.ok();
        Ended::Quarantine(indexes, transport, acks)
    }
}
