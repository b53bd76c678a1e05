//! Receives messages from a queue, sends their records elsewhere, and deletes the messages whose records were
//! acknowledged. `quarantine` and `redrive` are made of this.
//!
//! - Without I/O: `state` (the order in which a message may be sent, acknowledged and deleted), `message` (a received
//!   message), `outgoing` (a message to send), `ordering`, `function`.
//! - With I/O: `clients`, `queue` and its `conversion`, `holds` (visibility timeouts), `stored` (records in S3),
//!   `invoke`, `workers`, `backup`, `progress`, `stop`.

pub(crate) mod backup;
pub(crate) mod clients;
pub(crate) mod context;
mod conversion;
pub(crate) mod engine;
pub(crate) mod function;
pub(crate) mod holds;
pub(crate) mod invoke;
pub(crate) mod message;
pub(crate) mod ordering;
pub(crate) mod outgoing;
pub(crate) mod progress;
pub(crate) mod queue;
pub(crate) mod scan;
pub(crate) mod state;
pub(crate) mod stop;
pub(crate) mod stored;
pub(crate) mod summary;
pub(crate) mod workers;
