//! `quarantine show`: one rejected record, why it was rejected, and what a replay would do.

use std::fmt;

use serde::Serialize;
use tenancy::Reason;

use super::context::{FoundRecord, QuarantineContext, QueueArgs};
use super::filter::RecordFilter;
use super::rejection::RejectionDetails;
use super::replay::plan::{MessageOrigin, ReplayOptions, ReplayPlan, ReplayRoute};
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::text::{clean, pretty_print};
use crate::transfer::{FunctionIdentity, QueueScan};

#[derive(clap::Args)]
pub(crate) struct QuarantineShowArgs {
    #[command(flatten)]
    queue: QueueArgs,
    /// The message id that `ls` shows.
    #[arg(value_name = "MESSAGE_ID")]
    message_id: String,
    /// The router's configuration; with it, the output says what the router would decide today.
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
}

#[derive(Serialize)]
struct QuarantineShowReport {
    message_id: String,
    tenant: Option<String>,
    #[serde(flatten)]
    rejected: RejectionDetails,
    meaning: String,
    remedy: String,
    /// The sender of the message, as reported by SQS: the router's role session.
    quarantined_by: Option<String>,
    received_before: u32,
    /// The record, byte for byte; `None` if it cannot be read.
    record: Option<String>,
    /// What a replay would do, or why a replay is not possible.
    replay: String,
    /// What the router's selectors decide about the record; `None` without `--config`.
    today: Option<String>,
    checks: Vec<&'static str>,
}

pub(crate) async fn run(
    args: QuarantineShowArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let QuarantineShowArgs { queue, message_id, config } = args;
    let filter = RecordFilter { message_id: Some(message_id.clone()), config, ..RecordFilter::default() };
    let context = QuarantineContext::open(&queue, filter, session, format).await?;
    let mut scan = context.scan();
    let found = find_record(&mut scan).await;
    let report = match found {
        Ok(Some(found)) => Ok(Some(scan.holds.hold_during(build_report(&context, found)).await)),
        Ok(None) => Ok(None),
        Err(failure) => Err(failure),
    };
    let (stats, caveats) = scan.end().await;
    if let Some(report) = report? {
        return CommandOutput::new(&report, CommandOutcome::Success);
    }
    let foreign = stats.foreign.iter().find(|foreign| foreign.message_id == message_id);
    let problem = match foreign {
        Some(_) => format!("message {} is not a rejected record", clean(&message_id)),
        None => format!("there is no message {}", clean(&message_id)),
    };
    let mut remedy: Vec<String> = foreign.map(|foreign| clean(&foreign.why)).into_iter().collect();
    remedy.extend(caveats);
    remedy.push("see quarantine ls".to_owned());
    Err(CommandError::unusable(context.queue.queue.url(), problem, remedy.join("; ")))
}

async fn find_record(
    scan: &mut QueueScan<'_, QuarantineContext>,
) -> Result<Option<FoundRecord>, CommandError> {
    while let Some(page) = scan.next_page().await? {
        if let Some(found) = page.into_iter().next() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn build_report(
    context: &QuarantineContext,
    FoundRecord { message, rejected, tenant }: FoundRecord,
) -> QuarantineShowReport {
    let reason = Reason::named(&rejected.reason);
    let record = context.load_record(&message, &rejected).await;
    // The output only suggests a command, so the sender may stand for the router here. A replay checks it.
    let sender = message.system_attribute("SenderId");
    let function = sender
        .and_then(FunctionIdentity::parse_sender_id)
        .map_or("ROUTER".to_owned(), |name| name.to_string());
    let options = ReplayOptions { router: Some(function.clone()), ..ReplayOptions::default() };
    let origin = MessageOrigin { message_id: &message.id, source: rejected.source_arn.as_deref(), sender };
    let plan =
        record.as_deref().map_err(Clone::clone).and_then(|record| ReplayPlan::new(record, origin, &options));
    let replay = match &plan {
        Ok(plan) => match plan.route {
            ReplayRoute::Queue(..) => plan.describe(),
            ReplayRoute::Router(..) => format!("{}: --router {function}", plan.describe()),
        },
        Err(why) => format!("not possible: {why}"),
    };
    let today =
        context.rules.as_ref().zip(record.as_deref().ok()).map(|(rules, record)| match rules.admit(record) {
            Ok(admitted) => format!("its tenant is {}", admitted.tenant().as_str()),
            Err(rejection) => format!("it is rejected: {rejection}"),
        });
    let checks = match plan {
        Err(_) => Vec::new(),
        Ok(plan) => list_checks(&plan.route),
    };
    QuarantineShowReport {
        quarantined_by: message.system_attribute("SenderId").map(str::to_owned),
        received_before: message.receive_count().saturating_sub(1),
        message_id: message.id,
        tenant,
        meaning: reason.map_or("a reason of a newer router", Reason::meaning).to_owned(),
        remedy: reason.map_or("use the tenantctl of the router's version", Reason::remedy).to_owned(),
        rejected,
        record: record.ok(),
        replay,
        today,
        checks,
    }
}

/// Lists the checks that a replayed record has to pass again: a replay bypasses none of them.
fn list_checks(route: &ReplayRoute) -> Vec<&'static str> {
    let mut checks = vec![
        "the router checks it like a new record: selectors, agreement, grammar; with a registry, the tenant's status",
        "if the router rejects it again, it comes back to the quarantine as a new message",
    ];
    if matches!(route, ReplayRoute::Queue(..)) {
        checks.push(
            "its SenderId will be yours, not the original sender's: for a tenant with principals, you must be one of them",
        );
    }
    checks
}

impl fmt::Display for QuarantineShowReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RejectionDetails {
            reason,
            source_arn,
            record_id,
            request_id,
            first_seen,
            selector,
            offending_value,
            stored,
        } = &self.rejected;
        let mut line = |name: &str, text: Option<&str>| match text {
            Some(text) => writeln!(out, "{name:<17}{}", clean(text)),
            None => Ok(()),
        };
        line("message", Some(&self.message_id))?;
        line("reason", Some(&format!("{reason}: {}", self.meaning)))?;
        line("what to do", Some(&self.remedy))?;
        line("tenant", Some(self.tenant.as_deref().unwrap_or("unknown")))?;
        line("source", source_arn.as_deref())?;
        line("record", record_id.as_deref())?;
        line("router's request", request_id.as_deref())?;
        line("first seen", first_seen.as_deref())?;
        line("selector", selector.as_deref())?;
        line("offending value", offending_value.as_deref())?;
        let place = stored.as_ref().map(|stored| format!("s3://{}/{}", stored.bucket, stored.key));
        line("stored in", place.as_deref())?;
        line("quarantined by", self.quarantined_by.as_deref())?;
        line("received before", Some(&self.received_before.to_string()))?;
        line("today", self.today.as_deref())?;
        line("replay would", Some(&self.replay))?;
        for check in &self.checks {
            writeln!(out, "{:<17}{check}", "")?;
        }
        match &self.record {
            Some(record) => {
                let lines: Vec<String> = pretty_print(record).lines().map(clean).collect();
                writeln!(out, "\n{}", lines.join("\n"))
            }
            None => Ok(()),
        }
    }
}
