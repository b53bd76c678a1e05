//! The commands, as the shell sees them.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutput, tell};
use crate::session::AwsSession;
use crate::{check_config, cost, explain, quarantine, redrive, tenants};

/// Finds out why a record went where it went, and mends it: rejected records, tenants, configurations, cost.
#[derive(Parser)]
#[command(name = "tenantctl", version, max_term_width = 120, after_help = AFTER_HELP, arg_required_else_help = true)]
struct Cli {
    /// Answer in JSON: one object on standard output; errors as one object on standard error.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    session: AwsSession,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
A record was rejected? Find it, learn why, mend it, replay it:
  tenantctl quarantine stats  --queue URL
  tenantctl quarantine ls     --queue URL --reason unknown_tenant
  tenantctl quarantine show   --queue URL MESSAGE_ID
  tenantctl tenants add       --table TABLE acme
  tenantctl quarantine replay --queue URL --reason unknown_tenant            (a dry run)
  tenantctl quarantine replay --queue URL --reason unknown_tenant --execute

Exit codes: 0 done, and nothing to object to; 1 done, and something was found (a rejected record, a wrong
configuration, something left over); 2 the command cannot be understood; 3 AWS or a file could not be used.";

#[derive(Subcommand)]
enum Command {
    /// Say for each record of an event whose it is and what the router does with it. Needs no AWS.
    Explain(explain::Args),
    /// Check a router's configuration as the router does at init; with --live, against AWS as well.
    CheckConfig(check_config::Args),
    /// Tenants in the registry.
    #[command(subcommand)]
    Tenants(tenants::TenantsCommand),
    /// Rejected records in a quarantine queue.
    #[command(subcommand)]
    Quarantine(quarantine::Command),
    /// Hand out again what a source gave up: the messages of a dead-letter queue, the objects of a failure bucket.
    Redrive(redrive::Args),
    /// What the router costs in a month, from your numbers and prices. Needs no AWS.
    Cost(cost::Args),
    /// Write a shell's completions to standard output.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the command that the arguments name.
pub(crate) async fn run() -> ExitCode {
    let Cli { json, session, command } = Cli::parse();
    let format = if json { OutputFormat::Json } else { OutputFormat::Text };
    let replied = reply(command, &session, format).await;
    tell(format, replied)
}

async fn reply(command: Command, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    match command {
        Command::Explain(args) => explain::run(&args),
        Command::CheckConfig(args) => check_config::run(&args, session).await,
        Command::Tenants(command) => tenants::run(command, session, format).await,
        Command::Quarantine(command) => quarantine::run(command, session, format).await,
        Command::Redrive(args) => redrive::run(args, session, format).await,
        Command::Cost(args) => cost::run(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "tenantctl", &mut std::io::stdout());
            Ok(CommandOutput::silent())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
