//! What became of the messages of a round, counted. It holds for any program that reads the queue, not only for a router.

use std::collections::{BTreeSet, HashSet};
use std::ops::AddAssign;

use crate::checker::{Violation, check};
use crate::history::Event;
use crate::message::Message;
use crate::source::Order;

/// The messages of one or more rounds, counted by what became of them. A message can count in several fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The messages that were sent.
    pub messages: usize,
    /// Deleted from the queue although neither a backend nor the quarantine had confirmed them.
    pub lost: usize,
    /// Delivered to a backend although they must be rejected, or to another tenant than their own.
    pub misrouted: usize,
    /// Delivered to the backend again, although it had confirmed them or had run in the same delivery.
    pub repeated: usize,
    /// Delivered before an earlier message of their group was confirmed. Only in a queue that keeps an order.
    pub reordered: usize,
    /// Still in the queue at the end of the round.
    pub left: usize,
}

impl Account {
    /// Counts what became of these messages. `messages` holds all of them, in the order in which they were sent.
    #[must_use]
    pub fn of(messages: &[Message], order: Order, events: &[Event]) -> Self {
        let (mut lost, mut misrouted, mut reordered, mut left) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut repeated = repeated_after_confirmation(events);
        for violation in check(messages, order, events) {
            match violation {
                Violation::Lost(message) => left.insert(message),
                Violation::AckedWithoutConfirmation(message) => lost.insert(message),
                Violation::Misrouted { message, .. } | Violation::WronglyQuarantined(message) => {
                    misrouted.insert(message)
                }
                Violation::OutOfOrder { message, .. } => reordered.insert(message),
                Violation::RanTwice(message) => repeated.insert(message),
                Violation::Unanswered(_) => continue,
            };
        }
        Self {
            messages: messages.len(),
            lost: lost.len(),
            misrouted: misrouted.len(),
            repeated: repeated.len(),
            reordered: reordered.len(),
            left: left.len(),
        }
    }
}

impl AddAssign for Account {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.lost += other.lost;
        self.misrouted += other.misrouted;
        self.repeated += other.repeated;
        self.reordered += other.reordered;
        self.left += other.left;
    }
}

/// Returns the messages that ran again after the backend had confirmed them.
fn repeated_after_confirmation(events: &[Event]) -> BTreeSet<String> {
    let (mut confirmed, mut repeated) = (HashSet::new(), BTreeSet::new());
    for event in events {
        match event {
            Event::Confirmed { messages } => confirmed.extend(messages),
            Event::Ran { messages, .. } => {
                repeated.extend(messages.iter().filter(|message| confirmed.contains(message)).cloned());
            }
            _ => {}
        }
    }
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, tenant: Option<&str>) -> Message {
        let text = |text: &str| text.to_owned();
        Message {
            id: text(id),
            group: text("g"),
            body: text("{}"),
            attribute: text("a"),
            tenant: tenant.map(text),
        }
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn ran(tenant: &str, messages: &[&str]) -> Event {
        Event::Ran { tenant: tenant.to_owned(), messages: ids(messages) }
    }

    fn acked(messages: &[&str]) -> Event {
        Event::Answered { acked: ids(messages), retried: Vec::new() }
    }

    #[test]
    fn faultless_round_counts_nothing_but_its_messages() {
        let messages = [message("1", Some("a")), message("2", None)];
        let events = [
            ran("a", &["1"]),
            Event::Confirmed { messages: ids(&["1"]) },
            Event::Quarantined { messages: ids(&["2"]) },
            acked(&["1", "2"]),
        ];
        let account = Account::of(&messages, Order::PerGroup, &events);
        assert_eq!(account, Account { messages: 2, ..Account::default() });
    }

    #[test]
    fn each_fate_counts_once_for_each_message() {
        let messages = ["1", "2", "3", "4", "5"].map(|id| message(id, Some("a")));
        let confirmed = |id: &str| Event::Confirmed { messages: ids(&[id]) };
        let events = [
            ran("a", &["1"]),
            acked(&["1"]),
            ran("a", &["2"]),
            confirmed("2"),
            Event::Unanswered { messages: ids(&["2"]), outcome: "failed".to_owned() },
            ran("a", &["2"]),
            ran("b", &["3"]),
            ran("b", &["3"]),
            confirmed("3"),
            acked(&["2", "3"]),
        ];
        let account = Account::of(&messages, Order::PerGroup, &events);
        let expected = Account { messages: 5, lost: 1, misrouted: 1, repeated: 2, reordered: 2, left: 2 };
        assert_eq!(account, expected);
        let mut sum = account;
        sum += account;
        assert_eq!((sum.messages, sum.left), (10, 4));
    }
}
