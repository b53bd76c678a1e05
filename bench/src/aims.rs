//! What the figures should be. Those of two programs are ratios within one run; they hold on any machine.

use crate::contender::Contender;
use crate::contest::{EACH, Figures, LARGEST};
use crate::number::float;
use crate::scenario::Scenario;
use crate::start::zip_bytes;

/// An event that counts as a large one, in bytes: Lambda hands over 6 MB at most.
const LARGE_EVENT_BYTES: usize = 5_000_000;

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
    let router = figures.start_of(Contender::ROUTER);
    let speed = |scenario: &Scenario, other| {
        let (router, other) = (figures.of(scenario, Contender::ROUTER)?, figures.of(scenario, other)?);
        Some(other.median().div_duration_f64(router.median()))
    };
    let cpu = |scenario: &Scenario, other| {
        let (router, other) = (figures.of(scenario, Contender::ROUTER)?, figures.of(scenario, other)?);
        Some((router.cpu, other.cpu))
    };
    let event_cpu = cpu(&LARGEST, Contender::Floor).map(|(router, floor)| router.div_duration_f64(floor));
    let each_cpu = cpu(&EACH, Contender::Concurrent).map(|(router, other)| other.div_duration_f64(router));
    vec![
        Verdict::at_most("payload event, CPU per record", 1.25, "× the floor's", event_cpu),
        Verdict::at_least(
            "payload event, records/s",
            0.85,
            "× the floor's",
            speed(&LARGEST, Contender::Floor),
        ),
        Verdict::at_least(
            "payload event, records/s",
            100.0,
            "× the sequential loop's",
            speed(&LARGEST, Contender::Sequential),
        ),
        Verdict::at_least("payload record, records per CPU second", 10.0, "× the 64-way loop's", each_cpu),
        Verdict::at_most("cold init", 15.0, "ms", router.map(|start| start.init.as_secs_f64() * 1e3)),
        Verdict::at_most(
            "memory before any event",
            20.0,
            "MiB",
            router.map(|start| float(start.idle_bytes) / 1024.0 / 1024.0),
        ),
        Verdict::at_most("memory above that, under a large event", 3.0, "× the event", above_idle(figures)),
        Verdict::at_most("zip", 2.5, "MB", zip_bytes().map(|bytes| float(bytes) / 1e6)),
    ]
}

/// How many times a large event the router held at most, besides what it holds without one.
fn above_idle(figures: &Figures) -> Option<f64> {
    let idle = figures.start_of(Contender::ROUTER)?.idle_bytes;
    let large = figures.rounds.iter().filter(|round| round.event_bytes >= LARGE_EVENT_BYTES);
    let multiples = large.filter_map(|round| {
        let router = round.of(Contender::ROUTER)?;
        Some(float(router.peak_bytes.saturating_sub(idle)) / float(u64::try_from(round.event_bytes).ok()?))
    });
    multiples.reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

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
