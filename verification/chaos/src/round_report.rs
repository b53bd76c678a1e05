//! The result of one round.

use std::collections::BTreeMap;

use crate::account::Account;
use crate::checker::{Violation, check};
use crate::history::Event;
use crate::message::Message;
use crate::source::{Order, Source};

/// Counts and violations of one round.
#[derive(Clone, Debug)]
pub struct RoundReport {
    /// How many messages were sent.
    pub messages: usize,
    /// How many batches the routers received.
    pub batches: usize,
    /// How many messages these batches held. A redelivered message counts again.
    pub delivered: usize,
    /// How many of these messages were returned for a retry.
    pub retried: usize,
    /// How often each fault was drawn. Requests without a fault are counted too.
    pub drawn: BTreeMap<String, usize>,
    /// What became of the messages. The drain of a bridge is not part of it.
    pub account: Account,
    /// The promises that were broken.
    pub violations: Vec<Violation>,
}

impl RoundReport {
    pub(crate) fn of(
        messages: &[Message],
        order: Order,
        events: &[Event],
        drawn: BTreeMap<String, usize>,
    ) -> Self {
        let (mut batches, mut delivered, mut retried) = (0, 0, 0);
        for event in events {
            if let Event::Answered { acked, retried: returned } = event {
                batches += 1;
                delivered += acked.len() + returned.len();
                retried += returned.len();
            }
        }
        let violations = check(messages, order, events);
        let account = Account::of(messages, order, events);
        Self { messages: messages.len(), batches, delivered, retried, drawn, account, violations }
    }

    /// Adds the result of the drain of a bridge. Its messages are the same, so they are not counted again.
    pub(crate) fn with_drain(mut self, behind: Self) -> Self {
        self.batches += behind.batches;
        self.delivered += behind.delivered;
        self.retried += behind.retried;
        self.drawn.extend(behind.drawn);
        self.violations.extend(behind.violations);
        self
    }

    /// Asserts that no promise was broken and that enough went wrong to test them.
    ///
    /// # Panics
    /// If a promise was broken, if few messages were retried, or if few kinds of faults were drawn.
    pub fn assert_promises(&self, source: Source, seed: u64) {
        let Self { messages, retried, drawn, violations, .. } = self;
        println!("{messages} messages, {retried} retries; {drawn:#?}");
        assert!(violations.is_empty(), "CHAOS_SEED={seed}: {violations:#?}");
        // A round with few faults tests little.
        assert!(*retried > messages / 10, "CHAOS_SEED={seed}: only {retried} retries");
        assert!(drawn.len() >= source.min_faults(), "CHAOS_SEED={seed}: few faults were drawn: {drawn:#?}");
    }
}
