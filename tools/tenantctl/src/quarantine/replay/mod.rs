//! `quarantine replay`: sends rejected records back to their routers.
//!
//! - `plan`: how one record is replayed (no I/O); `run`: what the transfer engine asks; `report`: the result

use std::collections::BTreeSet;
use std::path::PathBuf;

use tenancy::{Grammar, Rules, Selector, TenantId};

use super::context::{QuarantineContext, QueueArgs};
use super::edit::{ReplacedPart, TenantIdChange};
use super::filter::RecordFilter;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::transfer::{BackupFile, QueueClient, RouterFunction, TransferEngine, TransferOptions};
use plan::ReplayOptions;
use report::ReplayReport;
use run::ReplayCommand;

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
    /// Replay the records. Without this option, the command only shows what it would do.
    #[arg(long)]
    execute: bool,
    /// Replay at most this many records.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Send records of queues to this queue instead of their source queue.
    #[arg(long, value_name = "URL|ARN|NAME")]
    to: Option<String>,
    /// The source's router (name or ARN), for records of streams and EventBridge events, which cannot be put back into
    /// their source. Only records that this router quarantined are replayed.
    #[arg(long, value_name = "FUNCTION")]
    router: Option<String>,
    /// Also replay records that another function than --router, or an unknown sender, quarantined; with --to, also
    /// records of several sources.
    #[arg(long)]
    any_source: bool,
    /// Set the tenant id at --path to this one. With --config, only the part that the router's selector takes is
    /// replaced; without it, only a text that is a tenant id and nothing else. The original id is shown, and kept in an
    /// attribute.
    #[arg(long, value_name = "ID", requires = "path")]
    fix_tenant: Option<String>,
    /// The path of the tenant id, as in a selector: $.body.tenantId, $.attributes.MessageGroupId.
    #[arg(long, value_name = "PATH", requires = "fix_tenant")]
    path: Option<String>,
    /// Append each message that --fix-tenant changes to this file before it is replayed, one JSON object per line, with
    /// its original record. Required for records of streams and EventBridge events.
    #[arg(long, value_name = "FILE", requires = "fix_tenant")]
    to_file: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
A record of a queue is sent to that queue again. Its body, attributes, message group and trace header are \
unchanged. It has a new deduplication id, and the attribute tenant_router_replay holds the id of the message in the \
quarantine. A record of a stream and an EventBridge event cannot be put back into their source. Instead, the \
source's router is invoked with the record. If its response names no failure, the record is acknowledged: it was \
delivered, or quarantined again as a new message.

A router accepts records of any stream, so it has to be the right one: records that another function than --router \
quarantined are left. SQS reports who sent a message; for a function, this is its name. Without --router, records of \
queues go back to their queues if a function quarantined them. --to another queue takes the records of one source \
only; select it with --source.

A replay bypasses no check: the router checks each record like a new one, with selectors, agreement, grammar and \
registry. You are the sender of a record that is sent again, so a tenant with principals accepts it only if you are \
one of them. --fix-tenant needs a filter that selects records.

No message is deleted from the quarantine before its record is acknowledged. If a replay stops or is killed, nothing \
is lost; run it again. Records that were sent just before it stopped are then sent again. Messages that were received \
before are listed as possible repeats (reading them with ls counts as well), and repeats have the same \
tenant_router_replay. Two replays can run at the same time.

In a FIFO quarantine, each message group is replayed in order, and stops at the first record that is left. In a \
standard quarantine, the same holds for records of one order key; they are put in order within 1000 records, not \
beyond. There, a record in S3 that cannot be read has no known order key, and stops no other record.

A record that is quarantined again, or arrives, during the replay is left and counted, so that nothing is replayed \
in a loop. This uses the clock of this machine, so the clock has to be right.

Exit code 1: records are left, or may be left.";

pub(crate) async fn run(
    args: ReplayArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let fix = parse_fix(&args)?;
    let saved = args.to_file.is_some();
    let backup = args.to_file.as_deref().filter(|_| args.execute).map(BackupFile::open).transpose()?;
    let is_single_source = args.filter.source.is_some() || args.any_source;
    let context = QuarantineContext::open(&args.queue, args.filter, session, format).await?;
    let fix = fix.map(|fix| narrow_by_config(fix, context.rules.as_ref())).transpose()?;
    let to = match &args.to {
        Some(to) => Some(QueueClient::open(&context.queue.clients, to).await?.url().to_owned()),
        None => None,
    };
    context.queue.check_to(to.as_deref(), "quarantine queue")?;
    let router = args.router.clone().map(|function| RouterFunction::new(&context.queue.clients, function));
    let options =
        TransferOptions { execute: args.execute, limit: args.limit, router: router.transpose()?, backup };
    let command = ReplayCommand {
        options: ReplayOptions { to, router: args.router, fix, saved, any_source: args.any_source },
        is_single_source,
        sources: BTreeSet::new(),
        report: ReplayReport::default(),
    };
    let ended = TransferEngine::new(context.scan(), command, options).run().await?;
    let mut report = ReplayReport {
        selected: ended.summary.selected,
        replayed: ended.summary.done,
        summary: ended.summary,
        arrived: ended.stats.arrived,
        foreign: ended.stats.foreign,
        broken_off: ended.failure.is_some(),
        incomplete: !ended.is_complete,
        ..ended.command.report
    };
    report.summary.caveats.extend(ended.failure);
    CommandOutput::new(&report, CommandOutcome::success_if(report.is_clean()))
}

/// Parses `--fix-tenant` and `--path`; `None` if they are not given.
///
/// # Errors
/// No filter selects the records, or the id or the path is invalid.
fn parse_fix(args: &ReplayArgs) -> Result<Option<TenantIdChange>, CommandError> {
    let (Some(id), Some(path)) = (&args.fix_tenant, &args.path) else { return Ok(None) };
    if !args.filter.names_records() {
        let remedy = "add --message-id, --record-id, --reason or --tenant";
        return Err(CommandError::usage("--fix-tenant", "no filter selects records", remedy));
    }
    let tenant = TenantId::parse(id, &Grammar::Lambda).map_err(|_| {
        let remedy = "write 1 to 256 letters, digits and ._:/=+-@, without a space at the start or the end";
        CommandError::usage("--fix-tenant", "the tenant id is not valid for Lambda", remedy)
    })?;
    let path = Selector::parse(path)
        .map_err(|error| CommandError::usage("--path", error.to_string(), "write it as a selector's path"))?;
    Ok(Some(TenantIdChange { tenant, path, part: ReplacedPart::All }))
}

/// Limits the change to the part of the text that the router's selector takes, if the configuration is known.
fn narrow_by_config(fix: TenantIdChange, rules: Option<&Rules>) -> Result<TenantIdChange, CommandError> {
    let Some(rules) = rules else { return Ok(fix) };
    let mut selectors = rules.selectors_at(&fix.path);
    let part = match (selectors.next(), selectors.next()) {
        (None, _) => ReplacedPart::All,
        (Some(only), None) => ReplacedPart::Selected(only.clone()),
        (Some(_), Some(_)) => {
            let remedy = "omit --config, and check that the text at the path is only the tenant id";
            return Err(CommandError::usage("--path", "several selectors have this path", remedy));
        }
    };
    drop(selectors);
    Ok(TenantIdChange { part, ..fix })
}
