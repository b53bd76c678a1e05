//! The commands that list, explain, replay and discard the rejected records of a quarantine queue.
//!
//! - The commands: [`ls`], [`show`], [`stats`], [`replay`], [`discard`]. Each opens a [`context`] and reads the queue
//!   with a [`scan`].
//! - Without I/O: `rejection` (what the router wrote), `filter`, `tenant`, `record`, `edit`, `age`, `restore`.

use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat};
use crate::session::AwsSession;

mod age;
mod context;
mod discard;
mod edit;
mod filter;
mod ls;
mod record;
mod rejection;
mod replay;
pub(crate) mod restore;
mod show;
mod stats;
mod tenant;

#[derive(clap::Subcommand)]
pub(crate) enum QuarantineCommand {
    /// List rejected records, one per line.
    #[command(after_help = AFTER_HELP)]
    Ls(Box<ls::QuarantineLsArgs>),
    /// Show one rejected record: the reason, the remedy, the record, and what a replay would do.
    #[command(after_help = AFTER_HELP)]
    Show(Box<show::QuarantineShowArgs>),
    /// Count rejected records by reason, source, day and tenant.
    #[command(after_help = AFTER_HELP)]
    Stats(Box<stats::QuarantineStatsArgs>),
    /// Send rejected records back to their routers, after the cause is fixed. A dry run, unless --execute is given.
    Replay(Box<replay::ReplayArgs>),
    /// Delete rejected records that are no longer needed. A dry run, unless --execute is given.
    Discard(Box<discard::DiscardArgs>),
}

const AFTER_HELP: &str = "\
This command receives messages, and makes all of them visible again at its end, also when it is interrupted. It \
sees only what SQS returns: no messages that are in flight, and at most ten messages of each message group of a \
FIFO queue. Notes at the end say when messages may be missing.

Exit code 1: there are messages that are not rejected records.";

pub(crate) async fn run(
    command: QuarantineCommand,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    match command {
        QuarantineCommand::Ls(args) => Box::pin(ls::run(*args, session, format)).await,
        QuarantineCommand::Show(args) => Box::pin(show::run(*args, session, format)).await,
        QuarantineCommand::Stats(args) => Box::pin(stats::run(*args, session, format)).await,
        QuarantineCommand::Replay(args) => Box::pin(replay::run(*args, session, format)).await,
        QuarantineCommand::Discard(args) => Box::pin(discard::run(*args, session, format)).await,
    }
}
