//! The real `sqs-router` over HTTP: its Runtime API, Lambda's Invoke and SQS are scripted, everything else is as
//! deployed.
//!
//! - `verdicts`: every row of the verdict table; `throttles`: what is tried again inside the invocation
//! - `reasons`: every reason for which a record is rejected; `quarantine`, `large_records`: what is kept of it
//! - `delivery`: what an Invoke carries; `order`: FIFO queues; `limits`: how many, how large, how long
//! - `registry`: who confirms tenants, and every way in which it may fail
//! - `credentials`: tenants' own, for the backend; `tls`: over a connection as on AWS, and who is trusted
//! - `bridged`: a queue that is a bridge from a stream
//! - `bad_input`: events that are none, and events as large as they come; `configuration`: what fails the init
//! - `logs`: what is said, and what never is; `security`: what a hostile producer may try besides

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod bad_input;
mod bridged;
mod configuration;
mod credentials;
mod delivery;
mod large_records;
mod limits;
mod logs;
mod order;
mod quarantine;
mod reasons;
mod registry;
mod security;
mod setup;
mod throttles;
mod tls;
mod verdicts;
