//! From the router's preview of a batch to what is told of it.

use router::Config;
use routing::ports::Invocation;
use routing::{Cause, RegistryLookup, Fate, PlannedSubBatch, Preview, preview};
use sources::{Condition, Kind, Order, Record, Source};
use tenancy::{Claim, Rejection, RegistryDecision};

use super::input::{ExplainEvent, named};
use super::registry::TenantsFile;
use super::rejects;
use super::report::{
    Carrier, ExplainReport, ExplainedOutcome, ExplainedOnReject, ExplainedOrder, ExplainedRecord, RegistryUse, ExplainedSubBatch, RejectionTime,
};
use super::selector::{SelectorResult, SingleSelector};
use crate::check_config::outline::ConfigOutline;
use crate::error::CommandError;

/// What an explanation is made from.
pub(super) struct ExplainContext<'a> {
    pub(super) config: &'a Config,
    pub(super) outline: &'a ConfigOutline,
    pub(super) selectors: &'a [SingleSelector],
    pub(super) tenants: Option<&'a TenantsFile>,
    pub(super) event: &'a ExplainEvent,
    pub(super) file: &'a str,
}

impl ExplainContext<'_> {
    /// The account of an event of this source.
    pub(super) fn account<S: Source>(&self, source: S) -> Result<ExplainReport, CommandError> {
        let config = self.config;
        let confirm = |claim: Claim, record: &str| self.rule(claim, record);
        let registry = self.tenants.map(|_| &confirm as RegistryLookup<'_>);
        let (rules, policy) = (&config.rules, &config.policy);
        let preview = preview(source, &self.event.text, rules, policy, rejects(config), registry)
            .map_err(|error| self.not_an_event(&error.to_string()))?;
        let order = match (preview.batch.order, S::KIND) {
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
            carrier: carrier(config),
            registry: self.registry(),
            on_reject: match config.quarantine {
                Some(_) => ExplainedOnReject::Quarantine,
                None => ExplainedOnReject::Redrive,
            },
            records: self.records(&preview),
            rounds: self.rounds(&preview.rounds),
        })
    }

    pub(super) fn registry(&self) -> RegistryUse {
        match (&self.config.registry, self.tenants) {
            (None, _) => RegistryUse::None,
            (Some(_), None) => RegistryUse::NotAsked,
            (Some(_), Some(_)) => RegistryUse::File,
        }
    }

    /// What the registry says of a claim; where it is not asked, the claim is taken at its word.
    pub(super) fn rule(&self, claim: Claim, record: &str) -> Result<RegistryDecision, Cause> {
        match (&self.config.registry, self.tenants) {
            (Some(registry), Some(tenants)) => tenants.rule(&registry.authority, claim, record),
            _ => Ok(RegistryDecision::Admitted(claim.without_registry())),
        }
    }

    /// The router's own error, whose last part says what to do.
    pub(super) fn not_an_event(&self, error: &str) -> CommandError {
        let (problem, remedy) = error.rsplit_once(": ").unwrap_or((error, "give an event of this source"));
        CommandError::unusable(named(self.file), problem, remedy)
    }

    /// What each selector says of a record's text.
    pub(super) fn test_selectors(&self, record: &str) -> Vec<SelectorResult> {
        self.selectors.iter().map(|witness| witness.test(record)).collect()
    }

    fn records(&self, preview: &Preview<'_>) -> Vec<ExplainedRecord> {
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
                id: record.id().to_owned(),
                item_id: (record.item_id() != record.id()).then(|| record.item_id().to_owned()),
                order_key: record.order_key().map(str::to_owned),
                fate: self.told(fate, &firsts),
                selectors: self.of(record),
            })
            .collect()
    }

    fn told(&self, fate: &Fate, firsts: &[usize]) -> ExplainedOutcome {
        match fate {
            Fate::Sent { tenant, round, place } => ExplainedOutcome::Sent {
                tenant: tenant.as_str().to_owned(),
                round: round + 1,
                sub_batch: firsts[*round] + place,
            },
            Fate::Waits { tenant, cause } => self.waits(tenant.as_str(), *cause),
            Fate::Rejected(rejection) => rejected(rejection, RejectionTime::ThisInvocation),
            Fate::RejectedBehind(rejection) => rejected(rejection, RejectionTime::LaterInvocation),
            Fate::Postponed => ExplainedOutcome::Postponed,
            Fate::Panicked => ExplainedOutcome::Panicked,
        }
    }

    pub(super) fn waits(&self, tenant: &str, cause: Cause) -> ExplainedOutcome {
        let why = match (cause, self.tenants) {
            (Cause::OrderStopped, _) => "an earlier record of its order key stays with the source",
            (Cause::BehindCheckpoint, _) => {
                "an earlier record of the stream stays, and the stream goes on from there"
            }
            (Cause::Held, _) => "its tenant is suspended, and what is its waits with the source",
            (Cause::RegistryItem, Some(tenants)) => tenants.fault(tenant),
            _ => "it is handed out again",
        };
        ExplainedOutcome::Waits { tenant: tenant.to_owned(), cause: cause.code(), why }
    }

    fn rounds(&self, rounds: &[Vec<PlannedSubBatch>]) -> Vec<Vec<ExplainedSubBatch>> {
        let mut number = 0;
        let mut sub_batch = |planned: &PlannedSubBatch| {
            number += 1;
            ExplainedSubBatch {
                number,
                tenant: planned.tenant.as_str().to_owned(),
                backend: self.backend(planned.backend),
                records: planned.records.clone(),
                bytes: planned.bytes,
            }
        };
        rounds.iter().map(|round| round.iter().map(&mut sub_batch).collect()).collect()
    }

    /// The name of a backend, where there are several.
    pub(super) fn backend(&self, number: usize) -> Option<String> {
        let others = self.outline.backend_names();
        (!others.is_empty()).then(|| match number.checked_sub(1) {
            None => "backend".to_owned(),
            Some(other) => others[other].to_owned(),
        })
    }

    fn of(&self, record: &Record<'_>) -> Vec<SelectorResult> {
        match record.condition() {
            Condition::Readable => self.test_selectors(record.raw()),
            // The selectors look into what it wraps, and that was not read.
            Condition::Undecodable | Condition::TooLarge | Condition::Postponed => Vec::new(),
        }
    }
}

pub(super) fn rejected(rejection: &Rejection, turn: RejectionTime) -> ExplainedOutcome {
    let reason = rejection.reason();
    ExplainedOutcome::Rejected {
        reason: reason.code(),
        meaning: reason.meaning(),
        selector: rejection.selector().map(str::to_owned),
        offending_value: rejection.offending_value().map(str::to_owned),
        remedy: reason.remedy(),
        turn,
    }
}

fn carrier(config: &Config) -> Carrier {
    match (config.source, config.policy.invocation) {
        (Kind::Pipes, _) => Carrier::PipeOutput,
        (_, Invocation::Sync) => Carrier::Invoke,
        (_, Invocation::Async) => Carrier::AsyncInvoke,
        (_, Invocation::Bridged) => Carrier::BridgeMessage,
    }
}
