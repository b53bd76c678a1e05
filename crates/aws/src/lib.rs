//! Implements the ports of [`routing`] with AWS services. Each port reports what happened; `routing` decides what that
//! means for a record.
//!
//! The crate must not decide about records and must not write log lines: it returns what a caller may want to log.
//!
//! Modules, in reading order:
//! - [`Clients`]: creates the SDK clients at init, over one connection pool; `environment`: reads the SDKs' environment
//!   variables (pure); `http_client`: the pool; `call`: the timeout of one SDK call and the kinds of failure
//! - [`LambdaBackend`]: invokes the tenant-isolated function once; `classify`: maps Lambda's responses to attempts (pure)
//! - [`SqsBridge`]: sends a stream's records to a FIFO queue
//! - [`SqsQuarantine`]: sends rejected records to a queue, and those that no message can hold to a bucket
//! - `sqs`: sends batches of messages, for the bridge and the quarantine
//! - [`TenantRole`]: gets tenant credentials for the backend
//! - [`TableRegistry`]: reads the registry's table; [`item`]: parses its items (pure)
//! - [`emf`]: renders metrics as log lines (pure)

mod backend;
mod bridge;
mod call;
mod classify;
mod clients;
mod credentials;
pub mod emf;
mod environment;
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
