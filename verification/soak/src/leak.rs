//! Decides whether the resource use of a router grows.
//!
//! A router is measured when it is idle and all messages are acknowledged, so the measurement shows what it keeps. The first
//! third of a run is ignored, because caches fill. For each other third the lower quartile counts: a leak raises every
//! measurement, a pool of connections only some. The last quartile may exceed the second by at most the slack. Between them a
//! third of the run passes, so a leak is found if it grows by three times the slack over the whole run.

/// The variable with which the allocator of glibc returns the freed memory of large batches to the kernel. Otherwise it keeps
/// a varying part, which hides the memory that the router keeps [mallopt(3), `M_MMAP_THRESHOLD`].
pub(crate) const RETURN_FREED_MEMORY: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "131072");

/// The smallest number of measurements for a result: three in each third.
const MIN_MEASUREMENTS: usize = 9;

/// The lower quartiles of the second and of the last third of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trend {
    pub(crate) second: f64,
    pub(crate) last: f64,
}

impl Trend {
    /// Computes the trend of all measurements in order. Returns none if they are too few.
    pub(crate) fn of(measurements: &[f64]) -> Option<Self> {
        if measurements.len() < MIN_MEASUREMENTS {
            return None;
        }
        let third = measurements.len() / 3;
        let (earlier, last) = measurements.split_at(measurements.len() - third);
        Some(Self { second: lower_quartile(&earlier[earlier.len() - third..]), last: lower_quartile(last) })
    }

    /// Returns whether the last quartile exceeds the second by more than the slack.
    pub(crate) fn grows(self, slack: f64) -> bool {
        self.last > self.second + slack
    }
}

fn lower_quartile(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 4]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grows(value: impl Fn(u32) -> f64) -> bool {
        let measurements: Vec<f64> = (0..90).map(value).collect();
        Trend::of(&measurements).unwrap().grows(2.0)
    }

    #[test]
    fn constant_growth_is_found() {
        assert!(grows(|at| 20.0 + f64::from(at) * 0.1));
    }

    #[test]
    fn late_growth_is_found() {
        assert!(grows(|at| 20.0 + f64::from(at.saturating_sub(60)) * 0.4));
    }

    #[test]
    fn stable_use_with_peaks_passes() {
        assert!(!grows(|_| 20.0));
        assert!(!grows(|at| if at % 4 == 3 { 40.0 } else { 20.0 }));
        // Memory that was kept for a while.
        assert!(!grows(|at| if (65..85).contains(&at) { 40.0 } else { 20.0 }));
    }

    #[test]
    fn growth_in_the_first_third_passes() {
        assert!(!grows(|at| 20.0 + f64::from(at.min(30))));
    }

    #[test]
    fn decrease_passes() {
        assert!(!grows(|at| 200.0 - f64::from(at)));
    }

    #[test]
    fn growth_beyond_the_slack_is_found() {
        let step = |by: f64| move |at: u32| if at < 60 { 20.0 } else { 20.0 + by };
        assert!(!grows(step(2.0)));
        assert!(grows(step(2.1)));
    }

    #[test]
    fn single_peak_passes() {
        assert!(!grows(|at| if at == 85 { 500.0 } else { 20.0 }));
    }

    #[test]
    fn too_few_measurements_have_no_trend() {
        assert_eq!(Trend::of(&[1.0; 8]), None);
        assert!(Trend::of(&[1.0; 9]).is_some());
    }
}
