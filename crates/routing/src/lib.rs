//! Routes a batch: decides which records are sent, in which order, and what the response to the source is. All I/O, the time
//! and randomness come in from outside: no AWS client and no Lambda runtime may be a dependency of this crate.
//!
//! ```text
//! event ─ decode ─► Batch ─ admit_batch ─► Scheduler ─ Delivery ─► Attempt ─ classify ─► BatchOutcome ─► SourceResponse
//!                              └ rejected ─ QuarantineScheduler ─► QuarantineAck ───────────┘
//! ```
//!
//! Modules, in reading order:
//!
//! - [`route`](Router::route): the whole path in one function; [`Router`]: what it consists of
//! - [`ports`]: what is needed from outside: targets, quarantine, registry, time; `policy`: limits and choices (pure)
//! - `admit`: for each record, whether it is delivered and for which tenant (an `admission`); [`Registry`] and `registry_cache`: what
//!   the registry decides; `tenant_index`: the batch's tenants as numbers
//! - `scheduler`: which records may be sent next (pure); `quarantine_scheduler`: the same for rejected records (pure)
//! - `deliver`: keeps Invokes and quarantine calls in flight; `backoff`: when a tenant may be tried again in this invocation
//! - `classify`: what an attempt means for its records (pure); `batch_state`: applies that (pure)
//! - `outcome`: one entry for each record: redeliver, with a cause, until an acknowledgement makes it final; `response`: the
//!   response made from these entries; `report` and `stats`: the numbers for logs and metrics
//! - `checkpoints`: where streams stopped
//! - [`TaskRunner`]: a task instead of a batch; [`preview()`] and [`preview_task()`]: what would happen
//! - [`bridge`]: the messages of a bridge; [`sqs`]: the limits of SQS; [`hash`]: ids made of hashes

mod admission;
mod admit;
mod backoff;
mod batch_state;
pub mod bridge;
mod checkpoints;
mod classify;
mod deliver;
pub mod hash;
mod outcome;
mod policy;
pub mod ports;
mod preview;
mod quarantine_scheduler;
mod registry;
mod registry_cache;
mod report;
mod response;
mod route;
mod router;
mod scheduler;
pub mod sqs;
mod stats;
mod task;
mod tenant_index;

pub use checkpoints::Checkpoints;
pub use classify::Anomaly;
pub use outcome::{Ack, AckKind, BatchOutcome, Cause, RecordOutcome};
pub use policy::{DeliveryPolicy, OnReject, Payload, RESPONSE_MARGIN};
pub use preview::{Fate, PlannedSubBatch, Preview, RegistryLookup, preview, preview_task};
pub use registry::Registry;
pub use registry_cache::{Lifetimes, REFUSAL_FRESH};
pub use report::{BatchReport, TenantRecords};
pub use response::SourceResponse;
pub use route::RouteError;
pub use router::{InvocationContext, Router};
pub use stats::BatchStats;
pub use task::{TaskFailure, TaskRunner};
