//! The report of a batch: the response to the source, and the numbers for logs and metrics.

use std::collections::BTreeMap;

use tenancy::{Reason, TenantId};

use crate::admission::Admission;
use crate::outcome::{AckKind, BatchOutcome, Cause, RecordOutcome};
use crate::response::SourceResponse;
use crate::stats::BatchStats;
use crate::tenant_index::TenantIndex;

/// The report of one batch.
#[derive(Debug)]
pub struct BatchReport {
    response: SourceResponse,
    outcome: BatchOutcome,
    stats: BatchStats,
    rejected: Vec<Reason>,
    tenants: Vec<TenantRecords>,
    /// Each record's tenant, as a position in `tenants`.
    tenant_of: Vec<Option<usize>>,
}

/// One tenant's records in a batch. This is tenant data: it is logged only where the configuration allows it.
#[derive(Debug)]
pub struct TenantRecords {
    /// The tenant.
    pub tenant: TenantId,
    /// Its records in the batch.
    pub records: usize,
    /// Those that are acknowledged.
    pub acked: usize,
}

impl BatchReport {
    pub(crate) fn new(
        response: SourceResponse,
        outcome: BatchOutcome,
        stats: BatchStats,
        admissions: &[Admission<'_>],
        tenants: TenantIndex<'_>,
    ) -> Self {
        let rejected = admissions.iter().filter_map(|admission| match admission {
            Admission::Rejected(rejection) => Some(rejection.reason()),
            Admission::Admitted { .. }
            | Admission::Deferred(_)
            | Admission::Panicked
            | Admission::Postponed => None,
        });
        let TenantIndex { admitted, tenant_of } = tenants;
        let mut tenants: Vec<TenantRecords> = admitted
            .iter()
            .map(|admitted| TenantRecords { tenant: admitted.tenant().clone(), records: 0, acked: 0 })
            .collect();
        for (tenant, record) in tenant_of.iter().zip(outcome.records()) {
            if let Some(tenant) = *tenant {
                tenants[tenant].records += 1;
                tenants[tenant].acked += usize::from(matches!(record, RecordOutcome::Acked(_)));
            }
        }
        Self { response, outcome, stats, rejected: rejected.collect(), tenants, tenant_of }
    }

    /// The response that [`into_response`](Self::into_response) returns.
    #[must_use]
    pub fn response(&self) -> &SourceResponse {
        &self.response
    }

    /// The outcome of every record, which the response is made from.
    #[must_use]
    pub fn outcome(&self) -> &BatchOutcome {
        &self.outcome
    }

    /// The counters and the anomalies, without any tenant's data.
    #[must_use]
    pub fn stats(&self) -> &BatchStats {
        &self.stats
    }

    /// Consumes the report and returns the response to the source.
    #[must_use]
    pub fn into_response(self) -> SourceResponse {
        self.response
    }

    /// Rejected records, by reason.
    #[must_use]
    pub fn rejections(&self) -> BTreeMap<Reason, usize> {
        count(self.rejected.iter().copied())
    }

    /// The records of each tenant, in the order in which the tenants first appear.
    #[must_use]
    pub fn tenants(&self) -> &[TenantRecords] {
        &self.tenants
    }

    /// The tenant of the record at this position; `None` where it was not admitted. This is tenant data: see [`TenantRecords`].
    #[must_use]
    pub fn tenant_of(&self, index: usize) -> Option<&TenantId> {
        self.tenant_of.get(index).copied().flatten().map(|tenant| &self.tenants[tenant].tenant)
    }

    /// How many records have an acknowledgement of this kind.
    #[must_use]
    pub fn acked(&self, kind: AckKind) -> usize {
        self.outcome.records().iter().filter(|record| **record == RecordOutcome::Acked(kind)).count()
    }

    /// Records to be redelivered, by cause.
    #[must_use]
    pub fn retries(&self) -> BTreeMap<Cause, usize> {
        count(self.outcome.records().iter().filter_map(|record| match record {
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
