//! The content of a history, drawn from its seed: records, tenants, settings and faults.
//!
//! A fault depends on the seed, on the place at which it occurs, and on how often it was drawn there before. It does
//! not depend on earlier faults, so `shrink` can leave out a record or a fault without changing the others.
//!
//! - `draw`: draws a plan from its seed
//! - `settings`, `senders`, `packing`, [`bridge`]: parts of a plan
//! - [`faults`], `outage`: faults of one moment, and faults that last for a period

use std::collections::HashSet;
use std::time::Duration;

use tenancy::Status;

pub mod bridge;
mod draw;
pub mod faults;
mod outage;
mod packing;
mod senders;
mod settings;

pub use outage::{Outage, OutageKind};
pub use packing::Packing;
pub use senders::{AllowedSenders, Sender};
pub use settings::{
    Bisect, EventInvokeConfig, InvocationType, InvokePayload, OnFailure, OnReject, RegistrySettings,
    RuleRetryPolicy, Settings,
};

const SECOND: Duration = Duration::from_secs(1);

/// The kind of a source.
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
    /// A shard of a stream with a bridge behind it. In the history behind the bridge: the bridge's queue.
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

    /// Returns whether it is a shard of a stream.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Kinesis | Self::DynamoDb)
    }

    /// Returns whether it keeps an order.
    #[must_use]
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Fifo | Self::Kinesis | Self::DynamoDb | Self::Bridge)
    }
}

/// Everything that determines a history.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// The kind of the source.
    pub kind: Kind,
    /// The bridge between source and backend, if there is one.
    pub bridge: Option<bridge::Bridge>,
    /// The probability of a fault at each place, in percent.
    pub intensity: u32,
    /// The time of the end of all faults, except poison records.
    pub faults_end_at: Duration,
    /// The settings of source, function and router.
    pub settings: Settings,
    /// The tenants.
    pub tenants: Vec<Tenant>,
    /// The records, in the order in which they are sent.
    pub records: Vec<PlannedRecord>,
    /// The faults that last for a period.
    pub outages: Vec<Outage>,
    /// The keys of the faults that `shrink` has left out.
    pub left_out: HashSet<u64>,
}

/// A tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The status in the registry, before and after `changes_at`; `None`: no item.
    pub status: [Option<Status>; 2],
    /// The allowed senders, before and after `changes_at`.
    pub senders: [AllowedSenders; 2],
    /// When the registry item changes.
    pub changes_at: Duration,
    /// Whether it has the second backend.
    pub premium: bool,
    /// Whether its Invokes have faults.
    pub exposure: FaultExposure,
}

/// Whether the Invokes of a tenant have faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultExposure {
    /// They have no faults.
    Spared,
    /// They have faults with the intensity of the plan.
    Exposed,
}

impl Tenant {
    /// Returns the tenant's status and allowed senders in the registry at a time; `None`: no item.
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
    /// The tenant that it names.
    pub stated: StatedTenant,
    /// Its sender.
    pub sender: Sender,
    /// Whether it fits into a message of the quarantine.
    pub size: Size,
    /// When it is sent.
    pub sent_at: Duration,
    /// How the backend always fails it, if it does.
    pub poison: Option<Poison>,
    /// Whether its producer sends it a second time, as after a lost response.
    pub sent_twice: bool,
    /// How it is put into a Kinesis data stream.
    pub packing: Packing,
    /// Whether `shrink` has left it out.
    pub left_out: bool,
}

/// The tenant that a record names in its two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedTenant {
    /// This tenant, in both places.
    Tenant(usize),
    /// None, in the first place.
    Missing,
    /// An id that the strict grammar refuses.
    BadGrammar,
    /// A number, in the second place.
    NotAString,
    /// One tenant in the first place, and another one in the second.
    Conflict(usize, usize),
    /// Content that cannot be decoded.
    Undecodable,
}

impl StatedTenant {
    /// Returns the tenant to which the record belongs; `None`: the record must be rejected.
    #[must_use]
    pub const fn owner(self) -> Option<usize> {
        match self {
            Self::Tenant(tenant) => Some(tenant),
            _ => None,
        }
    }
}

/// Whether a record fits into a message of the quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// It fits.
    Ordinary,
    /// It must go through the quarantine's store.
    Large,
}

/// How the backend always fails a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poison {
    /// It names the record as failed.
    FailsItem,
    /// It fails the whole Invoke.
    FailsAll,
}

impl Plan {
    /// Returns the numbers of the records that are sent.
    pub fn sent(&self) -> impl Iterator<Item = usize> {
        self.records.iter().enumerate().filter(|(_, record)| !record.left_out).map(|(at, _)| at)
    }

    /// Returns the records that are sent, each with its time.
    pub(crate) fn sent_times(&self) -> impl Iterator<Item = (usize, Duration)> {
        self.sent().map(|record| (record, self.records[record].sent_at))
    }
}
