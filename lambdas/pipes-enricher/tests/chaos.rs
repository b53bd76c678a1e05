//! The real `pipes-enricher` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED`
//! and `CHAOS_ROUNDS` are the crate `chaos`'s.

use chaos::{Source, run_rounds};

#[test]
fn a_pipe_goes_on_with_each_tenants_own_and_loses_nothing_whatever_fails() {
    run_rounds(Source::Pipe, env!("CARGO_BIN_EXE_pipes-enricher"), 2);
}
