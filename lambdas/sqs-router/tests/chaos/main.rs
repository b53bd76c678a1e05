//! The real `sqs-router` under everything that can go wrong at once, checked against what it promises.
//!
//! - `message`: what is sent; `queue`: a model of SQS, standard and FIFO, with redelivery
//! - `faults`: what goes wrong, drawn from a seed; `estate`: Lambda, the backend and the quarantine, going wrong
//! - `history`: everything that happened, in its order; `checker`: the promises, as a function of a history
//! - `checker_tests`: the checker catches a history that breaks them
//!
//! `CHAOS_SEED` repeats a run's faults; `CHAOS_ROUNDS` sets how many rounds each test plays (1 without it), each with a
//! seed of its own.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod checker;
mod checker_tests;
mod estate;
mod faults;
mod history;
mod message;
mod queue;
mod round;

use crate::round::{Kind, play};

#[test]
fn a_fifo_queue_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    rounds(Kind::Fifo);
}

#[test]
fn a_standard_queue_loses_nothing_and_misroutes_nothing_whatever_fails() {
    rounds(Kind::Standard);
}

fn rounds(kind: Kind) {
    let seed = number("CHAOS_SEED").unwrap_or_else(|| fastrand::u64(..));
    for round in 0..number("CHAOS_ROUNDS").unwrap_or(1) {
        let seed = seed.wrapping_add(round);
        println!("{kind:?}: repeat with CHAOS_SEED={seed} CHAOS_ROUNDS=1");
        play(kind, seed);
    }
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is {value}: give a whole number")))
}
