//! Rejected records that nobody wants are deleted, saved to a file first where that is asked for.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use super::backup::Backup;
use super::desk::{Desk, Found, QueueArgs};
use super::filter::Filter;
use super::handing::{Acknowledged, Fate, Unwanted};
use super::holding::Holding;
use super::look::{End, Foreign, Look, foreign_lines};
use super::stored;
use super::text::clean;
use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutcome, CommandOutput};
use crate::session::AwsSession;

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: Filter,
    /// Do it. Without this, only what would be deleted is told.
    #[arg(long)]
    execute: bool,
    /// Without any filter: everything that is there.
    #[arg(long)]
    all: bool,
    /// Append each message to this file before it is deleted, one JSON object a line, with its record.
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
    /// Delete this many at most.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const AFTER_HELP: &str = "\
With --to-file, nothing is deleted before it is on the disk. Messages that are no rejected records are left \
alone.

A record that no message could hold is an object in S3. With --to-file it is deleted after its message, once its \
length and SHA-256 were found to be what the message says. Without, it is not read, and stays until its bucket's \
lifecycle rule deletes it: a twin of the message may point to the same object.

Exit code 1: something is left, or may be.";

#[derive(Default, Serialize)]
struct Report {
    executed: bool,
    seen: usize,
    selected: Vec<Selected>,
    discarded: usize,
    /// Objects in S3 whose messages are gone.
    objects_left: usize,
    left: Vec<Foreign>,
    foreign: Vec<Foreign>,
    caveats: Vec<String>,
}

#[derive(Serialize)]
struct Selected {
    message_id: String,
    reason: String,
    tenant: Option<String>,
}

pub(crate) async fn run(args: Args, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    if args.filter.is_open() && !args.all {
        let remedy = "give a filter, such as --reason, or --all";
        return Err(CommandError::usage("quarantine discard", "nothing says which records are meant", remedy));
    }
    let mut backup = match args.to_file.as_deref().filter(|_| args.execute) {
        Some(path) => Some(Backup::open(path)?),
        None => None,
    };
    let desk = Desk::open(&args.queue.queue, args.filter, session, format).await?;
    let holding = Holding::new(&desk.queue, args.queue.hold_seconds);
    let mut look = Look::new(&desk, &holding);
    let mut report = Report { executed: args.execute, ..Report::default() };
    let ended = all(&mut look, backup.as_mut(), args.limit.unwrap_or(usize::MAX), &mut report).await;
    let stuck = holding.give_back().await;
    desk.progress.end();
    report.caveats.extend(look.caveats(stuck));
    let is_complete = look.is_complete(args.execute);
    (report.seen, report.foreign) = (look.tally.seen, look.tally.foreign);
    if let Err(failure) = ended {
        // What was deleted before it failed must not stay untold.
        if report.discarded == 0 {
            return Err(failure);
        }
        let broken_off = format!("broken off: {failure}");
        report.left.push(Foreign { message_id: "and more".to_owned(), why: broken_off });
    }
    let clean = report.left.is_empty() && report.foreign.is_empty() && is_complete;
    CommandOutput::new(&report, if clean { CommandOutcome::Success } else { CommandOutcome::Findings })
}

async fn all(
    look: &mut Look<'_>,
    mut backup: Option<&mut Backup>,
    limit: usize,
    report: &mut Report,
) -> Result<(), CommandError> {
    while let Some(mut page) = look.page().await? {
        page.truncate(limit - report.selected.len());
        report.selected.extend(page.iter().map(|Found { held, rejected, tenant }| Selected {
            message_id: held.id.clone(),
            reason: rejected.reason.clone(),
            tenant: tenant.clone(),
        }));
        if report.executed && !page.is_empty() {
            discard(look, page, backup.as_deref_mut(), report).await?;
        }
        if report.selected.len() >= limit {
            look.tally.end = End::Enough;
            break;
        }
    }
    Ok(())
}

/// Deletes one page, which is ten messages at most.
async fn discard(
    look: &Look<'_>,
    page: Vec<Found>,
    backup: Option<&mut Backup>,
    report: &mut Report,
) -> Result<(), CommandError> {
    let mut leave = |found: &Found, why: String| {
        report.left.push(Foreign { message_id: found.held.id.clone(), why });
    };
    let is_saved = backup.is_some();
    let (page, unwanted) = match backup {
        None => (page, Unwanted::Said),
        Some(backup) => {
            let mut saved = Vec::with_capacity(page.len());
            for found in page {
                match look.holding.during(look.desk.record(&found.held, &found.rejected)).await {
                    Ok(record) => {
                        backup.append(&found, &record)?;
                        saved.push(found);
                    }
                    Err(why) => leave(&found, why),
                }
            }
            (saved, backup.save()?)
        }
    };
    let (mut going, mut acknowledged): (Vec<Found>, Vec<Acknowledged>) = (Vec::new(), Vec::new());
    for found in page {
        match look.holding.received(&found.held).discard(Instant::now(), &unwanted) {
            Ok(message) => {
                going.push(found);
                acknowledged.push(message);
            }
            Err(left) => leave(&found, left.why()),
        }
    }
    let deletions = look.holding.queue().delete(&acknowledged).await;
    for ((found, message), deletion) in going.into_iter().zip(acknowledged).zip(deletions) {
        match message.deleted(deletion) {
            Fate::Left(left) => leave(&found, left.why()),
            Fate::Done => {
                look.holding.deleted(&found.held.id);
                report.discarded += 1;
                match &found.rejected.stored {
                    // It was fetched, so it is what the message says.
                    Some(pointer) if is_saved => {
                        report.caveats.extend(stored::remove(look.desk.s3(), pointer).await);
                    }
                    Some(_) => report.objects_left += 1,
                    None => {}
                }
            }
        }
    }
    Ok(())
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (selected, seen) = (self.selected.len(), self.seen);
        if self.executed {
            writeln!(out, "{} of {selected} discarded ({seen} messages looked at)", self.discarded)?;
        } else {
            writeln!(out, "a dry run: {selected} would be discarded ({seen} messages looked at)")?;
            for Selected { message_id, reason, tenant } in &self.selected {
                let tenant = clean(tenant.as_deref().unwrap_or("unknown tenant"));
                writeln!(out, "  {} ({}, {tenant})", clean(message_id), clean(reason))?;
            }
        }
        for Foreign { message_id, why } in &self.left {
            writeln!(out, "left: {}: {}", clean(message_id), clean(why))?;
        }
        out.write_str(&foreign_lines(&self.foreign))?;
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
