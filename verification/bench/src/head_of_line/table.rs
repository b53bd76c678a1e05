//! The comparison, as a table.

use std::error::Error;

use super::delivery_counts::DeliveryCounts;
use super::{FAILING, RECORDS, TENANTS};
use crate::table::{Section, Table};

/// One variant, without a failing tenant and with one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct VariantResult {
    name: &'static str,
    /// The delay of each completed record of the other tenants, in batches, sorted.
    delays: Vec<usize>,
    /// The number of records of the other tenants that were never completed.
    never_done: usize,
    repetitions: usize,
    /// The number of batches until all records of the other tenants were completed, without a failing tenant and with one.
    last: (usize, usize),
}

impl VariantResult {
    /// Compares a run without a failing tenant with a run that has one.
    ///
    /// # Errors
    /// If a record was not completed although no tenant failed.
    pub(super) fn new(
        name: &'static str,
        healthy: &DeliveryCounts,
        failing: &DeliveryCounts,
    ) -> Result<Self, Box<dyn Error>> {
        let healthy: Option<Vec<usize>> = healthy.others().into_iter().collect();
        let healthy = healthy.ok_or_else(|| {
            format!(
                "a record was not completed although no tenant failed: {name}: read the log of the router"
            )
        })?;
        let done = failing.others();
        let later = |(before, now): (&usize, &Option<usize>)| now.map(|now| now.saturating_sub(*before));
        let mut delays: Vec<usize> = healthy.iter().zip(&done).filter_map(later).collect();
        delays.sort_unstable();
        let last = (max(healthy.iter().copied()), max(done.iter().flatten().copied()));
        let never_done = done.iter().filter(|done| done.is_none()).count();
        Ok(Self { name, delays, never_done, repetitions: failing.repetitions(), last })
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

    pub(super) const fn never_done(&self) -> usize {
        self.never_done
    }

    fn row(&self) -> Vec<String> {
        let (without, with) = self.last;
        vec![
            self.name.to_owned(),
            self.median().to_string(),
            self.longest().to_string(),
            format!("{with} ({})", ratio(with, without)),
            self.repetitions.to_string(),
            self.never_done.to_string(),
        ]
    }
}

fn max(counts: impl Iterator<Item = usize>) -> usize {
    counts.max().unwrap_or(0)
}

/// Formats a ratio, rounded to a tenth.
fn ratio(of: usize, to: usize) -> String {
    let tenths = (20 * of + to) / (2 * to.max(1));
    format!("{}.{}×", tenths / 10, tenths % 10)
}

pub(super) fn section(variants: &[VariantResult]) -> Section {
    let mut table = Table::with_head(&[
        "",
        "delay, median",
        "delay, longest",
        "batches until done (relative to no failures)",
        "done again",
        "never done",
    ]);
    for variant in variants {
        table.add(variant.row());
    }
    let others = TENANTS - 1;
    let title = format!(
        "{RECORDS} records of {TENANTS} tenants in one shard; each record of {FAILING} fails. Effect on the records of the {others} other tenants, delays in batches"
    );
    (title, table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_rounded_to_a_tenth() {
        assert_eq!([ratio(44, 4), ratio(5, 4), ratio(1, 3)], ["11.0×", "1.3×", "0.3×"]);
    }

    #[test]
    fn variant_that_does_not_work_is_refused() {
        let refusal = VariantResult::new("a variant", &DeliveryCounts::default(), &DeliveryCounts::default());
        assert!(refusal.is_err_and(|refusal| refusal.to_string().contains("although no tenant failed")));
    }

    #[test]
    fn row_has_the_median_and_the_longest_delay() {
        let result = VariantResult {
            name: "a variant",
            delays: vec![0, 2, 9],
            never_done: 1,
            repetitions: 3,
            last: (4, 13),
        };
        assert_eq!(result.row(), ["a variant", "2", "9", "13 (3.3×)", "3", "1"]);
    }
}
