//! Runs the `pipes-enricher` binary while everything around it fails, and checks its guarantees. The crate `chaos` documents
//! `CHAOS_SEED` and `CHAOS_ROUNDS`.

use chaos::{Source, run_rounds};

#[test]
fn pipe_keeps_guarantees_under_chaos() {
    run_rounds(Source::Pipe, env!("CARGO_BIN_EXE_pipes-enricher"), 2);
}
