//! The delivery modes, and the time that each takes for one batch.

use super::measured::{CpuTime, MEASURED};
use super::workload::Workload;

/// The concurrent Invokes of the concurrent loop.
const LOOP_CONCURRENCY: f64 = 64.0;

/// A way to deliver the records of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DeliveryMode {
    /// The router, one Invoke for each record.
    PerRecord,
    /// The router, one Invoke for each tenant of a batch.
    PerTenant,
    /// The router, one asynchronous Invoke for each tenant of a batch.
    Asynchronous,
    /// A plain loop instead of the router: one Invoke for each record, one after the other.
    SequentialLoop,
    /// A plain loop with many concurrent Invokes, regardless of tenant.
    ConcurrentLoop,
}

/// The Invokes and times of one batch, on average. A visit is one tenant's part of a batch.
#[derive(Debug)]
pub(super) struct BatchTiming {
    /// Invokes for one tenant's records.
    pub(super) invokes_per_visit: f64,
    /// How many of those run at the same time.
    pub(super) concurrency: f64,
    /// The processing time of router or loop, in milliseconds.
    pub(super) own_ms: f64,
    /// The time that it waits for Invokes, in milliseconds.
    pub(super) waiting_ms: f64,
    /// The memory of router or loop, in MB.
    pub(super) memory: f64,
}

impl DeliveryMode {
    pub(super) fn batch_timing(self, workload: &Workload) -> BatchTiming {
        let records = workload.records_per_batch;
        let tenants = workload.mean_tenants_per_batch();
        let records_per_visit = records / tenants;
        let invokes_per_visit = match self {
            Self::PerTenant | Self::Asynchronous => 1.0,
            Self::PerRecord | Self::SequentialLoop | Self::ConcurrentLoop => records_per_visit,
        };
        let concurrency = match self {
            Self::PerRecord | Self::PerTenant | Self::Asynchronous => {
                invokes_per_visit.min(workload.per_tenant).max(1.0)
            }
            Self::SequentialLoop => 1.0,
            // The tenant's share of the concurrent Invokes.
            Self::ConcurrentLoop => (records_per_visit * (LOOP_CONCURRENCY / records).min(1.0)).max(1.0),
        };
        // How often it waits for an Invoke. The router serves tenants concurrently; a loop does not distinguish them.
        let turns = match self {
            Self::PerRecord | Self::PerTenant | Self::Asynchronous => {
                let all_tenants = tenants * invokes_per_visit / workload.in_flight;
                all_tenants.max(invokes_per_visit / workload.per_tenant)
            }
            Self::SequentialLoop => records,
            Self::ConcurrentLoop => records / LOOP_CONCURRENCY,
        };
        let records_per_invoke = records_per_visit / invokes_per_visit;
        let waiting_ms = turns.max(1.0)
            * match self {
                Self::Asynchronous => workload.accept_ms,
                _ => workload.backend_overhead_ms + records_per_invoke * workload.backend_ms,
            };
        let memory = if self.is_loop() { workload.loop_memory } else { workload.router_memory };
        let computed = self.cpu().milliseconds(records, tenants * invokes_per_visit, memory);
        let given = workload.router_ms.filter(|_| !self.is_loop());
        BatchTiming { invokes_per_visit, concurrency, own_ms: given.unwrap_or(computed), waiting_ms, memory }
    }

    fn is_loop(self) -> bool {
        matches!(self, Self::SequentialLoop | Self::ConcurrentLoop)
    }

    fn cpu(self) -> CpuTime {
        match self {
            Self::PerRecord => MEASURED.router_record,
            Self::PerTenant | Self::Asynchronous => MEASURED.router_event,
            Self::SequentialLoop => MEASURED.sequential_loop,
            Self::ConcurrentLoop => MEASURED.concurrent_loop,
        }
    }
}
