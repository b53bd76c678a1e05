//! Ways to deliver: what each makes of one batch.

use super::measured::{CpuTime, MEASURED};
use super::workload::Workload;

/// How many Invokes the second loop has under way.
const LOOP_WIDTH: f64 = 64.0;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DeliveryMode {
    /// The router, one Invoke for each record.
    PerRecord,
    /// The router, one Invoke for each tenant of a batch.
    PerTenant,
    /// The same, without waiting for the answers.
    Asynchronous,
    /// A plain loop in the router's place: an Invoke for each record, one after the other.
    SequentialLoop,
    /// A plain loop that has many Invokes under way, whosever they are.
    ConcurrentLoop,
}

/// What becomes of one batch, on average.
#[derive(Debug)]
pub(super) struct BatchTiming {
    /// Invokes for one tenant's records.
    pub(super) invokes_in_a_visit: f64,
    /// How many of those are under way at a time.
    pub(super) side_by_side: f64,
    /// What router or loop does itself, in milliseconds.
    pub(super) own_ms: f64,
    /// How long it waits for Invokes, in milliseconds.
    pub(super) waiting_ms: f64,
    /// The memory of router or loop, in MB.
    pub(super) memory: f64,
}

impl DeliveryMode {
    pub(super) fn of_a_batch(self, workload: &Workload) -> BatchTiming {
        let records = workload.records_per_batch;
        let tenants = workload.tenants_in_a_batch();
        let records_in_a_visit = records / tenants;
        let invokes_in_a_visit = match self {
            Self::PerTenant | Self::Asynchronous => 1.0,
            Self::PerRecord | Self::SequentialLoop | Self::ConcurrentLoop => records_in_a_visit,
        };
        let side_by_side = match self {
            Self::PerRecord | Self::PerTenant | Self::Asynchronous => {
                invokes_in_a_visit.min(workload.per_tenant).max(1.0)
            }
            Self::SequentialLoop => 1.0,
            // A tenant's part of those that are under way.
            Self::ConcurrentLoop => (records_in_a_visit * (LOOP_WIDTH / records).min(1.0)).max(1.0),
        };
        // How often it waits for an Invoke: the router serves tenants side by side, a loop does not know them.
        let turns = match self {
            Self::PerRecord | Self::PerTenant | Self::Asynchronous => {
                let of_all = tenants * invokes_in_a_visit / workload.in_flight;
                of_all.max(invokes_in_a_visit / workload.per_tenant)
            }
            Self::SequentialLoop => records,
            Self::ConcurrentLoop => records / LOOP_WIDTH,
        };
        let records_in_an_invoke = records_in_a_visit / invokes_in_a_visit;
        let waiting_ms = turns.max(1.0)
            * match self {
                Self::Asynchronous => workload.accept_ms,
                _ => workload.backend_overhead_ms + records_in_an_invoke * workload.backend_ms,
            };
        let memory = if self.is_loop() { workload.loop_memory } else { workload.router_memory };
        let computed = self.cpu().milliseconds(records, tenants * invokes_in_a_visit, memory);
        let given = workload.router_ms.filter(|_| !self.is_loop());
        BatchTiming { invokes_in_a_visit, side_by_side, own_ms: given.unwrap_or(computed), waiting_ms, memory }
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
