//! `tenantctl tenants`, the real binary, against a DynamoDB on loopback.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod changes;
mod import;
mod import_trouble;
mod listing;
mod read_back;
mod trouble;
mod world;
