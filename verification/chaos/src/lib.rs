//! Runs real routers while the services around them fail, and checks the router's promises. The chaos test of every router
//! and the soak use this crate. It must not depend on the crates of the product, so that a fault there cannot hide itself.
//!
//! Read the modules in this order:
//!
//! - [`world`]: a source's routers and the services around them; [`round`]: the parameters of one round
//! - [`message`]: the messages of a round, some of which have no tenant; `body`: the identifier in a body; [`tenants`]: their
//!   tenants and the registry
//! - [`faults`]: the faults, drawn from a seed; `deployment`: the scripts of the services; `services`: their endpoints
//! - [`source`]: the sizes and promises of each source; `config`: the configurations of the routers
//! - `queue`, `stream`, `bus`, `pipe`, `task`: delivery of records and the effect of a response; `bridge`: the queue between
//!   two routers; `kinesis`, `dynamodb`: messages as records of a stream
//! - [`history`]: the events of a round; [`checker`]: the promises as a function of a history; [`account`]: the messages,
//!   counted by what became of them; [`round_report`]: the result
//! - [`run_rounds`]: the number of rounds and their seeds

#![allow(clippy::missing_panics_doc, reason = "a panic is the failure of a test")]
#![allow(clippy::panic, reason = "as above")]

pub mod account;
mod body;
mod bridge;
mod bus;
pub mod checker;
mod config;
mod deployment;
mod dynamodb;
pub mod faults;
pub mod history;
mod kinesis;
pub mod message;
mod pipe;
mod queue;
pub mod round;
pub mod round_report;
mod services;
pub mod source;
mod stream;
mod task;
pub mod tenants;
pub mod world;

use std::path::Path;

pub use account::Account;
pub use checker::Violation;
pub use message::Message;
pub use round::Round;
pub use round_report::RoundReport;
pub use source::{Order, Source};
pub use tenants::TenantRange;
pub use world::World;

/// Runs rounds of a source with this number of execution environments of its router. Each round has its own seed.
///
/// `CHAOS_SEED` repeats the faults of an earlier run. `CHAOS_ROUNDS` is the number of rounds (default 1).
pub fn run_rounds(source: Source, bootstrap: &str, environments: usize) {
    play(source, || World::start(source, bootstrap.as_ref(), environments, &[]));
}

/// Runs rounds of a stream's router with a bridge, and of the router that drains the bridge.
pub fn run_bridged_rounds(bootstrap: &Path, drain: &Path, environments: usize) {
    let start = || World::start(Source::Bridge, bootstrap, environments, &[]).with_drain(drain, environments);
    play(Source::Bridge, start);
}

fn play(source: Source, start: impl Fn() -> World) {
    let seed = read_number("CHAOS_SEED").unwrap_or_else(|| fastrand::u64(..));
    for round in 0..read_number("CHAOS_ROUNDS").unwrap_or(1) {
        let seed = seed.wrapping_add(round);
        println!("{}: repeat with CHAOS_SEED={seed} CHAOS_ROUNDS=1", source.name());
        start().play(&Round::of(source, seed)).assert_promises(source, seed);
    }
}

fn read_number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} must be a whole number: it is {value}")))
}
