//! What a history is made of, all of it drawn from its seed: records, tenants, terms, and what goes wrong.
//!
//! A fault is drawn from the seed, from what it befalls and from how often that was asked before, and not from all that
//! came earlier: so a record or a fault can be taken out of a failing history without changing the others.

use std::collections::HashSet;
use std::time::Duration;

use routing::MARGIN;
use tenancy::{Status, Suspended};

mod draw;
pub mod faults;
mod senders;
mod weather;

pub use senders::{Sender, Senders, role_of};
pub use weather::{Storm, Weather};

/// The source's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A standard queue.
    Standard,
    /// A FIFO queue.
    Fifo,
    /// A shard of a Kinesis data stream.
    Kinesis,
    /// A shard of a `DynamoDB` stream.
    DynamoDb,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Fifo, Self::Kinesis, Self::DynamoDb];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "sqs",
            Self::Fifo => "fifo",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
        }
    }

    /// Whether it is a shard of a stream.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Kinesis | Self::DynamoDb)
    }
}

/// A whole history before it happens.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What all of it is drawn from.
    pub seed: u64,
    /// The source.
    pub kind: Kind,
    /// In how many of a hundred places something goes wrong.
    pub intensity: u32,
    /// From here on nothing goes wrong, but for records that always fail.
    pub calm_at: Duration,
    /// How all is set up.
    pub terms: Terms,
    /// Who there is.
    pub tenants: Vec<Tenant>,
    /// What is sent, in this order.
    pub records: Vec<Planned>,
    /// What goes wrong for a while.
    pub storms: Vec<Storm>,
    /// Faults that are left out, while a failing history is made smaller.
    pub left_out: HashSet<u64>,
}

/// How source, function and router are set up.
#[derive(Clone, Debug)]
pub struct Terms {
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
    pub payload: Carries,
    /// What becomes of rejected records.
    pub on_reject: OnReject,
    /// Whether tenants are confirmed by a registry.
    pub registry: Option<RegistryTerms>,
    /// A queue's visibility timeout.
    pub visibility: Duration,
    /// Tries of a record: `maxReceiveCount`, or `MaximumRetryAttempts` and one.
    pub tries: u32,
    /// `BisectBatchOnFunctionError`.
    pub bisect: Bisect,
    /// `MaximumRecordAgeInSeconds`.
    pub record_age: Option<Duration>,
}

impl Terms {
    /// When an invocation that began then has to have answered.
    #[must_use]
    pub fn answer_by(&self, began: Duration) -> Duration {
        began + self.timeout.saturating_sub(MARGIN)
    }

    /// When the last of its Invokes may start.
    #[must_use]
    pub fn latest_start(&self, began: Duration) -> Duration {
        self.answer_by(began).saturating_sub(self.call_timeout)
    }
}

/// What an Invoke carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// An event of the source.
    Event,
    /// A record's content.
    Content,
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
pub struct RegistryTerms {
    /// An answer serves for this long.
    pub fresh: Duration,
    /// And for this long while the table cannot be read.
    pub stale: Duration,
    /// What becomes of suspended tenants' records.
    pub suspended: Suspended,
}

/// A tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// What the registry says of it at first, and from some moment on; none: nothing.
    pub status: [Option<Status>; 2],
    /// Who may send for it, at first and from that moment on.
    pub senders: [Senders; 2],
    /// When that changes.
    pub changes_at: Duration,
    /// Whether it has the second backend.
    pub premium: bool,
    /// Whether anything goes wrong for it.
    pub luck: Luck,
}

/// Whether anything goes wrong for a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    /// Its Invokes are answered in time and without a fault.
    Good,
    /// Its Invokes fail as everybody's.
    Common,
}

impl Tenant {
    /// What the registry has of it at some time: its status, and who may send for it.
    #[must_use]
    pub fn listed_at(&self, now: Duration) -> Option<(Status, Senders)> {
        let then = usize::from(now >= self.changes_at);
        Some((self.status[then]?, self.senders[then]))
    }
}

/// A record before it is sent.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its message group, partition key or item.
    pub key: usize,
    /// Whose it says it is.
    pub says: Says,
    /// Who sends it.
    pub sender: Sender,
    /// Whether a message of the quarantine can hold it.
    pub size: Size,
    /// When it is sent.
    pub sent_at: Duration,
    /// Whether the backend can ever be done with it.
    pub poison: Option<Poison>,
    /// Whether its producer sends it a second time, as after an answer that was lost.
    pub sent_twice: bool,
    /// It is left out, while a failing history is made smaller.
    pub left_out: bool,
}

/// Whose a record says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// This tenant's.
    Tenant(usize),
    /// Nothing.
    Missing,
    /// What cannot be a tenant's id.
    BadGrammar,
    /// A number.
    NotAString,
    /// One tenant's in one place, and another's in the other.
    Conflict(usize, usize),
    /// Nothing that can be read.
    Undecodable,
}

impl Says {
    /// Whose the record is; `None`: nobody's.
    #[must_use]
    pub const fn owner(self) -> Option<usize> {
        match self {
            Self::Tenant(tenant) => Some(tenant),
            _ => None,
        }
    }
}

/// Whether a message of the quarantine can hold a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// It can.
    Ordinary,
    /// It goes by way of a store.
    Large,
}

/// Why the backend can never be done with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poison {
    /// It names it.
    Named,
    /// It fails whenever the record is there.
    FailsAll,
}

impl Plan {
    /// Positions of the records that are sent.
    pub fn sent(&self) -> impl Iterator<Item = usize> {
        self.records.iter().enumerate().filter(|(_, record)| !record.left_out).map(|(at, _)| at)
    }
}
