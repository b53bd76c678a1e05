//! How source, function and router are set up.

use std::time::Duration;

use routing::RESPONSE_MARGIN;
use tenancy::Suspended;

/// How source, function and router are set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Records in a batch at most.
    pub batch_size: usize,
    /// Batches at a time: pollers of a queue, or a shard's `ParallelizationFactor`.
    pub batches_at_a_time: usize,
    /// The router's function ends after this.
    pub timeout: Duration,
    /// How long one Invoke may take.
    pub call_timeout: Duration,
    /// Invokes at a time.
    pub in_flight: usize,
    /// Invokes at a time for one tenant.
    pub per_tenant: usize,
    /// Records in an Invoke.
    pub max_records: usize,
    /// Whether an Invoke carries a record's content alone.
    pub payload: InvokePayload,
    /// What an Invoke waits for.
    pub invocation_type: InvocationType,
    /// How Lambda runs what it accepted for the backend.
    pub accepted: Accepted,
    /// What becomes of rejected records.
    pub on_reject: OnReject,
    /// Whether tenants are confirmed by a registry.
    pub registry: Option<RegistrySettings>,
    /// A queue's visibility timeout.
    pub visibility: Duration,
    /// Tries of a record: `maxReceiveCount`, or `MaximumRetryAttempts` and one.
    pub tries: u32,
    /// How long EventBridge tries to hand an event over.
    pub rule_retry: RuleRetryPolicy,
    /// `BisectBatchOnFunctionError`.
    pub bisect: Bisect,
    /// `MaximumRecordAgeInSeconds`, or `MaximumEventAgeInSeconds` of the router's own events.
    pub record_age: Option<Duration>,
}

impl Settings {
    /// When an invocation that began then has to have answered.
    #[must_use]
    pub fn answer_by(&self, began: Duration) -> Duration {
        began + self.timeout.saturating_sub(RESPONSE_MARGIN)
    }

    /// When the last of its Invokes may start.
    #[must_use]
    pub fn latest_start(&self, began: Duration) -> Duration {
        self.answer_by(began).saturating_sub(self.call_timeout)
    }
}

/// What an Invoke carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokePayload {
    /// An event of the source.
    Event,
    /// A record's content.
    Content,
}

/// What an Invoke waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvocationType {
    /// The backend's answer.
    Answer,
    /// Lambda's acceptance of the event, which it runs later.
    Acceptance,
}

/// How Lambda runs what it accepted for the backend.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// `MaximumRetryAttempts` and one.
    pub tries: u32,
    /// `MaximumEventAgeInSeconds`.
    pub age: Duration,
    /// What becomes of the events that fail for good.
    pub on_failure: OnFailure,
}

/// What becomes of accepted events that fail for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// They go to the failure destination.
    Destination,
    /// There is none.
    Nothing,
}

/// How long EventBridge tries to hand an event over.
#[derive(Clone, Copy, Debug)]
pub struct RuleRetryPolicy {
    /// `MaximumRetryAttempts` and one.
    pub tries: u32,
    /// `MaximumEventAgeInSeconds`.
    pub age: Duration,
}

/// Whether failed batches are cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bisect {
    /// They are.
    On,
    /// They are handed out as they were.
    Off,
}

/// What becomes of rejected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnReject {
    /// They go into a queue.
    Quarantine,
    /// They go into a FIFO queue, which keeps the order of each key.
    FifoQuarantine,
    /// They stay with the source.
    Redrive,
}

/// How the registry is asked.
#[derive(Clone, Copy, Debug)]
pub struct RegistrySettings {
    /// An answer serves for this long.
    pub fresh: Duration,
    /// And for this long while the table cannot be read.
    pub stale: Duration,
    /// What becomes of suspended tenants' records.
    pub suspended: Suspended,
}
