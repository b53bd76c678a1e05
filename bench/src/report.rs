//! The figures.

use std::time::Duration;

use serde::Serialize;

use crate::scenario;

/// One run of the benchmark.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) start: Start,
    pub(crate) scenarios: Vec<Scenario>,
}

/// What it ran on; the testbed's servers share it with the router.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) architecture: &'static str,
}

/// The process before its first event.
#[derive(Debug, Serialize)]
pub(crate) struct Start {
    pub(crate) init_ms: f64,
    pub(crate) best_init_ms: f64,
    pub(crate) idle_mib: f64,
    /// In millions of bytes; none before `./taskw build`.
    pub(crate) zip_mb: Option<f64>,
}

/// One scenario, and both contenders in it.
#[derive(Debug, Serialize)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) records: u32,
    pub(crate) tenants: u32,
    pub(crate) payload: &'static str,
    pub(crate) backend_ms: f64,
    /// What the backend alone takes for a batch.
    pub(crate) floor_ms: f64,
    pub(crate) router: Measured,
    pub(crate) sequential_loop: Option<Measured>,
}

/// What one contender took.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) batch_ms: f64,
    pub(crate) records_per_second: f64,
    pub(crate) cpu_us_per_record: f64,
    pub(crate) peak_mib: f64,
}

impl Scenario {
    pub(crate) fn new(
        scenario: &scenario::Scenario,
        router: Measured,
        sequential_loop: Option<Measured>,
    ) -> Self {
        Self {
            name: scenario.name(),
            records: scenario.records,
            tenants: scenario.tenants,
            payload: scenario.payload.name(),
            backend_ms: millis(scenario.latency),
            floor_ms: millis(scenario.floor()),
            router,
            sequential_loop,
        }
    }

    /// How many times as fast as the loop the router is, and how many times less processor it takes.
    pub(crate) fn ratios(&self) -> Option<(f64, f64)> {
        let looped = self.sequential_loop.as_ref()?;
        let speed = self.router.records_per_second / looped.records_per_second;
        Some((speed, looped.cpu_us_per_record / self.router.cpu_us_per_record))
    }
}

impl Measured {
    pub(crate) fn new(records: u32, batch: Duration, cpu_per_record: Duration, peak_bytes: u64) -> Self {
        Self {
            batch_ms: millis(batch),
            records_per_second: (f64::from(records) / batch.as_secs_f64()).round(),
            cpu_us_per_record: (cpu_per_record.as_secs_f64() * 1e7).round() / 10.0,
            peak_mib: mebibytes(peak_bytes),
        }
    }
}

impl Machine {
    pub(crate) fn this() -> Self {
        let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            processor: name.map_or("unknown", |(_, name)| name).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            architecture: std::env::consts::ARCH,
        }
    }
}

/// To a tenth.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e4).round() / 10.0
}

/// To a hundredth.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    (f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e4).round() / 100.0
}

/// To a tenth.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    let kibibytes = u32::try_from(bytes / 1024).unwrap_or(u32::MAX);
    (f64::from(kibibytes) / 102.4).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_to_a_tenth() {
        assert!((millis(Duration::from_micros(12_340)) - 12.3).abs() < f64::EPSILON);
        assert!((mebibytes(3 * 1024 * 1024 + 300 * 1024) - 3.3).abs() < f64::EPSILON);
    }

    #[test]
    fn ratios_tell_how_much_better_the_router_is() {
        let of = |batch, cpu| Measured::new(100, Duration::from_millis(batch), Duration::from_micros(cpu), 0);
        let scenario = Scenario::new(&scenario::SCENARIOS[0], of(100, 20), Some(of(1000, 80)));
        assert_eq!(scenario.ratios(), Some((10.0, 4.0)));
    }
}
