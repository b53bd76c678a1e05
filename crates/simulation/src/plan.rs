//! What a history is made of, all of it drawn from its seed: records, tenants, terms, and what goes wrong.
//!
//! A fault is drawn from the seed, from what it befalls and from how often that was asked before, and not from all that
//! came earlier: so a record or a fault can be taken out of a failing history without changing the others.

use std::collections::HashSet;
use std::time::Duration;

use tenancy::Status;

pub mod bridge;
mod draw;
pub mod faults;
mod packing;
mod senders;
mod settings;
mod weather;

pub use packing::Packing;
pub use senders::{Sender, AllowedSenders};
pub use settings::{Accepted, Bisect, InvokePayload, RuleRetryPolicy, OnFailure, OnReject, RegistrySettings, Settings, InvocationType};
pub use weather::{Outage, OutageKind};

const SECOND: Duration = Duration::from_secs(1);

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
    /// A shard of a stream, with a bridge behind it; of the router behind the bridge: its queue.
    Bridge,
    /// A rule of EventBridge, which invokes the router.
    EventBridge,
    /// A rule of EventBridge, which sends to a standard queue.
    Buffered,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Standard,
        Self::Fifo,
        Self::Kinesis,
        Self::DynamoDb,
        Self::Bridge,
        Self::EventBridge,
        Self::Buffered,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "sqs",
            Self::Fifo => "fifo",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
            Self::Bridge => "bridge",
            Self::EventBridge => "eventbridge",
            Self::Buffered => "eventbridge-buffered",
        }
    }

    /// Whether it is a shard of a stream.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Kinesis | Self::DynamoDb)
    }

    /// Whether it promises an order.
    #[must_use]
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Fifo | Self::Kinesis | Self::DynamoDb | Self::Bridge)
    }
}

/// A whole history before it happens.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What all of it is drawn from.
    pub seed: u64,
    /// The source.
    pub kind: Kind,
    /// What stands between source and backend.
    pub bridge: Option<bridge::Bridge>,
    /// In how many of a hundred places something goes wrong.
    pub intensity: u32,
    /// What goes wrong with Invokes.
    pub callers: faults::Callers,
    /// From here on nothing goes wrong, but for records that always fail.
    pub faults_end_at: Duration,
    /// How all is set up.
    pub settings: Settings,
    /// Who there is.
    pub tenants: Vec<Tenant>,
    /// What is sent, in this order.
    pub records: Vec<PlannedRecord>,
    /// What goes wrong for a while.
    pub outages: Vec<Outage>,
    /// Faults that are left out, while a failing history is made smaller.
    pub left_out: HashSet<u64>,
}

/// A tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// What the registry says of it at first, and from some moment on; none: nothing.
    pub status: [Option<Status>; 2],
    /// Who may send for it, at first and from that moment on.
    pub senders: [AllowedSenders; 2],
    /// When that changes.
    pub changes_at: Duration,
    /// Whether it has the second backend.
    pub premium: bool,
    /// Whether anything goes wrong for it.
    pub exposure: FaultExposure,
}

/// Whether anything goes wrong for a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultExposure {
    /// Its Invokes are answered in time and without a fault.
    Good,
    /// Its Invokes fail as everybody's.
    Common,
}

impl Tenant {
    /// What the registry has of it at some time: its status, and who may send for it.
    #[must_use]
    pub fn registry_entry_at(&self, now: Duration) -> Option<(Status, AllowedSenders)> {
        let then = usize::from(now >= self.changes_at);
        Some((self.status[then]?, self.senders[then]))
    }
}

/// A record before it is sent.
#[derive(Clone, Debug)]
pub struct PlannedRecord {
    /// Its message group, partition key or item.
    pub key: usize,
    /// Whose it says it is.
    pub stated: StatedTenant,
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
    /// How it gets into a Kinesis data stream.
    pub packing: Packing,
    /// It is left out, while a failing history is made smaller.
    pub left_out: bool,
}

/// Whose a record says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedTenant {
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

impl StatedTenant {
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
    FailedItem,
    /// It fails whenever the record is there.
    FailsAll,
}

impl Plan {
    /// Positions of the records that are sent.
    pub fn sent(&self) -> impl Iterator<Item = usize> {
        self.records.iter().enumerate().filter(|(_, record)| !record.left_out).map(|(at, _)| at)
    }
}
