//! Dispatch: keeps as many Invokes and quarantine batches under way as may be, and enters what comes of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use sources::{Batch, Source, sub_batch};

use crate::admission::Admission;
use crate::aside::Aside;
use crate::desk::Desk;
use crate::lane::SubBatch;
use crate::lanes::Lanes;
use crate::ledger::{Cause, BatchOutcome};
use crate::parcels::{Packed, Parcels};
use crate::policy::{Payload, Times};
use crate::ports::{QuarantineAck, Attempt, Backend, InvokeRequest, Clock, QuarantineBatch, Quarantine, RejectedRecord, Transport};
use crate::report::BatchStats;
use crate::route::{InvocationContext, Router};
use crate::verdict::{Anomaly, Asked, Verdict, judge, retry_all};

/// One batch on its way out.
pub(crate) struct Dispatch<'a, S, B, Q, T, C> {
    pub(crate) router: &'a Router<S, B, Q, T>,
    pub(crate) batch: &'a Batch<'a>,
    pub(crate) standings: &'a [Admission<'a>],
    pub(crate) occasion: InvocationContext<'a>,
    pub(crate) clock: &'a C,
    pub(crate) times: Times,
}

/// Something under way has come to its end; `None` where it panicked.
enum Done {
    Invoke(SubBatch, Option<Attempt>),
    Quarantine(Vec<usize>, Transport, Option<Vec<QuarantineAck>>),
}

impl<S: Source, B: Backend, Q: Quarantine, T, C: Clock> Dispatch<'_, S, B, Q, T, C> {
    /// Sends what may be sent until nothing is left or the time has come to answer.
    pub(crate) async fn run(&self, lanes: Lanes, ledger: &mut BatchOutcome, tally: &mut BatchStats, rng: fastrand::Rng) {
        let mut desk = Desk::new(lanes, self.aside(), ledger, tally, rng, self.times);
        let mut parcels = Parcels::default();
        let mut under_way = FuturesUnordered::new();
        loop {
            let now = self.clock.now();
            for parcel in self.pack(&desk.next_aside()) {
                parcels.add(parcel);
            }
            while let Some(parcel) = parcels.next(|first| !desk.may_set_aside(first)) {
                under_way.push(Either::Left(self.set_aside(parcel)));
            }
            while let Some(sub_batch) = desk.next(now) {
                under_way.push(Either::Right(self.invoke(sub_batch)));
            }
            let wake = desk.next_wake(now);
            if under_way.is_empty() && wake.is_none() {
                break;
            }
            let until = wake.map_or(self.times.answer_by, |wake| wake.min(self.times.answer_by));
            let done = self.first_done(&mut under_way, until).await;
            match done {
                None if self.clock.now() >= self.times.answer_by => break,
                None => {}
                Some(Done::Invoke(sub_batch, attempt)) => {
                    let verdict = self.judge(&sub_batch, attempt, desk.tally);
                    desk.enter(&sub_batch, verdict, self.clock.now());
                }
                Some(Done::Quarantine(indexes, way, acknowledgements)) => {
                    parcels.finish(way);
                    desk.enter_quarantined(&indexes, acknowledgements);
                }
            }
        }
        desk.close(parcels.left());
    }

    /// The next thing done, or `None` when `until` has come.
    async fn first_done<F: Future<Output = Done>>(
        &self,
        under_way: &mut FuturesUnordered<F>,
        until: Duration,
    ) -> Option<Done> {
        let alarm = pin!(self.clock.sleep_until(until));
        if under_way.is_empty() {
            alarm.await;
            return None;
        }
        match select(under_way.next(), alarm).await {
            Either::Left((done, _)) => done,
            Either::Right(_) => None,
        }
    }

    async fn invoke(&self, sub_batch: SubBatch) -> Done {
        let call = async {
            let call = InvokeRequest {
                admitted: sub_batch.admitted.clone(),
                payload: self.payload(&sub_batch),
                invocation: self.router.policy.invocation,
                trace_header: self.occasion.trace_header,
                record: &self.batch.records[sub_batch.indexes[0]],
                source_arn: &self.batch.source_arn,
            };
            self.router.backend.invoke(call).await
        };
        // Safe to catch: what a panic could leave half-done is the adapter's request, and that is given up.
        let attempt = AssertUnwindSafe(call).catch_unwind().await.ok();
        Done::Invoke(sub_batch, attempt)
    }

    fn payload(&self, sub_batch: &SubBatch) -> Vec<u8> {
        match sub_batch.indexes.as_slice() {
            [index] if let Admission::Admitted { content: Some(content), .. } = &self.standings[*index] => {
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

    fn judge(&self, sub_batch: &SubBatch, attempt: Option<Attempt>, tally: &mut BatchStats) -> Verdict {
        let policy = &self.router.policy;
        let ids: Vec<&str> =
            sub_batch.indexes.iter().map(|&index| self.batch.records[index].item_id()).collect();
        let asked =
            Asked { payload: policy.payload, invocation: policy.invocation, failure_semantics: self.batch.failure_semantics };
        // Safe to catch: judging only reads, and what it returns is lost with it.
        let judged = attempt.and_then(|attempt| {
            let judge = || judge(attempt, &sub_batch.indexes, &ids, asked);
            catch_unwind(AssertUnwindSafe(judge)).ok()
        });
        let (verdict, anomaly) = judged.unwrap_or_else(|| {
            let panicked = Anomaly { cause: Cause::Panicked, code: "invoke".to_owned() };
            (retry_all(&sub_batch.indexes, Cause::Panicked), Some(panicked))
        });
        if let Some(anomaly) = anomaly {
            tally.notice(anomaly);
        }
        verdict
    }

    /// A record on its way to quarantine, where it is rejected.
    fn rejected(&self, index: usize) -> Option<RejectedRecord<'_>> {
        let Admission::Rejected(rejection) = &self.standings[index] else { return None };
        Some(RejectedRecord {
            record: &self.batch.records[index],
            rejection,
            source_arn: &self.batch.source_arn,
            request_id: self.occasion.request_id,
        })
    }

    /// All that is to be set aside.
    fn aside(&self) -> Aside {
        let Some(quarantine) = &self.router.quarantine else { return Aside::default() };
        let rejected = (0..self.standings.len()).filter_map(|index| Some((index, self.rejected(index)?)));
        Aside::of(rejected.map(|(index, rejected)| (index, quarantine.fifo_group(&rejected))))
    }

    fn pack(&self, indexes: &[usize]) -> Vec<Packed<'_>> {
        let Some(quarantine) = &self.router.quarantine else { return Vec::new() };
        let rejected: Vec<RejectedRecord<'_>> = indexes.iter().filter_map(|&index| self.rejected(index)).collect();
        let mut indexes = indexes.iter().copied();
        let mut packed = |QuarantineBatch { rejected, way }| {
            let indexes = indexes.by_ref().take(rejected.len()).collect();
            Packed { indexes, rejected, way }
        };
        quarantine.batches(rejected).into_iter().map(&mut packed).collect()
    }

    async fn set_aside(&self, parcel: Packed<'_>) -> Done {
        let Packed { indexes, rejected, way } = parcel;
        let send = async {
            match &self.router.quarantine {
                Some(quarantine) => quarantine.send(&rejected).await,
                None => Vec::new(),
            }
        };
        let acknowledgements = AssertUnwindSafe(send).catch_unwind().await.ok();
        Done::Quarantine(indexes, way, acknowledgements)
    }
}
