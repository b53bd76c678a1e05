//! The rules of AWS around the router, as state machines without I/O or clock. Callers pass in the time, as the time since the
//! start of their run. A rule that more than one of the crates beside this one needs is written once, here, with the page that it
//! is from. What only one needs stays there: DynamoDB, S3 and STS in the testbed, the delivery of a rule in the simulation.
//!
//! The testbed serves these rules over HTTP, the simulation plays them in virtual time, and chaos and bench deliver with them.
//! This crate must not depend on the product, so that a fault there cannot hide itself, nor on a runtime, a clock or randomness:
//! who needs an order or a fault draws it and passes it in.
//!
//! Read the modules in this order:
//!
//! - [`sqs`]: [`Queue`](sqs::Queue), a standard or FIFO queue, and what a request to it may hold
//! - [`response`]: what an event source mapping reads in the response of a function
//! - [`shard`]: [`Shard`](shard::Shard), a shard of a stream with its event source mapping
//! - [`invoke`]: what Invoke accepts, and [`QueuedEvent`](invoke::QueuedEvent), an event of an asynchronous invocation
//! - [`events`]: the events of SQS, Kinesis with its aggregates, DynamoDB, EventBridge and Pipes

pub mod events;
pub mod invoke;
pub mod response;
pub mod shard;
pub mod sqs;
