//! Tests of the public interface.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
mod completeness;
mod each_alone;
mod properties;
mod reasons;
mod reference;
mod walk;
