//! The desk: what came of an Invoke or a quarantine batch is entered here, into the lanes, the ledger and the
//! tally. Pure: the outcome and the time come in.

use std::time::Duration;

use crate::aside::Aside;
use crate::backoff::{MAX_TRIES, delay};
use crate::lane::SubBatch;
use crate::lanes::{Lanes, Then};
use crate::ledger::{Cause, RecordOutcome, BatchOutcome, Ack, AckKind};
use crate::policy::Times;
use crate::ports::QuarantineAck;
use crate::report::BatchStats;
use crate::verdict::{Anomaly, Verdict};

/// Where what happened is entered: into the lanes, the ledger and the tally.
pub(crate) struct Desk<'a> {
    lanes: Lanes,
    aside: Aside,
    ledger: &'a mut BatchOutcome,
    pub(crate) tally: &'a mut BatchStats,
    rng: fastrand::Rng,
    times: Times,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        lanes: Lanes,
        aside: Aside,
        ledger: &'a mut BatchOutcome,
        tally: &'a mut BatchStats,
        rng: fastrand::Rng,
        times: Times,
    ) -> Self {
        Self { lanes, aside, ledger, tally, rng, times }
    }

    fn may_start(&self, now: Duration) -> Option<()> {
        (now <= self.times.latest_start).then_some(())
    }

    pub(crate) fn next(&mut self, now: Duration) -> Option<SubBatch> {
        self.may_start(now)?;
        let sub_batch = self.lanes.next(now)?;
        self.tally.invokes += 1;
        for &index in &sub_batch.indexes {
            // Until there is an answer, the only thing that can end this is the deadline.
            self.ledger.note(index, Cause::Deadline);
        }
        Some(sub_batch)
    }

    pub(crate) fn next_wake(&mut self, now: Duration) -> Option<Duration> {
        self.may_start(now)?;
        self.lanes.next_wake()
    }

    /// Rejected records that may be set aside now, and were not yet.
    pub(crate) fn next_aside(&mut self) -> Vec<usize> {
        let lanes = &self.lanes;
        self.aside.take(lanes.horizon.now(), |index| lanes.has_its_turn(index))
    }

    /// Whether a rejected record's turn has come to be set aside.
    pub(crate) fn may_set_aside(&self, index: usize) -> bool {
        index < self.lanes.horizon.now()
    }

    pub(crate) fn enter(&mut self, sub_batch: &SubBatch, verdict: Verdict, now: Duration) {
        match verdict {
            Verdict::Over { receipts, retries } => {
                for receipt in &receipts {
                    self.ledger.settle(receipt);
                }
                for &(index, cause) in &retries {
                    self.ledger.note(index, cause);
                }
                self.lanes.finish(sub_batch, retries.iter().map(|&(index, _)| index));
            }
            Verdict::Again { retry_after, trouble } => {
                self.tally.not_run += 1;
                self.note_all(&sub_batch.indexes, trouble.cause);
                let failures = self.lanes.failures(sub_batch);
                let wake = now.saturating_add(delay(failures, retry_after, &mut self.rng));
                if (failures < MAX_TRIES || self.lanes.horizon.is_a_streams())
                    && wake <= self.times.latest_start
                {
                    self.lanes.give_back(sub_batch, Then::Sleep(wake));
                } else {
                    self.lanes.give_back(sub_batch, Then::Rest(trouble.cause));
                    self.tally.notice(trouble);
                }
            }
            Verdict::Halt(halted) => {
                self.note_all(&sub_batch.indexes, Cause::Misconfigured);
                self.lanes.finish(sub_batch, sub_batch.indexes.iter().copied());
                self.lanes.halt(sub_batch, halted);
            }
        }
    }

    pub(crate) fn enter_quarantined(
        &mut self,
        indexes: &[usize],
        acknowledgements: Option<Vec<QuarantineAck>>,
    ) {
        let mut acknowledgements = acknowledgements.unwrap_or_default().into_iter();
        for &index in indexes {
            // Fewer acknowledgements than records, or none after a panic: what is not said to be taken is not.
            match acknowledgements.next() {
                Some(QuarantineAck::Taken) => {
                    self.ledger.settle(&Ack::new(index, AckKind::Quarantined));
                    self.lanes.pass(index);
                    self.aside.pass(index);
                }
                failed => {
                    let code = match failed {
                        Some(QuarantineAck::Failed(code)) => code,
                        _ => "NoAcknowledgement".to_owned(),
                    };
                    self.tally.notice(Anomaly { cause: Cause::NotQuarantined, code });
                    self.lanes.stop(index);
                    for behind in self.aside.stop(index) {
                        self.ledger.note(behind, Cause::OrderStopped);
                        self.lanes.stop(behind);
                    }
                }
            }
        }
    }

    /// Says why what is left is left; `not_set_aside`: rejected records that were packed and not sent.
    pub(crate) fn close(mut self, not_set_aside: impl Iterator<Item = usize>) {
        for index in not_set_aside.chain(self.aside.left()) {
            if index >= self.lanes.horizon.now() {
                self.ledger.note(index, Cause::BehindCheckpoint);
            } else if !self.lanes.has_its_turn(index) {
                self.ledger.note(index, Cause::OrderStopped);
            }
        }
        for (index, cause) in self.lanes.take_left() {
            self.ledger.note(index, cause);
        }
        for (index, rested) in self.lanes.waiting() {
            if self.ledger.entries()[index] == RecordOutcome::Retry(Cause::NotStarted) {
                let behind = index >= self.lanes.horizon.now();
                let cause = rested.unwrap_or(Cause::Deadline);
                self.ledger.note(index, if behind { Cause::BehindCheckpoint } else { cause });
            }
        }
        if self.ledger.entries().contains(&RecordOutcome::Retry(Cause::Deadline)) {
            self.tally.notice(Anomaly { cause: Cause::Deadline, code: "time_ran_out".to_owned() });
        }
    }

    fn note_all(&mut self, indexes: &[usize], cause: Cause) {
        for &index in indexes {
            self.ledger.note(index, cause);
        }
    }
}
