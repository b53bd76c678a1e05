//! The performance aims. Aims for two programs are ratios within one run, so they hold on any machine.

use std::time::Duration;

use crate::comparison::Figures;
use crate::contender::Contender;
use crate::number::float;
use crate::scenario::{EACH, LARGEST, Scenario};
use crate::start::zip_bytes;

/// The memory that a router may use for any event, in bytes.
const BASE_BYTES: u64 = 16 * 1024 * 1024;

/// The CPU time that reading one record of the largest batch with `serde_json` may cost: see
/// `docs/decisions/0014-one-json-parser.md`. What the router uses more than the floor is an upper bound of it.
const ACCEPTED_CPU: Duration = Duration::from_micros(3);

/// An aim and its measured value.
#[derive(Debug)]
pub(crate) struct AimResult {
    pub(crate) aim: String,
    pub(crate) measured: String,
    met: Option<bool>,
}

impl AimResult {
    fn at_most(what: &str, limit: f64, unit: &str, measured: Option<f64>) -> Self {
        Self::new(format!("{what}: at most {limit} {unit}"), unit, measured, |value| value <= limit)
    }

    fn at_least(what: &str, limit: f64, unit: &str, measured: Option<f64>) -> Self {
        Self::new(format!("{what}: at least {limit} {unit}"), unit, measured, |value| value >= limit)
    }

    /// The CPU time of a record beside the floor's. At most `accepted` more than the floor meets the aim, whatever the ratio.
    fn cpu_beside_floor(limit: f64, accepted: Duration, measured: Option<(f64, Duration)>) -> Self {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let aim = format!(
            "payload event, CPU per record: at most {limit} × the AWS floor's, or {} µs more",
            micros(accepted)
        );
        let text = measured
            .map(|(ratio, more)| format!("{ratio:.2} × the AWS floor's, {:.2} µs more", micros(more)));
        let met = measured.map(|(ratio, more)| ratio <= limit || more <= accepted);
        Self { aim, measured: text.unwrap_or_else(|| "–".to_owned()), met }
    }

    fn new(aim: String, unit: &str, measured: Option<f64>, is_met: impl Fn(f64) -> bool) -> Self {
        let text = measured.map_or_else(|| "–".to_owned(), |value| format!("{value:.2} {unit}"));
        Self { aim, measured: text, met: measured.map(is_met) }
    }

    /// Returns whether the aim is met. An aim without a measurement counts as met.
    pub(crate) fn is_met(&self) -> bool {
        self.met != Some(false)
    }

    pub(crate) const fn status(&self) -> &'static str {
        match self.met {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "not measured",
        }
    }
}

pub(crate) fn evaluate(figures: &Figures) -> Vec<AimResult> {
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
    let more_cpu = both(&LARGEST, Contender::FloorOnAws)
        .map(|(router, floor)| router.cpu.saturating_sub(floor.cpu) / LARGEST.batch.records);
    let (floor, floors) = (Contender::FloorOnAws, "× the AWS floor's");
    vec![
        AimResult::cpu_beside_floor(1.25, ACCEPTED_CPU, cpu(&LARGEST, floor).zip(more_cpu)),
        AimResult::at_most("payload record, CPU per record", 1.25, floors, cpu(&EACH, floor)),
        AimResult::at_least("payload event, records/s", 0.85, floors, speed(&LARGEST, floor)),
        AimResult::at_least(
            "payload event, records/s",
            100.0,
            "× the sequential loop's",
            speed(&LARGEST, Contender::Sequential),
        ),
        AimResult::at_least("payload record, records per CPU second", 5.0, "× the 64-way loop's", per_cpu),
        AimResult::at_most("cold init", 15.0, "ms", start.map(|start| start.init.as_secs_f64() * 1e3)),
        AimResult::at_most("memory before any event", 20.0, "MiB", idle),
        AimResult::at_most("peak memory, less 16 MiB", 6.0, "× the event", multiple_of_event(figures)),
        AimResult::at_most("zip", 5.0, "MB", zip_bytes().map(|bytes| float(bytes) / 1e6)),
    ]
}

/// Returns the largest peak memory of a router above [`BASE_BYTES`], as a multiple of the size of its event.
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
    use super::*;
    use crate::comparison::Round;
    use crate::measure::Measured;

    #[test]
    fn peak_memory_is_a_multiple_of_the_event() {
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
    fn cpu_aim_is_met_by_the_ratio_or_by_the_time() {
        let result = |ratio, micros| {
            AimResult::cpu_beside_floor(1.25, ACCEPTED_CPU, Some((ratio, Duration::from_micros(micros))))
                .is_met()
        };
        assert!(result(1.25, 9) && result(1.5, 3));
        assert!(!result(1.26, 4));
    }

    #[test]
    fn aim_without_measurement_is_not_a_failure() {
        let most = |value| AimResult::at_most("init", 25.0, "ms", value);
        assert!(most(Some(25.0)).is_met());
        assert!(!most(Some(25.1)).is_met());
        assert_eq!((most(None).status(), most(None).is_met()), ("not measured", true));
        let least = |value| AimResult::at_least("speed", 10.0, "×", value);
        assert!(least(Some(10.0)).is_met());
        assert!(!least(Some(9.9)).is_met());
    }
}
