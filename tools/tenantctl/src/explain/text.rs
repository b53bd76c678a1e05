//! The report as text. Identifiers and keys come from producers and are escaped for the terminal.

use std::fmt::{Display, Formatter, Result};

use super::report::{
    Carrier, ExplainReport, ExplainedOnReject, ExplainedOrder, ExplainedOutcome, ExplainedRecord,
    ExplainedSubBatch, RegistryUse, RejectionTime,
};
use super::selector::{SelectorResult, SelectorValue};

impl Display for ExplainReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        self.write_head(out)?;
        for record in &self.records {
            self.write_record(record, out)?;
        }
        self.write_plan(out)?;
        self.write_sum(out)
    }
}

impl ExplainReport {
    fn write_head(&self, out: &mut Formatter<'_>) -> Result {
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
            writeln!(out, "the input is {wrapped}")?;
        }
        match self.registry {
            RegistryUse::None => Ok(()),
            RegistryUse::File => writeln!(out, "registry: decisions from the file of tenants"),
            RegistryUse::NotAsked => {
                writeln!(out, "registry not used: give its items with --tenants FILE")
            }
        }
    }

    fn write_record(&self, record: &ExplainedRecord, out: &mut Formatter<'_>) -> Result {
        write!(out, "\nrecord {}  {}", record.index, record.id.escape_debug())?;
        if let Some(item_id) = &record.item_id {
            write!(out, ", inside {}", item_id.escape_debug())?;
        }
        writeln!(out)?;
        match &record.outcome {
            ExplainedOutcome::Sent { tenant, round, sub_batch } => {
                writeln!(out, "  tenant    {tenant}, {}", describe_selectors(tenant, &record.selectors))?;
                self.write_group(record, out)?;
                writeln!(out, "  sent      {}", self.describe_invoke(record.index, *round, *sub_batch))
            }
            ExplainedOutcome::Waits { tenant, cause, why } => {
                writeln!(out, "  tenant    {tenant}, {}", describe_selectors(tenant, &record.selectors))?;
                self.write_group(record, out)?;
                writeln!(out, "  not sent  {cause}: {why}")
            }
            ExplainedOutcome::Rejected { reason, meaning, selector, offending_value, remedy, when } => {
                writeln!(out, "  rejected  {reason}: {meaning}")?;
                writeln!(out, "  at        {}", selector.as_deref().unwrap_or("the record as a whole"))?;
                if let Some(value) = offending_value {
                    writeln!(out, "  value     \"{value}\"")?;
                }
                for result in &record.selectors {
                    writeln!(out, "  selector  {result}")?;
                }
                writeln!(out, "  remedy    {remedy}")?;
                writeln!(out, "  then      {}", self.describe_rejection(*when))
            }
            ExplainedOutcome::Postponed => writeln!(
                out,
                "  not sent  the aggregates before it fill the router's memory: the stream delivers it again"
            ),
            ExplainedOutcome::Panicked => {
                writeln!(out, "  not sent  the router panics: report this as a defect")
            }
        }
    }

    fn write_group(&self, record: &ExplainedRecord, out: &mut Formatter<'_>) -> Result {
        let key = record.order_key.as_deref().unwrap_or_default();
        match self.order {
            ExplainedOrder::None => writeln!(out, "  group     the tenant's records, in any order"),
            ExplainedOrder::MessageGroup => {
                writeln!(out, "  group     message group \"{}\"", key.escape_debug())
            }
            ExplainedOrder::PartitionKey => {
                writeln!(out, "  group     the tenant's partition key \"{}\"", key.escape_debug())
            }
            ExplainedOrder::Item => {
                writeln!(out, "  group     the tenant's item {}", key.trim_end_matches(','))
            }
        }
    }

    fn describe_invoke(&self, index: usize, round: usize, number: usize) -> String {
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
            Carrier::PipeOutput => "it continues in the pipe, with its tenant id".to_owned(),
        }
    }

    /// Describes what happens to a rejected record.
    fn describe_rejection(&self, when: RejectionTime) -> &'static str {
        if when == RejectionTime::LaterInvocation {
            return "an earlier record of the stream stays, and the stream delivers both again";
        }
        match (self.on_reject, self.carrier, self.order) {
            (ExplainedOnReject::Answered, ..) => {
                "the state machine gets TenantRejected, or TaskInvalid if it is too large"
            }
            (ExplainedOnReject::Quarantine, Carrier::PipeOutput, _) => {
                "it goes to the quarantine, and the pipe continues without it"
            }
            (ExplainedOnReject::Quarantine, ..) => "it goes to the quarantine, and later records continue",
            (ExplainedOnReject::Redrive, Carrier::PipeOutput, _) => {
                "no record of the pipe's batch continues: there is no quarantine"
            }
            (ExplainedOnReject::Redrive, _, ExplainedOrder::None) => {
                "it stays with the source; the source's redrive policy moves it"
            }
            (ExplainedOnReject::Redrive, _, ExplainedOrder::MessageGroup) => {
                "it stays with the source; the source's redrive policy moves it; its message group waits for it"
            }
            (ExplainedOnReject::Redrive, _, ExplainedOrder::PartitionKey | ExplainedOrder::Item) => {
                "it stays with the source; the stream delivers again from it"
            }
        }
    }

    fn write_plan(&self, out: &mut Formatter<'_>) -> Result {
        if self.rounds.is_empty() || self.carrier == Carrier::PipeOutput {
            return Ok(());
        }
        writeln!(out, "\nwhat is sent, if every Invoke succeeds")?;
        for (round, sub_batches) in self.rounds.iter().enumerate() {
            writeln!(out, "  round {}", round + 1)?;
            for sub_batch in sub_batches {
                writeln!(out, "    {sub_batch}")?;
            }
        }
        Ok(())
    }

    fn write_sum(&self, out: &mut Formatter<'_>) -> Result {
        let (records, sent, rejected) = (self.records.len(), self.sent(), self.rejected());
        let carriers = self.rounds.iter().map(Vec::len).sum::<usize>();
        let carrier_text = match self.carrier {
            _ if sent == 0 => String::new(),
            Carrier::Invoke => format!(" in {}", counted(carriers, "Invoke", "Invokes")),
            Carrier::AsyncInvoke => format!(" in {}", counted(carriers, "async Invoke", "async Invokes")),
            Carrier::BridgeMessage => " to the bridge's queue".to_owned(),
            Carrier::PipeOutput => " in the pipe".to_owned(),
        };
        write!(out, "\n{}: {sent} sent{carrier_text}", counted(records, "record", "records"))?;
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
        let Self { path, value } = self;
        match value {
            SelectorValue::Tenant { tenant } => write!(out, "{path} has the tenant {tenant}"),
            SelectorValue::Absent => write!(out, "{path} is missing"),
            SelectorValue::Faulty { reason, value: None } => write!(out, "{path} is {reason}"),
            SelectorValue::Faulty { reason, value: Some(value) } => {
                write!(out, "{path} is {reason}: \"{value}\"")
            }
        }
    }
}

/// Describes which selector found the tenant, and which others agree.
fn describe_selectors(tenant: &str, selectors: &[SelectorResult]) -> String {
    let is_tenant = |result: &&SelectorResult| matches!(&result.value, SelectorValue::Tenant { tenant: found } if found == tenant);
    let mut agreeing = selectors.iter().filter(is_tenant).map(|result| result.path.as_str());
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
