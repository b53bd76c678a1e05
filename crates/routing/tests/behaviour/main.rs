//! What the crate promises, tested on its public interface alone, in a world of scripts and virtual time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected fails by panicking")]

mod bridge;
mod dispatch;
mod invariants;
mod order;
mod preview;
mod quarantine;
mod registry;
mod report;
mod streams;
mod tasks;
mod verdicts;
mod world;
