//! Is a router's configuration good? And, where that is asked for, does what it names exist and work?
//!
//! - `text`: where the configuration stands; `outline`: what it says, read for telling
//! - `summary`: what the router does by it, in a few lines
//! - `live`: the same against AWS, one line for each thing that was looked at

mod live;
pub(crate) mod outline;
mod summary;
pub(crate) mod config_text;

use std::fmt::{Display, Formatter};

use router::{Config, ConfigError};
use serde::Serialize;

use crate::explain::input::named;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::session::AwsSession;
use live::LiveCheck;
use outline::ConfigOutline;
use summary::ConfigSummary;

/// Checks a router's configuration with the code that the router runs at init, and says what the router does by it.
/// With --live it also asks AWS whether what the configuration names exists and may be used.
#[derive(clap::Args)]
#[command(after_help = "\
The configuration may be the bare JSON, or a file that holds it as TENANT_ROUTER_CONFIG or as a
module's output.
--live reads only: functions' configurations, a dry run of Invoke for each, one read of the
registry that finds nothing, queues' attributes, the bucket's head. It tests what the identity of
this shell may do; with --assume-role ARN what the router's own role may do, if that role lets you
assume it.

Exit code 1: the configuration is wrong, or a live check failed.")]
pub(crate) struct CheckConfigArgs {
    /// The configuration; - for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    file: String,
    /// Ask AWS as well.
    #[arg(long)]
    live: bool,
    /// Ask AWS as this role: the router's, so that what is tested is what the router may do.
    #[arg(long, value_name = "ARN", requires = "live")]
    assume_role: Option<String>,
}

/// What a check came to.
#[derive(Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
enum CheckConfigReport {
    Good {
        place: String,
        #[serde(flatten)]
        summary: ConfigSummary,
        /// Absent where AWS was not asked.
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
    let (text, place) = (config_text::read(&args.file)?, named(&args.file));
    let config = match Config::parse_any(&text) {
        Ok(config) => config,
        Err(ConfigError { field, problem, remedy }) => {
            return CommandOutput::new(&CheckConfigReport::Wrong { place, field, problem, remedy }, CommandOutcome::Findings);
        }
    };
    let outline = ConfigOutline::of(&text)?;
    let live = if args.live {
        // Boxed: it is large, and every command's future would be.
        Some(Box::pin(live::checks(&config, &outline, session, args.assume_role.as_deref())).await?)
    } else {
        None
    };
    let failed = live.iter().flat_map(|report| &report.checks).any(LiveCheck::failed);
    let outcome = if failed { CommandOutcome::Findings } else { CommandOutcome::Success };
    CommandOutput::new(&CheckConfigReport::Good { place, summary: ConfigSummary::of(&config, &outline), live }, outcome)
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
