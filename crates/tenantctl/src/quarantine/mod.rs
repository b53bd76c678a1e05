//! Rejected records in a quarantine queue: found, understood, given back or thrown away.
//!
//! - the commands: [`ls`], [`show`], [`stats`], [`replay`], [`discard`]; each begins at a [`desk`] and takes a [`look`]
//! - pure: `message` (what the router wrote), `filter`, `whose`, `function`, `record`, `outgoing`, `edit`, `lanes`,
//!   `text`, `age`, `restored`; and `handing`, the order in which a message may be sent, acknowledged and deleted
//! - AWS: `estate`, `queue` and its `wire`, `holding` (what nobody else receives meanwhile), `stored`, `invoke`, `work`

use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutput};
use crate::session::AwsSession;

mod age;
mod backup;
pub(crate) mod context;
mod discard;
mod edit;
pub(crate) mod clients;
pub(crate) mod filter;
pub(crate) mod function;
pub(crate) mod transfer;
pub(crate) mod holds;
pub(crate) mod invoke;
pub(crate) mod ordering;
pub(crate) mod scan;
mod ls;
pub(crate) mod message;
pub(crate) mod outgoing;
pub(crate) mod progress;
pub(crate) mod queue;
pub(crate) mod record;
mod replay;
pub(crate) mod restore;
mod show;
mod stats;
pub(crate) mod stop;
mod stored;
pub(crate) mod text;
mod tenant;
mod conversion;
pub(crate) mod workers;

#[derive(clap::Subcommand)]
pub(crate) enum QuarantineCommand {
    /// List rejected records, one a line.
    #[command(after_help = AFTER_HELP)]
    Ls(Box<ls::QuarantineLsArgs>),
    /// Tell all about one rejected record: the reason, the remedy, the record, what a replay would do.
    #[command(after_help = AFTER_HELP)]
    Show(Box<show::QuarantineShowArgs>),
    /// Count rejected records by reason, source, day and tenant.
    #[command(after_help = AFTER_HELP)]
    Stats(Box<stats::QuarantineStatsArgs>),
    /// Give rejected records back to their routers, once the cause is mended. A dry run, unless --execute is given.
    Replay(Box<replay::ReplayArgs>),
    /// Delete rejected records that nobody wants. A dry run, unless --execute is given.
    Discard(Box<discard::DiscardArgs>),
}

const AFTER_HELP: &str = "\
Looking receives messages and gives them back at the end, also when it is interrupted. SQS gives out what it has \
at hand: what others hold is not seen, and of a FIFO queue ten messages of each group at most; the last lines \
say so where it matters.

Exit code 1: there are messages that are no rejected records.";

pub(crate) async fn run(command: QuarantineCommand, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    match command {
        QuarantineCommand::Ls(args) => Box::pin(ls::run(*args, session, format)).await,
        QuarantineCommand::Show(args) => Box::pin(show::run(*args, session, format)).await,
        QuarantineCommand::Stats(args) => Box::pin(stats::run(*args, session, format)).await,
        QuarantineCommand::Replay(args) => Box::pin(replay::run(*args, session, format)).await,
        QuarantineCommand::Discard(args) => Box::pin(discard::run(*args, session, format)).await,
    }
}
