//! The real `eventbridge-router` under everything that can go wrong at once, checked against what it promises.
//! `CHAOS_SEED` and `CHAOS_ROUNDS` are the crate `chaos`'s.

use chaos::{Source, run_rounds};

#[test]
fn a_bus_loses_nothing_and_misroutes_nothing_whatever_fails() {
    run_rounds(Source::EventBridge, env!("CARGO_BIN_EXE_eventbridge-router"), 1);
}
