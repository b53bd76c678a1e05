//! The ports of [`routing`] on AWS. What happened is reported here; what it means for a record is decided there.
//!
//! - [`Clients`]: the SDK's configuration over one pool of connections, made at init;
//!   `environment`: what the SDK's variables say (pure)
//! - `answers`: how many large answers are read at a time
//! - [`LambdaBackend`]: one Invoke of the tenant-isolated function; `classify`: what Lambda's answers mean (pure)
//! - [`SqsBridge`]: a stream's records into a FIFO queue; [`Destination`]: the one or the other
//! - [`SqsQuarantine`]: rejected records into a queue, and what no message can hold into a bucket
//! - [`TenantRole`]: a tenant's own credentials, for the backend
//! - [`TableRegistry`]: the tenants' table
//! - `signed`: requests to services whose SDKs are not in here; `endpoint`: where those are (pure)
//! - [`emf`]: metrics as log lines (pure)
//!
//! No decision about records may enter here, and no log line: what is worth one is returned.

mod answers;
mod backend;
mod bridge;
mod classify;
mod clients;
mod credentials;
pub mod emf;
mod endpoint;
mod environment;
mod item;
mod quarantine;
mod registry;
mod signed;
mod xml;

pub use backend::LambdaBackend;
pub use bridge::{Destination, SqsBridge};
pub use clients::{Clients, behavior, http_client};
pub use credentials::{SESSION_TIMEOUT, TenantRole};
pub use environment::ClientsError;
pub use quarantine::{LargeRecords, QuarantineGroup, QuarantineQueue, SqsQuarantine};
pub use registry::TableRegistry;
