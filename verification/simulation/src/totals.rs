//! The counts over many histories.

use std::collections::BTreeMap;
use std::fmt;

use crate::history::{Event, EventFate, Fault, History, QuarantineResult};
use crate::invariants::{Digest, OrphanCause, RepeatCause, orphan_causes, repeat_causes};
use crate::plan::Kind;

/// Counts over histories of one kind of source.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// The histories.
    pub histories: u64,
    /// The records sent.
    pub records: u64,
    /// The invocations of the router.
    pub invocations: u64,
    /// The Invokes of backends.
    pub invokes: u64,
    /// The records that reached a backend that ran, each as often as it did.
    pub runs: u64,
    /// What became of the events that Lambda had accepted for asynchronous invocations.
    pub fates: BTreeMap<EventFate, u64>,
    /// The records that the quarantine acknowledged.
    pub quarantined: u64,
    /// The records that the source discarded.
    pub discarded: u64,
    /// The repeated runs of a record, by cause.
    pub repeats: BTreeMap<RepeatCause, u64>,
    /// The orphaned runs that overlapped a later Invoke of their ordering group, by cause.
    pub orphans: BTreeMap<OrphanCause, u64>,
}

/// The counts over histories of all sources.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// The counts by source.
    pub by_kind: BTreeMap<Kind, Counts>,
    /// The number of faults, by kind.
    pub faults: BTreeMap<Fault, u64>,
}

impl Totals {
    /// Adds one history.
    pub fn add(&mut self, history: &History) {
        let counts = self.by_kind.entry(history.kind()).or_default();
        counts.histories += 1;
        counts.records += number(history.plan.sent().count());
        for side in history.sides() {
            self.add_side(history.kind(), side);
        }
    }

    /// Adds the events of one router; with a bridge there are two.
    fn add_side(&mut self, kind: Kind, history: &History) {
        let counts = self.by_kind.entry(kind).or_default();
        let digest = Digest::of(history);
        counts.invocations += number(digest.invocations.len());
        if !history.plan.forwards() {
            counts.invokes += number(digest.calls.len());
            let runs = digest.calls.iter().map(|call| u64::from(call.runs) * number(call.records.len()));
            counts.runs += runs.sum::<u64>();
        }
        for cause in repeat_causes(&digest).unwrap_or_default() {
            *counts.repeats.entry(cause).or_default() += 1;
        }
        for why in orphan_causes(&digest).unwrap_or_default() {
            *counts.orphans.entry(why).or_default() += 1;
        }
        for timed in &history.events {
            match timed.event {
                Event::Quarantined { result: QuarantineResult::Acked, .. } => counts.quarantined += 1,
                Event::EventEnded { fate, .. } => *counts.fates.entry(fate).or_default() += 1,
                Event::Discarded { .. } => counts.discarded += 1,
                Event::Fault { fault, .. } => {
                    *self.faults.entry(fault.kind()).or_default() += 1;
                }
                _ => {}
            }
        }
    }

    /// Adds the counts over other histories.
    pub fn merge(&mut self, other: Self) {
        for (kind, more) in other.by_kind {
            let counts = self.by_kind.entry(kind).or_default();
            counts.histories += more.histories;
            counts.records += more.records;
            counts.invocations += more.invocations;
            counts.invokes += more.invokes;
            counts.runs += more.runs;
            counts.quarantined += more.quarantined;
            counts.discarded += more.discarded;
            for (fate, count) in more.fates {
                *counts.fates.entry(fate).or_default() += count;
            }
            for (cause, count) in more.repeats {
                *counts.repeats.entry(cause).or_default() += count;
            }
            for (why, count) in more.orphans {
                *counts.orphans.entry(why).or_default() += count;
            }
        }
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
    }

    /// Returns the number of histories of all sources.
    #[must_use]
    pub fn histories(&self) -> u64 {
        self.by_kind.values().map(|counts| counts.histories).sum()
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl fmt::Display for Totals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, counts) in &self.by_kind {
            let Counts {
                histories,
                records,
                invocations,
                invokes,
                runs,
                fates,
                quarantined,
                discarded,
                repeats,
                orphans,
            } = counts;
            writeln!(
                out,
                "{:<20} {histories} histories, {records} records, {invocations} invocations, {invokes} Invokes, \
                 {runs} records run, {quarantined} quarantined, {discarded} discarded; \
                 accepted events: {fates:?}; run again: {repeats:?}; orphaned runs: {orphans:?}",
                kind.name()
            )?;
        }
        write!(out, "faults:")?;
        for (fault, count) in &self.faults {
            write!(out, " {fault:?} {count},")?;
        }
        writeln!(out)
    }
}
