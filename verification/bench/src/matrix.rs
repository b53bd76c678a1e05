//! Measures all combinations of source, payload, number of records and tenants, body size, and latency of the backend.

use std::error::Error;
use std::time::Duration;

use crate::batch::Batch;
use crate::contender::{Checks, Contender, Programs};
use crate::measure::{Measured, side_by_side};
use crate::number::{micros_each, millis, per_second, ratio};
use crate::payload::Payload;
use crate::scenario::Scenario;
use crate::source::Source;
use crate::table::{self, Section, Table};

const RECORDS: [u32; 3] = [10, 500, 10_000];
const TENANTS: [u32; 4] = [1, 10, 100, 1_000];
const LATENCIES_MS: [u64; 3] = [0, 5, 50];
/// The sizes of a body: 0 for a small order, a typical size, and the largest size of which several fit into an event.
const BODY_BYTES: [usize; 3] = [0, 256, 64 * 1024];

/// The approximate time for the batches of one scenario, for each program.
const TIME_PER_SCENARIO: Duration = Duration::from_millis(300);
/// A batch that takes longer than this is measured once.
const SINGLE_ROUND_ABOVE: Duration = Duration::from_secs(5);
/// A scenario whose backend takes longer than this is left out: in a stream the records of one tenant are sequential.
const MAX_BACKEND_TIME: Duration = Duration::from_secs(10);
const MIN_ROUNDS: u32 = 3;
const MAX_ROUNDS: u32 = 21;

pub(crate) fn sections(programs: &Programs) -> Result<Vec<Section>, Box<dyn Error>> {
    let mut sections = Vec::new();
    for source in Source::ALL {
        for &payload in source.payloads() {
            let mut table = Table::with_head(&[
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
                table::print_progress(&scenario.name());
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

/// Returns whether the floors support a scenario: they need a batch, and send single records only for SQS.
fn floors_take_part(scenario: &Scenario) -> bool {
    match scenario.batch.source {
        Source::Sqs => true,
        Source::Kinesis | Source::DynamoDb => scenario.payload == Payload::Event,
        Source::EventBridge | Source::Pipes | Source::Task => false,
    }
}

/// Returns the scenarios that are valid for a source and payload.
fn scenarios(source: Source, payload: Payload) -> Vec<Scenario> {
    let records_of: &[u32] = if source.is_single() { &[1] } else { &RECORDS };
    // Without an Invoke the latency of the backend has no effect.
    let latencies: &[u64] = if payload == Payload::Nothing { &[0] } else { &LATENCIES_MS };
    let mut scenarios = Vec::new();
    for &records in records_of {
        for tenants in TENANTS {
            for body_bytes in BODY_BYTES {
                let batch = Batch { source, records, tenants, body_bytes };
                // A DynamoDB record has no body to fill. Small orders are only for batches with 10,000 records.
                let is_other = match source {
                    Source::DynamoDb => body_bytes == 0,
                    _ => (body_bytes == 0) == (records == 10_000),
                };
                if is_other && batch.fits() {
                    let each = latencies.iter().map(|&latency| Scenario::new(batch, payload, latency));
                    scenarios.extend(each.filter(|one| one.backend_alone() <= MAX_BACKEND_TIME));
                }
            }
        }
    }
    scenarios
}

fn rounds(scenario: &Scenario) -> u32 {
    // The time besides the backend is a high estimate.
    let batch = scenario.backend_alone() + Duration::from_micros(60) * scenario.batch.records.max(100);
    if batch > SINGLE_ROUND_ABOVE {
        return 1;
    }
    let rounds = TIME_PER_SCENARIO.as_micros() / batch.as_micros();
    u32::try_from(rounds).unwrap_or(MAX_ROUNDS).clamp(MIN_ROUNDS, MAX_ROUNDS)
}

fn row(scenario: &Scenario, measured: &[Measured]) -> Result<Vec<String>, Box<dyn Error>> {
    let [router, checked, floors @ ..] = measured else {
        return Err("side_by_side returned too few measurements".into());
    };
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
    fn every_number_and_size_is_in_the_matrix() {
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
        assert!(longest.iter().all(|scenario| scenario.backend_alone() <= MAX_BACKEND_TIME));
    }

    #[test]
    fn every_source_is_in_the_matrix() {
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
