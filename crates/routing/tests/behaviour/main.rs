//! Tests of the guarantees of `routing`, through its public interface only: with scripted ports, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected fails by panicking")]

mod bridge;
mod classification;
mod delivery;
mod invariants;
mod order;
mod preview;
mod quarantine;
mod registry;
mod report;
mod response;
mod streams;
mod tasks;
mod world;
