//! A bridge: a FIFO queue between a stream and the backend, with a router of its own that drains it.

use fastrand::Rng;
use routing::bridge::Group;
use tenancy::Suspended;

use super::faults::splitmix;
use super::{Carries, Kind, Plan, SECOND, Terms, WaitsFor};
use crate::history::{Event, Stamped};

/// How often one record can get into the queue: five minutes after it was sent it is taken once more, and all is calm
/// before that could happen more often than this.
pub const COPIES: usize = 4;

/// A bridge behind a stream.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// The stream.
    pub stream: Kind,
    /// The queue's message groups.
    pub group: BridgeGroup,
    /// How queue, function and router behind the stream's are set up.
    pub drain: Terms,
}

impl Bridge {
    /// A bridge, with its router's terms; the terms of the stream's become those of a router that forwards.
    pub(super) fn draw(stream: Kind, drain: Terms, terms: &mut Terms, rng: &mut Rng) -> Self {
        (terms.payload, terms.waits_for) = (Carries::Event, WaitsFor::Answer);
        if let Some(registry) = &mut terms.registry
            && registry.suspended == Suspended::Held
        {
            // As the configuration has it: the router behind holds them.
            registry.suspended = Suspended::Forwarded;
        }
        let group = if rng.bool() { BridgeGroup::Tenant } else { BridgeGroup::TenantAndKey };
        Self { stream, group, drain }
    }
}

impl Plan {
    /// The stream's router stops for long: long enough for the queue to forget what it has had.
    pub(super) fn prolong(&mut self, rng: &mut Rng) {
        self.calm_at = SECOND * rng.u32(300..900);
        self.terms.tries = 20;
        self.terms.record_age = None;
    }

    /// Whether the router forwards records, for another one to deliver.
    #[must_use]
    pub fn forwards(&self) -> bool {
        self.bridge.is_some() && self.kind != Kind::Bridge
    }

    /// What the router behind the bridge has before it: the same world, and as records the queue's messages. The first
    /// message of a record has the record's number; the numbers of later ones lie behind all of those.
    #[must_use]
    pub fn behind(&self) -> Option<Self> {
        let bridge = self.bridge.as_ref().filter(|_| self.forwards())?;
        let records = (0..COPIES).flat_map(|_| self.records.iter().cloned()).collect();
        let seed = splitmix(self.seed);
        Some(Self { seed, kind: Kind::Bridge, terms: bridge.drain.clone(), records, ..self.clone() })
    }

    /// Leaves out all messages but those that the queue took, and says when it did.
    pub(crate) fn keep_taken(&mut self, events: &[Stamped]) {
        self.records.iter_mut().for_each(|record| record.left_out = true);
        for stamped in events {
            if let Event::Bridged { record } = stamped.event {
                let message = &mut self.records[record];
                (message.left_out, message.sent_at) = (false, stamped.at);
            }
        }
    }

    /// The stream's record that is in a message.
    #[must_use]
    pub fn origin(&self, record: usize) -> usize {
        if self.kind == Kind::Bridge { record % (self.records.len() / COPIES) } else { record }
    }

    /// The source in whose form records reach the backend.
    #[must_use]
    pub fn form(&self) -> Kind {
        self.bridge.as_ref().map_or(self.kind, |bridge| bridge.stream)
    }
}
