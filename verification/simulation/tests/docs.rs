//! `simulate --check-docs` fails if the page of the documentation differs from the results.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

/// Runs `simulate`, and returns whether it succeeded and what it printed.
fn simulate(folder: &Path, seed: &str, option: &str) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.args(["--histories", "50", "--seed", seed, option]).current_dir(folder);
    let done = command.output().unwrap();
    (done.status.success(), String::from_utf8(done.stdout).unwrap())
}

#[test]
fn differing_page_fails_with_the_command_that_updates_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    std::fs::create_dir_all(folder.join("docs/figures")).unwrap();
    assert!(simulate(&folder, "1", "--write-docs").0);

    let (is_so, printed) = simulate(&folder, "1", "--check-docs");
    assert!(is_so && printed.ends_with(" passed, 0 failed\n"), "{printed}");

    let (is_so, printed) = simulate(&folder, "2", "--check-docs");
    assert!(!is_so && printed.ends_with(" passed, 1 failed\n"), "{printed}");
    let command = "update it with ./taskw simulate -- --histories 50 --seed 2 --write-docs\n";
    assert!(printed.contains(command), "{printed}");
}
