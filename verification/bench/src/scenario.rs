//! The scenarios: a batch, the payload of its Invokes, and the latency of the backend.

use std::time::Duration;

use crate::batch::Batch;
use crate::payload::Payload;
use crate::source::Source;

/// A measured scenario.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) batch: Batch,
    pub(crate) payload: Payload,
    /// The latency of the backend for each Invoke.
    pub(crate) latency: Duration,
}

/// The largest batch of Lambda, with many tenants and one Invoke for each tenant.
pub(crate) const LARGEST: Scenario = Scenario::new(Batch::of(10_000, 100), Payload::Event, 5);
/// The largest batch with more tenants. The difference gives the cost of an Invoke.
pub(crate) const MORE_TENANTS: Scenario = Scenario::new(Batch::of(10_000, 1_000), Payload::Event, 5);
/// A batch with one Invoke for each record.
pub(crate) const EACH: Scenario = Scenario::new(Batch::of(500, 10), Payload::Record, 5);

/// The largest number of concurrent Invokes, of all tenants together.
pub(crate) const CONCURRENCY: u32 = 64;

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
