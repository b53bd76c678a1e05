//! How many rejected records there are, by reason, source, day and tenant.

use std::collections::BTreeMap;
use std::fmt;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format as DateFormat;
use serde::Serialize;

use super::desk::{Desk, Found, QueueArgs};
use super::filter::Filter;
use super::holding::Holding;
use super::look::{Foreign, Look, foreign_lines};
use super::text::clean;
use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutcome, CommandOutput};
use crate::session::AwsSession;

/// How many tenants are told: those with the most records.
const TENANTS: usize = 20;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    queue: QueueArgs,
    #[command(flatten)]
    filter: Filter,
}

#[derive(Default, Serialize)]
struct Report {
    records: u64,
    by_reason: Vec<Count>,
    by_source: Vec<Count>,
    /// By the UTC day on which they were set aside.
    by_day: Vec<Count>,
    /// The largest only; the rest are `other_tenants`.
    by_tenant: Vec<Count>,
    other_tenants: usize,
    foreign: Vec<Foreign>,
    seen: usize,
    caveats: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Count {
    name: String,
    records: u64,
}

#[derive(Default)]
struct Counts {
    reasons: BTreeMap<String, u64>,
    sources: BTreeMap<String, u64>,
    days: BTreeMap<String, u64>,
    tenants: BTreeMap<String, u64>,
}

pub(crate) async fn run(args: Args, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
    let desk = Desk::open(&args.queue.queue, args.filter, session, format).await?;
    let holding = Holding::new(&desk.queue, args.queue.hold_seconds);
    let mut look = Look::new(&desk, &holding);
    let counted = count(&mut look).await;
    let stuck = holding.give_back().await;
    desk.progress.end();
    let report = Report { caveats: look.caveats(stuck), ..counted?.report() };
    let report = Report { seen: look.tally.seen, foreign: look.tally.foreign, ..report };
    let outcome = if report.foreign.is_empty() { CommandOutcome::Success } else { CommandOutcome::Findings };
    CommandOutput::new(&report, outcome)
}

async fn count(look: &mut Look<'_>) -> Result<Counts, CommandError> {
    let mut counts = Counts::default();
    while let Some(page) = look.page().await? {
        for found in &page {
            counts.add(found);
        }
    }
    Ok(counts)
}

impl Counts {
    fn add(&mut self, Found { held, rejected, tenant }: &Found) {
        let unknown = || "unknown".to_owned();
        let day = held.sent_millis().and_then(day).unwrap_or_else(unknown);
        let source = rejected.source_arn.clone().unwrap_or_else(unknown);
        let tenant = tenant.clone().unwrap_or_else(unknown);
        *self.reasons.entry(rejected.reason.clone()).or_default() += 1;
        *self.sources.entry(source).or_default() += 1;
        *self.days.entry(day).or_default() += 1;
        *self.tenants.entry(tenant).or_default() += 1;
    }

    fn report(self) -> Report {
        let mut by_tenant = largest_first(self.tenants);
        let other_tenants = by_tenant.len().saturating_sub(TENANTS);
        by_tenant.truncate(TENANTS);
        Report {
            records: self.reasons.values().sum(),
            by_reason: largest_first(self.reasons),
            by_source: largest_first(self.sources),
            by_day: self.days.into_iter().map(|(name, records)| Count { name, records }).collect(),
            by_tenant,
            other_tenants,
            ..Report::default()
        }
    }
}

fn largest_first(counts: BTreeMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<_> = counts.into_iter().map(|(name, records)| Count { name, records }).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.records));
    counts
}

/// The UTC day of this moment.
fn day(millis: u64) -> Option<String> {
    let moment = DateTime::from_millis(i64::try_from(millis).ok()?).fmt(DateFormat::DateTime).ok()?;
    moment.split('T').next().map(str::to_owned)
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} rejected records ({} messages looked at)", self.records, self.seen)?;
        for (heading, counts) in [
            ("by reason", &self.by_reason),
            ("by source", &self.by_source),
            ("by day set aside (UTC)", &self.by_day),
            ("by tenant", &self.by_tenant),
        ] {
            if !counts.is_empty() {
                writeln!(out, "{heading}")?;
            }
            for Count { name, records } in counts {
                writeln!(out, "{records:>8}  {}", clean(name))?;
            }
        }
        if self.other_tenants > 0 {
            writeln!(out, "          and {} tenants with fewer", self.other_tenants)?;
        }
        out.write_str(&foreign_lines(&self.foreign))?;
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Rejected;
    use super::super::message::tests::message;
    use super::*;

    #[test]
    fn records_are_counted_by_reason_source_day_and_the_largest_tenants() {
        let mut counts = Counts::default();
        for place in 0..30_u32 {
            let mut held = message("{}", &[]);
            held.system.insert("SentTimestamp".to_owned(), "1545082649185".to_owned());
            let rejected = Rejected { reason: "missing".to_owned(), ..Rejected::default() };
            let tenant = Some(format!("tenant-{:02}", place / 2 + place % 2 * 15));
            counts.add(&Found { held, rejected, tenant });
        }
        let report = counts.report();
        assert_eq!(report.by_reason, [Count { name: "missing".to_owned(), records: 30 }]);
        assert_eq!(report.by_day, [Count { name: "2018-12-17".to_owned(), records: 30 }]);
        assert_eq!(report.by_source[0].name, "unknown");
        assert_eq!((report.by_tenant.len(), report.other_tenants), (20, 10));
    }
}
