//! In which order and how many at once messages are handed on. Pure.

use std::collections::BTreeMap;

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
    fn what_has_no_line_goes_ten_at_a_time_to_one_place() {
        let mut messages: Vec<_> = (0..12).map(|place| (ticket(None, None, "q"), place)).collect();
        messages.push((ticket(None, None, "r"), 99));
        let expected =
            [Lane::Together((0..10).collect()), Lane::Together(vec![10, 11]), Lane::Together(vec![99])];
        assert_eq!(lanes(messages), expected);
    }
}
