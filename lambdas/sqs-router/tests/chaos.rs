//! Runs the `sqs-router` binary while everything around it fails, and checks its guarantees. The crate `chaos` documents
//! `CHAOS_SEED` and `CHAOS_ROUNDS`.

use std::path::Path;

use chaos::{Source, run_bridged_rounds, run_rounds};

const ROUTER: &str = env!("CARGO_BIN_EXE_sqs-router");

#[test]
fn fifo_queue_keeps_guarantees_under_chaos() {
    run_rounds(Source::FifoQueue, ROUTER, 2);
}

#[test]
fn standard_queue_keeps_guarantees_under_chaos() {
    run_rounds(Source::StandardQueue, ROUTER, 2);
}

#[test]
fn buffered_bus_keeps_guarantees_under_chaos() {
    run_rounds(Source::BufferedBus, ROUTER, 2);
}

#[test]
fn bridged_stream_keeps_guarantees_under_chaos() {
    let drain = Path::new(ROUTER);
    let stream = testbed::binaries::build_beside(drain, Source::Bridge.router()).unwrap();
    run_bridged_rounds(&stream, drain, 2);
}
