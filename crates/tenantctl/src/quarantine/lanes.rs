//! In which order and how many at once messages are handed on. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

/// The most messages that one request sends [Amazon SQS API reference, `SendMessageBatch`].
const TOGETHER: usize = 10;

/// Where a message stands among others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticket {
    /// Messages of one line are handed on one after the other.
    pub(crate) line: Option<String>,
    /// Its place in the line; those without keep the order in which they were received.
    pub(crate) rank: Option<String>,
    /// Where it goes.
    pub(crate) destination: String,
}

/// Messages that are handed on by one worker.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lane<T> {
    /// One after the other; after a failure no more.
    InOrder(Vec<T>),
    /// All at once; they go to the same place.
    Together(Vec<T>),
}

/// The lines of which nothing more is handed on, as one of them was left.
#[derive(Default)]
pub(crate) struct Stopped(HashSet<String>);

impl Stopped {
    /// One of this line is left.
    pub(crate) fn stop(&mut self, line: String) {
        self.0.insert(line);
    }

    /// Which of these messages have to wait: one that stands before them is left, now (`true`) or since earlier.
    pub(crate) fn waiting<'t>(&mut self, messages: impl Iterator<Item = (&'t Ticket, bool)>) -> Vec<bool> {
        let messages: Vec<_> = messages.enumerate().collect();
        let mut first: HashMap<&str, (&Option<String>, usize)> = HashMap::new();
        for (place, (ticket, _)) in messages.iter().filter(|(_, (_, is_left))| *is_left) {
            if let Some(line) = &ticket.line {
                let at = (&ticket.rank, *place);
                first.entry(line).and_modify(|known| *known = at.min(*known)).or_insert(at);
            }
        }
        let waits = |place: usize, Ticket { line, rank, .. }: &Ticket| {
            let Some(line) = line else { return false };
            self.0.contains(line) || first.get(line.as_str()).is_some_and(|left| *left < (rank, place))
        };
        let waiting = messages.iter().map(|(place, (ticket, is_left))| !is_left && waits(*place, ticket));
        let waiting = waiting.collect();
        self.0.extend(first.into_keys().map(str::to_owned));
        waiting
    }
}

/// Puts messages into lanes, which can be worked on side by side.
pub(crate) fn lanes<T>(messages: Vec<(Ticket, T)>) -> Vec<Lane<T>> {
    let mut in_order: BTreeMap<String, Vec<(Option<String>, T)>> = BTreeMap::new();
    let mut free: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (ticket, message) in messages {
        match ticket.line {
            Some(line) => in_order.entry(line).or_default().push((ticket.rank, message)),
            None => free.entry(ticket.destination).or_default().push(message),
        }
    }
    let mut lanes = Vec::new();
    for mut line in in_order.into_values() {
        line.sort_by(|(one, _), (other, _)| one.cmp(other));
        lanes.push(Lane::InOrder(line.into_iter().map(|(_, message)| message).collect()));
    }
    for messages in free.into_values() {
        let mut rest = messages.into_iter().peekable();
        while rest.peek().is_some() {
            lanes.push(Lane::Together(rest.by_ref().take(TOGETHER).collect()));
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(line: Option<&str>, rank: Option<&str>, destination: &str) -> Ticket {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ticket { line: owned(line), rank: owned(rank), destination: destination.to_owned() }
    }

    #[test]
    fn a_line_is_one_lane_in_the_order_of_its_ranks() {
        let messages = vec![
            (ticket(Some("a"), Some("2"), "q"), "a2"),
            (ticket(Some("b"), Some("1"), "q"), "b1"),
            (ticket(Some("a"), Some("1"), "q"), "a1"),
        ];
        assert_eq!(lanes(messages), [Lane::InOrder(vec!["a1", "a2"]), Lane::InOrder(vec!["b1"])]);
    }

    #[test]
    fn without_ranks_a_line_keeps_the_order_in_which_it_was_received() {
        let messages = ["c", "a", "b"].map(|name| (ticket(Some("l"), None, "q"), name)).to_vec();
        assert_eq!(lanes(messages), [Lane::InOrder(vec!["c", "a", "b"])]);
    }

    #[test]
    fn behind_one_that_is_left_its_line_waits_for_as_long_as_this_runs_and_no_other() {
        let mut stopped = Stopped::default();
        let tickets = [
            (ticket(Some("a"), Some("3"), "q"), false),
            (ticket(Some("a"), Some("2"), "q"), true),
            (ticket(Some("a"), Some("1"), "q"), false),
            (ticket(Some("b"), Some("3"), "q"), false),
            (ticket(None, None, "q"), true),
            (ticket(None, None, "q"), false),
        ];
        let mut waiting = |tickets: &[(Ticket, bool)]| {
            stopped.waiting(tickets.iter().map(|(ticket, is_left)| (ticket, *is_left)))
        };
        assert_eq!(waiting(&tickets), [true, false, false, false, false, false]);
        assert_eq!(waiting(&tickets[2..4]), [true, false]);
        stopped.stop("b".to_owned());
        assert_eq!(stopped.waiting(tickets[3..4].iter().map(|(ticket, _)| (ticket, false))), [true]);
    }

    #[test]
    fn messages_without_ranks_wait_behind_one_that_was_received_before_them() {
        let line = ticket(Some("l"), None, "q");
        let messages = [false, true, false].map(|is_left| (&line, is_left));
        assert_eq!(Stopped::default().waiting(messages.into_iter()), [false, false, true]);
    }

    #[test]
    fn what_has_no_line_goes_ten_at_a_time_to_one_place() {
        let mut messages: Vec<_> = (0..12).map(|place| (ticket(None, None, "q"), place)).collect();
        messages.push((ticket(None, None, "r"), 99));
        let expected =
            [Lane::Together((0..10).collect()), Lane::Together(vec![10, 11]), Lane::Together(vec![99])];
        assert_eq!(lanes(messages), expected);
    }
}
