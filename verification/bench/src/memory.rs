//! Finds the cheapest memory size. AWS charges memory × time, and a function with less memory has a smaller part of a CPU: its own
//! work takes longer, but its waiting does not.
//!
//! The connections to the backend use TLS, as on AWS. The first batch opens all connections, and handshakes need much CPU time, so
//! this batch has its own column.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use serde::Deserialize;

use crate::batch::Batch;
use crate::contender::{Contender, Programs};
use crate::cpu_share::CpuShare;
use crate::measure::{Connection, Measured, Running};
use crate::number::{mebibytes, millis};
use crate::payload::Payload;
use crate::scenario::Scenario;
use crate::table::{self, Section, Table};

const SIZES_MB: [u32; 6] = [128, 256, 512, 1_024, 1_769, 3_008];
const ROUNDS: u32 = 20;

/// Prices within this factor count as equal, because runs differ by as much.
const EQUAL_PRICE: f64 = 1.05;

/// The number of starts for the measurement of the first batch.
const STARTS: usize = 5;

const COLUMNS: [&str; 6] =
    ["memory MB", "first batch ms", "batch ms", "the slowest ms", "peak MiB", "$ a million records"];

const SCENARIOS: [Scenario; 4] = [
    Scenario::new(Batch::of(10, 5), Payload::Event, 50),
    Scenario::new(Batch::of(500, 50), Payload::Record, 50),
    Scenario::new(Batch::of(10_000, 100), Payload::Event, 5),
    Scenario::new(Batch::of(10_000, 100), Payload::Event, 50),
];

/// The built-in prices of `tenantctl cost`.
const PRICES: &str = include_str!("../../../tools/tenantctl/src/cost/built_in.json");

#[derive(Deserialize)]
struct Prices {
    request_per_million: f64,
    gb_second: BTreeMap<String, f64>,
}

pub(crate) fn sections(programs: &Programs) -> Result<Vec<Section>, Box<dyn Error>> {
    let prices: Prices = serde_json::from_str(PRICES)?;
    let mut sections = Vec::new();
    for scenario in SCENARIOS {
        table::print_progress(&scenario.name());
        let results = measure_sizes(programs, &scenario)?;
        let dollars = |result: &SizeResult| dollars_per_million(&prices, scenario.batch.records, result);
        let least = results.iter().map(dollars).fold(f64::INFINITY, f64::min);
        let cheapest = results.iter().filter(|result| dollars(result) <= least * EQUAL_PRICE);
        let cheapest: Vec<String> = cheapest.map(|result| format!("{} MB", result.size)).collect();
        let mut table = Table::with_head(&COLUMNS);
        for result in &results {
            table.add(vec![
                result.size.to_string(),
                millis(result.first).to_string(),
                millis(result.measured.median()).to_string(),
                millis(result.measured.slow()).to_string(),
                mebibytes(result.measured.peak_bytes).to_string(),
                format!("{:.5}", dollars(result)),
            ]);
        }
        sections.push((format!("{}: cheapest with {}", scenario.name(), cheapest.join(", ")), table));
    }
    Ok(sections)
}

/// A memory size and its measurements.
struct SizeResult {
    size: u32,
    /// The median time of the first batch.
    first: Duration,
    measured: Measured,
}

/// Measures all memory sizes in turns.
fn measure_sizes(programs: &Programs, scenario: &Scenario) -> Result<Vec<SizeResult>, Box<dyn Error>> {
    let event = scenario.batch.event();
    let mut running = Vec::new();
    for size in SIZES_MB {
        let share = CpuShare::of_memory(size)?;
        let mut firsts = Vec::new();
        for _ in 1..STARTS {
            firsts.push(first_batch(programs, scenario, &event, &share)?.1);
        }
        let (router, first) = first_batch(programs, scenario, &event, &share)?;
        firsts.push(first);
        firsts.sort_unstable();
        running.push((size, firsts[STARTS / 2], router, share));
    }
    for _ in 0..ROUNDS {
        for (.., router, _) in &mut running {
            router.measure(&event, scenario)?;
        }
    }
    running
        .into_iter()
        .map(|(size, first, router, _share)| Ok(SizeResult { size, first, measured: router.end()? }))
        .collect()
}

/// Starts a router and delivers its first batch. Returns the router and the time of the batch.
fn first_batch(
    programs: &Programs,
    scenario: &Scenario,
    event: &str,
    share: &CpuShare,
) -> Result<(Running, Duration), Box<dyn Error>> {
    let mut router = Running::start(programs, Contender::ROUTER, scenario, Connection::Tls)?;
    // Only after the init: during its init a function has a whole CPU with any memory size [Serverless Land, "Effectively
    // running Java on Serverless", "Utilize initialization phase"].
    share.assign(router.sandbox.pid())?;
    let (first, _) = router.deliver(event, scenario)?;
    Ok((router, first))
}

/// Returns the cost of the router for a million records in such batches, including its requests.
fn dollars_per_million(prices: &Prices, records: u32, result: &SizeResult) -> f64 {
    // AWS charges each invocation by the millisecond, rounded up [AWS Lambda pricing].
    let charged =
        result.measured.times.iter().map(|time| (time.as_secs_f64() * 1e3).ceil() / 1e3).sum::<f64>();
    let batches = 1e6 / f64::from(records);
    let seconds = charged / f64::from(ROUNDS);
    let gb_seconds = seconds * f64::from(result.size) / 1024.0;
    batches * (prices.request_per_million / 1e6 + gb_seconds * prices.gb_second[architecture()])
}

/// Returns the architecture of this machine, as Lambda names it.
fn architecture() -> &'static str {
    if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" }
}
