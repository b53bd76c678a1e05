//! Samples the processes during the run, once a second.

use std::time::{Duration, Instant};

use testbed::Usage;

/// The time between two samples.
pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

/// The largest number of points for each process, so that the memory does not depend on the length of the run.
const MAX_POINTS: usize = 600;

/// The maximum of consecutive samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) at: Duration,
    pub(crate) resident_bytes: u64,
    pub(crate) open_files: u64,
}

/// The samples of one process.
#[derive(Debug)]
pub(crate) struct Sampler {
    pid: u32,
    began: Instant,
    points: Vec<Point>,
    /// The number of samples in one point.
    width: usize,
    /// The number of samples in the last point.
    filled: usize,
}

impl Sampler {
    pub(crate) fn of(pid: u32, began: Instant) -> Self {
        Self { pid, began, points: Vec::new(), width: 1, filled: 0 }
    }

    /// Adds a sample. An ended process is ignored here, because [`SourceRun::run`](crate::source_run::SourceRun::run) reports it.
    pub(crate) fn sample(&mut self) {
        if let Some(usage) = Usage::of(self.pid) {
            self.add(Point::of(self.began.elapsed(), &usage));
        }
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    fn add(&mut self, point: Point) {
        match self.points.last_mut() {
            Some(last) if self.filled < self.width => *last = last.max(point),
            _ => {
                self.filled = 0;
                self.points.push(point);
            }
        }
        self.filled += 1;
        if self.points.len() > MAX_POINTS {
            self.points = self.points.chunks(2).map(|pair| pair[0].max(pair[pair.len() - 1])).collect();
            self.width *= 2;
        }
    }
}

impl Point {
    pub(crate) fn of(at: Duration, usage: &Usage) -> Self {
        Self { at, resident_bytes: usage.resident_bytes, open_files: usage.open_files }
    }

    fn max(self, later: Self) -> Self {
        Self {
            at: later.at,
            resident_bytes: self.resident_bytes.max(later.resident_bytes),
            open_files: self.open_files.max(later.open_files),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_run_has_few_points_and_keeps_its_peaks() {
        let mut sampler = Sampler::of(0, Instant::now());
        for second in 0..10_000 {
            let resident_bytes = if second == 1234 { 99 } else { 5 };
            sampler.add(Point { at: Duration::from_secs(second), resident_bytes, open_files: 7 });
        }
        let points = sampler.points();
        assert!(points.len() <= MAX_POINTS && points.len() > MAX_POINTS / 4, "{}", points.len());
        assert_eq!(points.iter().filter(|point| point.resident_bytes == 99).count(), 1);
        assert!(points.is_sorted_by_key(|point| point.at));
        assert_eq!(points.last().map(|point| point.at), Some(Duration::from_secs(9_999)));
    }
}
