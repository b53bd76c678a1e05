//! What every router's chaos test shares: the real router under everything that can go wrong at once, checked against
//! what it promises.
//!
//! - [`message`]: what is sent: tenants' own, and some that belong to nobody
//! - [`faults`]: what goes wrong, drawn from a seed; [`estate`]: Lambda, the backend and the quarantine, going wrong
//! - [`history`]: everything that happened, in its order; [`checker`]: the promises, as a function of a history
//! - [`registry`](mod@registry): the table of tenants, going wrong
//! - [`stream`]: a round of a stream's router, behind a shard
//! - [`rounds`]: how often a test is played, and with which seeds
//!
//! How a source hands its records out, and what it makes of an answer, is each test's own.

#![allow(clippy::missing_panics_doc, reason = "a test's failure")]
#![allow(clippy::panic, reason = "as above")]

pub mod checker;
pub mod estate;
pub mod faults;
pub mod history;
pub mod message;
pub mod registry;
pub mod stream;

pub use checker::{Order, check};
pub use estate::{Answers, Estate};
pub use faults::Faults;
pub use history::{Event, History};
pub use message::{Message, behind_a_registry, draw};
pub use registry::{TABLE, registry};

/// Plays a test's rounds, each with a seed of its own. `CHAOS_SEED` repeats a run's faults; `CHAOS_ROUNDS` sets how many
/// rounds there are (1 without it).
pub fn rounds(name: &str, play: impl Fn(u64)) {
    let seed = number("CHAOS_SEED").unwrap_or_else(|| fastrand::u64(..));
    for round in 0..number("CHAOS_ROUNDS").unwrap_or(1) {
        let seed = seed.wrapping_add(round);
        println!("{name}: repeat with CHAOS_SEED={seed} CHAOS_ROUNDS=1");
        play(seed);
    }
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is {value}: give a whole number")))
}
