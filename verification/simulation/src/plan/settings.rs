//! The settings of source, function and router.

use std::time::Duration;

use routing::RESPONSE_MARGIN;
use tenancy::Suspended;

/// The settings of source, function and router.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The maximum number of records in a batch.
    pub batch_size: usize,
    /// The number of batches at a time: pollers of a queue, or the `ParallelizationFactor` of a shard.
    pub batches_at_a_time: usize,
    /// The timeout of the router's function.
    pub timeout: Duration,
    /// The timeout of one Invoke.
    pub call_timeout: Duration,
    /// The maximum number of Invokes at a time.
    pub in_flight: usize,
    /// The maximum number of Invokes at a time for one tenant.
    pub per_tenant: usize,
    /// The maximum number of records in an Invoke.
    pub max_records: usize,
    /// What the payload of an Invoke holds.
    pub payload: InvokePayload,
    /// Whether an Invoke is synchronous.
    pub invocation_type: InvocationType,
    /// How Lambda runs the backend's events that it accepted.
    pub event_invoke: EventInvokeConfig,
    /// What becomes of rejected records.
    pub on_reject: OnReject,
    /// The registry that confirms tenants, if there is one.
    pub registry: Option<RegistrySettings>,
    /// The visibility timeout of a queue.
    pub visibility: Duration,
    /// The number of tries of a record: `maxReceiveCount`, or `MaximumRetryAttempts` plus one.
    pub tries: u32,
    /// The retry policy of an EventBridge rule.
    pub rule_retry: RuleRetryPolicy,
    /// `BisectBatchOnFunctionError`.
    pub bisect: Bisect,
    /// `MaximumRecordAgeInSeconds`, or `MaximumEventAgeInSeconds` of the router's own events.
    pub record_age: Option<Duration>,
}

impl Settings {
    /// Returns the time by which an invocation that began then must respond.
    #[must_use]
    pub fn respond_by(&self, began: Duration) -> Duration {
        began + self.timeout.saturating_sub(RESPONSE_MARGIN)
    }

    /// Returns the latest time at which one of its Invokes may start.
    #[must_use]
    pub fn latest_start(&self, began: Duration) -> Duration {
        self.respond_by(began).saturating_sub(self.call_timeout)
    }
}

/// What an Invoke carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokePayload {
    /// An event of the source.
    Event,
    /// The content of one record.
    Content,
}

/// The invocation type of Invokes, in the words of Lambda's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvocationType {
    /// Synchronous: the Invoke waits for the response of the backend.
    RequestResponse,
    /// Asynchronous: Lambda accepts the event and runs the backend later.
    Event,
}

/// How Lambda runs the backend's events that it accepted.
#[derive(Clone, Copy, Debug)]
pub struct EventInvokeConfig {
    /// `MaximumRetryAttempts` plus one.
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
    /// They are lost, since there is no failure destination.
    Nothing,
}

/// The retry policy with which EventBridge delivers events to a rule's target.
#[derive(Clone, Copy, Debug)]
pub struct RuleRetryPolicy {
    /// `MaximumRetryAttempts` plus one.
    pub tries: u32,
    /// `MaximumEventAgeInSeconds`.
    pub age: Duration,
}

/// Whether a stream bisects failed batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bisect {
    /// It delivers the two halves separately.
    On,
    /// It delivers the whole batch again.
    Off,
}

/// What becomes of rejected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnReject {
    /// They go to a standard quarantine queue.
    Quarantine,
    /// They go to a FIFO quarantine queue, which keeps the order of each key.
    FifoQuarantine,
    /// They stay with the source.
    Redrive,
}

/// The settings of the registry.
#[derive(Clone, Copy, Debug)]
pub struct RegistrySettings {
    /// The time for which an answer is valid.
    pub fresh: Duration,
    /// The time for which an answer is valid while the table cannot be read.
    pub stale: Duration,
    /// What becomes of the records of suspended tenants.
    pub suspended: Suspended,
}
