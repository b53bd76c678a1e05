//! What happened, moment by moment. It is written by the world, from what its own parts did, and not by the router.

use std::time::Duration;

use tenancy::{Reason, Status};

use crate::executor::End;
use crate::plan::{Kind, Plan, Senders};

pub use fault::Fault;

mod fault;

/// A history: what was to happen, and what did.
#[derive(Clone, Debug)]
pub struct History {
    /// What was to happen.
    pub plan: Plan,
    /// What did.
    pub events: Vec<Stamped>,
    /// Whether it came to an end.
    pub end: End,
    /// What happened behind the bridge. There the bridge's messages are the records.
    pub behind: Option<Box<History>>,
}

impl History {
    /// What was asked for with it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.behind.is_some() { Kind::Bridge } else { self.plan.kind }
    }

    /// This and what happened behind the bridge.
    pub fn sides(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.behind.as_deref())
    }
}

/// Something that happened, and when.
#[derive(Clone, Debug)]
pub struct Stamped {
    /// When.
    pub at: Duration,
    /// What.
    pub event: Event,
}

/// Something that happened. Records, tenants, invocations, Invokes and environments are told by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The source handed out a batch, and an invocation of the router began.
    HandedOut {
        /// The invocation.
        invocation: usize,
        /// The execution environment.
        environment: usize,
        /// The batch. A queue may hand out a record twice in one.
        records: Vec<usize>,
    },
    /// The registry's table was asked.
    Asked {
        /// By which environment.
        environment: usize,
    },
    /// The registry's table said something.
    Told {
        /// To which environment.
        environment: usize,
        /// Of whom.
        tenant: usize,
        /// When it was asked.
        asked_at: Duration,
        /// What it said.
        word: Word,
    },
    /// An Invoke reached Lambda.
    Sent {
        /// The invocation.
        invocation: usize,
        /// The Invoke.
        call: usize,
        /// Whom it was for; `None`: nobody of this world.
        tenant: Option<usize>,
        /// Which backend.
        backend: usize,
        /// What it carried.
        records: Vec<usize>,
        /// Whether that was as it had been handed out.
        bytes: Bytes,
    },
    /// The backend ran.
    Ran {
        /// The Invoke.
        call: usize,
    },
    /// The backend's run came to its end, and nobody waited for it any more.
    RanOn {
        /// The Invoke.
        call: usize,
    },
    /// The backend ran, and is not done with some of what it was given.
    Failed {
        /// The Invoke.
        call: usize,
        /// The records.
        records: Vec<usize>,
    },
    /// Lambda accepted an Invoke's event, which it runs later.
    Accepted {
        /// The Invoke.
        call: usize,
    },
    /// Lambda is done with an event that it had accepted.
    Became {
        /// The Invoke.
        call: usize,
        /// What became of it.
        what: Became,
    },
    /// The router got an Invoke's answer.
    Returned {
        /// The Invoke.
        call: usize,
        /// Records for which it is a receipt.
        receipts: Vec<usize>,
        /// Whether it ran, or may run again without harm.
        came_to: CameTo,
    },
    /// The quarantine dealt with a record.
    SetAside {
        /// The invocation.
        invocation: usize,
        /// The record.
        record: usize,
        /// Why it was rejected.
        reason: Reason,
        /// When it was sent there.
        sent_at: Duration,
        /// Whether it came as it had been handed out.
        bytes: Bytes,
        /// Whether the quarantine has it.
        kept: Kept,
    },
    /// The router answered.
    Answered {
        /// The invocation.
        invocation: usize,
        /// What its answer names.
        named: Vec<Named>,
    },
    /// The router failed the invocation.
    Refused {
        /// The invocation.
        invocation: usize,
    },
    /// The invocation ended without an answer that the source heard.
    Cut {
        /// The invocation.
        invocation: usize,
        /// How.
        how: CutHow,
    },
    /// The source is done with a record: it was deleted, or the checkpoint passed it.
    Settled {
        /// The record.
        record: usize,
    },
    /// The bridge's queue took a message.
    Bridged {
        /// The message.
        record: usize,
    },
    /// A queue hands out a record once more of its own accord.
    Redelivered {
        /// The record.
        record: usize,
    },
    /// A record went to the dead-letter queue, or the on-failure destination.
    GivenUp {
        /// The record.
        record: usize,
        /// Why.
        why: GivenUp,
    },
    /// Something went wrong.
    Fault {
        /// By which it can be left out; `None` for weather and poison.
        key: Option<u64>,
        /// What.
        fault: Fault,
    },
}

/// What the registry said of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// What stands there, with who may send for it; `None`: there is no such tenant.
    Listed(Option<(Status, Senders)>),
    /// Its item makes no sense.
    Malformed,
    /// It could not be read.
    Failed,
}

/// Whether something came as it had been handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// Byte for byte.
    Same,
    /// Not so.
    Changed,
}

/// What became of an Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameTo {
    /// It certainly did not run, and may be tried again after so long.
    NotRun(Duration),
    /// It was answered, or is not to be tried again.
    Over,
    /// It may have run, and may run still: an error or a panic in place of an answer.
    Uncertain,
    /// The backend is not set up.
    BackendHalted,
    /// The tenant's credentials are not.
    TenantHalted,
}

/// What became of an event that Lambda had accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Became {
    /// The function ran without an error.
    Done,
    /// It ran without an error, and its answer names records that failed. Nobody reads that.
    Unread,
    /// The failure destination has it.
    InDestination,
    /// It failed for good, and there is no failure destination.
    Lost,
    /// It was deleted unseen.
    Dropped,
}

/// What became of a record on its way to quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The quarantine has it, and said so.
    Acknowledged,
    /// The quarantine has it, and that was not heard.
    Unheard,
    /// It has it not, and said so.
    Not,
    /// Nothing was ever heard of it.
    Silence,
}

/// What an answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A record of the source; an aggregate, by its first record.
    Record(usize),
    /// Nothing: an empty identifier.
    Whole,
    /// What is no identifier of this world's.
    Stranger,
}

/// How an invocation ended without an answer that the source heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutHow {
    /// Its environment was gone.
    Crashed,
    /// Lambda ended it at its deadline.
    TimedOut,
    /// Lambda ended it at its deadline, and it had got no time to do anything.
    Stalled,
    /// It panicked, and the runtime failed the invocation.
    Panicked,
    /// It had answered.
    AnswerLost,
}

/// Why a record was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    /// Its tries were used up.
    Tries,
    /// It was too old.
    Age,
    /// EventBridge could not hand it over.
    Undelivered,
}
