//! The plan of a bridge: a FIFO queue between a stream and the backend, with another router that drains it.

use std::time::Duration;

use fastrand::Rng;
use routing::bridge::BridgeGroup;
use tenancy::Suspended;

use super::faults::splitmix;
use super::{InvocationType, InvokePayload, Kind, Plan, SECOND, Settings};

/// The maximum number of messages for one record. The queue takes a record again after five minutes, and all faults end
/// before that can happen more often.
pub const COPIES: usize = 4;

/// A bridge behind a stream.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// The kind of the stream.
    pub stream: Kind,
    /// The message groups of the queue.
    pub group: BridgeGroup,
    /// The settings of the queue, and of the function and the router that drain it.
    pub drain: Settings,
}

impl Bridge {
    /// Draws a bridge, and changes the settings of the stream's router to those of a router that forwards.
    pub(super) fn draw(stream: Kind, drain: Settings, settings: &mut Settings, rng: &mut Rng) -> Self {
        (settings.payload, settings.invocation_type) =
            (InvokePayload::Event, InvocationType::RequestResponse);
        if let Some(registry) = &mut settings.registry
            && registry.suspended == Suspended::Held
        {
            // The configuration demands this: the router behind the bridge holds the records.
            registry.suspended = Suspended::Forwarded;
        }
        let group = if rng.bool() { BridgeGroup::Tenant } else { BridgeGroup::TenantAndKey };
        Self { stream, group, drain }
    }
}

impl Plan {
    /// Lets faults last long enough for deduplication ids of the queue to expire.
    pub(super) fn prolong(&mut self, rng: &mut Rng) {
        self.faults_end_at = SECOND * rng.u32(300..900);
        self.settings.tries = 20;
        self.settings.record_age = None;
    }

    /// Returns whether the router forwards records over a bridge.
    #[must_use]
    pub fn forwards(&self) -> bool {
        self.bridge.is_some() && self.kind != Kind::Bridge
    }

    /// Returns whether two messages of the bridge's queue belong to one message group.
    #[must_use]
    pub fn share_message_group(&self, one: usize, other: usize) -> bool {
        let owner = |record: usize| self.records[record].stated.owner();
        let group = self.bridge.as_ref().map(|bridge| bridge.group);
        owner(one).is_some()
            && owner(one) == owner(other)
            && (group == Some(BridgeGroup::Tenant) || self.have_one_key(one, other))
    }

    /// Returns the plan of the router behind the bridge: the same world, with the messages of the queue as records. The
    /// first message of a record has the number of the record; later messages have that plus a multiple of the number
    /// of records.
    #[must_use]
    pub fn behind(&self) -> Option<Self> {
        let bridge = self.bridge.as_ref().filter(|_| self.forwards())?;
        let records = (0..COPIES).flat_map(|_| self.records.iter().cloned()).collect();
        let seed = splitmix(self.seed);
        Some(Self { seed, kind: Kind::Bridge, settings: bridge.drain.clone(), records, ..self.clone() })
    }

    /// Leaves out all messages that the queue did not take, and sets when it took the others.
    pub(crate) fn keep_taken(&mut self, taken: impl IntoIterator<Item = (usize, Duration)>) {
        self.records.iter_mut().for_each(|record| record.left_out = true);
        for (record, at) in taken {
            let message = &mut self.records[record];
            (message.left_out, message.sent_at) = (false, at);
        }
    }

    /// Returns the number of the stream's record in a message.
    #[must_use]
    pub fn origin(&self, record: usize) -> usize {
        if self.kind == Kind::Bridge { record % (self.records.len() / COPIES) } else { record }
    }

    /// Returns the kind of source whose record format reaches the backend.
    #[must_use]
    pub fn record_kind(&self) -> Kind {
        self.bridge.as_ref().map_or(self.kind, |bridge| bridge.stream)
    }
}
