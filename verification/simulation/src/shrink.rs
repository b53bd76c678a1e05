//! Makes a failing history smaller: leaves out records, faults and outages while the same promise is still broken.

use crate::broken_variant::BrokenVariant;
use crate::history::{Event, History};
use crate::invariants::{Violation, first_violation};
use crate::plan::{Plan, Sender, Size};
use crate::world::simulate;

/// The maximum number of histories to try.
const MOST_TRIES: u32 = 3_000;

/// Returns the smallest history that it finds to break the same promise, with the violation.
#[must_use]
pub fn shrink(plan: Plan, variant: Option<BrokenVariant>, violation: Violation) -> (History, Violation) {
    let mut smallest = Smallest { history: simulate(plan, variant), violation, variant, tries: 0 };
    while smallest.step() {}
    (smallest.history, smallest.violation)
}

struct Smallest {
    history: History,
    violation: Violation,
    variant: Option<BrokenVariant>,
    tries: u32,
}

impl Smallest {
    /// Tries to leave out each part once, and returns whether a further step may leave out more.
    fn step(&mut self) -> bool {
        let mut smaller = false;
        for at in 0..self.history.plan.records.len() {
            if !self.history.plan.records[at].left_out {
                smaller |= self.try_without(|plan| plan.records[at].left_out = true);
            }
            if self.history.plan.records[at].poison.is_some() {
                smaller |= self.try_without(|plan| plan.records[at].poison = None);
            }
            if self.history.plan.records[at].size == Size::Large {
                smaller |= self.try_without(|plan| plan.records[at].size = Size::Ordinary);
            }
            if self.history.plan.records[at].sender == Sender::Other {
                smaller |= self.try_without(|plan| plan.records[at].sender = Sender::Tenant);
            }
            if self.history.plan.records[at].sent_twice {
                smaller |= self.try_without(|plan| plan.records[at].sent_twice = false);
            }
        }
        for at in 0..self.history.plan.outages.len() {
            if !self.history.plan.outages[at].left_out {
                smaller |= self.try_without(|plan| plan.outages[at].left_out = true);
            }
        }
        for key in self.faults() {
            smaller |= self.try_without(|plan| {
                plan.left_out.insert(key);
            });
        }
        if self.history.plan.settings.registry.is_some() {
            smaller |= self.try_without(|plan| plan.settings.registry = None);
        }
        if self.history.plan.bridge.as_ref().is_some_and(|bridge| bridge.drain.registry.is_some()) {
            smaller |= self.try_without(|plan| {
                plan.bridge.iter_mut().for_each(|bridge| bridge.drain.registry = None);
            });
        }
        if self.history.plan.settings.batches_at_a_time > 1 {
            smaller |= self.try_without(|plan| plan.settings.batches_at_a_time = 1);
        }
        smaller && self.tries < MOST_TRIES
    }

    /// Leaves a part out if the smaller plan still breaks the same promise, and returns whether it does.
    fn try_without(&mut self, leave_out: impl FnOnce(&mut Plan)) -> bool {
        self.tries += 1;
        let mut plan = self.history.plan.clone();
        leave_out(&mut plan);
        let history = simulate(plan, self.variant);
        match first_violation(&history) {
            Some(violation) if violation.invariant == self.violation.invariant => {
                (self.history, self.violation) = (history, violation);
                true
            }
            _ => false,
        }
    }

    /// Returns the keys of the faults that occurred.
    fn faults(&self) -> Vec<u64> {
        let key = |event: &Event| match event {
            Event::Fault { key, .. } => *key,
            _ => None,
        };
        self.history.sides().flat_map(|side| &side.events).filter_map(|timed| key(&timed.event)).collect()
    }
}
