//! Scenarios of every source, in each mode, of each number of records and tenants, size and backend that there could be.

use std::error::Error;
use std::time::Duration;

use crate::batch::Batch;
use crate::contender::{Checks, Contender, Programs};
use crate::measure::{Measured, side_by_side};
use crate::number::{micros_each, millis, per_second, ratio};
use crate::scenario::{Payload, Scenario};
use crate::source::Source;
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
        for &payload in source.payloads() {
            let mut table = Table::headed(&[
                "records",
                "tenants",
                "body bytes",
                "backend ms",
                "records/s",
                "batch ms",
                "CPU µs/record",
                "with registry",
                "÷ AWS floor's records/s",
                "÷ AWS floor's CPU",
                "÷ floor's CPU",
            ]);
            for scenario in scenarios(source, payload) {
                table::say(&scenario.name());
                let rounds = rounds(&scenario);
                let mut entries =
                    vec![(Contender::ROUTER, rounds), (Contender::Router(Checks::Registry), rounds)];
                if floors_take_part(&scenario) {
                    entries.extend([(Contender::FloorOnAws, rounds), (Contender::Floor, rounds)]);
                }
                let measured = side_by_side(programs, &scenario, &entries)?;
                table.add(row(&scenario, &measured)?);
            }
            if !table.is_empty() {
                sections.push((title(source, payload), table));
            }
        }
    }
    Ok(sections)
}

fn title(source: Source, payload: Payload) -> String {
    match payload {
        Payload::Nothing => source.name().to_owned(),
        Payload::Event | Payload::Record => format!("{}, payload {}", source.name(), payload.name()),
    }
}

/// They read batches, and send single records of queues only.
fn floors_take_part(scenario: &Scenario) -> bool {
    match scenario.batch.source {
        Source::Sqs => true,
        Source::Kinesis | Source::DynamoDb => scenario.payload == Payload::Event,
        Source::EventBridge | Source::Pipes | Source::Task => false,
    }
}

/// Those that a batch of this source can have.
fn scenarios(source: Source, payload: Payload) -> Vec<Scenario> {
    let records_of: &[u32] = if source.is_single() { &[1] } else { &RECORDS };
    // Where nothing is invoked, nothing is waited for.
    let latencies: &[u64] = if payload == Payload::Nothing { &[0] } else { &LATENCIES_MS };
    let mut scenarios = Vec::new();
    for &records in records_of {
        for tenants in TENANTS {
            for body_bytes in BODY_BYTES {
                let batch = Batch { source, records, tenants, body_bytes };
                // A change of an item has no body to fill, and small orders are for those batches that others do not fit into.
                let is_other = match source {
                    Source::DynamoDb => body_bytes == 0,
                    _ => (body_bytes == 0) == (records == 10_000),
                };
                if is_other && batch.fits() {
                    let each = latencies.iter().map(|&latency| Scenario::new(batch, payload, latency));
                    scenarios.extend(each.filter(|one| one.backend_alone() <= LONGEST));
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
    let [router, checked, floors @ ..] = measured else { return Err("two were asked for".into()) };
    let beside = |contender, ratio: &dyn Fn(&Measured) -> f64| {
        let floor = floors.iter().find(|floor| floor.contender == contender);
        floor.map_or_else(|| "–".to_owned(), |floor| format!("{}×", ratio(floor)))
    };
    let Batch { records, tenants, .. } = scenario.batch;
    let body = match scenario.batch.body_bytes {
        0 => "small".to_owned(),
        bytes => bytes.to_string(),
    };
    let backend = match scenario.payload {
        Payload::Nothing => "–".to_owned(),
        Payload::Event | Payload::Record => scenario.latency.as_millis().to_string(),
    };
    Ok(vec![
        records.to_string(),
        tenants.to_string(),
        body,
        backend,
        per_second(records, router.median()).to_string(),
        millis(router.median()).to_string(),
        micros_each(router.cpu, records).to_string(),
        micros_each(checked.cpu, records).to_string(),
        beside(Contender::FloorOnAws, &|floor| ratio(floor.median(), router.median())),
        beside(Contender::FloorOnAws, &|floor| ratio(router.cpu, floor.cpu)),
        beside(Contender::Floor, &|floor| ratio(router.cpu, floor.cpu)),
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
    }

    #[test]
    fn every_source_is_in_it_with_all_that_it_can_be_handed() {
        for source in Source::ALL {
            for &payload in source.payloads() {
                assert!(!scenarios(source, payload).is_empty(), "{}", title(source, payload));
            }
        }
        let pipes = scenarios(Source::Pipes, Payload::Nothing);
        for records in RECORDS {
            assert!(pipes.iter().any(|scenario| scenario.batch.records == records), "{records} records");
        }
        for source in [Source::EventBridge, Source::Task] {
            let all = scenarios(source, Payload::Record);
            assert!(all.iter().all(|scenario| scenario.batch.records == 1));
            assert_eq!(all.len(), LATENCIES_MS.len() * 2, "two sizes of a body");
        }
    }
}
