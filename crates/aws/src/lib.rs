//! The ports of [`routing`] on AWS. What happened is reported here; what it means for a record is decided there.
//!
//! - [`Clients`]: the SDKs' clients over one pool of connections, made at init; `environment`: what their variables say
//!   (pure); `http_client`: the pool; `call`: one call, its time, and what its failure means
//! - [`LambdaBackend`]: one Invoke of the tenant-isolated function; `classify`: what Lambda's answers mean (pure)
//! - [`SqsBridge`]: a stream's records into a FIFO queue; [`Destination`]: the one or the other
//! - [`SqsQuarantine`]: rejected records into a queue, and what no message can hold into a bucket
//! - `sqs`: messages into queues
//! - [`TenantRole`]: a tenant's own credentials, for the backend
//! - [`TableRegistry`]: the tenants' table; [`item`]: what stands in it (pure)
//! - [`emf`]: metrics as log lines (pure)
//!
//! No decision about records may enter here, and no log line: what is worth one is returned.

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
pub use bridge::{Destination, SqsBridge};
pub use clients::Clients;
pub use credentials::{SESSION_TIMEOUT, TenantRole};
pub use environment::ClientsError;
pub use quarantine::{
    LargeRecords, Message as QuarantineMessage, QuarantineGroup, QuarantineQueue, SqsQuarantine,
};
pub use registry::TableRegistry;
