//! Each event source's envelope: how an event is taken apart into records, how one tenant's records are
//! put together again for the backend, and how the source is answered. Pure: no AWS client, no clock, no tenant.
//!
//! - [`record`]: [`Record`] and [`Batch`], borrowed from the event
//! - [`Source`]: what a source has to know; [`Sqs`], [`Kinesis`], [`DynamoDb`], [`EventBridge`] and [`Pipes`] are some
//! - [`kind`]: every source there is; `envelope`: what event source mappings' events have in common
//! - [`task`]: the payload of a Step Functions task
//! - `aggregate`, `user_record`: what the Kinesis Producer Library packs, unpacked; `bridged`: a stream in a queue;
//!   `item_key`: what tells the items of a table apart
//! - [`sub_batch`]: the native event of some of a batch's records, byte for byte
//! - [`partial_batch`]: the partial batch response, read from the backend and written to the source
//!
//! A new source is one file beside `sqs.rs`.

mod aggregate;
mod bridged;
mod dynamodb;
mod envelope;
mod eventbridge;
mod item_key;
pub mod kind;
mod kinesis;
mod object;
pub mod partial_batch;
mod pipes;
pub mod record;
mod source;
mod sqs;
pub mod sub_batch;
pub mod task;
mod user_record;

pub use dynamodb::DynamoDb;
pub use eventbridge::EventBridge;
pub use kind::Kind;
pub use kinesis::Kinesis;
pub use pipes::Pipes;
pub use record::{ResponseMode, Batch, Condition, FailureSemantics, Order, Record};
pub use source::{EventError, Source, Undecodable};
pub use sqs::Sqs;
