//! What is measured: a batch, how it is delivered, and how long the backend takes.

use std::time::Duration;

use crate::batch::Batch;
use crate::source::Source;

/// What one Invoke carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// One record's body.
    Record,
    /// All records of one tenant.
    Event,
    /// Nothing is invoked: a pipe's records go back to the pipe.
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) batch: Batch,
    pub(crate) payload: Payload,
    /// How long the backend takes for one Invoke, whatever it carries.
    pub(crate) latency: Duration,
}

/// Invokes under way at a time, of all tenants together, for everybody who has several.
pub(crate) const AT_ONCE: u32 = 64;

impl Payload {
    /// The configuration's word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Event => "event",
            Self::Nothing => "nothing",
        }
    }
}

impl Scenario {
    pub(crate) const fn new(batch: Batch, payload: Payload, latency_ms: u64) -> Self {
        Self { batch, payload, latency: Duration::from_millis(latency_ms) }
    }

    pub(crate) fn name(&self) -> String {
        let (batch, latency) = (self.batch.name(), self.latency.as_millis());
        match self.payload {
            Payload::Nothing => batch,
            payload => format!("{batch}, payload {}, backend {latency} ms", payload.name()),
        }
    }

    pub(crate) const fn invokes(&self) -> u32 {
        match self.payload {
            Payload::Record => self.batch.records,
            Payload::Event => self.batch.tenants,
            Payload::Nothing => 0,
        }
    }

    /// What the backend alone takes for a batch, with so many Invokes at a time. A stream's records go one after the other
    /// within a tenant.
    pub(crate) fn backend_alone(&self) -> Duration {
        let at_once = match self.batch.source {
            Source::Kinesis | Source::DynamoDb => AT_ONCE.min(self.batch.tenants),
            Source::Sqs | Source::EventBridge | Source::Pipes | Source::Task => AT_ONCE,
        };
        self.latency * self.invokes().div_ceil(at_once)
    }
}
