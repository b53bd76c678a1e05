//! Checks a history against the promises of the router.

use std::collections::{HashMap, HashSet};

use crate::history::Event;
use crate::message::Message;
use crate::source::Order;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The message was never acknowledged.
    Lost(String),
    /// The message ran for another tenant, or ran although it has no tenant.
    Misrouted {
        /// The message.
        message: String,
        /// The tenant that it ran for.
        tenant: String,
    },
    /// The message belongs to a tenant and was quarantined.
    WronglyQuarantined(String),
    /// The message ran before an earlier message of its group was confirmed.
    OutOfOrder {
        /// The message.
        message: String,
        /// The earlier message.
        earlier: String,
    },
    /// The message ran twice in one delivery.
    RanTwice(String),
    /// The message was acknowledged to the source, but neither the backend nor the quarantine had confirmed it.
    AckedWithoutConfirmation(String),
    /// A batch got no valid response.
    Unanswered(String),
}

impl Order {
    /// Returns the key that all messages share which keep their order with this one, if there is one.
    fn order_key(self, message: &Message) -> Option<(&str, Option<&str>)> {
        match self {
            Self::PerGroup => Some((&message.group, None)),
            Self::PerTenant => message.tenant.as_deref().map(|tenant| (&*message.group, Some(tenant))),
            Self::None => None,
        }
    }
}

/// Returns every broken promise. `messages` holds all messages in the order in which they were sent.
#[must_use]
pub fn check(messages: &[Message], order: Order, events: &[Event]) -> Vec<Violation> {
    let mut checker = Checker::new(messages, order);
    for event in events {
        checker.apply(event);
    }
    let lost = messages.iter().filter(|message| !checker.acked.contains(message.id.as_str()));
    let lost: Vec<Violation> = lost.map(|message| Violation::Lost(message.id.clone())).collect();
    checker.violations.into_iter().chain(lost).collect()
}

struct Checker<'a> {
    messages: HashMap<&'a str, &'a Message>,
    /// For each message, the earlier messages that must be confirmed before it runs.
    before: HashMap<&'a str, Vec<&'a str>>,
    confirmed: HashSet<&'a str>,
    /// The messages that ran since their last delivery.
    ran: HashSet<&'a str>,
    acked: HashSet<&'a str>,
    violations: Vec<Violation>,
}

impl<'a> Checker<'a> {
    fn new(messages: &'a [Message], order: Order) -> Self {
        let mut groups: HashMap<_, Vec<&str>> = HashMap::new();
        let mut before = HashMap::new();
        for message in messages {
            let Some(key) = order.order_key(message) else { continue };
            let group = groups.entry(key).or_default();
            before.insert(message.id.as_str(), group.clone());
            group.push(&message.id);
        }
        Self {
            messages: messages.iter().map(|message| (message.id.as_str(), message)).collect(),
            before,
            confirmed: HashSet::new(),
            ran: HashSet::new(),
            acked: HashSet::new(),
            violations: Vec::new(),
        }
    }

    fn apply(&mut self, event: &'a Event) {
        match event {
            Event::Ran { tenant, messages } => self.run(tenant, messages),
            Event::Confirmed { messages } => self.confirmed.extend(messages.iter().map(String::as_str)),
            Event::Quarantined { messages } => self.quarantine(messages),
            Event::Answered { acked, retried } => {
                self.ack(acked);
                self.end_delivery(acked.iter().chain(retried));
            }
            Event::Unanswered { messages, outcome } => {
                self.violations.push(Violation::Unanswered(outcome.clone()));
                self.end_delivery(messages.iter());
            }
        }
    }

    fn run(&mut self, tenant: &str, messages: &'a [String]) {
        for (at, message) in messages.iter().enumerate() {
            if !self.ran.insert(message) {
                self.violations.push(Violation::RanTwice(message.clone()));
            }
            let owner = self.messages.get(message.as_str()).and_then(|sent| sent.tenant.as_deref());
            if owner != Some(tenant) {
                let (message, tenant) = (message.clone(), tenant.to_owned());
                self.violations.push(Violation::Misrouted { message, tenant });
            }
            let earlier = self.before.get(message.as_str()).into_iter().flatten();
            let along = &messages[..at];
            for earlier in
                earlier.filter(|id| !self.confirmed.contains(*id) && !along.iter().any(|of| of == *id))
            {
                let (message, earlier) = (message.clone(), (*earlier).to_owned());
                self.violations.push(Violation::OutOfOrder { message, earlier });
            }
        }
    }

    fn quarantine(&mut self, messages: &'a [String]) {
        for message in messages {
            self.confirmed.insert(message);
            if self.messages.get(message.as_str()).is_none_or(|sent| sent.tenant.is_some()) {
                self.violations.push(Violation::WronglyQuarantined(message.clone()));
            }
        }
    }

    fn end_delivery(&mut self, messages: impl Iterator<Item = &'a String>) {
        for message in messages {
            self.ran.remove(message.as_str());
        }
    }

    fn ack(&mut self, acked: &'a [String]) {
        for message in acked {
            if !self.confirmed.contains(message.as_str()) {
                self.violations.push(Violation::AckedWithoutConfirmation(message.clone()));
            }
            self.acked.insert(message);
        }
    }
}

#[cfg(test)]
mod tests;
