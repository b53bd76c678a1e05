//! The quarantine scheduler: which rejected records may be sent to the quarantine next. Pure.
//!
//! The life of a rejected record:
//!
//! 1. Before anything is sent, its outcome is "retry": [`NotQuarantined`](crate::Cause::NotQuarantined).
//! 2. It waits for its turn in its *FIFO group*, if the quarantine keeps an order: until the quarantine has the record before it.
//!    SQS may take only a part of a request, and then a record of it would arrive behind its successors.
//! 3. With a FIFO group it also waits for its turn in its *ordering group*, where the source has an order: until the admitted
//!    records before it are acknowledged.
//! 4. It is sent with others in one call: `calls` limits how many calls are in flight.
//! 5. Acknowledged: its outcome is final, and the records behind it in both groups go on. Refused: it stays unacknowledged, and
//!    both groups stop.
//!
//! While the checkpoint window of a stream is not open for it, it is not sent. Then the stream is redelivered from an earlier record.

mod calls;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};

pub(crate) use self::calls::{QuarantineSend, QuarantineSends};

/// Rejected records that the quarantine does not have yet.
#[derive(Debug, Default)]
pub(crate) struct QuarantineScheduler {
    /// Those that are the first of their FIFO group, or have none.
    ready: BTreeSet<usize>,
    /// Those that wait for the record before them, by FIFO group.
    waiting: Vec<VecDeque<usize>>,
    /// The FIFO group of each record that has one.
    fifo_group_of: HashMap<usize, usize>,
}

impl QuarantineScheduler {
    /// `records`: positions in the batch, ascending, each with its FIFO group.
    pub(crate) fn new<'g>(records: impl Iterator<Item = (usize, Option<Cow<'g, str>>)>) -> Self {
        let mut scheduler = Self::default();
        let mut fifo_groups: HashMap<Cow<'g, str>, usize> = HashMap::new();
        for (index, fifo_group) in records {
            let Some(fifo_group) = fifo_group else {
                scheduler.ready.insert(index);
                continue;
            };
            if let Some(&known) = fifo_groups.get(&fifo_group) {
                scheduler.waiting[known].push_back(index);
                scheduler.fifo_group_of.insert(index, known);
            } else {
                fifo_groups.insert(fifo_group, scheduler.waiting.len());
                scheduler.fifo_group_of.insert(index, scheduler.waiting.len());
                scheduler.waiting.push(VecDeque::new());
                scheduler.ready.insert(index);
            }
        }
        scheduler
    }

    /// Takes the records that may be sent now, ascending. `open_until`: the checkpoint window is open for the records before this
    /// position. `is_next_in_ordering_group` is asked for records with a FIFO group; without one, no order is kept.
    pub(crate) fn take(
        &mut self,
        open_until: usize,
        is_next_in_ordering_group: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let may_send =
            |index: &usize| !self.fifo_group_of.contains_key(index) || is_next_in_ordering_group(*index);
        let taken: Vec<usize> = self.ready.range(..open_until).copied().filter(may_send).collect();
        for index in &taken {
            self.ready.remove(index);
        }
        taken
    }

    /// Releases the next record of this record's FIFO group, because the quarantine has this record.
    pub(crate) fn release_next(&mut self, index: usize) {
        if let Some(fifo_group) = self.fifo_group_of.get(&index)
            && let Some(next) = self.waiting[*fifo_group].pop_front()
        {
            self.ready.insert(next);
        }
    }

    /// Removes and returns the records behind this one in its FIFO group, because the quarantine does not have this record.
    pub(crate) fn drop_behind(&mut self, index: usize) -> VecDeque<usize> {
        let fifo_group = self.fifo_group_of.get(&index);
        let behind = fifo_group.map(|fifo_group| std::mem::take(&mut self.waiting[*fifo_group]));
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
        scheduler.release_next(1);
        assert!(scheduler.take(usize::MAX, |_| true).is_empty(), "another group's success does not count");
        scheduler.release_next(0);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [2]);
        scheduler.release_next(2);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [3]);
    }

    #[test]
    fn failed_record_stops_its_group_and_no_other() {
        let mut scheduler = scheduler(&["a", "b", "a", "b", "a", "-"]);
        assert_eq!(scheduler.take(usize::MAX, |_| true), [0, 1, 5]);
        assert_eq!(scheduler.drop_behind(0), [2, 4]);
        assert!(scheduler.drop_behind(5).is_empty());
        scheduler.release_next(1);
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
