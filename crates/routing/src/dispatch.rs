//! Dispatch: keeps as many Invokes and quarantine batches under way as may be, and enters what comes of them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use sources::{Batch, Order, Source, sub_batch};

use crate::admission::Standing;
use crate::desk::Desk;
use crate::lane::SubBatch;
use crate::lanes::Lanes;
use crate::ledger::{Cause, Ledger};
use crate::policy::{Payload, Times};
use crate::ports::{Acknowledgement, Attempt, Backend, Call, Clock, Quarantine, Rejected};
use crate::report::Tally;
use crate::route::{Occasion, Router};
use crate::verdict::{Anomaly, Asked, Verdict, judge, retry_all};

/// Quarantine batches under way at a time: enough to hide their latency, few enough that a flood of rejected
/// records leaves connections to the backend's Invokes. Where the source is ordered they follow one another, so that
/// a FIFO quarantine gets a group's records in their order.
const fn quarantine_in_flight(order: Order) -> usize {
    match order {
        Order::Unordered | Order::ByKeyWithinTenant => 8,
        Order::ByKey => 1,
    }
}

/// One batch on its way out.
pub(crate) struct Dispatch<'a, S, B, Q, T, C> {
    pub(crate) router: &'a Router<S, B, Q, T>,
    pub(crate) batch: &'a Batch<'a>,
    pub(crate) standings: &'a [Standing<'a>],
    pub(crate) occasion: Occasion<'a>,
    pub(crate) clock: &'a C,
    pub(crate) times: Times,
}

/// Something under way has come to its end; `None` where it panicked.
enum Done {
    Invoke(SubBatch, Option<Attempt>),
    Quarantine(Vec<usize>, Option<Vec<Acknowledgement>>),
}

impl<S: Source, B: Backend, Q: Quarantine, T, C: Clock> Dispatch<'_, S, B, Q, T, C> {
    /// Sends what may be sent until nothing is left or the time has come to answer.
    pub(crate) async fn run(&self, lanes: Lanes, ledger: &mut Ledger, tally: &mut Tally, rng: fastrand::Rng) {
        let mut desk = Desk::new(lanes, ledger, tally, rng, self.times);
        let mut to_quarantine = self.quarantine_batches();
        let mut quarantining = 0;
        let mut under_way = FuturesUnordered::new();
        loop {
            let now = self.clock.now();
            while quarantining < quarantine_in_flight(self.batch.order)
                && to_quarantine
                    .front()
                    .is_some_and(|batch| batch.indexes.first().is_none_or(|&first| desk.may_set_aside(first)))
                && let Some(batch) = to_quarantine.pop_front()
            {
                quarantining += 1;
                under_way.push(Either::Left(batch.send()));
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
                Some(Done::Quarantine(indexes, acknowledgements)) => {
                    quarantining -= 1;
                    desk.enter_quarantined(&indexes, acknowledgements);
                }
            }
        }
        desk.close(to_quarantine.iter().flat_map(|batch| batch.indexes.iter().copied()));
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
            let call = Call {
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
            [index] if let Standing::Admitted { content: Some(content), .. } = &self.standings[*index] => {
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

    fn judge(&self, sub_batch: &SubBatch, attempt: Option<Attempt>, tally: &mut Tally) -> Verdict {
        let policy = &self.router.policy;
        let ids: Vec<&str> =
            sub_batch.indexes.iter().map(|&index| self.batch.records[index].item_id()).collect();
        let asked =
            Asked { payload: policy.payload, invocation: policy.invocation, naming: self.batch.naming };
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

    fn quarantine_batches(&self) -> VecDeque<ToQuarantine<'_, Q>> {
        let Some(quarantine) = &self.router.quarantine else {
            return VecDeque::new();
        };
        let mut indexes = Vec::new();
        let mut rejected = Vec::new();
        for (index, standing) in self.standings.iter().enumerate() {
            if let Standing::Rejected(rejection) = standing {
                indexes.push(index);
                rejected.push(Rejected {
                    record: &self.batch.records[index],
                    rejection,
                    source_arn: &self.batch.source_arn,
                    request_id: self.occasion.request_id,
                });
            }
        }
        let mut indexes = indexes.into_iter();
        let batches = quarantine.batches(rejected).into_iter();
        batches
            .map(|rejected| {
                let indexes = indexes.by_ref().take(rejected.len()).collect();
                ToQuarantine { quarantine, indexes, rejected }
            })
            .collect()
    }
}

/// Rejected records that the quarantine takes in one call.
struct ToQuarantine<'a, Q> {
    quarantine: &'a Q,
    indexes: Vec<usize>,
    rejected: Vec<Rejected<'a>>,
}

impl<Q: Quarantine> ToQuarantine<'_, Q> {
    async fn send(self) -> Done {
        let send = async { self.quarantine.send(&self.rejected).await };
        let acknowledgements = AssertUnwindSafe(send).catch_unwind().await.ok();
        Done::Quarantine(self.indexes, acknowledgements)
    }
}
