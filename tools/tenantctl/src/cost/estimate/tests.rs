//! Compares the estimate with cases worked out by hand. The calculation is beside each number.
#![allow(clippy::float_cmp, reason = "the cases are exact in binary, or compared with a tolerance")]

use super::*;

fn prices() -> LambdaPrices {
    LambdaPrices {
        region: "nowhere".to_owned(),
        date: "2026-11-25".to_owned(),
        source: "a test".to_owned(),
        request_per_million: 0.20,
        gb_second: 0.00001,
        environment_creation_per_gb: 0.0002,
    }
}

/// A million records of 100 tenants in batches of ten, each of five tenants with two records.
fn workload() -> Workload {
    Workload {
        records: 1e6,
        tenants: 100.0,
        records_per_batch: 10.0,
        tenants_per_batch: Some(5.0),
        backend_ms: 50.0,
        backend_overhead_ms: 10.0,
        backend_init_ms: 0.0,
        backend_memory: 512.0,
        router_ms: Some(10.0),
        router_memory: 256.0,
        loop_memory: 512.0,
        accept_ms: 20.0,
        per_tenant: 1.0,
        in_flight: 100.0,
        idle_minutes: 1e9,
    }
}

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= expected.abs() * 1e-9, "{found} is not {expected}");
}

#[test]
fn cost_of_one_invoke_per_tenant() {
    let cost = CostEstimate::new(workload(), prices()).per_tenant;
    // 1,000,000 / 10 batches; 5 tenants in each.
    assert_near(cost.router.invocations, 100_000.0);
    assert_near(cost.backend.invocations, 500_000.0);
    // 1,000,000 × 50 ms + 500,000 × 10 ms = 55,000 s, × 0.5 GB.
    assert_near(cost.backend.gb_seconds, 27_500.0);
    // Each batch: 10 ms + (10 ms + 2 × 50 ms) = 120 ms; 12,000 s, × 0.25 GB.
    assert_near(cost.router.gb_seconds, 3_000.0);
    // 0.1 × $0.20 + 3,000 × $0.00001.
    assert_near(cost.dollars.router, 0.05);
    // 0.5 × $0.20 + 27,500 × $0.00001.
    assert_near(cost.dollars.backend, 0.375);
    // No environment is idle for long enough: 100 creations × 0.5 GB × $0.0002.
    assert_near(cost.dollars.environments, 0.01);
    assert_near(cost.dollars.total, 0.435);
}

#[test]
fn cost_of_one_invoke_per_record() {
    let cost = CostEstimate::new(workload(), prices()).per_record;
    assert_near(cost.backend.invocations, 1_000_000.0);
    // 1,000,000 × (50 + 10) ms = 60,000 s, × 0.5 GB.
    assert_near(cost.backend.gb_seconds, 30_000.0);
    // A tenant's two records one after the other: 10 ms + 2 × (10 + 50) ms = 130 ms; × 100,000, × 0.25 GB.
    assert_near(cost.router.gb_seconds, 3_250.0);
    // 0.02 + 0.0325; 0.20 + 0.30; 0.01.
    assert_near(cost.dollars.total, 0.0525 + 0.5 + 0.01);
}

#[test]
fn async_router_waits_only_for_acceptance() {
    let estimate = CostEstimate::new(workload(), prices());
    // 10 ms + 20 ms = 30 ms; × 100,000, × 0.25 GB.
    assert_near(estimate.asynchronous.router.gb_seconds, 750.0);
    assert_eq!(estimate.asynchronous.backend, estimate.per_tenant.backend);
}

#[test]
fn two_concurrent_invokes_need_two_environments() {
    let estimate = CostEstimate::new(Workload { per_tenant: 2.0, ..workload() }, prices());
    // 10 ms + 1 × (10 + 50) ms = 70 ms; × 100,000, × 0.25 GB.
    assert_near(estimate.per_record.router.gb_seconds, 1_750.0);
    assert_eq!(estimate.per_record.environments.peak, 200.0);
    // 200 environments need a quota of 80.
    assert_eq!(estimate.per_record.environments.concurrency, 80.0);
    assert_eq!(estimate.per_tenant.environments.peak, 100.0, "one Invoke needs one");
}

#[test]
fn creations_depend_on_pauses_between_visits() {
    // 500,000 visits of 100 tenants: 5,000 each in 2,628,000 s, one in 525.6 s. An idle time of ln 2 × 525.6 s is
    // shorter than half of the pauses.
    let idle_minutes = std::f64::consts::LN_2 * 525.6 / 60.0;
    let cost = CostEstimate::new(Workload { idle_minutes, ..workload() }, prices()).per_tenant;
    assert_near(cost.environments.creations, 250_000.0);
    // 250,000 × 0.5 GB × $0.0002.
    assert_near(cost.dollars.environments, 25.0);
    let cost = CostEstimate::new(Workload { idle_minutes: 0.0, ..workload() }, prices()).per_tenant;
    assert_near(cost.environments.creations, 500_000.0);
    let cost = CostEstimate::new(Workload { idle_minutes, backend_init_ms: 200.0, ..workload() }, prices())
        .per_tenant;
    // 55,000 s + 250,000 × 0.2 s, × 0.5 GB.
    assert_near(cost.backend.gb_seconds, 52_500.0);
}

#[test]
fn tenants_per_batch_defaults_to_expected_number() {
    let tenants = |tenants, records_per_batch| {
        Workload { tenants, records_per_batch, tenants_per_batch: None, ..workload() }
            .mean_tenants_per_batch()
    };
    assert_near(tenants(1.0, 10.0), 1.0);
    // Two tenants, two records: one tenant in half of the cases, two in the other half.
    assert_near(tenants(2.0, 2.0), 1.5);
    assert_near(tenants(50.0, 1.0), 1.0);
}

#[test]
fn loop_waits_for_one_or_64_invokes_at_a_time() {
    let estimate = CostEstimate::new(workload(), prices());
    let own = |cpu: f64| 10.0 * cpu / 1000.0 * 1769.0 / 512.0;
    // 10 × (10 + 50) ms in turn; all ten at once.
    for (cost, waiting, own) in [
        (&estimate.sequential_loop, 600.0, own(MEASURED.sequential_loop.cpu_us_per_record)),
        (&estimate.concurrent_loop, 60.0, own(MEASURED.concurrent_loop.cpu_us_per_record)),
    ] {
        assert_near(cost.router_waiting_ms, waiting);
        assert_near(cost.router_own_ms, own);
        // 100,000 batches, × 0.5 GB.
        assert_near(cost.router.gb_seconds, 100.0 * (waiting + own) * 0.5);
        assert_near(cost.backend.invocations, 1_000_000.0);
        // $0.02 and the time, for a million records.
        assert_near(cost.dollars.router_per_million_records, 0.02 + cost.router.gb_seconds * 0.00001);
    }
    // 128 Invokes, 64 at a time, with one record each: 2 × (10 + 50) ms.
    let large = Workload { records_per_batch: 128.0, ..workload() };
    assert_near(CostEstimate::new(large, prices()).concurrent_loop.router_waiting_ms, 120.0);
}

#[test]
fn concurrent_loop_needs_more_environments() {
    let of = |records_per_batch| {
        let estimate = CostEstimate::new(Workload { records_per_batch, ..workload() }, prices());
        (estimate.sequential_loop.environments, estimate.concurrent_loop.environments)
    };
    // 100 tenants, two records of each in a batch.
    let (one, many) = of(10.0);
    assert_eq!((one.peak, many.peak), (100.0, 200.0));
    assert_eq!((one.creations, many.creations), (100.0, 200.0));
    // 640 records of five tenants: each tenant has a fifth of the 64 concurrent Invokes.
    let (one, many) = of(640.0);
    assert_eq!((one.peak, many.peak), (100.0, 1280.0));
}

#[test]
fn router_time_is_computed_unless_given() {
    let computed =
        CostEstimate::new(Workload { router_ms: None, router_memory: 1769.0, ..workload() }, prices());
    let event = MEASURED.router_event;
    // 10 records, 5 Invokes.
    let own = 10.0 * event.cpu_us_per_record + 5.0 * event.cpu_us_per_invoke.expect("Invokes are fewer");
    assert_near(computed.per_tenant.router_own_ms, own / 1000.0);
    assert_near(computed.asynchronous.router_own_ms, own / 1000.0);
    assert_near(computed.per_record.router_own_ms, 10.0 * MEASURED.router_record.cpu_us_per_record / 1000.0);
    let given = CostEstimate::new(workload(), prices());
    assert_near(given.per_tenant.router_own_ms, 10.0);
}

#[test]
fn async_saves_the_wait_for_responses() {
    let estimate = CostEstimate::new(workload(), prices());
    // 100,000 × (110 − 20) ms × 0.25 GB × $0.00001.
    assert_near(estimate.per_tenant.dollars.total - estimate.asynchronous.dollars.total, 0.0225);
}

#[test]
fn low_in_flight_makes_tenants_wait() {
    let waits = |in_flight| CostEstimate::new(Workload { in_flight, ..workload() }, prices());
    let (wide, narrow) = (waits(100.0), waits(waits(100.0).tenants_per_batch / 4.0));
    assert_near(narrow.per_tenant.router_waiting_ms, wide.per_tenant.router_waiting_ms * 4.0);
    assert_near(narrow.asynchronous.router_waiting_ms, wide.asynchronous.router_waiting_ms * 4.0);
}
