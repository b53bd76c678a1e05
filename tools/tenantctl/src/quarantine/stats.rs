//! `quarantine stats`: counts rejected records by reason, source, day and tenant.

use std::collections::BTreeMap;
use std::fmt;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format as DateFormat;
use serde::Serialize;

use super::context::{FoundRecord, QuarantineContext, QueueArgs};
use super::filter::RecordFilter;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::text::clean;
use crate::transfer::{ForeignMessage, QueueScan, ScanStats, format_foreign};

/// The maximum number of tenants in the report: those with the most records.
const MAX_TENANTS: usize = 20;

#[derive(clap::Args)]
pub(crate) struct QuarantineStatsArgs {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: RecordFilter,
}

#[derive(Default, Serialize)]
struct QuarantineStatsReport {
    records: u64,
    by_reason: Vec<NamedCount>,
    by_source: Vec<NamedCount>,
    /// By the UTC day on which the records were quarantined.
    by_day: Vec<NamedCount>,
    /// The tenants with the most records; `other_tenants` counts the others.
    by_tenant: Vec<NamedCount>,
    other_tenants: usize,
    foreign: Vec<ForeignMessage>,
    seen: usize,
    caveats: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct NamedCount {
    name: String,
    records: u64,
}

#[derive(Default)]
struct RecordCounts {
    reasons: BTreeMap<String, u64>,
    sources: BTreeMap<String, u64>,
    days: BTreeMap<String, u64>,
    tenants: BTreeMap<String, u64>,
}

pub(crate) async fn run(
    args: QuarantineStatsArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let context = QuarantineContext::open(&args.queue, args.filter, session, format).await?;
    let mut scan = context.scan();
    let counted = count_records(&mut scan).await;
    let (ScanStats { seen, foreign, .. }, caveats) = scan.end().await;
    let report = QuarantineStatsReport { foreign, seen, caveats, ..counted?.into_report() };
    CommandOutput::new(&report, CommandOutcome::success_if(report.foreign.is_empty()))
}

async fn count_records(scan: &mut QueueScan<'_, QuarantineContext>) -> Result<RecordCounts, CommandError> {
    let mut counts = RecordCounts::default();
    while let Some(page) = scan.next_page().await? {
        for found in &page {
            counts.add(found);
        }
    }
    Ok(counts)
}

impl RecordCounts {
    fn add(&mut self, FoundRecord { message, rejected, tenant }: &FoundRecord) {
        let unknown = || "unknown".to_owned();
        let day = message.sent_millis().and_then(utc_day).unwrap_or_else(unknown);
        let source = rejected.source_arn.clone().unwrap_or_else(unknown);
        let tenant = tenant.clone().unwrap_or_else(unknown);
        *self.reasons.entry(rejected.reason.clone()).or_default() += 1;
        *self.sources.entry(source).or_default() += 1;
        *self.days.entry(day).or_default() += 1;
        *self.tenants.entry(tenant).or_default() += 1;
    }

    fn into_report(self) -> QuarantineStatsReport {
        let mut by_tenant = sort_largest_first(self.tenants);
        let other_tenants = by_tenant.len().saturating_sub(MAX_TENANTS);
        by_tenant.truncate(MAX_TENANTS);
        QuarantineStatsReport {
            records: self.reasons.values().sum(),
            by_reason: sort_largest_first(self.reasons),
            by_source: sort_largest_first(self.sources),
            by_day: self.days.into_iter().map(|(name, records)| NamedCount { name, records }).collect(),
            by_tenant,
            other_tenants,
            ..QuarantineStatsReport::default()
        }
    }
}

fn sort_largest_first(counts: BTreeMap<String, u64>) -> Vec<NamedCount> {
    let mut counts: Vec<_> = counts.into_iter().map(|(name, records)| NamedCount { name, records }).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.records));
    counts
}

/// Returns the UTC day of a time in milliseconds since 1970.
fn utc_day(millis: u64) -> Option<String> {
    let moment = DateTime::from_millis(i64::try_from(millis).ok()?).fmt(DateFormat::DateTime).ok()?;
    moment.split('T').next().map(str::to_owned)
}

impl fmt::Display for QuarantineStatsReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} rejected records ({} messages looked at)", self.records, self.seen)?;
        for (heading, counts) in [
            ("by reason", &self.by_reason),
            ("by source", &self.by_source),
            ("by day quarantined (UTC)", &self.by_day),
            ("by tenant", &self.by_tenant),
        ] {
            if !counts.is_empty() {
                writeln!(out, "{heading}")?;
            }
            for NamedCount { name, records } in counts {
                writeln!(out, "{records:>8}  {}", clean(name))?;
            }
        }
        if self.other_tenants > 0 {
            writeln!(out, "          and {} tenants with fewer records", self.other_tenants)?;
        }
        out.write_str(&format_foreign(&self.foreign))?;
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rejection::RejectionDetails;
    use super::*;
    use crate::transfer::message::tests::message;

    #[test]
    fn records_are_counted_by_reason_source_day_and_tenant() {
        let mut counts = RecordCounts::default();
        for place in 0..30_u32 {
            let mut message = message("{}", &[]);
            message.system_attributes.insert("SentTimestamp".to_owned(), "1545082649185".to_owned());
            let rejected = RejectionDetails { reason: "missing".to_owned(), ..RejectionDetails::default() };
            let tenant = Some(format!("tenant-{:02}", place / 2 + place % 2 * 15));
            counts.add(&FoundRecord { message, rejected, tenant });
        }
        let report = counts.into_report();
        assert_eq!(report.by_reason, [NamedCount { name: "missing".to_owned(), records: 30 }]);
        assert_eq!(report.by_day, [NamedCount { name: "2018-12-17".to_owned(), records: 30 }]);
        assert_eq!(report.by_source[0].name, "unknown");
        assert_eq!((report.by_tenant.len(), report.other_tenants), (20, 10));
    }
}
