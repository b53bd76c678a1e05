//! A history: the events of one simulated run. The world records them, never the router.

use std::time::Duration;

use tenancy::{Reason, Status};

use crate::executor::End;
use crate::plan::{AllowedSenders, Kind, Plan};

pub use fault::Fault;

mod fault;

/// A plan and the events that followed from it.
#[derive(Clone, Debug)]
pub struct History {
    /// The plan.
    pub plan: Plan,
    /// The events, by time.
    pub events: Vec<TimedEvent>,
    /// How the run ended.
    pub end: End,
    /// The history behind the bridge, whose records are the bridge's messages.
    pub behind: Option<Box<History>>,
}

impl History {
    /// Returns the kind of source that was asked for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.behind.is_some() { Kind::Bridge } else { self.plan.kind }
    }

    /// Returns this history, and the one behind the bridge if there is one.
    pub fn sides(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.behind.as_deref())
    }
}

/// An event with its time.
#[derive(Clone, Debug)]
pub struct TimedEvent {
    /// The time since the world began.
    pub at: Duration,
    /// The event.
    pub event: Event,
}

/// An event of the world. Numbers identify records, tenants, invocations, Invokes and environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An invocation of the router began with a batch of the source.
    InvocationStarted {
        /// The invocation.
        invocation: usize,
        /// The execution environment.
        environment: usize,
        /// The batch. A queue may deliver a record twice in one batch.
        records: Vec<usize>,
    },
    /// An environment sent a request to the registry's table.
    RegistryAsked {
        /// The environment.
        environment: usize,
    },
    /// The registry's table answered for one tenant.
    RegistryAnswered {
        /// The environment that asked.
        environment: usize,
        /// The tenant.
        tenant: usize,
        /// When the environment asked.
        asked_at: Duration,
        /// The answer.
        answer: TableAnswer,
    },
    /// The router sent an Invoke.
    Sent {
        /// The invocation of the router.
        invocation: usize,
        /// The Invoke.
        call: usize,
        /// The tenant of the Invoke; `None`: none of this world.
        tenant: Option<usize>,
        /// The backend.
        backend: usize,
        /// The records in the payload.
        records: Vec<usize>,
        /// Whether the payload holds the records as the source delivered them.
        bytes: Bytes,
    },
    /// The backend began to run.
    Ran {
        /// The Invoke.
        call: usize,
    },
    /// A run of the backend ended after the router had stopped waiting for it.
    OrphanEnded {
        /// The Invoke.
        call: usize,
    },
    /// The backend ran, and failed some of its records.
    Failed {
        /// The Invoke.
        call: usize,
        /// The failed records.
        records: Vec<usize>,
    },
    /// Lambda accepted an asynchronous Invoke, and runs its event later.
    Accepted {
        /// The Invoke.
        call: usize,
    },
    /// Lambda is done with an event that it had accepted.
    EventEnded {
        /// The Invoke.
        call: usize,
        /// What became of the event.
        fate: EventFate,
    },
    /// The router received the response to an Invoke.
    Returned {
        /// The Invoke.
        call: usize,
        /// The records that the response acknowledges.
        acked: Vec<usize>,
        /// Whether the Invoke ran, or may be retried.
        outcome: InvokeOutcome,
    },
    /// A request to the quarantine with this record ended.
    Quarantined {
        /// The invocation.
        invocation: usize,
        /// The record.
        record: usize,
        /// Why the record was rejected.
        reason: Reason,
        /// When the request was sent.
        sent_at: Duration,
        /// Whether the quarantine got the record as the source delivered it.
        bytes: Bytes,
        /// Whether the quarantine stored it, and said so.
        result: QuarantineResult,
    },
    /// The router responded to the source.
    Responded {
        /// The invocation.
        invocation: usize,
        /// The items that the response names as failed.
        named: Vec<FailedItem>,
    },
    /// The router failed the invocation.
    InvocationFailed {
        /// The invocation.
        invocation: usize,
    },
    /// The invocation ended without a response that the source received.
    Interrupted {
        /// The invocation.
        invocation: usize,
        /// How it ended.
        how: Interruption,
    },
    /// The record was acknowledged to the source: it was deleted, or the checkpoint passed it.
    Acked {
        /// The record.
        record: usize,
    },
    /// The bridge's queue took a message.
    Bridged {
        /// The message.
        record: usize,
    },
    /// A queue delivers a record once more although nothing failed.
    Redelivered {
        /// The record.
        record: usize,
    },
    /// The source discarded a record: it went to the dead-letter queue, or to the on-failure destination.
    Discarded {
        /// The record.
        record: usize,
        /// Why.
        why: DiscardReason,
    },
    /// A fault occurred.
    Fault {
        /// The key by which `shrink` can leave it out; `None` for outages and poison records.
        key: Option<u64>,
        /// The fault.
        fault: Fault,
    },
}

/// What the registry's table answered for a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableAnswer {
    /// The tenant's status and its allowed senders; `None`: no item.
    Listed(Option<(Status, AllowedSenders)>),
    /// The item is malformed.
    Malformed,
    /// The item could not be read.
    Failed,
}

/// Whether a record arrived as the source delivered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// Byte for byte.
    Same,
    /// With changes.
    Changed,
}

/// What the response to an Invoke says about a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokeOutcome {
    /// It did not run, and may be retried after this duration.
    NotRun(Duration),
    /// It must not be retried in this invocation.
    Finished,
    /// It may have run, and may still run: the router got an error or a panic instead of a response.
    Uncertain,
    /// The backend is misconfigured.
    BackendMisconfigured,
    /// The tenant's credentials are unavailable.
    NoCredentials,
}

/// What became of an event that Lambda had accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventFate {
    /// The function ran without an error.
    Done,
    /// The function ran without an error; its response names failed records, and Lambda does not read it.
    FailuresUnread,
    /// It went to the failure destination.
    InDestination,
    /// It failed for good, and there is no failure destination.
    Lost,
    /// Lambda deleted it before it ran.
    Dropped,
}

/// What became of a record that was sent to quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineResult {
    /// The quarantine stored it and acknowledged it.
    Acked,
    /// The quarantine stored it, and the router did not receive the acknowledgement.
    AckLost,
    /// The quarantine did not store it, and said so.
    NotStored,
    /// The quarantine never responded.
    Silent,
}

/// An item that a response names as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedItem {
    /// A record of the source. The number of an aggregate is that of its first record.
    Record(usize),
    /// The whole batch: an empty identifier.
    WholeBatch,
    /// An identifier that no record of this world has.
    Unknown,
}

/// How an invocation ended without a response that the source received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The environment was gone.
    Crashed,
    /// Lambda ended it at its deadline.
    TimedOut,
    /// Lambda ended it at its deadline after it had stopped making progress.
    Stalled,
    /// It panicked, and the runtime failed the invocation.
    Panicked,
    /// It had responded, and the response was lost.
    ResponseLost,
}

/// Why a source discarded a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscardReason {
    /// Its tries were used up.
    Tries,
    /// It was too old.
    Age,
    /// EventBridge could not deliver it to its target.
    Undelivered,
}
