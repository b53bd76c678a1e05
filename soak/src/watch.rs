//! The processes while they are at work, looked at once in a second.

use std::time::{Duration, Instant};

use testbed::Usage;

/// How often a process is looked at.
pub(crate) const EVERY: Duration = Duration::from_secs(1);

/// How many points of a run are kept for each process. Hours of it take no more memory than minutes.
const POINTS: usize = 600;

/// The most that a process held within some seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) at: Duration,
    pub(crate) resident_bytes: u64,
    pub(crate) open_files: u64,
}

/// What was seen of one process.
#[derive(Debug)]
pub(crate) struct Watch {
    pid: u32,
    began: Instant,
    points: Vec<Point>,
    /// Looks in one point, and those that the last one has.
    width: usize,
    taken: usize,
}

impl Watch {
    pub(crate) fn of(pid: u32, began: Instant) -> Self {
        Self { pid, began, points: Vec::new(), width: 1, taken: 0 }
    }

    /// Looks at it; a process that is gone is somebody else's to report.
    pub(crate) fn look(&mut self) {
        if let Some(usage) = Usage::of(self.pid) {
            self.enter(Point::of(self.began.elapsed(), &usage));
        }
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    fn enter(&mut self, point: Point) {
        match self.points.last_mut() {
            Some(last) if self.taken < self.width => *last = last.and(point),
            _ => {
                self.taken = 0;
                self.points.push(point);
            }
        }
        self.taken += 1;
        if self.points.len() > POINTS {
            self.points = self.points.chunks(2).map(|pair| pair[0].and(pair[pair.len() - 1])).collect();
            self.width *= 2;
        }
    }
}

impl Point {
    pub(crate) fn of(at: Duration, usage: &Usage) -> Self {
        Self { at, resident_bytes: usage.resident_bytes, open_files: usage.open_files }
    }

    fn and(self, later: Self) -> Self {
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
    fn hours_take_no_more_points_than_minutes_and_no_peak_is_left_out() {
        let mut watch = Watch::of(0, Instant::now());
        for second in 0..10_000 {
            let resident_bytes = if second == 1234 { 99 } else { 5 };
            watch.enter(Point { at: Duration::from_secs(second), resident_bytes, open_files: 7 });
        }
        let points = watch.points();
        assert!(points.len() <= POINTS && points.len() > POINTS / 4, "{}", points.len());
        assert_eq!(points.iter().filter(|point| point.resident_bytes == 99).count(), 1);
        assert!(points.is_sorted_by_key(|point| point.at));
        assert_eq!(points.last().map(|point| point.at), Some(Duration::from_secs(9_999)));
    }
}
