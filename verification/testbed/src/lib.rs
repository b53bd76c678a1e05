//! Scripted AWS APIs on loopback, for tests and benchmarks of the real binaries. The rules of AWS are those of [`aws_model`],
//! whose events and shard are exported here too.
//!
//! All functions block: the servers run on their own threads, so a test is a plain function. A script is a closure that gets
//! a request and returns its answer. All requests are recorded.
//!
//! This crate must not depend on the product. It knows only the name of the environment variable with the configuration.
//!
//! Read the modules in this order:
//!
//! - [`sandbox`]: [`Sandbox`], a Lambda execution environment for a real `bootstrap`
//! - [`runtime_api`]: the Runtime API of an execution environment, with [`Outcome`]; `invocation`: [`Invocation`]
//! - [`invoke_api`]: [`InvokeApi`], Lambda's Invoke with a script
//! - [`sqs_api`]: [`SqsApi`], `SendMessageBatch` of SQS with a script
//! - [`dynamodb_api`]: [`DynamoDbApi`], DynamoDB with tables in memory; [`sts_api`]: [`StsApi`], `AssumeRole` of STS
//! - [`sqs_queue`]: [`SqsQueues`], SQS with queues in memory; [`s3_api`]: [`Buckets`], S3 with objects in memory
//! - [`resources_api`]: [`ResourcesApi`], the AWS resources that a configuration can name
//! - [`world`]: [`World`], a router between a scripted backend and a scripted SQS
//! - [`binaries`]: builds the binaries; [`usage`]: CPU time and memory of a process
//! - `server`, `tls`, `percent`: the HTTP server of all APIs

#![allow(clippy::missing_panics_doc, reason = "a panic is the failure of a test")]
#![allow(clippy::expect_used, clippy::panic, reason = "as above")]

pub mod binaries;
pub mod dynamodb_api;
#[cfg(test)]
mod http_client;
mod invocation;
pub mod invoke_api;
mod percent;
pub mod resources_api;
pub mod runtime_api;
pub mod s3_api;
pub mod sandbox;
mod server;
pub mod sqs_api;
pub mod sqs_queue;
pub mod sts_api;
mod tls;
pub mod usage;
pub mod world;

pub use aws_model::events::dynamodb::{Change, TableStream};
pub use aws_model::events::kinesis::{DataRecord, DataStream};
pub use aws_model::events::sqs::{Message, Queue};
pub use aws_model::shard::{Bisect, Shard};
pub use aws_model::sqs::NewMessage;
pub use aws_model::{events, shard};
pub use dynamodb_api::{DynamoDbAnswer, DynamoDbApi, DynamoDbCall};
pub use invoke_api::{Answer, Call, InvokeApi};
pub use resources_api::{Function, Resources, ResourcesApi};
pub use runtime_api::{Invocation, Outcome};
pub use s3_api::Buckets;
pub use sandbox::{InitFailure, Sandbox};
pub use sqs_api::{SendBatch, SqsAnswer, SqsApi};
pub use sqs_queue::SqsQueues;
pub use sts_api::{StsAnswer, StsApi};
pub use usage::Usage;
pub use world::{Router, Setup, UNREACHABLE, World, invokes};
