//! What a round came to.

use std::collections::BTreeMap;

use crate::checker::{Order, Violation, check};
use crate::history::Event;
use crate::message::Message;
use crate::source::Source;

/// The account of a round.
#[derive(Clone, Debug)]
pub struct Account {
    /// Messages that were sent.
    pub messages: usize,
    /// Batches that a router was handed.
    pub batches: usize,
    /// How often a message was in one of them.
    pub handed_out: usize,
    /// How often a message was to come again.
    pub retried: usize,
    /// How often each fault was drawn, and that there is none.
    pub drawn: BTreeMap<String, usize>,
    /// Promises that were broken.
    pub violations: Vec<Violation>,
}

impl Account {
    pub(crate) fn of(
        messages: &[Message],
        order: Order,
        events: &[Event],
        drawn: BTreeMap<String, usize>,
    ) -> Self {
        let (mut batches, mut handed_out, mut retried) = (0, 0, 0);
        for event in events {
            if let Event::Answered { settled, retried: again } = event {
                batches += 1;
                handed_out += settled.len() + again.len();
                retried += again.len();
            }
        }
        let violations = check(messages, order, events);
        Self { messages: messages.len(), batches, handed_out, retried, drawn, violations }
    }

    /// The account of a round that goes on behind a bridge, with the same messages.
    pub(crate) fn and_behind_the_bridge(mut self, behind: Self) -> Self {
        self.batches += behind.batches;
        self.handed_out += behind.handed_out;
        self.retried += behind.retried;
        self.drawn.extend(behind.drawn);
        self.violations.extend(behind.violations);
        self
    }

    /// Fails where a promise was broken, or where the round proves too little.
    pub fn prove(&self, source: Source, seed: u64) {
        let Self { messages, retried, drawn, violations, .. } = self;
        println!("{messages} messages, {retried} times one came again; {drawn:#?}");
        assert!(violations.is_empty(), "CHAOS_SEED={seed}: {violations:#?}");
        // A round in which little went wrong proves little.
        assert!(*retried > messages / 10, "CHAOS_SEED={seed}: only {retried} came again");
        assert!(drawn.len() >= source.faults(), "CHAOS_SEED={seed}: few faults were drawn: {drawn:#?}");
    }
}
