//! `check-config`: checks a router's configuration, and with --live the AWS resources that it names.
//!
//! - `config_text`: finds the configuration in a file
//! - `summary`: what the router does with this configuration, in a few lines
//! - `live`: the checks in AWS, one line each

pub(crate) mod config_text;
mod live;
mod summary;

use std::fmt::{Display, Formatter};

use router::{Config, ConfigError};
use serde::Serialize;

use crate::error::CommandError;
use crate::explain::input::display_name;
use crate::report::{CommandOutcome, CommandOutput};
use crate::session::AwsSession;
use live::LiveCheck;
use summary::ConfigSummary;

/// Checks a router's configuration with the code that the router runs at init, and describes what the router does.
/// With --live also checks in AWS that the resources of the configuration exist and may be used.
#[derive(clap::Args)]
#[command(after_help = "\
The configuration may be the bare JSON, or a file that holds it as TENANT_ROUTER_CONFIG or as a
module's output.
--live only reads: each function's configuration, a dry run of its Invoke, one read of the
registry that finds nothing, the queues' attributes, the bucket's head. It uses the permissions of
this shell's identity. With --assume-role ARN it uses the router's role, which must let you assume
it.

Exit code 1: the configuration is wrong, or a live check failed.")]
pub(crate) struct CheckConfigArgs {
    /// The configuration; - for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    file: String,
    /// Also check the resources in AWS.
    #[arg(long)]
    live: bool,
    /// Use this role for the checks in AWS. Name the router's role to check its permissions.
    #[arg(long, value_name = "ARN", requires = "live")]
    assume_role: Option<String>,
}

/// The report of `check-config`. The tag's name is part of the JSON output.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum CheckConfigReport {
    Good {
        place: String,
        #[serde(flatten)]
        summary: ConfigSummary,
        /// Only with --live.
        #[serde(skip_serializing_if = "Option::is_none")]
        live: Option<live::LiveReport>,
    },
    Wrong {
        place: String,
        field: String,
        problem: String,
        remedy: String,
    },
}

pub(crate) async fn run(args: &CheckConfigArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let (text, place) = (config_text::read(&args.file)?, display_name(&args.file));
    let config = match Config::parse_any(&text) {
        Ok(config) => config,
        Err(ConfigError { field, problem, remedy }) => {
            return CommandOutput::new(
                &CheckConfigReport::Wrong { place, field, problem, remedy },
                CommandOutcome::Findings,
            );
        }
    };
    let live = if args.live {
        // Boxed, because its size would enlarge the future of every command.
        Some(Box::pin(live::run_checks(&config, session, args.assume_role.as_deref())).await?)
    } else {
        None
    };
    let failed = live.iter().flat_map(|report| &report.checks).any(LiveCheck::failed);
    CommandOutput::new(
        &CheckConfigReport::Good { place, summary: ConfigSummary::of(&config), live },
        CommandOutcome::success_if(!failed),
    )
}

impl Display for CheckConfigReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Good { place, summary, live } => {
                writeln!(out, "{place}: a good configuration for {}", summary.router)?;
                write!(out, "{summary}")?;
                live.iter().try_for_each(|live| write!(out, "\n{live}"))
            }
            Self::Wrong { place, field, problem, remedy } => {
                writeln!(
                    out,
                    "{place}: the configuration is wrong: {}: {field}: {problem}: {remedy}",
                    router::VARIABLE
                )
            }
        }
    }
}
