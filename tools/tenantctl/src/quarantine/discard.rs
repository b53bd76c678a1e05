//! `quarantine discard`: deletes rejected records, and saves them to a file first if `--to-file` is given.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use super::backup::BackupFile;
use super::context::{FoundRecord, QuarantineContext, QueueArgs};
use super::filter::RecordFilter;
use super::holds::MessageHolds;
use super::scan::{ForeignMessage, QueueScan, ScanEnd, format_foreign};
use super::stored;
use super::text::clean;
use super::transfer::{AcknowledgedMessage, DiscardConsent, TransferOutcome};
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;

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
    executed: bool,
    seen: usize,
    selected: Vec<SelectedMessage>,
    discarded: usize,
    /// Number of S3 objects that stay although their messages were deleted.
    objects_left: usize,
    left: Vec<ForeignMessage>,
    foreign: Vec<ForeignMessage>,
    caveats: Vec<String>,
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
    let mut backup = match args.to_file.as_deref().filter(|_| args.execute) {
        Some(path) => Some(BackupFile::open(path)?),
        None => None,
    };
    let context = QuarantineContext::open(&args.queue.queue, args.filter, session, format).await?;
    let holds = MessageHolds::new(&context.queue, args.queue.hold_seconds);
    let mut scan = QueueScan::new(&context, &holds);
    let mut report = DiscardReport { executed: args.execute, ..DiscardReport::default() };
    let ended = discard_all(&mut scan, backup.as_mut(), args.limit.unwrap_or(usize::MAX), &mut report).await;
    let not_released = holds.release_all().await;
    context.progress.clear();
    report.caveats.extend(scan.caveats(not_released));
    let is_complete = scan.is_complete(args.execute);
    (report.seen, report.foreign) = (scan.stats.seen, scan.stats.foreign);
    if let Err(failure) = ended {
        // The report has to show what was deleted before the failure.
        if report.discarded == 0 {
            return Err(failure);
        }
        let broken_off = format!("stopped by an error: {failure}");
        report.left.push(ForeignMessage { message_id: "and more".to_owned(), why: broken_off });
    }
    let clean = report.left.is_empty() && report.foreign.is_empty() && is_complete;
    CommandOutput::new(&report, if clean { CommandOutcome::Success } else { CommandOutcome::Findings })
}

async fn discard_all(
    scan: &mut QueueScan<'_>,
    mut backup: Option<&mut BackupFile>,
    limit: usize,
    report: &mut DiscardReport,
) -> Result<(), CommandError> {
    while let Some(mut page) = scan.next_page().await? {
        page.truncate(limit - report.selected.len());
        report.selected.extend(page.iter().map(|FoundRecord { message, rejected, tenant }| {
            SelectedMessage {
                message_id: message.id.clone(),
                reason: rejected.reason.clone(),
                tenant: tenant.clone(),
            }
        }));
        if report.executed && !page.is_empty() {
            discard_page(scan, page, backup.as_deref_mut(), report).await?;
        }
        if report.selected.len() >= limit {
            scan.stats.end = ScanEnd::LimitReached;
            break;
        }
    }
    Ok(())
}

/// Deletes one page of at most ten messages.
async fn discard_page(
    scan: &QueueScan<'_>,
    page: Vec<FoundRecord>,
    backup: Option<&mut BackupFile>,
    report: &mut DiscardReport,
) -> Result<(), CommandError> {
    let mut leave = |found: &FoundRecord, why: String| {
        report.left.push(ForeignMessage { message_id: found.message.id.clone(), why });
    };
    let is_saved = backup.is_some();
    let (page, consent) = match backup {
        None => (page, DiscardConsent::Requested),
        Some(backup) => {
            let mut saved = Vec::with_capacity(page.len());
            for found in page {
                match scan.holds.hold_during(scan.context.load_record(&found.message, &found.rejected)).await
                {
                    Ok(record) => {
                        backup.append(&found, &record)?;
                        saved.push(found);
                    }
                    Err(why) => leave(&found, why),
                }
            }
            (saved, backup.sync()?)
        }
    };
    let (mut deleting, mut acknowledged): (Vec<FoundRecord>, Vec<AcknowledgedMessage>) =
        (Vec::new(), Vec::new());
    for found in page {
        match scan.holds.start_transfer(&found.message).discard(Instant::now(), &consent) {
            Ok(acknowledged_message) => {
                deleting.push(found);
                acknowledged.push(acknowledged_message);
            }
            Err(left) => leave(&found, left.describe()),
        }
    }
    let delete_outcomes = scan.holds.queue().delete(&acknowledged).await;
    for ((found, acknowledged_message), delete_outcome) in
        deleting.into_iter().zip(acknowledged).zip(delete_outcomes)
    {
        match acknowledged_message.finish(delete_outcome) {
            TransferOutcome::Left(left) => leave(&found, left.describe()),
            TransferOutcome::Done => {
                scan.holds.forget(&found.message.id);
                report.discarded += 1;
                match &found.rejected.stored {
                    // The object was fetched for the file, and is the one that the message names.
                    Some(pointer) if is_saved => {
                        report.caveats.extend(stored::delete(scan.context.s3(), pointer).await);
                    }
                    Some(_) => report.objects_left += 1,
                    None => {}
                }
            }
        }
    }
    Ok(())
}

impl fmt::Display for DiscardReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (selected, seen) = (self.selected.len(), self.seen);
        if self.executed {
            writeln!(out, "{} of {selected} discarded ({seen} messages looked at)", self.discarded)?;
        } else {
            writeln!(out, "a dry run: {selected} would be discarded ({seen} messages looked at)")?;
            for SelectedMessage { message_id, reason, tenant } in &self.selected {
                let tenant = clean(tenant.as_deref().unwrap_or("unknown tenant"));
                writeln!(out, "  {} ({}, {tenant})", clean(message_id), clean(reason))?;
            }
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
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))?;
        if !self.executed && selected > 0 {
            writeln!(out, "nothing was changed; add --execute to do it")?;
        }
        Ok(())
    }
}
