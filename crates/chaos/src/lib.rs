//! What every router's chaos test and the soak share: real routers under everything that can go wrong at once, checked
//! against what they promise.
//!
//! - [`world`]: a source's routers and the services around them; [`round`]: what is played with them
//! - [`message`]: what is sent: tenants' own, and some that belong to nobody
//! - [`faults`]: what goes wrong, drawn from a seed; `estate`: who answers so; `stage`: where it is asked
//! - [`source`]: what each source's router is told and promises; `queue`, `stream`, `bus`, `pipe`, `task`: how records
//!   are handed out and what is made of the answer; `bridge`: the queue between two routers; `kinesis`, `dynamodb`:
//!   messages as a stream's records
//! - [`history`]: everything that happened, in its order; [`checker`]: the promises, as a function of a history;
//!   [`account`]: what a round came to
//! - [`rounds`]: how often a test is played, and with which seeds

#![allow(clippy::missing_panics_doc, reason = "a test's failure")]
#![allow(clippy::panic, reason = "as above")]

pub mod account;
mod bridge;
mod bus;
pub mod checker;
mod dynamodb;
mod estate;
pub mod faults;
pub mod history;
mod kinesis;
pub mod message;
mod pipe;
mod queue;
pub mod round;
pub mod source;
mod stage;
mod stream;
mod task;
pub mod world;

use std::path::Path;

pub use account::Account;
pub use checker::{Order, Violation};
pub use message::{Crowd, Message};
pub use round::Round;
pub use source::Source;
pub use world::World;

/// Plays a source's rounds with a number of its router's environments, each round with a seed of its own. `CHAOS_SEED`
/// repeats a run's faults; `CHAOS_ROUNDS` sets how many rounds there are (1 without it).
pub fn rounds(source: Source, bootstrap: &str, environments: usize) {
    play(source, || World::start(source, bootstrap.as_ref(), environments, &[]));
}

/// The same for a stream's router whose records go over a bridge, and the router that drains it.
pub fn rounds_over_a_bridge(bootstrap: &Path, drain: &Path, environments: usize) {
    let start = || World::start(Source::Bridge, bootstrap, environments, &[]).drained_by(drain, environments);
    play(Source::Bridge, start);
}

fn play(source: Source, start: impl Fn() -> World) {
    let seed = number("CHAOS_SEED").unwrap_or_else(|| fastrand::u64(..));
    for round in 0..number("CHAOS_ROUNDS").unwrap_or(1) {
        let seed = seed.wrapping_add(round);
        println!("{}: repeat with CHAOS_SEED={seed} CHAOS_ROUNDS=1", source.name());
        start().play(&Round::of(source, seed)).prove(source, seed);
    }
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is {value}: give a whole number")))
}
