//! `quarantine discard`: deletes rejected records, and saves them to a file first if `--to-file` is given.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::context::{FoundRecord, QuarantineContext, QueueArgs};
use super::filter::RecordFilter;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::text::clean;
use crate::transfer::{
    BackupFile, ForeignMessage, HeldMessage, QueueScan, SendPosition, TransferCandidate, TransferCommand,
    TransferEngine, TransferOptions, TransferOutcome, TransferPlan, TransferSummary, TransferTarget,
    format_foreign,
};

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DiscardArgs {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: RecordFilter,
    /// Delete the messages. Without this option, the command only shows what it would delete.
    #[arg(long)]
    execute: bool,
    /// Select all rejected records; needed if no filter is given.
    #[arg(long)]
    all: bool,
    /// Append each message with its record to this file before it is deleted, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
    /// Delete at most this many messages.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const AFTER_HELP: &str = "\
With --to-file, no message is deleted before it is on the disk. Messages that are not rejected records are never \
deleted.

A record that is too large for a message is an object in S3. With --to-file, the object is deleted after its \
message, if its length and its SHA-256 are those in the message. Without --to-file, the object is not read, and \
stays until its bucket's lifecycle rule deletes it: a duplicate of the message may point to the same object.

Exit code 1: messages are left, or may be left.";

#[derive(Default, Serialize)]
struct DiscardReport {
    #[serde(flatten)]
    summary: TransferSummary,
    selected: Vec<SelectedMessage>,
    discarded: usize,
    /// Number of S3 objects that stay although their messages were deleted.
    objects_left: usize,
    left: Vec<ForeignMessage>,
    foreign: Vec<ForeignMessage>,
}

#[derive(Serialize)]
struct SelectedMessage {
    message_id: String,
    reason: String,
    tenant: Option<String>,
}

pub(crate) async fn run(
    args: DiscardArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    if args.filter.is_empty() && !args.all {
        let remedy = "give a filter, such as --reason, or --all";
        return Err(CommandError::usage("quarantine discard", "no filter selects records", remedy));
    }
    let backup = args.to_file.as_deref().filter(|_| args.execute).map(BackupFile::open).transpose()?;
    let context = QuarantineContext::open(&args.queue, args.filter, session, format).await?;
    let command = DiscardCommand { is_saved: backup.is_some(), report: DiscardReport::default() };
    let options = TransferOptions { execute: args.execute, limit: args.limit, router: None, backup };
    let ended = TransferEngine::new(context.scan(), command, options).run().await?;
    let mut report = DiscardReport {
        discarded: ended.summary.done,
        summary: ended.summary,
        foreign: ended.stats.foreign,
        ..ended.command.report
    };
    let failure = ended.failure.map(|why| ForeignMessage { message_id: "and more".to_owned(), why });
    report.left.extend(failure);
    let is_clean = report.left.is_empty() && report.foreign.is_empty() && ended.is_complete;
    CommandOutput::new(&report, CommandOutcome::success_if(is_clean))
}

struct DiscardCommand {
    /// Whether records are saved to a file before they are deleted.
    is_saved: bool,
    report: DiscardReport,
}

impl TransferCommand for DiscardCommand {
    type Reader = QuarantineContext;
    /// Whether the record's S3 object stays.
    type Note = bool;
    const BATCH: Option<usize> = None;

    async fn plan(
        &mut self,
        scan: &QueueScan<'_, QuarantineContext>,
        FoundRecord { message, rejected, tenant }: FoundRecord,
    ) -> TransferCandidate<bool> {
        let (message_id, reason) = (message.id.clone(), rejected.reason.clone());
        self.report.selected.push(SelectedMessage { message_id, reason, tenant });
        let saved = if self.is_saved {
            scan.holds.hold_during(scan.reader.load_record(&message, &rejected)).await.map(Some)
        } else {
            Ok(None)
        };
        let planned = saved.map(|saved| TransferPlan {
            target: TransferTarget::Discard,
            note: rejected.stored.is_some() && saved.is_none(),
            // The object was fetched for the file, and is the one that the message names.
            stored: rejected.stored.filter(|_| saved.is_some()),
            saved,
        });
        TransferCandidate { message, position: SendPosition::default(), planned }
    }

    fn add_result(&mut self, message: HeldMessage, object_stays: Option<bool>, result: TransferOutcome) {
        match result {
            TransferOutcome::Done => self.report.objects_left += usize::from(object_stays == Some(true)),
            TransferOutcome::Left(left) => {
                self.report.left.push(ForeignMessage { message_id: message.id, why: left.describe() });
            }
        }
    }
}

impl fmt::Display for DiscardReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary.write_head("discarded", "messages ", out)?;
        for SelectedMessage { message_id, reason, tenant } in
            self.selected.iter().filter(|_| !self.summary.executed)
        {
            let tenant = clean(tenant.as_deref().unwrap_or("unknown tenant"));
            writeln!(out, "  {} ({}, {tenant})", clean(message_id), clean(reason))?;
        }
        for ForeignMessage { message_id, why } in &self.left {
            writeln!(out, "left: {}: {}", clean(message_id), clean(why))?;
        }
        out.write_str(&format_foreign(&self.foreign))?;
        if self.objects_left > 0 {
            writeln!(
                out,
                "note: the S3 objects of {} of these stay until their bucket's lifecycle rule deletes them",
                self.objects_left
            )?;
        }
        self.summary.write_tail(out)
    }
}
