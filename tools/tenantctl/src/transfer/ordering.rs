//! Decides in which order messages are sent, and which of them in one request. No I/O.

use std::collections::{BTreeMap, HashMap, HashSet};

use routing::sqs::MAX_ENTRIES;

/// The position of a message among the others that are sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct SendPosition {
    /// Messages of one ordering group are sent one after the other; `None` if the order does not matter.
    pub(crate) ordering_group: Option<String>,
    /// Sorts the messages of a group; messages without a rank keep the order in which they were received.
    pub(crate) rank: Option<String>,
    /// The queue's ARN or URL, or `router`.
    pub(crate) destination: String,
}

/// Messages that one worker sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WorkUnit<T> {
    /// Messages that are sent one after the other, until one fails.
    Sequential(Vec<T>),
    /// Messages that are sent together to one destination.
    Batch(Vec<T>),
}

/// The ordering groups of which nothing more is sent, because one of their messages was left.
#[derive(Default)]
pub(crate) struct StoppedGroups(HashSet<String>);

impl StoppedGroups {
    /// Stops a group, because one of its messages was left.
    pub(crate) fn stop(&mut self, ordering_group: String) {
        self.0.insert(ordering_group);
    }

    /// Returns for each message whether it has to wait, because an earlier message of its group is left. Each message
    /// comes with whether it is left itself. Groups with such a message are stopped from then on.
    pub(crate) fn find_waiting<'t>(
        &mut self,
        messages: impl Iterator<Item = (&'t SendPosition, bool)>,
    ) -> Vec<bool> {
        let messages: Vec<_> = messages.enumerate().collect();
        let mut first: HashMap<&str, (&Option<String>, usize)> = HashMap::new();
        for (index, (position, _)) in messages.iter().filter(|(_, (_, is_left))| *is_left) {
            if let Some(ordering_group) = &position.ordering_group {
                let at = (&position.rank, *index);
                first.entry(ordering_group).and_modify(|known| *known = at.min(*known)).or_insert(at);
            }
        }
        let waits = |index: usize, SendPosition { ordering_group, rank, .. }: &SendPosition| {
            let Some(ordering_group) = ordering_group else { return false };
            self.0.contains(ordering_group)
                || first.get(ordering_group.as_str()).is_some_and(|left| *left < (rank, index))
        };
        let waiting = messages.iter().map(|(index, (position, is_left))| !is_left && waits(*index, position));
        let waiting = waiting.collect();
        self.0.extend(first.into_keys().map(str::to_owned));
        waiting
    }
}

/// Divides messages into units that can be sent at the same time.
pub(crate) fn into_work_units<T>(messages: Vec<(SendPosition, T)>) -> Vec<WorkUnit<T>> {
    let mut in_order: BTreeMap<String, Vec<(Option<String>, T)>> = BTreeMap::new();
    let mut unordered: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (position, message) in messages {
        match position.ordering_group {
            Some(ordering_group) => {
                in_order.entry(ordering_group).or_default().push((position.rank, message));
            }
            None => unordered.entry(position.destination).or_default().push(message),
        }
    }
    let mut units = Vec::new();
    for mut messages in in_order.into_values() {
        messages.sort_by(|(one, _), (other, _)| one.cmp(other));
        units.push(WorkUnit::Sequential(messages.into_iter().map(|(_, message)| message).collect()));
    }
    for messages in unordered.into_values() {
        let mut rest = messages.into_iter().peekable();
        while rest.peek().is_some() {
            units.push(WorkUnit::Batch(rest.by_ref().take(MAX_ENTRIES).collect()));
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(ordering_group: Option<&str>, rank: Option<&str>, destination: &str) -> SendPosition {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        SendPosition {
            ordering_group: owned(ordering_group),
            rank: owned(rank),
            destination: destination.to_owned(),
        }
    }

    #[test]
    fn ordering_group_is_one_unit_sorted_by_rank() {
        let messages = vec![
            (position(Some("a"), Some("2"), "q"), "a2"),
            (position(Some("b"), Some("1"), "q"), "b1"),
            (position(Some("a"), Some("1"), "q"), "a1"),
        ];
        assert_eq!(
            into_work_units(messages),
            [WorkUnit::Sequential(vec!["a1", "a2"]), WorkUnit::Sequential(vec!["b1"])]
        );
    }

    #[test]
    fn unranked_group_keeps_the_receive_order() {
        let messages = ["c", "a", "b"].map(|name| (position(Some("l"), None, "q"), name)).to_vec();
        assert_eq!(into_work_units(messages), [WorkUnit::Sequential(vec!["c", "a", "b"])]);
    }

    #[test]
    fn only_the_group_of_a_left_message_waits() {
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
        assert_eq!(
            stopped.find_waiting(positions[3..4].iter().map(|(position, _)| (position, false))),
            [true]
        );
    }

    #[test]
    fn unranked_messages_wait_behind_an_earlier_one() {
        let same_group = position(Some("l"), None, "q");
        let messages = [false, true, false].map(|is_left| (&same_group, is_left));
        assert_eq!(StoppedGroups::default().find_waiting(messages.into_iter()), [false, false, true]);
    }

    #[test]
    fn unordered_messages_are_sent_in_tens_per_destination() {
        let mut messages: Vec<_> = (0..12).map(|place| (position(None, None, "q"), place)).collect();
        messages.push((position(None, None, "r"), 99));
        let expected =
            [WorkUnit::Batch((0..10).collect()), WorkUnit::Batch(vec![10, 11]), WorkUnit::Batch(vec![99])];
        assert_eq!(into_work_units(messages), expected);
    }
}
