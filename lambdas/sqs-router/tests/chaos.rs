//! The real `sqs-router` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED` and
//! `CHAOS_ROUNDS` are the crate `chaos`'s.

use chaos::{Source, rounds};

const ROUTER: &str = env!("CARGO_BIN_EXE_sqs-router");

#[test]
fn a_fifo_queue_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    rounds(Source::FifoQueue, ROUTER, 2);
}

#[test]
fn a_standard_queue_loses_nothing_and_misroutes_nothing_whatever_fails() {
    rounds(Source::StandardQueue, ROUTER, 2);
}
