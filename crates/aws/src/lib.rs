//! Implements the ports of [`routing`] with AWS services. Each port reports what happened; `routing` decides what that
//! means for a record.
//!
//! The crate must not decide about records and must not write log lines: it returns what a caller may want to log. Of the
//! workspace's crates it must depend on `routing` and `tenancy` only.
//!
//! Modules, in reading order:
//! - `clients`: [`Clients`] creates the SDK clients at init, over one connection pool; `environment`: reads the SDKs'
//!   environment variables (pure); `http_client`: the pool; `call`: the timeout of one SDK call and the kinds of failure
//! - `backend`: [`LambdaBackend`] invokes the tenant-isolated function once
//! - `classify`: maps responses of Lambda, and errors of a bridge's queue, to attempts (pure); `error_code`: which codes
//!   may be logged (pure)
//! - `bridge`: [`SqsBridge`] sends a stream's records to a FIFO queue
//! - `quarantine`: [`SqsQuarantine`] sends rejected records to a queue, and those that no message can hold to a bucket
//! - `sqs`: sends batches of messages, for the bridge and the quarantine
//! - `credentials`: [`TenantRole`] gets tenant credentials for the backend
//! - `registry`: [`TableRegistry`] reads the registry's table; [`item`]: parses its items (pure)
//! - [`emf`]: renders metrics as log lines for CloudWatch's embedded metric format (pure)

mod backend;
mod bridge;
mod call;
mod classify;
mod clients;
mod credentials;
pub mod emf;
mod environment;
mod error_code;
mod http_client;
pub mod item;
mod quarantine;
mod registry;
mod sqs;

pub use backend::LambdaBackend;
pub use bridge::SqsBridge;
pub use clients::Clients;
pub use credentials::{SESSION_TIMEOUT, TenantRole};
pub use environment::ClientsError;
pub use quarantine::{
    LargeRecordsLocation, QuarantineGroup, QuarantineMessage, QuarantineQueue, SqsQuarantine,
};
pub use registry::TableRegistry;
