//! The real `dynamodb-router` over HTTP: its Runtime API, Lambda's Invoke and SQS are scripted, everything else is as
//! deployed.
//!
//! - `changes`: whose an inserted, modified, removed or expired item is; `verdicts`: what the stream is told
//! - `bad_input`: records and events that are none

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod bad_input;
mod changes;
mod setup;
mod verdicts;
