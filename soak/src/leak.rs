//! What counts as growth. A router is looked at whenever it is at rest, all being settled: what it holds then is what it
//! keeps. The first third of a run is left out: caches fill. Of the second third and of the last one the lower quartile
//! is taken, since a leak lifts every look, and a pool of connections some. The last may be above the second by no more
//! than a slack. Between the two a third of the run goes by: a leak is found that over all of it comes to three times the
//! slack.

/// Makes glibc's allocator give back what is freed of a large batch. Otherwise it keeps some or all of that, as it happens,
/// and what a router holds at rest cannot be told from it [mallopt(3), `M_MMAP_THRESHOLD`].
pub(crate) const GIVE_BACK: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "131072");

/// The fewest looks that can be judged: three in each third.
const FEWEST: usize = 9;

/// What a router held in the second and in the last third of a run: the lower quartiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trend {
    pub(crate) second: f64,
    pub(crate) last: f64,
}

impl Trend {
    /// Of everything that was seen, in its order; none where that is too little to judge by.
    pub(crate) fn of(seen: &[f64]) -> Option<Self> {
        if seen.len() < FEWEST {
            return None;
        }
        let third = seen.len() / 3;
        let (earlier, last) = seen.split_at(seen.len() - third);
        Some(Self { second: lower_quartile(&earlier[earlier.len() - third..]), last: lower_quartile(last) })
    }

    /// Whether it held more at last than before, by more than the slack.
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
        let seen: Vec<f64> = (0..90).map(value).collect();
        Trend::of(&seen).unwrap().grows(2.0)
    }

    #[test]
    fn what_grows_all_the_time_is_refused() {
        assert!(grows(|at| 20.0 + f64::from(at) * 0.1));
    }

    #[test]
    fn what_begins_to_grow_late_is_refused() {
        assert!(grows(|at| 20.0 + f64::from(at.saturating_sub(60)) * 0.4));
    }

    #[test]
    fn what_is_level_passes_however_it_goes_up_and_down() {
        assert!(!grows(|_| 20.0));
        assert!(!grows(|at| if at % 4 == 3 { 40.0 } else { 20.0 }));
        // What was kept for a while.
        assert!(!grows(|at| if (65..85).contains(&at) { 40.0 } else { 20.0 }));
    }

    #[test]
    fn what_fills_in_the_first_third_and_is_level_then_passes() {
        assert!(!grows(|at| 20.0 + f64::from(at.min(30))));
    }

    #[test]
    fn what_shrinks_passes() {
        assert!(!grows(|at| 200.0 - f64::from(at)));
    }

    #[test]
    fn growth_within_the_slack_passes_and_beyond_it_does_not() {
        let step = |by: f64| move |at: u32| if at < 60 { 20.0 } else { 20.0 + by };
        assert!(!grows(step(2.0)));
        assert!(grows(step(2.1)));
    }

    #[test]
    fn a_single_high_look_is_no_growth() {
        assert!(!grows(|at| if at == 85 { 500.0 } else { 20.0 }));
    }

    #[test]
    fn too_few_looks_are_not_judged() {
        assert_eq!(Trend::of(&[1.0; 8]), None);
        assert!(Trend::of(&[1.0; 9]).is_some());
    }
}
