//! The arithmetic of the estimate. `docs/cost.md` has the same formulas in words.

use serde::Serialize;

use super::delivery::DeliveryMode;
use super::measured::{MEASURED, MeasuredCpu};
use super::prices::LambdaPrices;
use super::workload::Workload;

/// A month in seconds. AWS Pricing Calculator uses 730 hours.
const MONTH_SECONDS: f64 = 730.0 * 3600.0;

/// Lambda charges memory in GB of 1,024 MB [AWS Lambda pricing].
const MB_IN_GB: f64 = 1024.0;

/// The execution environments that may exist for each unit of the concurrency quota [AWS Lambda developer guide, "Tenant
/// isolation"].
const ENVIRONMENTS_PER_CONCURRENCY: f64 = 2.5;

/// The monthly cost of each delivery mode. The names of the fields are part of the JSON output.
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
    /// One asynchronous Invoke for each tenant of a batch.
    pub(super) asynchronous: DeliveryCost,
    /// Without the router: a loop that sends one record after the other.
    pub(super) sequential_loop: DeliveryCost,
    /// Without the router: a loop with 64 concurrent Invokes.
    pub(super) concurrent_loop: DeliveryCost,
}

/// The monthly usage and cost of one delivery mode. For a loop, the router's fields are the loop's.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct DeliveryCost {
    pub(super) router: FunctionUsage,
    /// The processing time of the router for a batch, in milliseconds.
    pub(super) router_own_ms: f64,
    /// The time that the router waits for a batch, in milliseconds.
    pub(super) router_waiting_ms: f64,
    pub(super) backend: FunctionUsage,
    pub(super) environments: EnvironmentUsage,
    pub(super) dollars: MonthlyDollars,
}

/// The usage of a function in a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct FunctionUsage {
    pub(super) invocations: f64,
    pub(super) gb_seconds: f64,
}

/// The execution environments of the backend. Each belongs to one tenant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct EnvironmentUsage {
    /// The most environments that exist at one time.
    pub(super) peak: f64,
    /// How many are created in a month.
    pub(super) creations: f64,
    /// The concurrency quota that allows the peak.
    pub(super) concurrency: f64,
}

/// The cost of a month, in dollars.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct MonthlyDollars {
    pub(super) router: f64,
    /// The router's cost for each million records.
    pub(super) router_per_million_records: f64,
    pub(super) backend: f64,
    pub(super) environments: f64,
    pub(super) total: f64,
}

impl CostEstimate {
    pub(super) fn new(workload: Workload, prices: LambdaPrices) -> Self {
        let cost = |mode| DeliveryCost::new(&workload, &prices, mode);
        Self {
            tenants_per_batch: workload.mean_tenants_per_batch(),
            per_record: cost(DeliveryMode::PerRecord),
            per_tenant: cost(DeliveryMode::PerTenant),
            asynchronous: cost(DeliveryMode::Asynchronous),
            sequential_loop: cost(DeliveryMode::SequentialLoop),
            concurrent_loop: cost(DeliveryMode::ConcurrentLoop),
            measured: MEASURED,
            workload,
            prices,
        }
    }
}

impl DeliveryCost {
    fn new(workload: &Workload, prices: &LambdaPrices, mode: DeliveryMode) -> Self {
        let batches = workload.records / workload.records_per_batch;
        // A visit is one tenant's part of one batch.
        let visits = batches * workload.mean_tenants_per_batch();
        let batch = mode.batch_timing(workload);
        let invokes = visits * batch.invokes_per_visit;
        let environments = estimate_environments(workload, visits, batch.concurrency);

        let backend_ms = workload.records * workload.backend_ms
            + invokes * workload.backend_overhead_ms
            + environments.creations * workload.backend_init_ms;
        let router = FunctionUsage {
            invocations: batches,
            gb_seconds: gb_seconds(batches * (batch.own_ms + batch.waiting_ms), batch.memory),
        };
        let backend = FunctionUsage {
            invocations: invokes,
            gb_seconds: gb_seconds(backend_ms, workload.backend_memory),
        };
        let dollars = MonthlyDollars::new(&router, &backend, &environments, workload, prices);
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

/// Estimates the environments of the backend. A visit uses as many environments of its tenant as it has concurrent
/// Invokes. If visits are random with a constant rate `r`, the pause before a visit is longer than the idle time `i` with
/// probability `e^(-r i)`: then Lambda has removed the environments and creates new ones. Each environment is created at
/// least once.
fn estimate_environments(workload: &Workload, visits: f64, concurrency: f64) -> EnvironmentUsage {
    let peak = workload.tenants * concurrency;
    let rate = visits / workload.tenants / MONTH_SECONDS;
    let removed = (-rate * workload.idle_minutes * 60.0).exp();
    EnvironmentUsage {
        peak,
        creations: (visits * concurrency * removed).max(peak.min(visits * concurrency)),
        concurrency: (peak / ENVIRONMENTS_PER_CONCURRENCY).ceil(),
    }
}

fn gb_seconds(milliseconds: f64, memory_mb: f64) -> f64 {
    milliseconds / 1000.0 * memory_mb / MB_IN_GB
}

impl MonthlyDollars {
    fn new(
        router: &FunctionUsage,
        backend: &FunctionUsage,
        environments: &EnvironmentUsage,
        workload: &Workload,
        prices: &LambdaPrices,
    ) -> Self {
        let cost = |function: &FunctionUsage| {
            function.invocations / 1e6 * prices.request_per_million + function.gb_seconds * prices.gb_second
        };
        let gb = workload.backend_memory / MB_IN_GB;
        let (router, backend) = (cost(router), cost(backend));
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
