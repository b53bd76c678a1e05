//! What a batch came to: the source's answer, and the numbers that logs and metrics are made from.

use std::collections::BTreeMap;
use std::time::Duration;

use tenancy::{Reason, TenantId};

use crate::admission::Admission;
use crate::answer::SourceResponse;
use crate::ledger::{Cause, RecordOutcome, BatchOutcome, AckKind};
use crate::roster::TenantIndex;
use crate::verdict::Anomaly;

/// Counted while a batch is under way.
#[derive(Debug, Default)]
pub struct BatchStats {
    /// From the invocation's begin until every record was admitted or rejected.
    pub admitted_after: Duration,
    /// Invokes started.
    pub invokes: usize,
    /// Invokes that certainly did not run, and were tried again or given up.
    pub not_run: usize,
    /// What is worth a log line, and how often it happened.
    pub anomalies: BTreeMap<Anomaly, usize>,
}

impl BatchStats {
    pub(crate) fn notice(&mut self, anomaly: Anomaly) {
        *self.anomalies.entry(anomaly).or_default() += 1;
    }
}

/// What a batch came to.
#[derive(Debug)]
pub struct BatchReport {
    answer: SourceResponse,
    ledger: BatchOutcome,
    tally: BatchStats,
    rejected: Vec<Reason>,
    tenants: Vec<TenantRecords>,
    /// Each record's tenant, as a position in `tenants`.
    tenant_of: Vec<Option<usize>>,
}

/// One tenant's part in a batch. Tenant data: not for logs or metrics, unless the configuration allows it.
#[derive(Debug)]
pub struct TenantRecords {
    /// The tenant.
    pub tenant: TenantId,
    /// Its records in the batch.
    pub records: usize,
    /// Those that are settled.
    pub settled: usize,
}

impl BatchReport {
    pub(crate) fn new(
        answer: SourceResponse,
        ledger: BatchOutcome,
        tally: BatchStats,
        standings: &[Admission<'_>],
        roster: TenantIndex<'_>,
    ) -> Self {
        let rejected = standings.iter().filter_map(|standing| match standing {
            Admission::Rejected(rejection) => Some(rejection.reason()),
            Admission::Admitted { .. } | Admission::Waiting(_) | Admission::Panicked | Admission::Postponed => {
                None
            }
        });
        let mut tenants: Vec<TenantRecords> = roster
            .tenants
            .iter()
            .map(|admitted| TenantRecords { tenant: admitted.tenant().clone(), records: 0, settled: 0 })
            .collect();
        for (tenant, entry) in roster.of.iter().zip(ledger.entries()) {
            if let Some(tenant) = *tenant {
                tenants[tenant].records += 1;
                tenants[tenant].settled += usize::from(matches!(entry, RecordOutcome::Acked(_)));
            }
        }
        Self { answer, ledger, tally, rejected: rejected.collect(), tenants, tenant_of: roster.of }
    }

    /// The source's answer.
    #[must_use]
    pub fn answer(&self) -> &SourceResponse {
        &self.answer
    }

    /// The entry of every record.
    #[must_use]
    pub fn ledger(&self) -> &BatchOutcome {
        &self.ledger
    }

    /// What was counted on the way.
    #[must_use]
    pub fn tally(&self) -> &BatchStats {
        &self.tally
    }

    /// Gives the source's answer away.
    #[must_use]
    pub fn into_answer(self) -> SourceResponse {
        self.answer
    }

    /// Rejected records, by reason.
    #[must_use]
    pub fn rejections(&self) -> BTreeMap<Reason, usize> {
        count(self.rejected.iter().copied())
    }

    /// Each tenant's part, in the order in which the tenants first appear.
    #[must_use]
    pub fn tenants(&self) -> &[TenantRecords] {
        &self.tenants
    }

    /// The tenant of the record at this place; `None` where it was not admitted. Tenant data, as above.
    #[must_use]
    pub fn tenant_of(&self, index: usize) -> Option<&TenantId> {
        self.tenant_of.get(index).copied().flatten().map(|tenant| &self.tenants[tenant].tenant)
    }

    /// Records settled in this way.
    #[must_use]
    pub fn settled(&self, by: AckKind) -> usize {
        self.ledger.entries().iter().filter(|entry| **entry == RecordOutcome::Acked(by)).count()
    }

    /// Records to be handed out again, by cause.
    #[must_use]
    pub fn retries(&self) -> BTreeMap<Cause, usize> {
        count(self.ledger.entries().iter().filter_map(|entry| match entry {
            RecordOutcome::Retry(cause) => Some(*cause),
            RecordOutcome::Acked(_) => None,
        }))
    }
}

fn count<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}
