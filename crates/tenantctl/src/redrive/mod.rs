//! What a source gave up is handed out again.
//!
//! - [`queue`]: the messages of a dead-letter queue, back to the queue that gave them up; a bus's events to their
//!   router
//! - [`objects`]: the events of a stream that Lambda kept in S3, through the stream's router
//! - `discarded`: what Lambda writes there (pure); `report`: what came of it

use std::path::PathBuf;

use crate::error::CommandError;
use crate::quarantine::context::hold_seconds_parser;
use crate::quarantine::holds::HOLD_SECONDS;
use crate::report::{OutputFormat, CommandOutput};
use crate::session::AwsSession;

mod discarded;
mod objects;
mod queue;
mod report;

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RedriveArgs {
    /// The dead-letter queue, or the bucket (and prefix) to which Lambda wrote what it gave up of a stream.
    #[arg(long, value_name = "URL|ARN|NAME|s3://BUCKET/PREFIX")]
    from: String,
    /// Do it. Without this, only what would be done is told.
    #[arg(long)]
    execute: bool,
    /// Hand out this many messages or objects at most.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Where messages go; default: the queue that gave each of them up.
    #[arg(long, value_name = "URL|ARN|NAME")]
    to: Option<String>,
    /// The router (name or ARN), for a stream's objects, and for events that a bus could not deliver.
    #[arg(long, value_name = "FUNCTION")]
    router: Option<String>,
    /// Hand --router also what was another function's, or does not say whose it was.
    #[arg(long)]
    any_source: bool,
    /// Only messages of this tenant; needs --config.
    #[arg(long, value_name = "ID", requires = "config")]
    tenant: Option<String>,
    /// The router's configuration, to find a message's tenant.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// For how long others do not see what is looked at, should tenantctl be killed.
    #[arg(long, value_name = "N", default_value_t = HOLD_SECONDS, value_parser = hold_seconds_parser())]
    hold_seconds: u16,
}

const AFTER_HELP: &str = "\
Messages keep body, attributes, message group and trace header; a FIFO queue gets a new deduplication id. An \
object's event is handed to the stream's router as a whole, and the object is deleted only when the router names \
no failure; the rest of its shard waits behind one that is left.

A router takes any stream's records, so that it has to be the right one: what Lambda or the bus had for another \
function than --router is left.

As with quarantine replay, nothing is deleted before the other side has acknowledged it. A redrive that is \
killed can be run again; what it had just handed out is then handed out once more. Messages come with the \
receive counts of their first queue, so which ones cannot be told.

Exit code 1: something is left, or may be.";

pub(crate) async fn run(args: RedriveArgs, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    match args.from.strip_prefix("s3://").map(str::to_owned) {
        Some(place) => Box::pin(objects::run(args, &place, session, format)).await,
        None => Box::pin(queue::run(args, session, format)).await,
    }
}
