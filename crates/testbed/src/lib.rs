//! The AWS that a router sees, scripted, on loopback: for tests and benchmarks of the real binaries.
//!
//! - [`sandbox`]: [`Sandbox`], a Lambda execution environment around a real `bootstrap`
//! - [`runtime_api`]: what such an environment is spoken to in: [`Invocation`] and [`Outcome`]; `invocation`: what it gets
//! - [`invoke_api`]: [`InvokeApi`], Lambda's Invoke, answering from a script
//! - [`sqs_api`]: [`SqsApi`], SQS's `SendMessageBatch`, answering from a script
//! - [`dynamodb_api`]: [`DynamoDbApi`], DynamoDB's items, in tables that keep them
//! - [`sqs_queue`]: [`SqsQueues`], SQS's queues that keep their messages; [`s3_api`]: [`Buckets`], S3's objects
//! - [`estate_api`]: [`EstateApi`], what a configuration can name, for those who look at it
//! - [`events`]: [`Queue`] and [`Message`], SQS events as the event source mapping makes them
//! - [`kinesis`], [`dynamodb`], [`eventbridge`]: the events of the other sources
//! - [`world`]: [`World`], a router between the scripted ends
//! - [`binaries`]: built before they are run; [`usage`]: what a process costs
//! - [`stream`]: [`Shard`], a stream's event source mapping: checkpoints, tries, bisection
//!
//! Everything here blocks: the servers run on threads of their own, so a test is a plain function.
//! Scripts are closures over what was asked; what was asked is also recorded.
//! Nothing in here knows the router, but for the name of the variable that its configuration is in.

#![allow(clippy::missing_panics_doc, reason = "a testbed that cannot go on has no caller to tell")]
#![allow(clippy::expect_used, clippy::panic, reason = "as above: a panic is the test's failure")]

#[cfg(test)]
mod asking;
pub mod binaries;
pub mod dynamodb;
pub mod dynamodb_api;
pub mod estate_api;
pub mod eventbridge;
pub mod events;
mod invocation;
pub mod invoke_api;
pub mod kinesis;
mod percent;
pub mod runtime_api;
pub mod s3_api;
pub mod sandbox;
mod server;
pub mod sqs_api;
pub mod sqs_queue;
pub mod stream;
pub mod sts_api;
mod tls;
pub mod usage;
pub mod world;

pub use dynamodb::{Change, TableStream};
pub use dynamodb_api::{DynamoDbAnswer, DynamoDbApi, DynamoDbCall};
pub use estate_api::{Estate, EstateApi, Function};
pub use events::{Message, Queue};
pub use invoke_api::{Answer, Call, InvokeApi};
pub use kinesis::{DataRecord, DataStream};
pub use runtime_api::{Invocation, Outcome};
pub use s3_api::Buckets;
pub use sandbox::{InitFailure, Sandbox};
pub use sqs_api::{SendBatch, SqsAnswer, SqsApi};
pub use sqs_queue::{NewMessage, SqsQueues};
pub use stream::{Bisect, Rules, Shard};
pub use sts_api::{StsAnswer, StsApi};
pub use usage::Usage;
pub use world::{NOWHERE, Router, Setup, World, invokes};
