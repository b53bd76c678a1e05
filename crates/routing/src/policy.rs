//! How a batch is delivered: the limits and choices that the configuration makes.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::bridge::BESIDE;
use crate::ports::Invocation;

/// What one Invoke carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The tenant's records in the source's own event shape.
    Event,
    /// One record's content and nothing else.
    Record,
    /// One record as it stands in the event, for a bridge.
    Original,
}

/// What becomes of rejected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnReject {
    /// They are set aside whole; the records behind them go on.
    Quarantine,
    /// They are left to the source's own redrive; where order is promised, the records behind them wait.
    Redrive,
}

/// How a batch is delivered.
#[derive(Clone, Debug)]
pub struct DeliveryPolicy {
    /// What one Invoke carries.
    pub payload: Payload,
    /// Whether the backend's answer is waited for.
    pub invocation: Invocation,
    /// Invokes at a time, over all tenants.
    pub in_flight: NonZeroUsize,
    /// Invokes at a time for one tenant. Where the source is ordered it is 1, whatever stands here.
    pub per_tenant: NonZeroUsize,
    /// Records in one Invoke, for `Payload::Event`.
    pub max_records: NonZeroUsize,
    /// The largest message that a bridge's queue takes, in bytes; nothing else is held to it.
    pub max_message_bytes: usize,
    /// How long one Invoke may take.
    pub call_timeout: Duration,
}

impl DeliveryPolicy {
    /// The largest payload that can be sent, in bytes.
    pub(crate) fn max_payload_bytes(&self) -> usize {
        let most = self.invocation.max_payload_bytes();
        match self.invocation {
            Invocation::Sync | Invocation::Async => most,
            // What is over a queue's limit is refused there for ever, and would hold up its shard.
            Invocation::Bridged => most.min(self.max_message_bytes.saturating_sub(BESIDE)),
        }
    }
}

/// Time kept free before the Lambda deadline to answer the source in. Long enough for a slow runtime to write
/// its response, short beside any backend's time-out.
pub const RESPONSE_MARGIN: Duration = Duration::from_millis(500);

/// The two moments that the deadline sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// No Invoke starts after this.
    pub(crate) latest_start: Duration,
    /// The source is answered at this, whatever is still under way.
    pub(crate) answer_by: Duration,
}

impl Times {
    /// `None` when an Invoke could never finish before the deadline.
    pub(crate) fn before(deadline: Duration, call_timeout: Duration) -> Option<Self> {
        let answer_by = deadline.checked_sub(RESPONSE_MARGIN)?;
        Some(Self { latest_start: answer_by.checked_sub(call_timeout)?, answer_by })
    }
}
