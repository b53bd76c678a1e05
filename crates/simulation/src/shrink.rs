//! Makes a failing history smaller: records, faults and storms are left out while the same promise is still broken.

use crate::history::{Event, History};
use crate::imposter::Imposter;
use crate::invariants::{Breach, first_broken};
use crate::plan::{Plan, Sender, Size};
use crate::world::happen;

/// Histories that are tried at most.
const MOST_TRIES: u32 = 3_000;

/// The smallest plan that was found to break the same promise, with its history and how it was broken.
#[must_use]
pub fn shrink(plan: Plan, imposter: Option<Imposter>, breach: Breach) -> (History, Breach) {
    let mut smallest = Smallest { history: happen(plan, imposter), breach, imposter, tries: 0 };
    while smallest.step() {}
    (smallest.history, smallest.breach)
}

struct Smallest {
    history: History,
    breach: Breach,
    imposter: Option<Imposter>,
    tries: u32,
}

impl Smallest {
    /// Whether anything more could be left out.
    fn step(&mut self) -> bool {
        let mut smaller = false;
        for at in 0..self.history.plan.records.len() {
            if !self.history.plan.records[at].left_out {
                smaller |= self.take(|plan| plan.records[at].left_out = true);
            }
            if self.history.plan.records[at].poison.is_some() {
                smaller |= self.take(|plan| plan.records[at].poison = None);
            }
            if self.history.plan.records[at].size == Size::Large {
                smaller |= self.take(|plan| plan.records[at].size = Size::Ordinary);
            }
            if self.history.plan.records[at].sender == Sender::Stranger {
                smaller |= self.take(|plan| plan.records[at].sender = Sender::Its);
            }
            if self.history.plan.records[at].sent_twice {
                smaller |= self.take(|plan| plan.records[at].sent_twice = false);
            }
        }
        for at in 0..self.history.plan.storms.len() {
            if !self.history.plan.storms[at].left_out {
                smaller |= self.take(|plan| plan.storms[at].left_out = true);
            }
        }
        for key in self.faults() {
            smaller |= self.take(|plan| {
                plan.left_out.insert(key);
            });
        }
        if self.history.plan.terms.registry.is_some() {
            smaller |= self.take(|plan| plan.terms.registry = None);
        }
        if self.history.plan.bridge.as_ref().is_some_and(|bridge| bridge.drain.registry.is_some()) {
            smaller |= self.take(|plan| {
                plan.bridge.iter_mut().for_each(|bridge| bridge.drain.registry = None);
            });
        }
        if self.history.plan.terms.batches_at_a_time > 1 {
            smaller |= self.take(|plan| plan.terms.batches_at_a_time = 1);
        }
        smaller && self.tries < MOST_TRIES
    }

    /// Leaves something out, if the same promise is broken then.
    fn take(&mut self, leave_out: impl FnOnce(&mut Plan)) -> bool {
        self.tries += 1;
        let mut plan = self.history.plan.clone();
        leave_out(&mut plan);
        let history = happen(plan, self.imposter);
        match first_broken(&history) {
            Some(breach) if breach.invariant == self.breach.invariant => {
                (self.history, self.breach) = (history, breach);
                true
            }
            _ => false,
        }
    }

    /// The faults that struck.
    fn faults(&self) -> Vec<u64> {
        let key = |event: &Event| match event {
            Event::Fault { key, .. } => *key,
            _ => None,
        };
        self.history.sides().flat_map(|side| &side.events).filter_map(|stamped| key(&stamped.event)).collect()
    }
}
