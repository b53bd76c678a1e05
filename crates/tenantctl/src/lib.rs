//! The operator's command line. Each command is a room with an `Args` and a `run` that returns a `report::Report`;
//! what it found is told once as text for people and once as JSON for programs.
//!
//! - `cli`: the commands; `report`: how they answer; `error`: what went wrong, where, what to do
//! - `session`: AWS, as the operator's shell is set up for it
//! - `explain`, `check_config`, `cost`: need no AWS (`check-config --live` does)
//! - `tenants`: the registry; `quarantine`, `redrive`: rejected and given-up records

mod check_config;
mod cli;
mod cost;
mod error;
mod explain;
mod quarantine;
mod redrive;
mod report;
mod session;
mod tenants;

use std::process::ExitCode;

pub use quarantine::restore::{RestoredRecord, ReturnRoute, restore};

/// Runs the command that the process's arguments name.
pub async fn run() -> ExitCode {
    cli::run().await
}
