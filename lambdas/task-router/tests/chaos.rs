//! The real `task-router` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED`
//! and `CHAOS_ROUNDS` are the crate `chaos`'s.

use chaos::{Source, run_rounds};

#[test]
fn a_task_runs_for_its_own_tenant_and_the_name_of_its_error_says_whether_it_ran_whatever_fails() {
    run_rounds(Source::Task, env!("CARGO_BIN_EXE_task-router"), 1);
}
