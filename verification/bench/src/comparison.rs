//! Compares all programs in the same scenarios, and measures each process before its first event.

use std::error::Error;

use crate::arguments::Arguments;
use crate::batch::Batch;
use crate::contender::{Checks, Contender, Programs};
use crate::measure::{Measured, Participant, side_by_side};
use crate::payload::Payload;
use crate::scenario::{EACH, LARGEST, MORE_TENANTS, Scenario};
use crate::source::Source;
use crate::start::{self, Start};
use crate::table;

/// All figures of one run.
pub(crate) struct Figures {
    pub(crate) starts: Vec<Start>,
    pub(crate) rounds: Vec<Round>,
}

/// One scenario and the measurements of all programs.
pub(crate) struct Round {
    pub(crate) scenario: Scenario,
    pub(crate) event_bytes: usize,
    pub(crate) measured: Vec<Measured>,
}

const SMALL: Scenario = Scenario::new(Batch::of(10, 5), Payload::Event, 5);
const HEAVY: Scenario = Scenario::new(Batch::of(90, 10).with_bodies_of(64 * 1024), Payload::Event, 5);
const KINESIS: Scenario = Scenario::new(Batch::of(500, 10).from(Source::Kinesis), Payload::Event, 5);
const DYNAMODB: Scenario = Scenario::new(Batch::of(500, 10).from(Source::DynamoDb), Payload::Event, 5);

const ROUTER: Contender = Contender::ROUTER;
const OTHER: Contender = Contender::OtherRouter;
const FLOOR: Contender = Contender::Floor;
const FLOOR_ON_AWS: Contender = Contender::FloorOnAws;

/// The programs of each scenario, with the number of batches. Slow programs get fewer.
const PLAN: [(Scenario, &[Participant]); 7] = [
    (
        LARGEST,
        &[
            (ROUTER, 100),
            (Contender::Router(Checks::Agreement), 30),
            (Contender::Router(Checks::Registry), 30),
            (OTHER, 100),
            (FLOOR_ON_AWS, 100),
            (FLOOR, 100),
            (Contender::UnsignedFloor, 30),
            (Contender::Concurrent, 3),
            (Contender::Sequential, 1),
        ],
    ),
    (MORE_TENANTS, &[(ROUTER, 30), (OTHER, 30), (FLOOR_ON_AWS, 30), (FLOOR, 30)]),
    (
        EACH,
        &[
            (ROUTER, 100),
            (OTHER, 100),
            (FLOOR_ON_AWS, 100),
            (FLOOR, 100),
            (Contender::Concurrent, 30),
            (Contender::Sequential, 5),
        ],
    ),
    (
        SMALL,
        &[
            (ROUTER, 100),
            (OTHER, 100),
            (FLOOR_ON_AWS, 100),
            (FLOOR, 100),
            (Contender::Concurrent, 100),
            (Contender::Sequential, 20),
        ],
    ),
    (HEAVY, &[(ROUTER, 30), (OTHER, 30), (FLOOR_ON_AWS, 30), (FLOOR, 30)]),
    (KINESIS, &[(ROUTER, 100), (OTHER, 100), (FLOOR_ON_AWS, 100), (FLOOR, 100)]),
    (DYNAMODB, &[(ROUTER, 100), (OTHER, 100), (FLOOR_ON_AWS, 100), (FLOOR, 100)]),
];

/// Measures all programs in all scenarios.
pub(crate) fn run(programs: &Programs, arguments: &Arguments) -> Result<Figures, Box<dyn Error>> {
    let takes_part = |contender: Contender| match contender {
        OTHER => programs.has_other_routers(),
        other => arguments.node || !other.is_node(),
    };
    let starting = [ROUTER, OTHER, FLOOR_ON_AWS, FLOOR, Contender::Concurrent, Contender::Sequential];
    let starts =
        start::side_by_side(programs, starting.into_iter().filter(|&contender| takes_part(contender)))?;
    let mut rounds = Vec::new();
    for (scenario, participants) in PLAN {
        table::print_progress(&scenario.name());
        let participants: Vec<Participant> = participants
            .iter()
            .filter(|(contender, _)| takes_part(*contender))
            .map(|&(contender, rounds)| (contender, rounds.min(arguments.rounds)))
            .collect();
        let measured = side_by_side(programs, &scenario, &participants)?;
        rounds.push(Round { scenario, event_bytes: scenario.batch.event().len(), measured });
    }
    Ok(Figures { starts, rounds })
}

impl Figures {
    pub(crate) fn start_of(&self, contender: Contender) -> Option<&Start> {
        self.starts.iter().find(|start| start.contender == contender)
    }

    /// Returns the measurement of a program in the scenario with the same name.
    pub(crate) fn of(&self, scenario: &Scenario, contender: Contender) -> Option<&Measured> {
        self.rounds.iter().find(|round| round.scenario.name() == scenario.name())?.of(contender)
    }
}

impl Round {
    pub(crate) fn of(&self, contender: Contender) -> Option<&Measured> {
        self.measured.iter().find(|measured| measured.contender == contender)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_is_within_the_limits_of_lambda() {
        for (scenario, _) in PLAN {
            assert!(scenario.batch.fits(), "{}", scenario.name());
        }
    }
}
