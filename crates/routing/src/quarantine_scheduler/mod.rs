//! The quarantine scheduler: which rejected records may be sent to the quarantine next. Pure.
//!
//! Records of one FIFO group are sent one at a time, each after the quarantine has the record before it. SQS may take only a
//! part of a request, and then a record of it would arrive behind its successors.

mod in_flight;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};

pub(crate) use self::in_flight::{QuarantineSend, QuarantineSends};

/// Rejected records that the quarantine does not have yet.
#[derive(Debug, Default)]
pub(crate) struct QuarantineScheduler {
    /// Those that may be sent as far as their FIFO group is concerned.
    ready: BTreeSet<usize>,
    /// Those that wait for the record before them, by FIFO group.
    waiting: Vec<VecDeque<usize>>,
    /// The FIFO group of each record that has one.
    group_of: HashMap<usize, usize>,
}

impl QuarantineScheduler {
    /// `records`: positions in the batch, ascending, each with its FIFO group.
    pub(crate) fn new<'g>(records: impl Iterator<Item = (usize, Option<Cow<'g, str>>)>) -> Self {
        let mut scheduler = Self::default();
        let mut groups: HashMap<Cow<'g, str>, usize> = HashMap::new();
        for (index, group) in records {
            let Some(group) = group else {
                scheduler.ready.insert(index);
                continue;
            };
            if let Some(&known) = groups.get(&group) {
                scheduler.waiting[known].push_back(index);
                scheduler.group_of.insert(index, known);
            } else {
                groups.insert(group, scheduler.waiting.len());
                scheduler.group_of.insert(index, scheduler.waiting.len());
                scheduler.waiting.push(VecDeque::new());
                scheduler.ready.insert(index);
            }
        }
        scheduler
    }

    /// Takes the records that may be sent now, ascending: none from the position `end` on, and none of a FIFO group for which
    /// `is_next_in_group` is false.
    pub(crate) fn take(&mut self, end: usize, is_next_in_group: impl Fn(usize) -> bool) -> Vec<usize> {
        let may_send = |index: &usize| !self.group_of.contains_key(index) || is_next_in_group(*index);
        let taken: Vec<usize> = self.ready.range(..end).copied().filter(may_send).collect();
        for index in &taken {
            self.ready.remove(index);
        }
        taken
    }

    /// Releases the next record of this record's FIFO group, because the quarantine has this record.
    pub(crate) fn quarantined(&mut self, index: usize) {
        if let Some(group) = self.group_of.get(&index)
            && let Some(next) = self.waiting[*group].pop_front()
        {
            self.ready.insert(next);
        }
    }

    /// Removes and returns the records behind this one in its FIFO group, because the quarantine does not have this record.
    pub(crate) fn not_quarantined(&mut self, index: usize) -> VecDeque<usize> {
        let behind = self.group_of.get(&index).map(|group| std::mem::take(&mut self.waiting[*group]));
        behind.unwrap_or_default()
    }

    /// The records that were never taken.
    pub(crate) fn remaining(&self) -> impl Iterator<Item = usize> {
        self.ready.iter().chain(self.waiting.iter().flatten()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records 0, 1, 2 … of these FIFO groups; `-` has none.
    fn scheduler(groups: &[&'static str]) -> QuarantineScheduler {
        let group = |group: &&'static str| (*group != "-").then_some(Cow::Borrowed(*group));
        QuarantineScheduler::new(groups.iter().map(group).enumerate())
    }

    #[test]
    fn first_of_each_group_and_all_without_group_are_sent_at_once() {
        let mut scheduler = scheduler(&["a", "-", "b", "a", "-", "b"]);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [0, 1, 2, 4]);
        assert!(scheduler.take(usize::MAX, |_| true).is_empty());
        assert_eq!(scheduler.remaining().collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn next_of_a_group_follows_once_the_one_before_is_quarantined() {
        let mut scheduler = scheduler(&["a", "b", "a", "a"]);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [0, 1]);
        scheduler.quarantined(1);
        assert!(scheduler.take(usize::MAX, |_| true).is_empty(), "another group's success does not count");
        scheduler.quarantined(0);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [2]);
        scheduler.quarantined(2);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [3]);
    }

    #[test]
    fn failed_record_stops_its_group_and_no_other() {
        let mut scheduler = scheduler(&["a", "b", "a", "b", "a", "-"]);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [0, 1, 5]);
        assert_eq!(scheduler.not_quarantined(0), [2, 4]);
        assert!(scheduler.not_quarantined(5).is_empty());
        scheduler.quarantined(1);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [3]);
        assert_eq!(scheduler.remaining().count(), 0);
    }

    #[test]
    fn nothing_is_taken_from_the_end_on() {
        let mut scheduler = scheduler(&["-", "-", "a", "-"]);
        assert_eq!(scheduler.take(2, |_| true), [0, 1]);
        assert_eq!(scheduler.remaining().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(scheduler.take(3, |_| true), [2]);
    }

    #[test]
    fn group_waits_for_the_source_order_and_records_without_group_do_not() {
        let mut scheduler = scheduler(&["a", "-", "b"]);
        assert_eq!(scheduler.take(usize::MAX, |index| index == 2), [1, 2]);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [0]);
    }
}
