//! Tests the `dynamodb-router` binary over HTTP: the Runtime API, Lambda's Invoke and SQS are scripted.
//!
//! - `changes`: how the tenant of a change is found
//! - `outcomes`: responses of the backend, and the router's response to the stream
//! - `bad_input`: invalid records and events of other sources

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod bad_input;
mod changes;
mod outcomes;
mod setup;
