//! The scenarios: a batch, the payload of its Invokes, and the latency of the backend.

use std::time::Duration;

use crate::batch::Batch;
use crate::source::Source;

/// The payload of one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// The body of one record.
    Record,
    /// All records of one tenant.
    Event,
    /// There is no Invoke: the records of a pipe go back to the pipe.
    Nothing,
}

/// A measured scenario.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) batch: Batch,
    pub(crate) payload: Payload,
    /// The latency of the backend for each Invoke.
    pub(crate) latency: Duration,
}

/// The largest number of concurrent Invokes, of all tenants together.
pub(crate) const CONCURRENCY: u32 = 64;

impl Payload {
    /// Returns the value in the configuration.
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

    /// Returns the time of the backend for a batch, without the router. In a stream the records of a tenant are sequential.
    pub(crate) fn backend_alone(&self) -> Duration {
        let concurrency = match self.batch.source {
            Source::Kinesis | Source::DynamoDb => CONCURRENCY.min(self.batch.tenants),
            Source::Sqs | Source::EventBridge | Source::Pipes | Source::Task => CONCURRENCY,
        };
        self.latency * self.invokes().div_ceil(concurrency)
    }
}
