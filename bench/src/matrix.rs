//! Scenarios of queues and streams, in each mode, of each number of records and tenants, size and backend that Lambda could
//! hand over.

use std::error::Error;
use std::time::Duration;

use crate::batch::{Batch, Source};
use crate::contender::{Checks, Contender, Programs};
use crate::measure::{Measured, side_by_side};
use crate::number::{micros_each, millis, per_second, ratio};
use crate::scenario::{Payload, Scenario};
use crate::table::{self, Section, Table};

const RECORDS: [u32; 3] = [10, 500, 10_000];
const TENANTS: [u32; 4] = [1, 10, 100, 1_000];
const LATENCIES_MS: [u64; 3] = [0, 5, 50];
/// As small as an order is; the size of many messages; and the largest that several of fit into an event.
const BODY_BYTES: [usize; 3] = [0, 256, 64 * 1024];

/// About how long the batches of one scenario may take, for each contender.
const TIME: Duration = Duration::from_millis(300);
/// A batch that takes longer than this is given once.
const LONG: Duration = Duration::from_secs(5);
/// And one that would take longer than this is left out: a stream's records of one tenant follow one another.
const LONGEST: Duration = Duration::from_secs(10);
const FEWEST_ROUNDS: u32 = 3;
const MOST_ROUNDS: u32 = 21;

pub(crate) fn sections(programs: &Programs) -> Result<Vec<Section>, Box<dyn Error>> {
    let mut sections = Vec::new();
    for source in Source::ALL {
        for payload in Payload::ALL {
            let mut table = Table::headed(&[
                "records",
                "tenants",
                "body bytes",
                "backend ms",
                "records/s",
                "batch ms",
                "CPU µs/record",
                "with registry",
                "÷ floor's records/s",
                "÷ floor's CPU",
            ]);
            for scenario in scenarios(source, payload) {
                table::say(&scenario.name());
                let rounds = rounds(&scenario);
                let mut entries =
                    vec![(Contender::ROUTER, rounds), (Contender::Router(Checks::Registry), rounds)];
                // The floor sends single records of queues only.
                if payload == Payload::Event || source == Source::Sqs {
                    entries.push((Contender::Floor, rounds));
                }
                let measured = side_by_side(programs, &scenario, &entries)?;
                table.add(row(&scenario, &measured)?);
            }
            if !table.is_empty() {
                sections.push((format!("{}, payload {}", source.name(), payload.name()), table));
            }
        }
    }
    Ok(sections)
}

/// Those that a batch of this source can have.
fn scenarios(source: Source, payload: Payload) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for records in RECORDS {
        for tenants in TENANTS {
            for body_bytes in BODY_BYTES {
                let batch = Batch { source, records, tenants, body_bytes };
                // A change of an item has no body to fill, and small orders are for those batches that others do not fit into.
                let is_other = match source {
                    Source::DynamoDb => body_bytes == 0,
                    Source::Sqs | Source::Kinesis => (body_bytes == 0) == (records == 10_000),
                };
                if is_other && batch.fits() {
                    let each = LATENCIES_MS.map(|latency| Scenario::new(batch, payload, latency));
                    scenarios.extend(each.into_iter().filter(|one| one.backend_alone() <= LONGEST));
                }
            }
        }
    }
    scenarios
}

fn rounds(scenario: &Scenario) -> u32 {
    // What a batch takes besides the backend is guessed, generously.
    let batch = scenario.backend_alone() + Duration::from_micros(60) * scenario.batch.records.max(100);
    if batch > LONG {
        return 1;
    }
    let rounds = TIME.as_micros() / batch.as_micros();
    u32::try_from(rounds).unwrap_or(MOST_ROUNDS).clamp(FEWEST_ROUNDS, MOST_ROUNDS)
}

fn row(scenario: &Scenario, measured: &[Measured]) -> Result<Vec<String>, Box<dyn Error>> {
    let [router, checked, floor @ ..] = measured else { return Err("two were asked for".into()) };
    let floor = floor.first();
    let beside = |ratio: &dyn Fn(&Measured) -> f64| {
        floor.map_or_else(|| "–".to_owned(), |floor| format!("{}×", ratio(floor)))
    };
    let Batch { records, tenants, .. } = scenario.batch;
    let body = match scenario.batch.body_bytes {
        0 => "small".to_owned(),
        bytes => bytes.to_string(),
    };
    Ok(vec![
        records.to_string(),
        tenants.to_string(),
        body,
        scenario.latency.as_millis().to_string(),
        per_second(records, router.median()).to_string(),
        millis(router.median()).to_string(),
        micros_each(router.cpu, records).to_string(),
        micros_each(checked.cpu, records).to_string(),
        beside(&|floor| ratio(floor.median(), router.median())),
        beside(&|floor| ratio(router.cpu, floor.cpu)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_records_of_tenants_and_every_size_is_in_it() {
        let all = scenarios(Source::Sqs, Payload::Event);
        let has = |wanted: &dyn Fn(&Batch) -> bool| all.iter().any(|scenario| wanted(&scenario.batch));
        for records in RECORDS {
            assert!(has(&|batch| batch.records == records), "{records} records");
        }
        for tenants in TENANTS {
            assert!(has(&|batch| batch.tenants == tenants), "{tenants} tenants");
        }
        for bytes in BODY_BYTES {
            assert!(has(&|batch| batch.body_bytes == bytes), "{bytes} bytes");
        }
        let longest = scenarios(Source::Kinesis, Payload::Record);
        assert!(longest.iter().all(|scenario| scenario.backend_alone() <= LONGEST));
        for source in [Source::Kinesis, Source::DynamoDb] {
            assert!(!scenarios(source, Payload::Event).is_empty(), "{source:?}");
        }
    }
}
