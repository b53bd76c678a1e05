//! What many histories came to.

use std::collections::BTreeMap;
use std::fmt;

use crate::history::{Became, Event, Fault, History, Kept};
use crate::invariants::{Digest, Excuse, RanOn, excuses, ran_on};
use crate::plan::Kind;

/// Counts over histories of one kind of source.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Histories.
    pub histories: u64,
    /// Records sent.
    pub records: u64,
    /// Invocations of the router.
    pub invocations: u64,
    /// Invokes of backends.
    pub invokes: u64,
    /// Records that reached a backend that ran.
    pub runs: u64,
    /// What became of events that Lambda had accepted for asynchronous invocations.
    pub became: BTreeMap<Became, u64>,
    /// Records acknowledged by the quarantine.
    pub set_aside: u64,
    /// Records given up by the source after their tries.
    pub given_up: u64,
    /// Records that ran again, by what forced it.
    pub repeats: BTreeMap<Excuse, u64>,
    /// Runs that went on beside a later Invoke of their line, by why nobody waited for them.
    pub ran_on: BTreeMap<RanOn, u64>,
}

/// What many histories came to.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// By source.
    pub of: BTreeMap<Kind, Counts>,
    /// What went wrong, and how often.
    pub faults: BTreeMap<Fault, u64>,
}

impl Totals {
    /// Counts one history.
    pub fn add(&mut self, history: &History) {
        let counts = self.of.entry(history.kind()).or_default();
        counts.histories += 1;
        counts.records += number(history.plan.sent().count());
        for side in history.sides() {
            self.add_side(history.kind(), side);
        }
    }

    /// Counts what one router did: of a bridge there are two.
    fn add_side(&mut self, kind: Kind, history: &History) {
        let counts = self.of.entry(kind).or_default();
        let digest = Digest::of(history);
        counts.invocations += number(digest.invocations.len());
        if !history.plan.forwards() {
            counts.invokes += number(digest.calls.len());
            let runs = digest.calls.iter().map(|call| u64::from(call.runs) * number(call.records.len()));
            counts.runs += runs.sum::<u64>();
        }
        for excuse in excuses(&digest).unwrap_or_default() {
            *counts.repeats.entry(excuse).or_default() += 1;
        }
        for why in ran_on(&digest).unwrap_or_default() {
            *counts.ran_on.entry(why).or_default() += 1;
        }
        for stamped in &history.events {
            match stamped.event {
                Event::SetAside { kept: Kept::Acknowledged, .. } => counts.set_aside += 1,
                Event::Became { what, .. } => *counts.became.entry(what).or_default() += 1,
                Event::GivenUp { .. } => counts.given_up += 1,
                Event::Fault { fault, .. } => {
                    *self.faults.entry(fault.kind()).or_default() += 1;
                }
                _ => {}
            }
        }
    }

    /// Adds what other histories came to.
    pub fn merge(&mut self, other: Self) {
        for (kind, more) in other.of {
            let counts = self.of.entry(kind).or_default();
            counts.histories += more.histories;
            counts.records += more.records;
            counts.invocations += more.invocations;
            counts.invokes += more.invokes;
            counts.runs += more.runs;
            counts.set_aside += more.set_aside;
            counts.given_up += more.given_up;
            for (became, count) in more.became {
                *counts.became.entry(became).or_default() += count;
            }
            for (excuse, count) in more.repeats {
                *counts.repeats.entry(excuse).or_default() += count;
            }
            for (why, count) in more.ran_on {
                *counts.ran_on.entry(why).or_default() += count;
            }
        }
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
    }

    /// Histories of all kinds.
    #[must_use]
    pub fn histories(&self) -> u64 {
        self.of.values().map(|counts| counts.histories).sum()
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl fmt::Display for Totals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, counts) in &self.of {
            let Counts {
                histories,
                records,
                invocations,
                invokes,
                runs,
                became,
                set_aside,
                given_up,
                repeats,
                ran_on,
            } = counts;
            writeln!(
                out,
                "{:<20} {histories} histories, {records} records, {invocations} invocations, {invokes} Invokes, \
                 {runs} records run, {set_aside} set aside, {given_up} given up; \
                 accepted events: {became:?}; run again: {repeats:?}; ran on: {ran_on:?}",
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
