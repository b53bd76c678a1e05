//! Decides whether a run passes: no promise is broken, and the resource use of no process grows.

use crate::Run;
use crate::leak::Trend;
use crate::source_run::{Failure, IdleUsage, SourceRun};

/// A measure that must not grow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    /// The allowed increase from the second to the last third of a run.
    pub(crate) slack: f64,
    of: fn(&IdleUsage) -> u64,
    unit: f64,
}

/// All measures. The slack of memory covers whole pages, variations of the allocator, and ten thousand remembered tenants that
/// may come late in a run. The slack of open files covers one more pooled connection to each of two services.
pub(crate) const MEASURES: [Measure; 3] = [
    Measure { name: "memory, MiB", slack: 2.0, of: |idle| idle.usage.resident_bytes / 1024, unit: 1024.0 },
    Measure { name: "open files", slack: 2.0, of: |idle| idle.usage.open_files, unit: 1.0 },
    Measure { name: "threads", slack: 0.0, of: |idle| idle.usage.threads, unit: 1.0 },
];

impl Measure {
    pub(crate) fn trend(&self, source_run: &SourceRun) -> Option<Trend> {
        let value =
            |idle: &IdleUsage| f64::from(u32::try_from((self.of)(idle)).unwrap_or(u32::MAX)) / self.unit;
        Trend::of(&source_run.idle_usage.iter().map(value).collect::<Vec<_>>())
    }

    /// Returns the problem of a source, or none if the measure is stable.
    fn problem(&self, source_run: &SourceRun) -> Option<String> {
        let (source, name) = (source_run.source.name(), self.name);
        match self.trend(source_run) {
            None => Some(format!(
                "the run is too short: {source}: {} measurements: set a larger --minutes",
                source_run.idle_usage.len()
            )),
            Some(trend) if trend.grows(self.slack) => Some(format!(
                "{name} grows: {source}: {:.1} in the second third of the run and {:.1} in the last: at most {} more is allowed",
                trend.second, trend.last, self.slack
            )),
            Some(_) => None,
        }
    }
}

/// Returns all problems of a run.
pub(crate) fn problems(run: &Run) -> Vec<String> {
    run.source_runs.iter().flat_map(|(source_run, _)| problems_of(source_run)).collect()
}

fn problems_of(source_run: &SourceRun) -> Vec<String> {
    let source = source_run.source.name();
    match &source_run.failure {
        Some(failure) => vec![format!("{source}: {}", describe(failure))],
        None => MEASURES.iter().filter_map(|measure| measure.problem(source_run)).collect(),
    }
}

fn describe(failure: &Failure) -> String {
    match failure {
        Failure::PromisesBroken(seed, violations) => {
            format!("promises were broken in the round with seed {seed}: {violations:?}")
        }
        Failure::Panicked(line) => format!("the router panicked: {line}"),
        Failure::Exited => "the process ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chaos::Source;
    use testbed::Usage;

    use super::*;

    /// Returns a source with this number of measurements, each of which `change` modifies.
    fn source_run(measurements: u32, change: impl Fn(u32, &mut Usage)) -> SourceRun {
        let mut source_run = SourceRun::new(Source::Kinesis);
        for at in 0..measurements {
            let mut usage = Usage {
                cpu: Duration::ZERO,
                resident_bytes: 20 << 20,
                peak_bytes: 0,
                open_files: 12,
                threads: 1,
            };
            change(at, &mut usage);
            source_run.idle_usage.push(IdleUsage { at: Duration::ZERO, usage });
        }
        source_run
    }

    #[test]
    fn stable_run_passes() {
        assert_eq!(problems_of(&source_run(30, |_, _| {})), Vec::<String>::new());
    }

    #[test]
    fn growth_of_each_measure_is_reported() {
        let problems = |change: fn(u32, &mut Usage)| problems_of(&source_run(30, change)).join("\n");
        assert!(
            problems(|at, usage| usage.resident_bytes += u64::from(at) << 18)
                .contains("memory, MiB grows: Kinesis")
        );
        assert!(
            problems(|at, usage| usage.open_files += u64::from(at / 3)).contains("open files grows: Kinesis")
        );
        assert!(problems(|at, usage| usage.threads += u64::from(at / 10)).contains("threads grows: Kinesis"));
    }

    #[test]
    fn short_run_fails() {
        assert!(problems_of(&source_run(5, |_, _| {}))[0].starts_with("the run is too short"));
    }

    #[test]
    fn violation_panic_and_exit_fail_the_run() {
        let failures =
            [Failure::PromisesBroken(7, Vec::new()), Failure::Panicked("x".to_owned()), Failure::Exited];
        for failure in failures {
            let mut source_run = source_run(30, |_, _| {});
            source_run.failure = Some(failure);
            assert_eq!(problems_of(&source_run).len(), 1);
        }
    }
}
