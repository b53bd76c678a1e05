//! In which order and how many at once messages are handed on. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

/// The most messages that one request sends [Amazon SQS API reference, `SendMessageBatch`].
const MAX_BATCH_ENTRIES: usize = 10;

/// Where a message stands among others.
#[derive(Clone, Debug, Default)]
pub(crate) struct SendPosition {
    /// Messages of one line are handed on one after the other.
    pub(crate) ordering_group: Option<String>,
    /// Its place in the line; those without keep the order in which they were received.
    pub(crate) rank: Option<String>,
    /// Where it goes.
    pub(crate) destination: String,
}

/// Messages that are handed on by one worker.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WorkUnit<T> {
    /// One after the other; after a failure no more.
    Sequential(Vec<T>),
    /// All at once; they go to the same place.
    Parallel(Vec<T>),
}

/// The lines of which nothing more is handed on, as one of them was left.
#[derive(Default)]
pub(crate) struct StoppedGroups(HashSet<String>);

impl StoppedGroups {
    /// One of this line is left.
    pub(crate) fn stop(&mut self, ordering_group: String) {
        self.0.insert(ordering_group);
    }

    /// Which of these messages have to wait: one that stands before them is left, now (`true`) or since earlier.
    pub(crate) fn find_waiting<'t>(&mut self, messages: impl Iterator<TransferItem = (&'t SendPosition, bool)>) -> Vec<bool> {
        let messages: Vec<_> = messages.enumerate().collect();
        let mut first: HashMap<&str, (&Option<String>, usize)> = HashMap::new();
        for (place, (position, _)) in messages.iter().filter(|(_, (_, is_left))| *is_left) {
            if let Some(ordering_group) = &position.ordering_group {
                let at = (&position.rank, *place);
                first.entry(ordering_group).and_modify(|known| *known = at.min(*known)).or_insert(at);
            }
        }
        let waits = |place: usize, SendPosition { ordering_group, rank, .. }: &SendPosition| {
            let Some(ordering_group) = ordering_group else { return false };
            self.0.contains(ordering_group) || first.get(ordering_group.as_str()).is_some_and(|left| *left < (rank, place))
        };
        let waiting = messages.iter().map(|(place, (position, is_left))| !is_left && waits(*place, position));
        let waiting = waiting.collect();
        self.0.extend(first.into_keys().map(str::to_owned));
        waiting
    }
}

/// Puts messages into lanes, which can be worked on side by side.
pub(crate) fn into_work_units<T>(messages: Vec<(SendPosition, T)>) -> Vec<WorkUnit<T>> {
    let mut in_order: BTreeMap<String, Vec<(Option<String>, T)>> = BTreeMap::new();
    let mut unordered: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (position, message) in messages {
        match position.ordering_group {
            Some(ordering_group) => in_order.entry(ordering_group).or_default().push((position.rank, message)),
            None => unordered.entry(position.destination).or_default().push(message),
        }
    }
    let mut units = Vec::new();
    for mut ordering_group in in_order.into_values() {
        ordering_group.sort_by(|(one, _), (other, _)| one.cmp(other));
        units.push(WorkUnit::Sequential(ordering_group.into_iter().map(|(_, message)| message).collect()));
    }
    for messages in unordered.into_values() {
        let mut rest = messages.into_iter().peekable();
        while rest.peek().is_some() {
            units.push(WorkUnit::Parallel(rest.by_ref().take(MAX_BATCH_ENTRIES).collect()));
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(ordering_group: Option<&str>, rank: Option<&str>, destination: &str) -> SendPosition {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        SendPosition { ordering_group: owned(ordering_group), rank: owned(rank), destination: destination.to_owned() }
    }

    #[test]
    fn a_line_is_one_lane_in_the_order_of_its_ranks() {
        let messages = vec![
            (position(Some("a"), Some("2"), "q"), "a2"),
            (position(Some("b"), Some("1"), "q"), "b1"),
            (position(Some("a"), Some("1"), "q"), "a1"),
        ];
        assert_eq!(into_work_units(messages), [WorkUnit::Sequential(vec!["a1", "a2"]), WorkUnit::Sequential(vec!["b1"])]);
    }

    #[test]
    fn without_ranks_a_line_keeps_the_order_in_which_it_was_received() {
        let messages = ["c", "a", "b"].map(|name| (position(Some("l"), None, "q"), name)).to_vec();
        assert_eq!(into_work_units(messages), [WorkUnit::Sequential(vec!["c", "a", "b"])]);
    }

    #[test]
    fn behind_one_that_is_left_its_line_waits_for_as_long_as_this_runs_and_no_other() {
        let mut stopped = StoppedGroups::default();
        let positions = [
            (position(Some("a"), Some("3"), "q"), false),
            (position(Some("a"), Some("2"), "q"), true),
            (position(Some("a"), Some("1"), "q"), false),
            (position(Some("b"), Some("3"), "q"), false),
            (position(None, None, "q"), true),
            (position(None, None, "q"), false),
        ];
        let mut waiting = |positions: &[(SendPosition, bool)]| {
            stopped.find_waiting(positions.iter().map(|(position, is_left)| (position, *is_left)))
        };
        assert_eq!(waiting(&positions), [true, false, false, false, false, false]);
        assert_eq!(waiting(&positions[2..4]), [true, false]);
        stopped.stop("b".to_owned());
        assert_eq!(stopped.find_waiting(positions[3..4].iter().map(|(position, _)| (position, false))), [true]);
    }

    #[test]
    fn messages_without_ranks_wait_behind_one_that_was_received_before_them() {
        let ordering_group = position(Some("l"), None, "q");
        let messages = [false, true, false].map(|is_left| (&ordering_group, is_left));
        assert_eq!(StoppedGroups::default().find_waiting(messages.into_iter()), [false, false, true]);
    }

    #[test]
    fn what_has_no_line_goes_ten_at_a_time_to_one_place() {
        let mut messages: Vec<_> = (0..12).map(|place| (position(None, None, "q"), place)).collect();
        messages.push((position(None, None, "r"), 99));
        let expected =
            [WorkUnit::Parallel((0..10).collect()), WorkUnit::Parallel(vec![10, 11]), WorkUnit::Parallel(vec![99])];
        assert_eq!(into_work_units(messages), expected);
    }
}
