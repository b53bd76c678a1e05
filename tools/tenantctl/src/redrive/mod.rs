//! `redrive`: delivers records again that their source gave up after retries.
//!
//! - [`queue`]: sends the messages of a dead-letter queue back to their source queue, and undelivered EventBridge events
//!   to their router
//! - [`objects`]: sends the stream batches that Lambda wrote to S3 through the stream's router
//! - `discarded`: the formats that Lambda and EventBridge write (no I/O); `report`: the result

use std::path::PathBuf;

use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::transfer::{HOLD_SECONDS, hold_seconds_parser};

mod discarded;
mod objects;
mod queue;
mod report;

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RedriveArgs {
    /// The dead-letter queue, or the bucket (and prefix) to which Lambda wrote a stream's discarded batches.
    #[arg(long, value_name = "URL|ARN|NAME|s3://BUCKET/PREFIX")]
    from: String,
    /// Send the records. Without this option, the command only shows what it would do.
    #[arg(long)]
    execute: bool,
    /// Redrive at most this many messages or objects.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The queue that receives the messages; default: the source queue of each message.
    #[arg(long, value_name = "URL|ARN|NAME")]
    to: Option<String>,
    /// The router (name or ARN), for a stream's objects, and for events that EventBridge could not deliver.
    #[arg(long, value_name = "FUNCTION")]
    router: Option<String>,
    /// Also send records to --router that were meant for another or an unknown function.
    #[arg(long)]
    any_source: bool,
    /// Only messages of this tenant; needs --config.
    #[arg(long, value_name = "ID", requires = "config")]
    tenant: Option<String>,
    /// The router's configuration, which finds the tenant of a message.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The visibility timeout of received messages, in seconds (3 to 3600). If tenantctl is killed, other consumers see
    /// the messages after this time.
    #[arg(long, value_name = "N", default_value_t = HOLD_SECONDS, value_parser = hold_seconds_parser())]
    hold_seconds: u16,
}

const AFTER_HELP: &str = "\
Messages keep their body, attributes, message group and trace header; for a FIFO queue they get a new deduplication \
id. The event of an object is sent to the stream's router as a whole. The object is deleted only if the router's \
response names no failure. If an object is left, the later objects of its shard wait.

A router accepts records of any stream, so it has to be the right one: records that were meant for another function \
than --router are left.

As with quarantine replay, nothing is deleted before its records are acknowledged. A redrive that was killed can be \
run again. Records that were sent just before are then sent again. The command cannot list these, because messages \
keep the receive count of their source queue.

Exit code 1: messages or objects are left, or may be left.";

pub(crate) async fn run(
    args: RedriveArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    match args.from.strip_prefix("s3://").map(str::to_owned) {
        Some(location) => Box::pin(objects::run(args, &location, session, format)).await,
        None => Box::pin(queue::run(args, session, format)).await,
    }
}
