//! The comparison, as a table.

use std::error::Error;

use super::tally::Tally;
use super::{FAILING, RECORDS, TENANTS};
use crate::table::{Section, Table};

/// One way, with nobody failing and with one tenant failing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Compared {
    name: &'static str,
    /// By how many batches each record of the other tenants is later, sorted; of those that were done.
    delays: Vec<usize>,
    /// How many of the other tenants' records were never done.
    never: usize,
    repetitions: usize,
    /// Batches until the other tenants' records were done, with nobody failing and with one that does.
    last: (usize, usize),
}

impl Compared {
    /// # Errors
    /// Where a record was not done though nobody failed: the way does not work, and nothing can be compared.
    pub(super) fn new(name: &'static str, healthy: &Tally, failing: &Tally) -> Result<Self, Box<dyn Error>> {
        let healthy: Option<Vec<usize>> = healthy.others().into_iter().collect();
        let healthy = healthy.ok_or_else(|| {
            format!(
                "not a comparison: {name}: a record was not done though nobody failed: see the router's log"
            )
        })?;
        let done = failing.others();
        let later = |(before, now): (&usize, &Option<usize>)| now.map(|now| now.saturating_sub(*before));
        let mut delays: Vec<usize> = healthy.iter().zip(&done).filter_map(later).collect();
        delays.sort_unstable();
        let last = (max(healthy.iter().copied()), max(done.iter().flatten().copied()));
        let never = done.iter().filter(|done| done.is_none()).count();
        Ok(Self { name, delays, never, repetitions: failing.repetitions(), last })
    }

    pub(super) fn median(&self) -> usize {
        self.delays.get(self.delays.len() / 2).copied().unwrap_or(0)
    }

    pub(super) fn longest(&self) -> usize {
        max(self.delays.iter().copied())
    }

    pub(super) const fn repetitions(&self) -> usize {
        self.repetitions
    }

    pub(super) const fn never(&self) -> usize {
        self.never
    }

    fn row(&self) -> Vec<String> {
        let (without, with) = self.last;
        vec![
            self.name.to_owned(),
            self.median().to_string(),
            self.longest().to_string(),
            format!("{with} ({})", ratio(with, without)),
            self.repetitions.to_string(),
            self.never.to_string(),
        ]
    }
}

fn max(counts: impl Iterator<Item = usize>) -> usize {
    counts.max().unwrap_or(0)
}

/// To a tenth, in whole numbers.
fn ratio(of: usize, to: usize) -> String {
    let tenths = (20 * of + to) / (2 * to.max(1));
    format!("{}.{}×", tenths / 10, tenths % 10)
}

pub(super) fn section(ways: &[Compared]) -> Section {
    let mut table = Table::headed(&[
        "",
        "delay, median",
        "delay, longest",
        "batches until done (against nobody failing)",
        "done again",
        "never done",
    ]);
    for way in ways {
        table.add(way.row());
    }
    let others = TENANTS - 1;
    let title = format!(
        "{RECORDS} records of {TENANTS} tenants in one shard; every record of {FAILING} fails; what becomes of the records of the {others} others, delays in batches"
    );
    (title, table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_told_to_a_tenth() {
        assert_eq!([ratio(44, 4), ratio(5, 4), ratio(1, 3)], ["11.0×", "1.3×", "0.3×"]);
    }

    #[test]
    fn a_way_that_does_not_work_is_not_compared() {
        let refusal = Compared::new("a way", &Tally::default(), &Tally::default());
        assert!(refusal.is_err_and(|refusal| refusal.to_string().contains("though nobody failed")));
    }

    #[test]
    fn a_row_tells_the_median_and_the_longest_delay() {
        let compared =
            Compared { name: "a way", delays: vec![0, 2, 9], never: 1, repetitions: 3, last: (4, 13) };
        assert_eq!(compared.row(), ["a way", "2", "9", "13 (3.3×)", "3", "1"]);
    }
}
