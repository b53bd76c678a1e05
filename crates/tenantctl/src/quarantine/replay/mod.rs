//! Rejected records are given back to their routers.
//!
//! - `plan`: what that means for one record (pure); `run`: all of them, window by window; `report`: what came of it

use std::path::PathBuf;

use tenancy::{Grammar, Rules, Selector, TenantId};

use super::backup::BackupFile;
use super::context::{QuarantineContext, QueueArgs};
use super::edit::{TenantIdChange, ReplacedPart};
use super::filter::RecordFilter;
use super::holds::MessageHolds;
use super::invoke::Router;
use super::scan::QueueScan;
use super::queue::QueueClient;
use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutcome, CommandOutput};
use crate::session::AwsSession;
use plan::ReplayOptions;
use run::ReplayRun;

pub(crate) mod plan;
mod report;
mod run;

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: RecordFilter,
    /// Do it. Without this, only what would be done is told.
    #[arg(long)]
    execute: bool,
    /// Replay this many at most.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Send records of queues to this queue instead of their own.
    #[arg(long, value_name = "URL|ARN|NAME")]
    to: Option<String>,
    /// The source's router (name or ARN), for records of streams and events, which cannot be put back. Only what it set
    /// aside itself is replayed.
    #[arg(long, value_name = "FUNCTION")]
    router: Option<String>,
    /// Take also what another one than --router, or somebody unknown, set aside; with --to, records of several sources.
    #[arg(long)]
    any_source: bool,
    /// Set the tenant id at --path to this one. With --config, only what the selector of that path takes is replaced;
    /// without, only a text that is an id and nothing else. The original is told and kept in an attribute.
    #[arg(long, value_name = "ID", requires = "path")]
    fix_tenant: Option<String>,
    /// Where the tenant id stands, as a selector's path: $.body.tenantId, $.attributes.MessageGroupId.
    #[arg(long, value_name = "PATH", requires = "fix_tenant")]
    path: Option<String>,
    /// Append each message that --fix-tenant changes to this file before it is handed on, one JSON object a line, with
    /// its record as it was. Needed for records of streams and events.
    #[arg(long, value_name = "FILE", requires = "fix_tenant")]
    to_file: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
A record of a queue is sent to that queue again: body, attributes, message group and trace header as they were, \
with a new deduplication id and the attribute tenant_router_replay, which names the quarantine's message. A \
record of a stream or an EventBridge event has no way back into its source, so the source's router is invoked \
with it, and waited for: if it names no failure, the record is settled, which means delivered, or set aside \
again as a new message.

A router takes any stream's records, so that it has to be the right one: what was set aside by another function \
than --router is left. SQS says who sent a message, and of a function that is its name. Without --router, \
records of queues go back to their queues if a function set them aside. --to another queue than their own takes \
records of one source; pick it with --source.

A replay opens no door: the router checks each record as if it were new, with selectors, agreement, grammar and \
registry. A record that is sent again has you as its sender, so a tenant with principals takes it only if you \
are one of them. --fix-tenant needs a filter that says which records are meant.

Nothing is deleted from the quarantine before the other side has acknowledged it, so a replay that breaks off, \
or is killed, loses nothing; run it again. What it had just handed on is then handed on once more: messages that \
were received before are told as possible repeats (a scan with ls counts as well), and repeats carry the same \
tenant_router_replay. Two replays at once do not get in each other's way.

In a FIFO quarantine each message group is replayed in its order, and stops at the first record that is left; so \
do records of one order key in any other. There, records are put in order a thousand at a time, and the order \
of one thousand and the next is not restored. A record in S3 that cannot be read has no known key there, and \
holds nothing up.

What is set aside again, or arrives, while this runs is left, and told: it is not replayed in circles. By this \
machine's clock, so keep that right.

Exit code 1: something is left, or may be.";

pub(crate) async fn run(args: ReplayArgs, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    let fix = parse_fix(&args)?;
    let saved = args.to_file.is_some();
    let backup = args.to_file.as_deref().filter(|_| args.execute).map(BackupFile::open).transpose()?;
    let source = args.filter.source.is_some();
    let context = QuarantineContext::open(&args.queue.queue, args.filter, session, format).await?;
    let fix = fix.map(|fix| narrow_by_config(fix, context.rules())).transpose()?;
    let to = match &args.to {
        Some(to) => Some(QueueClient::open(&context.clients, to).await?),
        None => None,
    };
    if to.as_ref().is_some_and(|to| to.url() == context.queue.url()) {
        return Err(CommandError::usage("--to", "it is the quarantine itself", "name the source's queue"));
    }
    let router = args
        .router
        .clone()
        .map(|function| context.clients.lambda(&function).map(|client| RouterFunction { client, function }));
    let router = router.transpose()?;
    let to = to.map(|to| to.url().to_owned());
    let options = ReplayOptions { to, router: args.router, fix, saved, any_source: args.any_source };
    let holds = MessageHolds::new(&context.queue, args.queue.hold_seconds);
    let scan = QueueScan::new(&context, &holds);
    let mut replay = ReplayRun::new(scan, options, router, backup, args.execute);
    replay.is_single_source = source || args.any_source;
    let ended = replay.run(args.limit.unwrap_or(usize::MAX)).await;
    let not_released = holds.release_all().await;
    context.progress.clear();
    let ReplayRun { scan, mut report, .. } = replay;
    report.caveats.extend(scan.caveats(not_released));
    report.incomplete = !scan.is_complete(args.execute);
    (report.seen, report.foreign, report.arrived) = (scan.stats.seen, scan.stats.foreign, scan.stats.arrived);
    if let Err(failure) = ended {
        // What was done before it failed must not stay untold.
        if report.replayed == 0 {
            return Err(failure);
        }
        report.caveats.push(format!("broken off: {failure}"));
        report.broken_off = true;
    }
    let outcome = if report.is_clean() { CommandOutcome::Success } else { CommandOutcome::Findings };
    CommandOutput::new(&report, outcome)
}

/// Another tenant id is set on purpose, on records that were picked on purpose.
fn parse_fix(args: &ReplayArgs) -> Result<Option<TenantIdChange>, CommandError> {
    let (Some(id), Some(path)) = (&args.fix_tenant, &args.path) else { return Ok(None) };
    if !args.filter.picks() {
        let remedy = "add --message-id, --record-id, --reason or --tenant";
        return Err(CommandError::usage("--fix-tenant", "no filter says which records are meant", remedy));
    }
    let tenant = TenantId::parse(id, &Grammar::Lambda).map_err(|_| {
        let remedy = "write 1 to 256 letters, digits and ._:/=+-@, with spaces inside only";
        CommandError::usage("--fix-tenant", "Lambda takes no such tenant id", remedy)
    })?;
    let path = Selector::parse(path)
        .map_err(|error| CommandError::usage("--path", error.to_string(), "write it as a selector's path"))?;
    Ok(Some(TenantIdChange { tenant, path, part: ReplacedPart::All }))
}

/// The router's selector says which part of the text at the path is the id.
fn narrow_by_config(fix: TenantIdChange, rules: Option<&Rules>) -> Result<TenantIdChange, CommandError> {
    let Some(rules) = rules else { return Ok(fix) };
    let mut selectors = rules.selectors_at(&fix.path);
    let part = match (selectors.next(), selectors.next()) {
        (None, _) => ReplacedPart::All,
        (Some(only), None) => ReplacedPart::Selected(only.clone()),
        (Some(_), Some(_)) => {
            let remedy = "leave --config out, and see that the id stands there alone";
            return Err(CommandError::usage("--path", "several selectors take their part there", remedy));
        }
    };
    drop(selectors);
    Ok(TenantIdChange { part, ..fix })
}
