//! The real `sqs-router` under everything that can go wrong at once, checked against what it promises.
//!
//! - `queue`: a model of SQS, standard and FIFO, with redelivery; `round`: two routers that work on one
//! - the crate `chaos`: the rest, which every router's test shares

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

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
    chaos::rounds(&format!("{kind:?}"), |seed| play(kind, seed));
}
