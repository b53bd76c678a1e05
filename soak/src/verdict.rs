//! Whether a run passes: nothing that was promised is broken, and no process holds more and more.

use crate::Run;
use crate::course::{Course, Failure, Look};
use crate::leak::Trend;

/// What is held against growth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    /// How much more of it a router may hold in the last third of a run than in the second.
    pub(crate) slack: f64,
    of: fn(&Look) -> u64,
    unit: f64,
}

/// All of them. The slack of memory is what whole pages and the allocator's own order make of the same work, and what ten
/// thousand remembered tenants take, whom a run may meet late; that of files is a connection to each of two services
/// more or less in their pools.
pub(crate) const MEASURES: [Measure; 3] = [
    Measure { name: "memory, MiB", slack: 2.0, of: |look| look.usage.resident_bytes / 1024, unit: 1024.0 },
    Measure { name: "open files", slack: 2.0, of: |look| look.usage.open_files, unit: 1.0 },
    Measure { name: "threads", slack: 0.0, of: |look| look.usage.threads, unit: 1.0 },
];

impl Measure {
    pub(crate) fn trend(&self, course: &Course) -> Option<Trend> {
        let value = |look: &Look| f64::from(u32::try_from((self.of)(look)).unwrap_or(u32::MAX)) / self.unit;
        Trend::of(&course.looks.iter().map(value).collect::<Vec<_>>())
    }

    /// What is wrong with it; none where it is level.
    fn fault(&self, course: &Course) -> Option<String> {
        let (source, name) = (course.source.name(), self.name);
        match self.trend(course) {
            None => Some(format!(
                "too short to judge: {source}: {} rests: give it more --minutes",
                course.looks.len()
            )),
            Some(trend) if trend.grows(self.slack) => Some(format!(
                "grows: {source}: {name}: {:.1} in the second third of the run and {:.1} in the last, more than {} above it",
                trend.second, trend.last, self.slack
            )),
            Some(_) => None,
        }
    }
}

/// Everything that is wrong with a run.
pub(crate) fn faults(run: &Run) -> Vec<String> {
    run.courses.iter().flat_map(|(course, _)| of_course(course)).collect()
}

fn of_course(course: &Course) -> Vec<String> {
    let source = course.source.name();
    match &course.failure {
        Some(failure) => vec![format!("{source}: {}", told(failure))],
        None => MEASURES.iter().filter_map(|measure| measure.fault(course)).collect(),
    }
}

fn told(failure: &Failure) -> String {
    match failure {
        Failure::Broken(seed, violations) => {
            format!("promises were broken in the round of seed {seed}: {violations:?}")
        }
        Failure::Panicked(line) => format!("something panicked: {line}"),
        Failure::Gone => "the process is gone".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chaos::Source;
    use testbed::Usage;

    use super::*;

    /// A run with so many rests, each of which is what `change` makes of a steady one.
    fn course(rests: u32, change: impl Fn(u32, &mut Usage)) -> Course {
        let mut course = Course::new(Source::Kinesis);
        for at in 0..rests {
            let mut usage = Usage {
                cpu: Duration::ZERO,
                resident_bytes: 20 << 20,
                peak_bytes: 0,
                open_files: 12,
                threads: 1,
            };
            change(at, &mut usage);
            course.looks.push(Look { at: Duration::ZERO, usage });
        }
        course
    }

    #[test]
    fn a_level_run_passes() {
        assert_eq!(of_course(&course(30, |_, _| {})), Vec::<String>::new());
    }

    #[test]
    fn memory_files_and_threads_that_grow_are_each_told() {
        let told = |change: fn(u32, &mut Usage)| of_course(&course(30, change)).join("\n");
        assert!(
            told(|at, usage| usage.resident_bytes += u64::from(at) << 18).contains("grows: Kinesis: memory")
        );
        assert!(
            told(|at, usage| usage.open_files += u64::from(at / 3)).contains("grows: Kinesis: open files")
        );
        assert!(told(|at, usage| usage.threads += u64::from(at / 10)).contains("grows: Kinesis: threads"));
    }

    #[test]
    fn what_was_too_short_does_not_pass() {
        assert!(of_course(&course(5, |_, _| {}))[0].starts_with("too short to judge"));
    }

    #[test]
    fn a_broken_promise_a_panic_and_a_process_that_is_gone_do_not_pass() {
        let failures = [Failure::Broken(7, Vec::new()), Failure::Panicked("x".to_owned()), Failure::Gone];
        for failure in failures {
            let mut course = course(30, |_, _| {});
            course.failure = Some(failure);
            assert_eq!(of_course(&course).len(), 1);
        }
    }
}
