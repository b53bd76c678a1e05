//! Receives messages from a queue, sends their records elsewhere, and deletes the messages whose records were
//! acknowledged. `quarantine` and `redrive` are made of this.
//!
//! - Without I/O: `state` (the order in which a message may be sent, acknowledged and deleted), `message` (a received
//!   message), `outgoing` (a message to send), `ordering`, `function`, `scan_stats` (how much was seen), `summary` (what
//!   every report says).
//! - With I/O: `clients`, `queue` and its `conversion`, `holds` (visibility timeouts), `stored` (records in S3),
//!   `invoke`, `backup`, `progress`, `stop`; `context` (an open queue), `scan` (reads it page by page), `workers` (move
//!   messages in parallel), `engine` (the loop of a command).

mod backup;
pub(crate) mod clients;
mod context;
mod conversion;
mod engine;
pub(crate) mod function;
mod holds;
mod invoke;
pub(crate) mod message;
mod ordering;
mod outgoing;
mod progress;
mod queue;
mod scan;
mod scan_stats;
mod state;
mod stop;
pub(crate) mod stored;
mod summary;
mod workers;

pub(crate) use backup::BackupFile;
pub(crate) use clients::{ArnParts, AwsClients};
pub(crate) use context::{QueueContext, load_rules, now_millis};
pub(crate) use engine::{TransferCandidate, TransferCommand, TransferEngine, TransferOptions};
pub(crate) use function::FunctionIdentity;
pub(crate) use holds::{HOLD_SECONDS, hold_seconds_parser};
pub(crate) use invoke::{ExpectedResponse, RouterFunction};
pub(crate) use message::{AttributeValue, HeldMessage, MessageAttribute};
pub(crate) use ordering::SendPosition;
pub(crate) use outgoing::{
    ORIGINAL_TENANT_ATTRIBUTE, OutgoingMessage, QueueKind, REPLAY_ATTRIBUTE, SqsRecord,
};
pub(crate) use progress::ProgressLine;
pub(crate) use queue::QueueClient;
pub(crate) use scan::{MessageReader, QueueScan};
pub(crate) use scan_stats::{ForeignMessage, ScanEnd, ScanStats, format_foreign};
pub(crate) use state::{LeftReason, SendOutcome, TransferOutcome};
pub(crate) use stop::StopSignal;
pub(crate) use stored::ObjectPointer;
pub(crate) use summary::TransferSummary;
pub(crate) use workers::{TransferItem, TransferPlan, TransferTarget};
