//! `tenantctl tenants`: the real binary against a DynamoDB server on loopback.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod changes;
mod cli;
mod errors;
mod import;
mod import_errors;
mod listing;
mod router_reads;
