//! How a batch is delivered: the limits and choices that the configuration makes.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::ports::Invocation;
use crate::sqs::RESERVED_BYTES;

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
    /// They are quarantined whole. In a FIFO queue the later records of the message group go on once the quarantine has them. In a
    /// stream later records go on at once; if the quarantine does not take a record, the stream is redelivered from it.
    Quarantine,
    /// They are left with the source. SQS's redrive policy moves a queue's records to the dead-letter queue. A stream is
    /// redelivered from the record until the retry or age limit of the event source mapping discards it. In an ordered source the
    /// records behind them wait.
    Redrive,
}

impl OnReject {
    /// Rejected records go to the quarantine, if there is one.
    #[must_use]
    pub const fn with<Q>(quarantine: Option<&Q>) -> Self {
        if quarantine.is_some() { Self::Quarantine } else { Self::Redrive }
    }
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
    /// The most Invokes at a time for one tenant. Ignored in an ordered source (always 1) and for a bridge (`in_flight`).
    pub per_tenant: NonZeroUsize,
    /// The most records in one Invoke, for `Payload::Event`.
    pub max_records: NonZeroUsize,
    /// The largest message that the queue of a bridge takes, in bytes. Only bridges use it.
    pub max_message_bytes: usize,
    /// The longest time from the start of a call to its result, over all backends. It fixes the last moment at which an Invoke may
    /// start.
    pub longest_call: Duration,
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
    /// No Invoke starts after this: it could not end before `respond_by`. Quarantine calls may start until `respond_by`.
    pub(crate) latest_start: Duration,
    /// The source is answered at this time, even if calls are still in flight.
    pub(crate) respond_by: Duration,
}

impl Deadlines {
    /// `None` when no Invoke can finish before the deadline.
    pub(crate) fn before(deadline: Duration, longest_call: Duration) -> Option<Self> {
        let respond_by = deadline.checked_sub(RESPONSE_MARGIN)?;
        Some(Self { latest_start: respond_by.checked_sub(longest_call)?, respond_by })
    }
}
