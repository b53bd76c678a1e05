//! Rejected records on their way to quarantine: which of them may be sent next. Pure.
//!
//! Records of one *line* are sent one at a time, each after the quarantine has the one before it: a request may be
//! taken in part, and what it left behind would come after its successors.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Rejected records that are not in quarantine yet.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// Those that may be sent as far as their line goes.
    ready: BTreeSet<usize>,
    /// Those that wait for the one before them.
    lines: Vec<VecDeque<usize>>,
    /// The line of each record that has one.
    line_of: HashMap<usize, usize>,
}

impl Aside {
    /// These records, by their places in the batch, ascending, each with its line.
    pub(crate) fn of<'l>(records: impl Iterator<Item = (usize, Option<Cow<'l, str>>)>) -> Self {
        let mut aside = Self::default();
        let mut names: HashMap<Cow<'l, str>, usize> = HashMap::new();
        for (index, name) in records {
            let Some(name) = name else {
                aside.ready.insert(index);
                continue;
            };
            if let Some(&line) = names.get(&name) {
                aside.lines[line].push_back(index);
                aside.line_of.insert(index, line);
            } else {
                names.insert(name, aside.lines.len());
                aside.line_of.insert(index, aside.lines.len());
                aside.lines.push(VecDeque::new());
                aside.ready.insert(index);
            }
        }
        aside
    }

    /// Takes out what may be sent now, ascending; nothing from the place `before` on, and nothing of a line whose turn in
    /// the source's own order has not come.
    pub(crate) fn take(&mut self, before: usize, has_its_turn: impl Fn(usize) -> bool) -> Vec<usize> {
        let may_go = |index: &usize| !self.line_of.contains_key(index) || has_its_turn(*index);
        let taken: Vec<usize> = self.ready.range(..before).copied().filter(may_go).collect();
        for index in &taken {
            self.ready.remove(index);
        }
        taken
    }

    /// The quarantine has this record: the next of its line may go.
    pub(crate) fn pass(&mut self, index: usize) {
        if let Some(line) = self.line_of.get(&index)
            && let Some(next) = self.lines[*line].pop_front()
        {
            self.ready.insert(next);
        }
    }

    /// The quarantine has it not: those behind it in its line, which stay where they are.
    pub(crate) fn stop(&mut self, index: usize) -> VecDeque<usize> {
        let line = self.line_of.get(&index).map(|line| std::mem::take(&mut self.lines[*line]));
        line.unwrap_or_default()
    }

    /// Those that were never taken out.
    pub(crate) fn left(&self) -> impl Iterator<Item = usize> {
        self.ready.iter().chain(self.lines.iter().flatten()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records 0, 1, 2 … of these lines; `-` has none.
    fn aside(lines: &[&'static str]) -> Aside {
        let line = |line: &&'static str| (*line != "-").then_some(Cow::Borrowed(*line));
        Aside::of(lines.iter().map(line).enumerate())
    }

    #[test]
    fn the_front_of_each_line_and_all_without_a_line_may_be_sent_at_once() {
        let mut aside = aside(&["a", "-", "b", "a", "-", "b"]);
        assert_eq!(aside.take(usize::MAX, |_| true), [0, 1, 2, 4]);
        assert!(aside.take(usize::MAX, |_| true).is_empty());
        assert_eq!(aside.left().collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn the_next_of_a_line_may_go_once_the_one_before_it_is_in_quarantine() {
        let mut aside = aside(&["a", "b", "a", "a"]);
        assert_eq!(aside.take(usize::MAX, |_| true), [0, 1]);
        aside.pass(1);
        assert!(aside.take(usize::MAX, |_| true).is_empty(), "another line's success is none of its own");
        aside.pass(0);
        assert_eq!(aside.take(usize::MAX, |_| true), [2]);
        aside.pass(2);
        assert_eq!(aside.take(usize::MAX, |_| true), [3]);
    }

    #[test]
    fn what_is_behind_one_that_was_not_taken_stays_and_other_lines_go_on() {
        let mut aside = aside(&["a", "b", "a", "b", "a", "-"]);
        assert_eq!(aside.take(usize::MAX, |_| true), [0, 1, 5]);
        assert_eq!(aside.stop(0), [2, 4]);
        assert!(aside.stop(5).is_empty());
        aside.pass(1);
        assert_eq!(aside.take(usize::MAX, |_| true), [3]);
        assert_eq!(aside.left().count(), 0);
    }

    #[test]
    fn nothing_is_taken_before_its_turn_has_come() {
        let mut aside = aside(&["-", "-", "a", "-"]);
        assert_eq!(aside.take(2, |_| true), [0, 1]);
        assert_eq!(aside.left().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(aside.take(3, |_| true), [2]);
    }

    #[test]
    fn a_line_waits_for_its_turn_in_the_sources_order_and_what_has_no_line_does_not() {
        let mut aside = aside(&["a", "-", "b"]);
        assert_eq!(aside.take(usize::MAX, |index| index == 2), [1, 2]);
        assert_eq!(aside.take(usize::MAX, |_| true), [0]);
    }
}
