//! Reads the events of all sources into records, makes one tenant's records into an event again, and reads and writes
//! partial batch responses.
//!
//! This crate is pure. It must not depend on an AWS client, a clock, or `tenancy`. It does not decide which tenant a
//! record belongs to.
//!
//! The modules, in reading order:
//!
//! - [`record`]: [`Record`] and [`Batch`], which borrow from the event
//! - `source`: the trait [`Source`]; [`Sqs`], [`Kinesis`], [`DynamoDb`], [`EventBridge`] and [`Pipes`] implement it
//! - [`kind`]: the list of all sources
//! - `envelope`: the envelope `{"Records":[…]}` that the events of all event source mappings share
//! - `object`: reading the fields of a JSON object
//! - `sqs`, `kinesis`, `dynamodb`, `eventbridge`, `pipes`: one source each
//! - `aggregate`, `user_record`: the records that the Kinesis Producer Library packs into one Kinesis record
//! - `bridged`: the records of a stream that a bridge put into an SQS FIFO queue
//! - `item_key`: the primary key of a DynamoDB item
//! - [`task`]: the payload of a Step Functions task
//! - [`sub_batch`]: the event of some of a batch's records, byte for byte
//! - [`partial_batch`]: the partial batch response, read from a backend and written to a source
//!
//! A new source is one file next to `sqs.rs` and a variant of [`Kind`]; its binary is in `lambdas/`.
//!
//! ```
//! use sources::{Source, Sqs, sub_batch};
//!
//! let event = r#"{"Records":[{"messageId":"m-1","body":"{}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders"}]}"#;
//! let batch = Sqs::default().decode(event)?;
//! assert_eq!(batch.records[0].id(), "m-1");
//! assert_eq!(sub_batch::event_of(batch.records.iter()), event);
//! # Ok::<(), sources::EventError>(())
//! ```

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
pub use record::{Batch, Condition, FailureSemantics, Order, Record, ResponseMode};
pub use source::{EventError, Source, Undecodable};
pub use sqs::Sqs;
