//! The arithmetic. Pure; `docs/cost.md` has the same formulae in words.

use serde::Serialize;

use super::delivery::DeliveryMode;
use super::measured::{MEASURED, MeasuredCpu};
use super::prices::LambdaPrices;
use super::workload::Workload;

/// A month as AWS's own calculator has it: 730 hours, in seconds.
const MONTH_SECONDS: f64 = 730.0 * 3600.0;

/// A function's memory is charged in GB of 1,024 MB [AWS Lambda pricing].
const MB_IN_GB: f64 = 1024.0;

/// EnvironmentUsage that may exist for each unit of the concurrency quota [Lambda developer guide, "Tenant isolation"].
const ENVIRONMENTS_PER_CONCURRENCY: f64 = 2.5;

/// A month by each way of delivery.
#[derive(Debug, Serialize)]
pub(super) struct CostEstimate {
    pub(super) workload: Workload,
    pub(super) prices: LambdaPrices,
    pub(super) measured: MeasuredCpu,
    pub(super) tenants_per_batch: f64,
    /// One Invoke for each record.
    pub(super) per_record: DeliveryCost,
    /// One Invoke for each tenant of a batch: the default.
    pub(super) per_tenant: DeliveryCost,
    /// The same, without waiting for the answer.
    pub(super) asynchronous: DeliveryCost,
    /// Without the router: a loop that sends one record after the other.
    pub(super) sequential_loop: DeliveryCost,
    /// Without the router: a loop that has 64 Invokes under way.
    pub(super) concurrent_loop: DeliveryCost,
}

/// One way of delivery. Where it is a loop's, the loop stands in the router's place.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct DeliveryCost {
    pub(super) router: FunctionUsage,
    /// What the router does itself for a batch.
    pub(super) router_own_ms: f64,
    /// What it waits besides.
    pub(super) router_waiting_ms: f64,
    pub(super) backend: FunctionUsage,
    pub(super) environments: EnvironmentUsage,
    pub(super) dollars: MonthlyDollars,
}

/// What a function does in a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct FunctionUsage {
    pub(super) invocations: f64,
    pub(super) gb_seconds: f64,
}

/// The backend's environments, which are tenants' own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct EnvironmentUsage {
    /// The most that stand at one time.
    pub(super) standing: f64,
    /// How often one is created.
    pub(super) creations: f64,
    /// The concurrency quota under which that many may stand.
    pub(super) concurrency: f64,
}

/// MonthlyDollars in a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct MonthlyDollars {
    pub(super) router: f64,
    /// Of that, for each million records.
    pub(super) router_per_million_records: f64,
    pub(super) backend: f64,
    pub(super) environments: f64,
    pub(super) total: f64,
}

impl CostEstimate {
    pub(super) fn of(workload: Workload, prices: LambdaPrices) -> Self {
        let way = |delivery| DeliveryCost::of(&workload, &prices, delivery);
        Self {
            tenants_per_batch: workload.tenants_in_a_batch(),
            per_record: way(DeliveryMode::PerRecord),
            per_tenant: way(DeliveryMode::PerTenant),
            asynchronous: way(DeliveryMode::Asynchronous),
            sequential_loop: way(DeliveryMode::SequentialLoop),
            concurrent_loop: way(DeliveryMode::ConcurrentLoop),
            measured: MEASURED,
            workload,
            prices,
        }
    }
}

impl DeliveryCost {
    fn of(workload: &Workload, prices: &LambdaPrices, delivery: DeliveryMode) -> Self {
        let batches = workload.records / workload.records_per_batch;
        // One tenant's part in one batch.
        let visits = batches * workload.tenants_in_a_batch();
        let batch = delivery.of_a_batch(workload);
        let invokes = visits * batch.invokes_in_a_visit;
        let environments = environments(workload, visits, batch.side_by_side);

        let working = workload.records * workload.backend_ms
            + invokes * workload.backend_overhead_ms
            + environments.creations * workload.backend_init_ms;
        let router = FunctionUsage {
            invocations: batches,
            gb_seconds: gb_seconds(batches * (batch.own_ms + batch.waiting_ms), batch.memory),
        };
        let backend =
            FunctionUsage { invocations: invokes, gb_seconds: gb_seconds(working, workload.backend_memory) };
        let dollars = MonthlyDollars::of(&router, &backend, &environments, workload, prices);
        Self {
            router,
            router_own_ms: batch.own_ms,
            router_waiting_ms: batch.waiting_ms,
            backend,
            environments,
            dollars,
        }
    }
}

/// A visit wakes as many of its tenant's environments as it has Invokes side by side. With visits that come by chance
/// at a steady rate `r`, the pause before one is longer than the idle time `i` with probability `e^(-r i)`: then the
/// environments are gone and are created anew. Each tenant's are created once at least.
fn environments(workload: &Workload, visits: f64, side_by_side: f64) -> EnvironmentUsage {
    let standing = workload.tenants * side_by_side;
    let rate = visits / workload.tenants / MONTH_SECONDS;
    let gone = (-rate * workload.idle_minutes * 60.0).exp();
    EnvironmentUsage {
        standing,
        creations: (visits * side_by_side * gone).max(standing.min(visits * side_by_side)),
        concurrency: (standing / ENVIRONMENTS_PER_CONCURRENCY).ceil(),
    }
}

fn gb_seconds(milliseconds: f64, memory_mb: f64) -> f64 {
    milliseconds / 1000.0 * memory_mb / MB_IN_GB
}

impl MonthlyDollars {
    fn of(
        router: &FunctionUsage,
        backend: &FunctionUsage,
        environments: &EnvironmentUsage,
        workload: &Workload,
        prices: &LambdaPrices,
    ) -> Self {
        let function = |function: &FunctionUsage| {
            function.invocations / 1e6 * prices.request_per_million + function.gb_seconds * prices.gb_second
        };
        let gb = workload.backend_memory / MB_IN_GB;
        let (router, backend) = (function(router), function(backend));
        let environments = environments.creations * gb * prices.environment_creation_per_gb;
        Self {
            router,
            router_per_million_records: router / workload.records * 1e6,
            backend,
            environments,
            total: router + backend + environments,
        }
    }
}

#[cfg(test)]
mod tests;
