//! Tests the `kinesis-router` binary over HTTP: the Runtime API, Lambda's Invoke and SQS are scripted.
//!
//! - `outcomes`: responses of the backend, and the router's response to the stream
//! - `order`: partition keys within a tenant; `aggregates`: aggregates of the Kinesis Producer Library
//! - `bad_input`: invalid records and events of other sources
//! - `bridge`: records that go to a FIFO queue; `shard`: the router behind an event source mapping

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod aggregates;
mod bad_input;
mod bridge;
mod order;
mod outcomes;
mod setup;
mod shard;
