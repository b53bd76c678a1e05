//! The path of a batch through the router. One direction, no cycles:
//!
//! ```text
//! event ─ decode ─► records ─ admit ─► plan (lanes) ─ dispatch ─► verdicts ─► ledger ─► response
//!                                └ rejected ─ quarantine ─► receipts ───────────┘
//! ```
//!
//! - [`route`](Router::route): the whole path, the place to start reading
//! - `admission`: each record's standing; [`Registry`]: who confirms it; `directory`: what is remembered of that (pure); `roster`: the batch's tenants, each looked up once; `plan`, `lanes`, `cut`: who may be sent next (pure)
//! - `aside`, `parcels`: which rejected records may be sent to quarantine next (pure)
//! - `dispatch`: keeps Invokes under way; `desk`: enters what came of them; `backoff`: when to ask again
//! - `verdict`: the table of what an attempt means for its records (pure)
//! - `horizon`: how far ahead of a stream's checkpoint records are sent; `checkpoints`: where streams stopped
//! - `ledger`: one entry for each record, settled by receipts only; `answer`: what the source is told; `report`: what a batch came to
//! - [`TaskRunner`]: a task instead of a batch; [`preview()`]: what would become of a batch, with nobody invoked
//! - [`bridge`]: what is sent over a bridge; [`sqs`]: what SQS takes; [`hash`]: names made of hashes (pure)
//! - [`ports`]: what is needed from the outside: backend, quarantine, registry, time
//!
//! No AWS client and no runtime may enter here.

mod admission;
mod answer;
mod aside;
mod backoff;
pub mod bridge;
mod checkpoints;
mod cut;
mod desk;
mod directory;
mod dispatch;
pub mod hash;
mod horizon;
mod lane;
mod lanes;
mod ledger;
mod parcels;
mod plan;
mod policy;
pub mod ports;
mod preview;
mod registry;
mod report;
mod roster;
mod route;
pub mod sqs;
mod task;
mod verdict;

pub use answer::SourceResponse;
pub use checkpoints::Checkpoints;
pub use directory::{Lifetimes, REFUSAL_FRESH};
pub use ledger::{Cause, RecordOutcome, BatchOutcome, Ack, AckKind};
pub use policy::{RESPONSE_MARGIN, OnReject, Payload, DeliveryPolicy};
pub use preview::{RegistryLookup, Fate, PlannedSubBatch, Preview, preview};
pub use registry::Registry;
pub use report::{BatchReport, BatchStats, TenantRecords};
pub use route::{InvocationContext, RouteError, Router};
pub use task::{TaskFailure, TaskRunner};
pub use verdict::Anomaly;
