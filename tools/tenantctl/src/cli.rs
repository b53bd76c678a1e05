//! The command line: global options and commands.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat, print};
use crate::session::AwsSession;
use crate::{check_config, cost, explain, quarantine, redrive, tenants};

/// Explains where records go, fixes and replays rejected ones, manages tenants, checks configurations, estimates cost.
#[derive(Parser)]
#[command(name = "tenantctl", version, max_term_width = 120, after_help = AFTER_HELP, arg_required_else_help = true)]
struct Cli {
    /// Write JSON: one object on standard output; an error as one object on standard error.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    session: AwsSession,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
To find, explain, fix and replay a rejected record:
  tenantctl quarantine stats  --queue URL
  tenantctl quarantine ls     --queue URL --reason unknown_tenant
  tenantctl quarantine show   --queue URL MESSAGE_ID
  tenantctl tenants add       --table TABLE acme
  tenantctl quarantine replay --queue URL --reason unknown_tenant            (a dry run)
  tenantctl quarantine replay --queue URL --reason unknown_tenant --execute

Exit codes: 0 done, no problem found; 1 done, a problem found (a rejected record, a wrong configuration, records left
over); 2 wrong arguments; 3 AWS or a file cannot be used.";

#[derive(Subcommand)]
enum Command {
    /// Explain for each record of an event which tenant it has and what the router does with it. Needs no AWS.
    Explain(explain::ExplainArgs),
    /// Check a router's configuration as the router does at init; with --live also against AWS.
    CheckConfig(check_config::CheckConfigArgs),
    /// Manage the tenants of the registry.
    #[command(subcommand)]
    Tenants(tenants::TenantsCommand),
    /// Inspect, replay and discard the rejected records of a quarantine queue.
    #[command(subcommand)]
    Quarantine(quarantine::QuarantineCommand),
    /// Redeliver what a source discarded: the messages of a dead-letter queue, the objects of a failure bucket.
    Redrive(redrive::RedriveArgs),
    /// Estimate what the router costs in a month, from your numbers and prices. Needs no AWS.
    Cost(cost::CostArgs),
    /// Write a shell's completions to standard output.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the command of the arguments.
pub(crate) async fn run() -> ExitCode {
    let Cli { json, session, command } = Cli::parse();
    let format = if json { OutputFormat::Json } else { OutputFormat::Text };
    let result = execute(command, &session, format).await;
    print(format, result)
}

async fn execute(
    command: Command,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    match command {
        Command::Explain(args) => explain::run(&args),
        Command::CheckConfig(args) => check_config::run(&args, session).await,
        Command::Tenants(command) => tenants::run(command, session, format).await,
        Command::Quarantine(command) => quarantine::run(command, session, format).await,
        Command::Redrive(args) => redrive::run(args, session, format).await,
        Command::Cost(args) => cost::run(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "tenantctl", &mut std::io::stdout());
            Ok(CommandOutput::empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
