//! A bridge: a FIFO queue between a stream and the backend, with a router of its own that drains it.

use fastrand::Rng;
use routing::bridge::BridgeGroup;
use tenancy::Suspended;

use super::faults::splitmix;
use super::{InvokePayload, Kind, Plan, SECOND, Settings, InvocationType};
use crate::history::{Event, TimedEvent};

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
    pub drain: Settings,
}

impl Bridge {
    /// A bridge, with its router's terms; the terms of the stream's become those of a router that forwards.
    pub(super) fn draw(stream: Kind, drain: Settings, settings: &mut Settings, rng: &mut Rng) -> Self {
        (settings.payload, settings.invocation_type) = (InvokePayload::Event, InvocationType::RequestResponse);
        if let Some(registry) = &mut settings.registry
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
        self.faults_end_at = SECOND * rng.u32(300..900);
        self.settings.tries = 20;
        self.settings.record_age = None;
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
        Some(Self { seed, kind: Kind::Bridge, settings: bridge.drain.clone(), records, ..self.clone() })
    }

    /// Leaves out all messages but those that the queue took, and says when it did.
    pub(crate) fn keep_taken(&mut self, events: &[TimedEvent]) {
        self.records.iter_mut().for_each(|record| record.left_out = true);
        for timed in events {
            if let Event::Bridged { record } = timed.event {
                let message = &mut self.records[record];
                (message.left_out, message.sent_at) = (false, timed.at);
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
    pub fn record_kind(&self) -> Kind {
        self.bridge.as_ref().map_or(self.kind, |bridge| bridge.stream)
    }
}
