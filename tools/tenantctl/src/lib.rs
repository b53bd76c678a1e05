//! `tenantctl`, the operator's command line. It explains events, checks configurations, estimates costs, manages
//! tenants, and replays rejected records.
//!
//! Each command is a module with an arguments type and a `run` function that returns a `report::CommandOutput`: the same
//! facts as text for people and as JSON for programs. The commands decide nothing about records: they call `sources`,
//! `tenancy`, `routing` and `router` for that.
//!
//! - `cli`: the commands; `report`: their output; `error`: their errors; `session`: access to AWS
//! - `explain`, `check_config`, `cost`: need no AWS, except `check-config --live`
//! - `tenants`: the registry; `quarantine`: rejected records; `redrive`: records that a source discarded; `transfer`: what
//!   both move messages with; `text`: escapes text for terminals

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
mod text;
mod transfer;

use std::process::ExitCode;

pub use quarantine::restore::{RestoredRecord, ReturnRoute, restore};

/// Runs the command of the process's arguments.
pub async fn run() -> ExitCode {
    cli::run().await
}
