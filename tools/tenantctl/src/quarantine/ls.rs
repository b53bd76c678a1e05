//! `quarantine ls`: one line for each rejected record.

use std::fmt;

use serde::Serialize;

use super::context::{FoundRecord, QuarantineContext, QueueArgs};
use super::filter::RecordFilter;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::text::{clean, format_table};
use crate::transfer::{ForeignMessage, QueueScan, ScanEnd, format_foreign};

#[derive(clap::Args)]
pub(crate) struct QuarantineLsArgs {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: RecordFilter,
    /// List at most this many records.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: usize,
}

/// One line of the list.
#[derive(Serialize)]
struct QuarantineRow {
    message_id: String,
    reason: String,
    tenant: Option<String>,
    source_arn: Option<String>,
    record_id: Option<String>,
    first_seen: Option<String>,
    selector: Option<String>,
    offending_value: Option<String>,
    /// How often the message was received before: by an earlier command that read the queue, or by a replay that did
    /// not finish.
    received_before: u32,
    stored: bool,
}

#[derive(Serialize)]
struct QuarantineLsReport {
    records: Vec<QuarantineRow>,
    foreign: Vec<ForeignMessage>,
    seen: usize,
    caveats: Vec<String>,
}

pub(crate) async fn run(
    args: QuarantineLsArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let context = QuarantineContext::open(&args.queue, args.filter, session, format).await?;
    let mut scan = context.scan();
    let listed = list_records(&mut scan, args.limit).await;
    let (stats, caveats) = scan.end().await;
    let report = QuarantineLsReport { records: listed?, seen: stats.seen, foreign: stats.foreign, caveats };
    CommandOutput::new(&report, CommandOutcome::success_if(report.foreign.is_empty()))
}

async fn list_records(
    scan: &mut QueueScan<'_, QuarantineContext>,
    limit: usize,
) -> Result<Vec<QuarantineRow>, CommandError> {
    let mut rows = Vec::new();
    while let Some(page) = scan.next_page().await? {
        // Only the line is kept, because a quarantine can hold more than fits into memory.
        rows.extend(page.into_iter().map(QuarantineRow::new));
        if rows.len() >= limit {
            rows.truncate(limit);
            scan.stats.end = ScanEnd::LimitReached;
            break;
        }
    }
    rows.sort_by(|one, other| one.first_seen.cmp(&other.first_seen));
    Ok(rows)
}

impl QuarantineRow {
    fn new(FoundRecord { message, rejected, tenant }: FoundRecord) -> Self {
        Self {
            received_before: message.receive_count().saturating_sub(1),
            message_id: message.id,
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

impl fmt::Display for QuarantineLsReport {
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
            writeln!(out, "no rejected record matches ({} messages looked at)", self.seen)?;
        } else {
            out.write_str(&format_table(headings, &rows))?;
            writeln!(out, "{} rejected records ({} messages looked at)", rows.len(), self.seen)?;
        }
        out.write_str(&format_foreign(&self.foreign))?;
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))
    }
}
