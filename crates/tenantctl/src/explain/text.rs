//! What is told of an event, as text. What producers chose (identifiers, keys) is escaped: it goes to a terminal.

use std::fmt::{Display, Formatter, Result};

use super::report::{
    Carrier, ExplainReport, ExplainedOutcome, ExplainedOnReject, ExplainedOrder, ExplainedRecord, RegistryUse, ExplainedSubBatch, RejectionTime,
};
use super::selector::{SelectorValue, SelectorResult};

impl Display for ExplainReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        self.head(out)?;
        for record in &self.records {
            self.record(record, out)?;
        }
        self.plan(out)?;
        self.sum(out)
    }
}

impl ExplainReport {
    fn head(&self, out: &mut Formatter<'_>) -> Result {
        write!(out, "{}", self.router)?;
        if let Some(arn) = &self.source_arn {
            write!(out, ", {}", arn.escape_debug())?;
        }
        match self.order {
            ExplainedOrder::None => writeln!(out, ", in no order")?,
            ExplainedOrder::MessageGroup => writeln!(out, ", in order within each message group")?,
            ExplainedOrder::PartitionKey => writeln!(out, ", in order within each tenant's partition key")?,
            ExplainedOrder::Item => writeln!(out, ", in order within each tenant's item")?,
        }
        if let Some(wrapped) = self.wrapped {
            writeln!(out, "what was given is {wrapped}")?;
        }
        match self.registry {
            RegistryUse::None => Ok(()),
            RegistryUse::File => writeln!(out, "registry as the file of tenants has it"),
            RegistryUse::NotAsked => {
                writeln!(
                    out,
                    "registry not asked: --tenants FILE tells what it would say, from a file of its items"
                )
            }
        }
    }

    fn record(&self, record: &ExplainedRecord, out: &mut Formatter<'_>) -> Result {
        write!(out, "\nrecord {}  {}", record.index, record.id.escape_debug())?;
        if let Some(item_id) = &record.item_id {
            write!(out, ", inside {}", item_id.escape_debug())?;
        }
        writeln!(out)?;
        match &record.fate {
            ExplainedOutcome::Sent { tenant, round, sub_batch } => {
                writeln!(out, "  tenant    {tenant}, {}", found(tenant, &record.selectors))?;
                self.lane(record, out)?;
                writeln!(out, "  sent      {}", self.sent_with(record.index, *round, *sub_batch))
            }
            ExplainedOutcome::Waits { tenant, cause, why } => {
                writeln!(out, "  tenant    {tenant}, {}", found(tenant, &record.selectors))?;
                self.lane(record, out)?;
                writeln!(out, "  not sent  {cause}: {why}")
            }
            ExplainedOutcome::Rejected { reason, meaning, selector, offending_value, remedy, turn } => {
                writeln!(out, "  rejected  {reason}: {meaning}")?;
                writeln!(out, "  at        {}", selector.as_deref().unwrap_or("the record as a whole"))?;
                if let Some(value) = offending_value {
                    writeln!(out, "  value     \"{value}\"")?;
                }
                for result in &record.selectors {
                    writeln!(out, "  selector  {result}")?;
                }
                writeln!(out, "  remedy    {remedy}")?;
                writeln!(out, "  then      {}", self.then(*turn))
            }
            ExplainedOutcome::Postponed => writeln!(
                out,
                "  not sent  the aggregates before it fill the router's memory: the stream hands it out again"
            ),
            ExplainedOutcome::Panicked => writeln!(out, "  not sent  the router panics: report this as a defect"),
        }
    }

    fn lane(&self, record: &ExplainedRecord, out: &mut Formatter<'_>) -> Result {
        let key = record.order_key.as_deref().unwrap_or_default();
        match self.order {
            ExplainedOrder::None => writeln!(out, "  lane      the tenant's"),
            ExplainedOrder::MessageGroup => writeln!(out, "  lane      message group \"{}\"", key.escape_debug()),
            ExplainedOrder::PartitionKey => {
                writeln!(out, "  lane      the tenant's, partition key \"{}\"", key.escape_debug())
            }
            ExplainedOrder::Item => writeln!(out, "  lane      the tenant's, item {}", key.trim_end_matches(',')),
        }
    }

    fn sent_with(&self, index: usize, round: usize, number: usize) -> String {
        let sub_batch = self.rounds.iter().flatten().find(|sub_batch| sub_batch.number == number);
        let others: Vec<String> = sub_batch
            .into_iter()
            .flat_map(|sub_batch| &sub_batch.records)
            .filter(|&&other| other != index)
            .map(ToString::to_string)
            .collect();
        let with = match others.len() {
            0 => "alone".to_owned(),
            1 => format!("with record {}", others[0]),
            _ => format!("with records {}", others.join(", ")),
        };
        match self.carrier {
            Carrier::Invoke | Carrier::AsyncInvoke => format!("round {round}, Invoke {number}, {with}"),
            Carrier::BridgeMessage => format!("round {round}, message {number} to the bridge's queue"),
            Carrier::PipeOutput => "it goes on in the pipe, with its tenant's id beside it".to_owned(),
        }
    }

    /// What becomes of a rejected record.
    fn then(&self, turn: RejectionTime) -> &'static str {
        if turn == RejectionTime::LaterInvocation {
            return "an earlier record of the stream stays, and the stream hands both out again";
        }
        match (self.on_reject, self.carrier, self.order) {
            (ExplainedOnReject::Answered, ..) => {
                "the state machine gets TenantRejected, or TaskInvalid where it is too large"
            }
            (ExplainedOnReject::Quarantine, Carrier::PipeOutput, _) => {
                "it goes to the quarantine, and the pipe goes on without it"
            }
            (ExplainedOnReject::Quarantine, ..) => "it goes to the quarantine, and what stands behind it goes on",
            (ExplainedOnReject::Redrive, Carrier::PipeOutput, _) => {
                "none of the pipe's batch goes on: there is no quarantine"
            }
            (ExplainedOnReject::Redrive, _, ExplainedOrder::None) => {
                "it stays with the source, whose redrive policy moves it"
            }
            (ExplainedOnReject::Redrive, _, ExplainedOrder::MessageGroup) => {
                "it stays with the source, whose redrive policy moves it; its message group waits for it"
            }
            (ExplainedOnReject::Redrive, _, ExplainedOrder::PartitionKey | ExplainedOrder::Item) => {
                "it stays with the source; the shard goes on from it"
            }
        }
    }

    fn plan(&self, out: &mut Formatter<'_>) -> Result {
        if self.rounds.is_empty() || self.carrier == Carrier::PipeOutput {
            return Ok(());
        }
        writeln!(out, "\nwhat is sent, if all of it succeeds")?;
        for (round, sub_batches) in self.rounds.iter().enumerate() {
            writeln!(out, "  round {}", round + 1)?;
            for sub_batch in sub_batches {
                writeln!(out, "    {sub_batch}")?;
            }
        }
        Ok(())
    }

    fn sum(&self, out: &mut Formatter<'_>) -> Result {
        let (records, sent, rejected) = (self.records.len(), self.sent(), self.rejected());
        let carriers = self.rounds.iter().map(Vec::len).sum::<usize>();
        let by = match self.carrier {
            _ if sent == 0 => String::new(),
            Carrier::Invoke => format!(" in {}", counted(carriers, "Invoke", "Invokes")),
            Carrier::AsyncInvoke => format!(" in {}", counted(carriers, "async Invoke", "async Invokes")),
            Carrier::BridgeMessage => " to the bridge's queue".to_owned(),
            Carrier::PipeOutput => " on in the pipe".to_owned(),
        };
        write!(out, "\n{}: {sent} sent{by}", counted(records, "record", "records"))?;
        if rejected > 0 {
            write!(out, ", {rejected} rejected")?;
        }
        match records - sent - rejected {
            0 => writeln!(out),
            others => writeln!(out, ", {others} not sent yet"),
        }
    }
}

impl Display for ExplainedSubBatch {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let records: Vec<String> = self.records.iter().map(ToString::to_string).collect();
        let noun = if records.len() == 1 { "record" } else { "records" };
        let Self { number, tenant, bytes, backend, .. } = self;
        write!(out, "{number}  {tenant}  {noun} {}  {bytes} bytes", records.join(", "))?;
        backend.iter().try_for_each(|backend| write!(out, "  to {backend}"))
    }
}

impl Display for SelectorResult {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let Self { path, says } = self;
        match says {
            SelectorValue::Tenant { tenant } => write!(out, "{path} says {tenant}"),
            SelectorValue::Absent => write!(out, "{path} is not there"),
            SelectorValue::Faulty { reason, value: None } => write!(out, "{path} is {reason}"),
            SelectorValue::Faulty { reason, value: Some(value) } => write!(out, "{path} is {reason}: \"{value}\""),
        }
    }
}

/// Which selector gave the tenant, and which others agree.
fn found(tenant: &str, selectors: &[SelectorResult]) -> String {
    let says =
        |result: &&SelectorResult| matches!(&result.says, SelectorValue::Tenant { tenant: said } if said == tenant);
    let mut agreeing = selectors.iter().filter(says).map(|result| result.path.as_str());
    let Some(first) = agreeing.next() else { return String::new() };
    match agreeing.collect::<Vec<_>>().as_slice() {
        [] => format!("from {first}"),
        [other] => format!("from {first}; {other} agrees"),
        others => format!("from {first}; {} agree", others.join(" and ")),
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
