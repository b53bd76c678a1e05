//! Tests the `sqs-router` binary over HTTP: the Runtime API, Lambda's Invoke and SQS are scripted.
//!
//! - `outcomes`: the outcome of a sub-batch for each response; `throttles`: retries within the invocation
//! - `reasons`: all reasons for a rejection; `quarantine`, `large_records`: what the quarantine gets
//! - `delivery`: what an Invoke carries; `order`: FIFO queues; `limits`: limits of number and size
//! - `registry`: the registry and its failures
//! - `credentials`: tenant credentials; `tls`: connections over TLS, and trusted certificates
//! - `bridged`: the queue of a bridge
//! - `bad_input`: events of other sources, and the largest events; `configuration`: what fails the init
//! - `logs`: what is logged, and what never is; `security`: further attacks of a hostile producer

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod bad_input;
mod bridged;
mod configuration;
mod credentials;
mod delivery;
mod large_records;
mod limits;
mod logs;
mod order;
mod outcomes;
mod quarantine;
mod reasons;
mod registry;
mod security;
mod setup;
mod throttles;
mod tls;
