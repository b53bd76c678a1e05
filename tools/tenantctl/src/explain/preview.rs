//! Turns the router's preview of a batch into the report.

use router::Config;
use routing::ports::Invocation;
use routing::{Cause, Fate, OnReject, PlannedSubBatch, Preview, RegistryLookup};
use sources::{Condition, Kind, Order, Record};
use tenancy::{Claim, Rejection, Rules, Selector};

use super::input::{ExplainEvent, display_name};
use super::registry::TenantsFile;
use super::report::{
    Carrier, ExplainReport, ExplainedOnReject, ExplainedOrder, ExplainedOutcome, ExplainedRecord,
    ExplainedSubBatch, RegistryUse, RejectionTime,
};
use super::selector::SelectorResult;
use crate::error::CommandError;

/// The inputs of an explanation.
pub(super) struct ExplainContext<'a> {
    pub(super) config: &'a Config,
    /// The selectors, each with the rules that have no other.
    pub(super) selectors: &'a [(&'a Selector, Rules)],
    pub(super) tenants: Option<&'a TenantsFile>,
    pub(super) event: &'a ExplainEvent,
    pub(super) file: &'a str,
}

impl ExplainContext<'_> {
    /// Explains the event.
    pub(super) fn explain(&self) -> Result<ExplainReport, CommandError> {
        let config = self.config;
        let registry = config.registry.as_ref().zip(self.tenants);
        let decide = registry.map(|(registry, tenants)| {
            |claim: Claim, record: &str| tenants.decide(&registry.policy, claim, record)
        });
        let decide = decide.as_ref().map(|decide| decide as RegistryLookup<'_>);
        let preview =
            config.preview(&self.event.text, decide).map_err(|error| self.event_error(&error.to_string()))?;
        let order = match (preview.batch.order, config.source) {
            (Order::Unordered, _) => ExplainedOrder::None,
            (Order::ByKey, _) => ExplainedOrder::MessageGroup,
            (Order::ByKeyWithinTenant, Kind::DynamoDb) => ExplainedOrder::Item,
            (Order::ByKeyWithinTenant, _) => ExplainedOrder::PartitionKey,
        };
        let source_arn = preview.batch.source_arn.as_ref();
        Ok(ExplainReport {
            router: config.source.binary(),
            wrapped: self.event.wrapped,
            source_arn: (!source_arn.is_empty()).then(|| source_arn.to_owned()),
            order,
            carrier: carrier_of(config),
            registry: match (&config.registry, self.tenants) {
                (None, _) => RegistryUse::None,
                (Some(_), None) => RegistryUse::NotAsked,
                (Some(_), Some(_)) => RegistryUse::File,
            },
            on_reject: match (config.source, config.on_reject()) {
                (Kind::Task, _) => ExplainedOnReject::Answered,
                (_, OnReject::Quarantine) => ExplainedOnReject::Quarantine,
                (_, OnReject::Redrive) => ExplainedOnReject::Redrive,
            },
            records: self.explain_records(&preview),
            rounds: self.explain_rounds(&preview.rounds),
        })
    }

    /// Converts the router's own error. The last part of its message is the remedy.
    fn event_error(&self, error: &str) -> CommandError {
        let (problem, remedy) = error.rsplit_once(": ").unwrap_or((error, "give an event of this source"));
        CommandError::unusable(display_name(self.file), problem, remedy)
    }

    fn explain_records(&self, preview: &Preview<'_>) -> Vec<ExplainedRecord> {
        // The number of the first sub-batch of each round.
        let firsts: Vec<usize> = preview
            .rounds
            .iter()
            .scan(1, |next, round| {
                let first = *next;
                *next += round.len();
                Some(first)
            })
            .collect();
        let records = preview.batch.records.iter().zip(&preview.fates).enumerate();
        records
            .map(|(index, (record, fate))| ExplainedRecord {
                index,
                id: if self.config.source == Kind::Task { "the task" } else { record.id() }.to_owned(),
                item_id: (record.item_id() != record.id()).then(|| record.item_id().to_owned()),
                order_key: record.order_key().map(str::to_owned),
                outcome: self.explain_fate(fate, &firsts),
                selectors: self.evaluate_record(record),
            })
            .collect()
    }

    fn explain_fate(&self, fate: &Fate, firsts: &[usize]) -> ExplainedOutcome {
        match fate {
            Fate::Sent { tenant, round, place } => ExplainedOutcome::Sent {
                tenant: tenant.as_str().to_owned(),
                round: round + 1,
                sub_batch: firsts[*round] + place,
            },
            Fate::Waits { tenant, cause } => self.explain_wait(tenant.as_str(), *cause),
            Fate::Rejected(rejection) => explain_rejection(rejection, RejectionTime::ThisInvocation),
            Fate::RejectedBehind(rejection) => explain_rejection(rejection, RejectionTime::LaterInvocation),
            Fate::Postponed => ExplainedOutcome::Postponed,
            Fate::Panicked => ExplainedOutcome::Panicked,
        }
    }

    fn explain_wait(&self, tenant: &str, cause: Cause) -> ExplainedOutcome {
        let why = match (cause, self.tenants) {
            (Cause::OrderStopped, _) => "an earlier record of its ordering group stays with the source",
            (Cause::BehindCheckpoint, _) => {
                "an earlier record of the stream stays, and the stream delivers again from there"
            }
            (Cause::Held, _) => "its tenant is suspended, and its records stay with the source",
            (Cause::RegistryItem, Some(tenants)) => tenants.fault_of(tenant),
            _ => "the source delivers it again",
        };
        ExplainedOutcome::Waits { tenant: tenant.to_owned(), cause: cause.code(), why }
    }

    fn explain_rounds(&self, rounds: &[Vec<PlannedSubBatch>]) -> Vec<Vec<ExplainedSubBatch>> {
        let mut number = 0;
        let mut sub_batch = |planned: &PlannedSubBatch| {
            number += 1;
            ExplainedSubBatch {
                number,
                tenant: planned.tenant.as_str().to_owned(),
                backend: self.backend_name(planned.backend),
                records: planned.records.clone(),
                bytes: planned.bytes,
            }
        };
        rounds.iter().map(|round| round.iter().map(&mut sub_batch).collect()).collect()
    }

    /// The name of a backend, if there are several.
    fn backend_name(&self, number: usize) -> Option<String> {
        let backend = self.config.backends.get(number).filter(|_| self.config.backends.len() > 1)?;
        Some(backend.name.as_deref().unwrap_or("backend").to_owned())
    }

    fn evaluate_record(&self, record: &Record<'_>) -> Vec<SelectorResult> {
        match record.condition() {
            Condition::Readable => {
                let evaluate = |(selector, rules)| SelectorResult::new(selector, rules, record.raw());
                self.selectors.iter().map(|(selector, rules)| evaluate((selector, rules))).collect()
            }
            // The selectors look into the decoded data, which was not read.
            Condition::Undecodable | Condition::TooLarge | Condition::Postponed => Vec::new(),
        }
    }
}

fn explain_rejection(rejection: &Rejection, when: RejectionTime) -> ExplainedOutcome {
    let reason = rejection.reason();
    ExplainedOutcome::Rejected {
        reason: reason.code(),
        meaning: reason.meaning(),
        selector: rejection.path().map(str::to_owned),
        offending_value: rejection.offending_value().map(str::to_owned),
        remedy: reason.remedy(),
        when,
    }
}

fn carrier_of(config: &Config) -> Carrier {
    match (config.source, config.policy.invocation) {
        (Kind::Pipes, _) => Carrier::PipeOutput,
        (_, Invocation::Sync) => Carrier::Invoke,
        (_, Invocation::Async) => Carrier::AsyncInvoke,
        (_, Invocation::Bridged) => Carrier::BridgeMessage,
    }
}
