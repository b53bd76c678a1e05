//! What the crate promises, tested on its public interface alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected fails by panicking")]

mod common;
mod completeness;
mod properties;
mod reasons;
mod reference;
mod walk;
