//! The state of one batch while it is delivered. The result of each Invoke and of each quarantine call is applied here, to the
//! schedulers, the outcome and the statistics. No other module sets an acknowledgement or a cause. Pure: results and the time
//! are arguments.

use std::time::Duration;

use crate::admission::Admission;
use crate::backoff::next_attempt;
use crate::classify::{Anomaly, InvokeOutcome};
use crate::outcome::{Ack, AckKind, BatchOutcome, Cause, RecordOutcome};
use crate::policy::{Deadlines, OnReject};
use crate::ports::QuarantineAck;
use crate::quarantine_scheduler::QuarantineScheduler;
use crate::scheduler::{AfterNotRun, Scheduler, SubBatch};
use crate::stats::BatchStats;

/// The schedulers, the outcome and the statistics of one batch.
pub(crate) struct BatchState {
    scheduler: Scheduler,
    quarantine_scheduler: QuarantineScheduler,
    outcome: BatchOutcome,
    stats: BatchStats,
    rng: fastrand::Rng,
    deadlines: Deadlines,
}

/// The outcome of a batch before anything is sent: each record that admission does not let through has its cause.
pub(crate) fn outcome_before_sending(
    admissions: &[Admission<'_>],
    on_reject: OnReject,
    stats: &mut BatchStats,
) -> BatchOutcome {
    let mut outcome = BatchOutcome::new(admissions.len());
    for (index, admission) in admissions.iter().enumerate() {
        let cause = match (admission, on_reject) {
            (Admission::Admitted { .. }, _) => continue,
            (Admission::Deferred(cause), _) => *cause,
            // The records before it take up the memory, so it is tried once the stream has moved on to it.
            (Admission::Postponed, _) => Cause::BehindCheckpoint,
            (Admission::Rejected(_), OnReject::Quarantine) => Cause::NotQuarantined,
            (Admission::Rejected(_), OnReject::Redrive) => Cause::Redrive,
            (Admission::Panicked, _) => Cause::Panicked,
        };
        outcome.set_cause(index, cause);
    }
    if admissions.iter().any(|admission| matches!(admission, Admission::Panicked)) {
        stats.count(Anomaly { cause: Cause::Panicked, code: "admission".to_owned() });
    }
    outcome
}

/// Sets the cause of every record to `Misconfigured`: the function's timeout is too short for one Invoke, in this batch or any
/// other. Nothing is sent then, not even to the quarantine.
pub(crate) fn set_no_time_for_one_invoke(outcome: &mut BatchOutcome, stats: &mut BatchStats) {
    if outcome.records().is_empty() {
        return;
    }
    stats.count(Anomaly { cause: Cause::Misconfigured, code: "NoTimeForOneInvoke".to_owned() });
    for index in 0..outcome.records().len() {
        outcome.set_cause(index, Cause::Misconfigured);
    }
}

impl BatchState {
    pub(crate) fn new(
        scheduler: Scheduler,
        quarantine_scheduler: QuarantineScheduler,
        outcome: BatchOutcome,
        stats: BatchStats,
        rng: fastrand::Rng,
        deadlines: Deadlines,
    ) -> Self {
        Self { scheduler, quarantine_scheduler, outcome, stats, rng, deadlines }
    }

    fn may_start(&self, now: Duration) -> bool {
        now <= self.deadlines.latest_start
    }

    /// The next sub-batch to send, if one may be sent now.
    pub(crate) fn next_sub_batch(&mut self, now: Duration) -> Option<SubBatch> {
        if !self.may_start(now) {
            return None;
        }
        let sub_batch = self.scheduler.next_sub_batch(now)?;
        self.stats.invokes += 1;
        for &index in &sub_batch.indexes {
            // If no response arrives, the deadline is the cause.
            self.outcome.set_cause(index, Cause::Deadline);
        }
        Some(sub_batch)
    }

    /// When the next backoff of a tenant ends, if there is time for another Invoke.
    pub(crate) fn next_backoff_end(&mut self, now: Duration) -> Option<Duration> {
        if self.may_start(now) { self.scheduler.next_backoff_end() } else { None }
    }

    /// Rejected records that may be sent to the quarantine now, and were not sent yet.
    pub(crate) fn next_rejected(&mut self) -> Vec<usize> {
        let scheduler = &self.scheduler;
        self.quarantine_scheduler.take(scheduler.open_until(), |index| scheduler.follows_only_rejected(index))
    }

    /// Whether the checkpoint window is open for a record: it may be sent to the quarantine.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.scheduler.is_open(index)
    }

    pub(crate) fn count(&mut self, anomaly: Anomaly) {
        self.stats.count(anomaly);
    }

    /// Applies the result of an Invoke.
    pub(crate) fn apply(&mut self, sub_batch: &SubBatch, invoke_outcome: InvokeOutcome, now: Duration) {
        match invoke_outcome {
            InvokeOutcome::Finished { acks, retries } => {
                for ack in &acks {
                    self.outcome.acknowledge(ack);
                }
                for &(index, cause) in &retries {
                    self.outcome.set_cause(index, cause);
                }
                self.scheduler.finish(sub_batch, retries.iter().map(|&(index, _)| index));
            }
            InvokeOutcome::NotRun { retry_after, anomaly } => {
                self.apply_not_run(sub_batch, retry_after, anomaly, now);
            }
            InvokeOutcome::Misconfigured(scope) => {
                self.set_causes(&sub_batch.indexes, Cause::Misconfigured);
                self.scheduler.finish(sub_batch, sub_batch.indexes.iter().copied());
                self.scheduler.stop_tenants(sub_batch, scope);
            }
        }
    }

    /// Returns the records of an Invoke that did not run, and lets their tenant back off. If there is no time for another attempt,
    /// or there were too many, this invocation gives up on the tenant, and the anomaly is counted.
    fn apply_not_run(
        &mut self,
        sub_batch: &SubBatch,
        retry_after: Option<Duration>,
        anomaly: Anomaly,
        now: Duration,
    ) {
        self.stats.not_run += 1;
        self.set_causes(&sub_batch.indexes, anomaly.cause);
        let failures = self.scheduler.count_failure(sub_batch);
        let is_stream = self.scheduler.is_stream();
        let latest_start = self.deadlines.latest_start;
        let next = next_attempt(failures, is_stream, retry_after, now, latest_start, &mut self.rng);
        if let Some(at) = next {
            self.scheduler.return_records(sub_batch, AfterNotRun::BackOffUntil(at));
        } else {
            self.scheduler.return_records(sub_batch, AfterNotRun::GiveUp(anomaly.cause));
            self.stats.count(anomaly);
        }
    }

    /// Applies the result of a quarantine call, which may have taken some records and refused others. `None` where it panicked.
    pub(crate) fn apply_quarantine_acks(&mut self, indexes: &[usize], acks: Option<Vec<QuarantineAck>>) {
        let mut acks = acks.unwrap_or_default().into_iter();
        for &index in indexes {
            // There may be fewer acknowledgements than records. A record without one is not in the quarantine.
            match acks.next() {
                Some(QuarantineAck::Taken) => {
                    self.outcome.acknowledge(&Ack::new(index, AckKind::Quarantined));
                    self.scheduler.pass(index);
                    self.quarantine_scheduler.release_next(index);
                }
                failed => {
                    let code = match failed {
                        Some(QuarantineAck::Failed(code)) => code,
                        _ => "NoAcknowledgement".to_owned(),
                    };
                    self.stats.count(Anomaly { cause: Cause::NotQuarantined, code });
                    self.scheduler.stop_at(index);
                    for behind in self.quarantine_scheduler.drop_behind(index) {
                        self.outcome.set_cause(behind, Cause::OrderStopped);
                        self.scheduler.stop_at(behind);
                    }
                }
            }
        }
    }

    /// Ends the batch: each record that was not sent gets its cause. `unsent_rejected`: records that wait for a quarantine call.
    pub(crate) fn finish(
        mut self,
        unsent_rejected: impl Iterator<Item = usize>,
    ) -> (BatchOutcome, BatchStats) {
        for index in unsent_rejected.chain(self.quarantine_scheduler.remaining()) {
            if !self.scheduler.is_open(index) {
                self.outcome.set_cause(index, Cause::BehindCheckpoint);
            } else if !self.scheduler.follows_only_rejected(index) {
                self.outcome.set_cause(index, Cause::OrderStopped);
            }
        }
        for &(index, cause) in self.scheduler.cancelled() {
            self.outcome.set_cause(index, cause);
        }
        for (index, gave_up) in self.scheduler.unsent() {
            if self.outcome.records()[index] == RecordOutcome::Retry(Cause::NotStarted) {
                let cause = if self.scheduler.is_open(index) {
                    gave_up.unwrap_or(Cause::Deadline)
                } else {
                    Cause::BehindCheckpoint
                };
                self.outcome.set_cause(index, cause);
            }
        }
        if self.outcome.records().contains(&RecordOutcome::Retry(Cause::Deadline)) {
            self.stats.count(Anomaly { cause: Cause::Deadline, code: "time_ran_out".to_owned() });
        }
        (self.outcome, self.stats)
    }

    fn set_causes(&mut self, indexes: &[usize], cause: Cause) {
        for &index in indexes {
            self.outcome.set_cause(index, cause);
        }
    }
}
