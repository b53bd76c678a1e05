//! Which memory size is the cheapest: a function is charged for memory × time, and with less memory it has less of a processor,
//! so that its own work takes longer and its waiting does not.
//!
//! The backend is spoken to over TLS, as on AWS. A function's first batch makes every connection, and a greeting is
//! work for the processor that a small function has little of, so that batch is told apart.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use serde::Deserialize;

use crate::batch::Batch;
use crate::contender::{Contender, Programs};
use crate::measure::{Measured, Running, Wire};
use crate::number::{mebibytes, millis};
use crate::scenario::{Payload, Scenario};
use crate::share::Share;
use crate::table::{self, Section, Table};

const SIZES_MB: [u32; 6] = [128, 256, 512, 1_024, 1_769, 3_008];
const ROUNDS: u32 = 20;

/// Sizes whose prices differ by less are told together: so much one run differs from the next.
const ALIKE: f64 = 1.05;

/// How often a function is started, for its first batch.
const STARTS: usize = 5;

const COLUMNS: [&str; 6] =
    ["memory MB", "first batch ms", "batch ms", "the slowest ms", "peak MiB", "$ a million records"];

const SCENARIOS: [Scenario; 4] = [
    Scenario::new(Batch::of(10, 5), Payload::Event, 50),
    Scenario::new(Batch::of(500, 50), Payload::Record, 50),
    Scenario::new(Batch::of(10_000, 100), Payload::Event, 5),
    Scenario::new(Batch::of(10_000, 100), Payload::Event, 50),
];

/// The prices that `tenantctl cost` has built in.
const PRICES: &str = include_str!("../../crates/tenantctl/src/cost/built_in.json");

#[derive(Deserialize)]
struct Prices {
    request_per_million: f64,
    gb_second: BTreeMap<String, f64>,
}

pub(crate) fn sections(programs: &Programs) -> Result<Vec<Section>, Box<dyn Error>> {
    let prices: Prices = serde_json::from_str(PRICES)?;
    let mut sections = Vec::new();
    for scenario in SCENARIOS {
        table::say(&scenario.name());
        let tried = tried(programs, &scenario)?;
        let dollars = |tried: &Tried| dollars_per_million(&prices, scenario.batch.records, tried);
        let least = tried.iter().map(dollars).fold(f64::INFINITY, f64::min);
        let cheapest = tried.iter().filter(|tried| dollars(tried) <= least * ALIKE);
        let cheapest: Vec<String> = cheapest.map(|tried| format!("{} MB", tried.size)).collect();
        let mut table = Table::headed(&COLUMNS);
        for tried in &tried {
            table.add(vec![
                tried.size.to_string(),
                millis(tried.first).to_string(),
                millis(tried.measured.median()).to_string(),
                millis(tried.measured.slow()).to_string(),
                mebibytes(tried.measured.peak_bytes).to_string(),
                format!("{:.5}", dollars(tried)),
            ]);
        }
        sections.push((format!("{}: cheapest with {}", scenario.name(), cheapest.join(", ")), table));
    }
    Ok(sections)
}

/// A size, and what the router took with it.
struct Tried {
    size: u32,
    /// The median of first batches.
    first: Duration,
    measured: Measured,
}

/// Tries all sizes, in turns.
fn tried(programs: &Programs, scenario: &Scenario) -> Result<Vec<Tried>, Box<dyn Error>> {
    let event = scenario.batch.event();
    let mut running = Vec::new();
    for size in SIZES_MB {
        let share = Share::of_memory(size)?;
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
        .map(|(size, first, router, _share)| Ok(Tried { size, first, measured: router.end()? }))
        .collect()
}

/// A router that has delivered its first batch, and how long that took it.
fn first_batch(
    programs: &Programs,
    scenario: &Scenario,
    event: &str,
    share: &Share,
) -> Result<(Running, Duration), Box<dyn Error>> {
    let mut router = Running::start(programs, Contender::ROUTER, scenario, Wire::Tls)?;
    // Not before: during its init a function has a whole processor, whatever its memory [Serverless Land, "Effectively
    // running Java on Serverless", "Utilize initialization phase"].
    share.give(router.sandbox.pid())?;
    let (first, _) = router.deliver(event, scenario)?;
    Ok((router, first))
}

/// What the router's function costs for a million records in such batches, its requests included.
fn dollars_per_million(prices: &Prices, records: u32, tried: &Tried) -> f64 {
    // Each batch is charged by the millisecond, rounded up [AWS Lambda pricing].
    let charged =
        tried.measured.times.iter().map(|time| (time.as_secs_f64() * 1e3).ceil() / 1e3).sum::<f64>();
    let batches = 1e6 / f64::from(records);
    let seconds = charged / f64::from(ROUNDS);
    let gb_seconds = seconds * f64::from(tried.size) / 1024.0;
    batches * (prices.request_per_million / 1e6 + gb_seconds * prices.gb_second[architecture()])
}

/// This machine's, in Lambda's words.
fn architecture() -> &'static str {
    if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" }
}
