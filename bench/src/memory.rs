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
use crate::measure::{Running, Wire};
use crate::number::{mebibytes, millis};
use crate::scenario::{Payload, Scenario};
use crate::share::Share;
use crate::table::{self, Section, Table};

const SIZES_MB: [u32; 6] = [128, 256, 512, 1_024, 1_769, 3_008];
const ROUNDS: usize = 20;

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
const ARCHITECTURE: &str = "arm64";

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
        let event = scenario.batch.event();
        let mut table = Table::headed(&COLUMNS);
        let mut cheapest: Option<(f64, u32)> = None;
        for size in SIZES_MB {
            let share = Share::of_memory(size)?;
            let mut firsts = Vec::new();
            for _ in 1..STARTS {
                firsts.push(first_batch(programs, &scenario, &event, &share)?.1);
            }
            let (mut router, first) = first_batch(programs, &scenario, &event, &share)?;
            firsts.push(first);
            firsts.sort_unstable();
            for _ in 0..ROUNDS {
                router.measure(&event, &scenario)?;
            }
            let measured = router.end()?;
            let dollars = dollars_per_million(&prices, scenario.batch.records, mean(&measured.times), size);
            if cheapest.is_none_or(|(least, _)| dollars < least) {
                cheapest = Some((dollars, size));
            }
            table.add(vec![
                size.to_string(),
                millis(firsts[STARTS / 2]).to_string(),
                millis(measured.median()).to_string(),
                millis(measured.times[measured.times.len() - 1]).to_string(),
                mebibytes(measured.peak_bytes).to_string(),
                format!("{dollars:.4}"),
            ]);
        }
        let cheapest = cheapest.map_or_else(String::new, |(_, size)| format!(": {size} MB is the cheapest"));
        sections.push((format!("{}{cheapest}", scenario.name()), table));
    }
    Ok(sections)
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

fn mean(times: &[Duration]) -> Duration {
    times.iter().sum::<Duration>() / u32::try_from(times.len()).unwrap_or(u32::MAX)
}

/// What the router's function costs for a million records in such batches, its requests included.
fn dollars_per_million(prices: &Prices, records: u32, batch: Duration, size_mb: u32) -> f64 {
    // Charged by the millisecond [AWS Lambda pricing].
    let seconds = (batch.as_secs_f64() * 1e3).ceil() / 1e3;
    let batches = 1e6 / f64::from(records);
    let gb_seconds = seconds * f64::from(size_mb) / 1024.0;
    batches * (prices.request_per_million / 1e6 + gb_seconds * prices.gb_second[ARCHITECTURE])
}
