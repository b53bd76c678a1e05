//! The real `sqs-router` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED` and
//! `CHAOS_ROUNDS` are the crate `chaos`'s.

use std::path::Path;

use chaos::{Source, run_bridged_rounds, run_rounds};

const ROUTER: &str = env!("CARGO_BIN_EXE_sqs-router");

#[test]
fn a_fifo_queue_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    run_rounds(Source::FifoQueue, ROUTER, 2);
}

#[test]
fn a_standard_queue_loses_nothing_and_misroutes_nothing_whatever_fails() {
    run_rounds(Source::StandardQueue, ROUTER, 2);
}

#[test]
fn a_buffered_bus_loses_nothing_and_misroutes_nothing_whatever_fails() {
    run_rounds(Source::BufferedBus, ROUTER, 2);
}

#[test]
fn a_bridged_stream_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    let drain = Path::new(ROUTER);
    let stream = testbed::binaries::build_beside(drain, Source::Bridge.router()).unwrap();
    run_bridged_rounds(&stream, drain, 2);
}
