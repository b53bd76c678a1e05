//! Measures how the cost grows with records, tenants and bytes. The growth is linear if the cost of each one is constant.

use std::error::Error;

use crate::batch::Batch;
use crate::contender::{Contender, Programs};
use crate::measure::side_by_side;
use crate::number::{megabytes, micros_each, millis, ratio};
use crate::payload::Payload;
use crate::scenario::Scenario;
use crate::table::{self, Section, Table};

/// The number of batches for each point. Small batches need more, because each takes very little time.
const ROUNDS: u32 = 20;
const ROUNDS_OF_SMALL: u32 = 100;
const SMALL_RECORDS: u32 = 100;

/// Returns each curve: the growing quantity and the scenarios of its points. The backend responds without delay.
fn curves() -> [(&'static str, Vec<Scenario>); 4] {
    let at = |batch, payload| Scenario::new(batch, payload, 0);
    let counts = [10, 100, 1_000, 10_000];
    [
        ("Records, payload event", counts.map(|n| at(Batch::of(n, 10), Payload::Event)).to_vec()),
        ("Records, payload record", counts.map(|n| at(Batch::of(n, 10), Payload::Record)).to_vec()),
        (
            "Tenants, payload event",
            [1, 10, 100, 1_000, 10_000].map(|n| at(Batch::of(10_000, n), Payload::Event)).to_vec(),
        ),
        (
            "Bytes, payload event",
            [256, 1_024, 4_096, 16_384, 65_536]
                .map(|bytes| at(Batch::of(90, 10).with_bodies_of(bytes), Payload::Event))
                .to_vec(),
        ),
    ]
}

pub(crate) fn sections(programs: &Programs) -> Result<Vec<Section>, Box<dyn Error>> {
    let mut sections = Vec::new();
    for (title, points) in curves() {
        let mut table = Table::with_head(&[
            "records",
            "tenants",
            "MB",
            "batch ms",
            "CPU µs/record",
            "CPU ms/MB",
            "÷ AWS floor's CPU",
            "÷ AWS floor's records/s",
            "÷ floor's CPU",
            "÷ floor's records/s",
        ]);
        for scenario in points {
            table::print_progress(&format!("{title}: {}", scenario.name()));
            let rounds = if scenario.batch.records <= SMALL_RECORDS { ROUNDS_OF_SMALL } else { ROUNDS };
            let entries = [Contender::ROUTER, Contender::FloorOnAws, Contender::Floor]
                .map(|contender| (contender, rounds));
            let [router, floor_on_aws, floor] = &side_by_side(programs, &scenario, &entries)?[..] else {
                return Err("side_by_side returned another number of measurements".into());
            };
            let Batch { records, tenants, .. } = scenario.batch;
            let bytes = u32::try_from(scenario.batch.event().len())?;
            table.add(vec![
                records.to_string(),
                tenants.to_string(),
                megabytes(bytes.into()).to_string(),
                millis(router.median()).to_string(),
                micros_each(router.cpu, records).to_string(),
                format!("{:.2}", router.cpu.as_secs_f64() * 1e9 / f64::from(bytes)),
                format!("{}×", ratio(router.cpu, floor_on_aws.cpu)),
                format!("{}×", ratio(floor_on_aws.median(), router.median())),
                format!("{}×", ratio(router.cpu, floor.cpu)),
                format!("{}×", ratio(floor.median(), router.median())),
            ]);
        }
        sections.push((title.to_owned(), table));
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_within_the_limits_of_lambda() {
        for scenario in curves().into_iter().flat_map(|(_, points)| points) {
            assert!(scenario.batch.fits(), "{}", scenario.name());
        }
    }
}
