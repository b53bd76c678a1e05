//! Runs the `eventbridge-router` binary while everything around it fails, and checks its guarantees. The crate `chaos` documents
//! `CHAOS_SEED` and `CHAOS_ROUNDS`.

use chaos::{Source, run_rounds};

#[test]
fn bus_keeps_guarantees_under_chaos() {
    run_rounds(Source::EventBridge, env!("CARGO_BIN_EXE_eventbridge-router"), 1);
}
