//! The real `kinesis-router` over HTTP: its Runtime API, Lambda's Invoke and SQS are scripted, everything else is as
//! deployed.
//!
//! - `verdicts`: every row of the verdict table, and what the stream is told; `order`: partition keys within a tenant
//! - `aggregates`: what the Kinesis Producer Library packs; `bad_input`: records and events that are none
//! - `bridge`: records that go to a FIFO queue instead; `shard`: the router behind an event source mapping

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod aggregates;
mod bad_input;
mod bridge;
mod order;
mod setup;
mod shard;
mod verdicts;
