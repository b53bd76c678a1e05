//! One line for each rejected record.

use std::fmt;

use serde::Serialize;

use super::desk::{Desk, Found, QueueArgs};
use super::filter::Filter;
use super::holding::Holding;
use super::look::{End, Foreign, Look, foreign_lines};
use super::text::{clean, table};
use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutcome, CommandOutput};
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: Filter,
    /// List this many at most.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
}

/// A rejected record, in a line.
#[derive(Serialize)]
struct Row {
    message_id: String,
    reason: String,
    tenant: Option<String>,
    source_arn: Option<String>,
    record_id: Option<String>,
    first_seen: Option<String>,
    selector: Option<String>,
    offending_value: Option<String>,
    /// How often it was received before: by a look, or by a replay that was broken off.
    received_before: u32,
    stored: bool,
}

#[derive(Serialize)]
struct Report {
    records: Vec<Row>,
    foreign: Vec<Foreign>,
    seen: usize,
    caveats: Vec<String>,
}

pub(crate) async fn run(args: Args, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    let desk = Desk::open(&args.queue.queue, args.filter, session, format).await?;
    let holding = Holding::new(&desk.queue, args.queue.hold_seconds);
    let mut look = Look::new(&desk, &holding);
    let listed = list(&mut look, args.limit).await;
    let stuck = holding.give_back().await;
    desk.progress.end();
    let records = listed?;
    let caveats = look.caveats(stuck);
    let report = Report { records, seen: look.tally.seen, foreign: look.tally.foreign, caveats };
    let outcome = if report.foreign.is_empty() { CommandOutcome::Success } else { CommandOutcome::Findings };
    CommandOutput::new(&report, outcome)
}

async fn list(look: &mut Look<'_>, limit: usize) -> Result<Vec<Row>, CommandError> {
    let mut rows = Vec::new();
    while let Some(page) = look.page().await? {
        // Only the line is kept: a quarantine can hold more than a machine's memory.
        rows.extend(page.into_iter().map(Row::of));
        if rows.len() >= limit {
            rows.truncate(limit);
            look.tally.end = End::Enough;
            break;
        }
    }
    rows.sort_by(|one, other| one.first_seen.cmp(&other.first_seen));
    Ok(rows)
}

impl Row {
    fn of(Found { held, rejected, tenant }: Found) -> Self {
        Self {
            received_before: held.receives().saturating_sub(1),
            message_id: held.id,
            reason: rejected.reason,
            tenant,
            source_arn: rejected.source_arn,
            record_id: rejected.record_id,
            first_seen: rejected.first_seen,
            selector: rejected.selector,
            offending_value: rejected.offending_value,
            stored: rejected.stored.is_some(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |cell: &Option<String>| clean(cell.as_deref().unwrap_or("-"));
        let rows: Vec<_> = self
            .records
            .iter()
            .map(|row| {
                [
                    clean(&row.message_id),
                    clean(&row.reason),
                    text(&row.tenant),
                    text(&row.source_arn),
                    text(&row.record_id),
                    text(&row.first_seen),
                    text(&row.selector),
                    text(&row.offending_value),
                ]
            })
            .collect();
        let headings =
            ["message", "reason", "tenant", "source", "record", "first seen", "selector", "offending value"];
        if rows.is_empty() {
            writeln!(out, "no such rejected record ({} messages looked at)", self.seen)?;
        } else {
            out.write_str(&table(headings, &rows))?;
            writeln!(out, "{} rejected records ({} messages looked at)", rows.len(), self.seen)?;
        }
        out.write_str(&foreign_lines(&self.foreign))?;
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))
    }
}
