//! Runs the `task-router` binary while everything around it fails, and checks its guarantees. The crate `chaos` documents
//! `CHAOS_SEED` and `CHAOS_ROUNDS`.

use chaos::{Source, run_rounds};

#[test]
fn task_keeps_guarantees_under_chaos() {
    run_rounds(Source::Task, env!("CARGO_BIN_EXE_task-router"), 1);
}
