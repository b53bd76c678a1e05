//! How a batch is delivered: the limits and choices that the configuration makes.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::bridge::RESERVED_BYTES;
use crate::ports::Invocation;

/// What one Invoke carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The tenant's records in the source's own event shape.
    Event,
    /// One record's content alone.
    Record,
    /// One record, byte for byte as in the event, for a bridge.
    Original,
}

/// What happens to rejected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnReject {
    /// They are quarantined whole; the records behind them go on.
    Quarantine,
    /// They are left to the source's own redrive policy. In an ordered source the records behind them wait.
    Redrive,
}

/// How a batch is delivered.
#[derive(Clone, Debug)]
pub struct DeliveryPolicy {
    /// What one Invoke carries.
    pub payload: Payload,
    /// Whether the router waits for the backend's answer.
    pub invocation: Invocation,
    /// The most Invokes at a time, of all tenants.
    pub in_flight: NonZeroUsize,
    /// The most Invokes at a time for one tenant. In an ordered source it is always 1.
    pub per_tenant: NonZeroUsize,
    /// The most records in one Invoke, for `Payload::Event`.
    pub max_records: NonZeroUsize,
    /// The largest message that the queue of a bridge takes, in bytes. Only bridges use it.
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
            // The queue refuses a larger message on every retry, and the shard would stop.
            Invocation::Bridged => most.min(self.max_message_bytes.saturating_sub(RESERVED_BYTES)),
        }
    }
}

/// Time before the Lambda deadline that is reserved for the response. It is long enough for a slow runtime to write its
/// response, and short in comparison with the time-out of any backend.
pub const RESPONSE_MARGIN: Duration = Duration::from_millis(500);

/// The two times that follow from the Lambda deadline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    /// No Invoke starts after this.
    pub(crate) latest_start: Duration,
    /// The source is answered at this time, even if calls are still in flight.
    pub(crate) respond_by: Duration,
}

impl Deadlines {
    /// `None` when no Invoke can finish before the deadline.
    pub(crate) fn before(deadline: Duration, call_timeout: Duration) -> Option<Self> {
        let respond_by = deadline.checked_sub(RESPONSE_MARGIN)?;
        Some(Self { latest_start: respond_by.checked_sub(call_timeout)?, respond_by })
    }
}
