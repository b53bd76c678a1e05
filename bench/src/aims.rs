//! What the figures should be. Those of two programs are ratios within one run; they hold on any machine.

use crate::contender::Contender;
use crate::contest::{EACH, Figures, LARGEST};
use crate::number::float;
use crate::scenario::Scenario;
use crate::start::zip_bytes;

/// What a router may hold whatever its event, in bytes.
const BASE_BYTES: u64 = 16 * 1024 * 1024;

/// An aim and what became of it.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) aim: String,
    pub(crate) measured: String,
    met: Option<bool>,
}

impl Verdict {
    fn at_most(what: &str, limit: f64, unit: &str, measured: Option<f64>) -> Self {
        Self::new(format!("{what}: at most {limit} {unit}"), unit, measured, |value| value <= limit)
    }

    fn at_least(what: &str, limit: f64, unit: &str, measured: Option<f64>) -> Self {
        Self::new(format!("{what}: at least {limit} {unit}"), unit, measured, |value| value >= limit)
    }

    fn new(aim: String, unit: &str, measured: Option<f64>, is_met: impl Fn(f64) -> bool) -> Self {
        let text = measured.map_or_else(|| "–".to_owned(), |value| format!("{value:.2} {unit}"));
        Self { aim, measured: text, met: measured.map(is_met) }
    }

    /// What was not measured is no failure.
    pub(crate) fn is_met(&self) -> bool {
        self.met != Some(false)
    }

    pub(crate) const fn word(&self) -> &'static str {
        match self.met {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "not measured",
        }
    }
}

pub(crate) fn judge(figures: &Figures) -> Vec<Verdict> {
    let both = |scenario: &Scenario, other| {
        Some((figures.of(scenario, Contender::ROUTER)?, figures.of(scenario, other)?))
    };
    let speed = |scenario: &Scenario, other| {
        both(scenario, other).map(|(router, other)| other.median().div_duration_f64(router.median()))
    };
    let cpu = |scenario: &Scenario, other| {
        both(scenario, other).map(|(router, other)| router.cpu.div_duration_f64(other.cpu))
    };
    let start = figures.start_of(Contender::ROUTER);
    let idle = start.map(|start| float(start.idle_bytes) / 1024.0 / 1024.0);
    let per_cpu = cpu(&EACH, Contender::Concurrent).map(|cpu| 1.0 / cpu);
    let (floor, floors) = (Contender::FloorOnAws, "× the AWS floor's");
    vec![
        Verdict::at_most("payload event, CPU per record", 1.25, floors, cpu(&LARGEST, floor)),
        Verdict::at_most("payload record, CPU per record", 1.25, floors, cpu(&EACH, floor)),
        Verdict::at_least("payload event, records/s", 0.85, floors, speed(&LARGEST, floor)),
        Verdict::at_least(
            "payload event, records/s",
            100.0,
            "× the sequential loop's",
            speed(&LARGEST, Contender::Sequential),
        ),
        Verdict::at_least("payload record, records per CPU second", 5.0, "× the 64-way loop's", per_cpu),
        Verdict::at_most("cold init", 15.0, "ms", start.map(|start| start.init.as_secs_f64() * 1e3)),
        Verdict::at_most("memory before any event", 20.0, "MiB", idle),
        Verdict::at_most("peak memory, less 16 MiB", 6.0, "× the event", multiple_of_event(figures)),
        Verdict::at_most("zip", 5.0, "MB", zip_bytes().map(|bytes| float(bytes) / 1e6)),
    ]
}

/// How many times its event a router held at most, besides [`BASE_BYTES`].
fn multiple_of_event(figures: &Figures) -> Option<f64> {
    let peaks = figures.rounds.iter().flat_map(|round| {
        let routers = round.measured.iter().filter(|took| matches!(took.contender, Contender::Router(_)));
        routers.map(|took| (took.peak_bytes, round.event_bytes))
    });
    let multiples = peaks.filter_map(|(peak, event)| {
        Some(float(peak.saturating_sub(BASE_BYTES)) / float(u64::try_from(event).ok()?))
    });
    multiples.reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::contest::Round;
    use crate::measure::Measured;

    #[test]
    fn memory_is_held_against_the_largest_multiple_of_an_event() {
        let round = |contender, peak_mib: u64, event_bytes| {
            let peak_bytes = peak_mib * 1024 * 1024;
            let took = Measured { contender, times: vec![], cpu: Duration::ZERO, invokes: 0, peak_bytes };
            Round { scenario: EACH, event_bytes, measured: vec![took] }
        };
        let rounds = vec![
            round(Contender::ROUTER, 9, 1_000),
            round(Contender::ROUTER, 24, 4 * 1024 * 1024),
            round(Contender::Floor, 99, 1_000),
        ];
        assert_eq!(multiple_of_event(&Figures { starts: vec![], rounds }), Some(2.0));
        assert_eq!(multiple_of_event(&Figures { starts: vec![], rounds: vec![] }), None);
    }

    #[test]
    fn a_figure_beyond_its_limit_is_not_met_and_one_that_is_not_there_is_no_failure() {
        let most = |value| Verdict::at_most("init", 25.0, "ms", value);
        assert!(most(Some(25.0)).is_met());
        assert!(!most(Some(25.1)).is_met());
        assert_eq!((most(None).word(), most(None).is_met()), ("not measured", true));
        let least = |value| Verdict::at_least("speed", 10.0, "×", value);
        assert!(least(Some(10.0)).is_met());
        assert!(!least(Some(9.9)).is_met());
    }
}
