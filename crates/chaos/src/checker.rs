//! What the router promises, as a function of a history.

use std::collections::{HashMap, HashSet};

use crate::history::Event;
use crate::message::Message;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// It was never settled.
    Lost(String),
    /// It ran for a tenant that it does not belong to, or ran though it belongs to nobody.
    Misrouted {
        /// The message.
        message: String,
        /// Whom it ran for.
        tenant: String,
    },
    /// It belongs to a tenant, and was set aside.
    SetAside(String),
    /// It ran while one that was sent before it in its group was not settled.
    Overtook {
        /// The message.
        message: String,
        /// The earlier one.
        overtaken: String,
    },
    /// It ran a second time before the source had handed it out again.
    RanAgain(String),
    /// The source was told to be done with it, and neither the backend nor the quarantine had said that they have it.
    SettledWithoutReceipt(String),
    /// A batch got no partial batch response.
    Unanswered(String),
}

/// Which order is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// That of each group, across tenants and what is rejected: a FIFO queue's.
    Kept,
    /// That of each tenant's own in a group; what is rejected holds up nobody: a stream's.
    WithinTenant,
    /// None.
    None,
}

impl Order {
    /// What a message is in order with; none where it is with nothing.
    fn lane(self, message: &Message) -> Option<(&str, Option<&str>)> {
        match self {
            Self::Kept => Some((&message.group, None)),
            Self::WithinTenant => message.tenant.as_deref().map(|tenant| (&*message.group, Some(tenant))),
            Self::None => None,
        }
    }
}

/// Finds every broken promise. `messages`: all that were sent, in their order.
#[must_use]
pub fn check(messages: &[Message], order: Order, events: &[Event]) -> Vec<Violation> {
    let mut checker = Checker::new(messages, order);
    for event in events {
        checker.see(event);
    }
    let lost = messages.iter().filter(|message| !checker.settled.contains(message.id.as_str()));
    let lost: Vec<Violation> = lost.map(|message| Violation::Lost(message.id.clone())).collect();
    checker.violations.into_iter().chain(lost).collect()
}

struct Checker<'a> {
    messages: HashMap<&'a str, &'a Message>,
    /// The messages before each one in its group.
    before: HashMap<&'a str, Vec<&'a str>>,
    receipts: HashSet<&'a str>,
    /// What ran since it was last handed out.
    ran: HashSet<&'a str>,
    settled: HashSet<&'a str>,
    violations: Vec<Violation>,
}

impl<'a> Checker<'a> {
    fn new(messages: &'a [Message], order: Order) -> Self {
        let mut lanes: HashMap<_, Vec<&str>> = HashMap::new();
        let mut before = HashMap::new();
        for message in messages {
            let Some(lane) = order.lane(message) else { continue };
            let lane = lanes.entry(lane).or_default();
            before.insert(message.id.as_str(), lane.clone());
            lane.push(&message.id);
        }
        Self {
            messages: messages.iter().map(|message| (message.id.as_str(), message)).collect(),
            before,
            receipts: HashSet::new(),
            ran: HashSet::new(),
            settled: HashSet::new(),
            violations: Vec::new(),
        }
    }

    fn see(&mut self, event: &'a Event) {
        match event {
            Event::Ran { tenant, messages } => self.run(tenant, messages),
            Event::Confirmed { messages } => self.receipts.extend(messages.iter().map(String::as_str)),
            Event::Quarantined { messages } => self.quarantine(messages),
            Event::Answered { settled, retried } => {
                self.settle(settled);
                self.end_delivery(settled.iter().chain(retried));
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
                self.violations.push(Violation::RanAgain(message.clone()));
            }
            let owner = self.messages.get(message.as_str()).and_then(|sent| sent.tenant.as_deref());
            if owner != Some(tenant) {
                let (message, tenant) = (message.clone(), tenant.to_owned());
                self.violations.push(Violation::Misrouted { message, tenant });
            }
            let earlier = self.before.get(message.as_str()).into_iter().flatten();
            let along = &messages[..at];
            for overtaken in
                earlier.filter(|id| !self.receipts.contains(*id) && !along.iter().any(|of| of == *id))
            {
                let (message, overtaken) = (message.clone(), (*overtaken).to_owned());
                self.violations.push(Violation::Overtook { message, overtaken });
            }
        }
    }

    fn quarantine(&mut self, messages: &'a [String]) {
        for message in messages {
            self.receipts.insert(message);
            if self.messages.get(message.as_str()).is_none_or(|sent| sent.tenant.is_some()) {
                self.violations.push(Violation::SetAside(message.clone()));
            }
        }
    }

    fn end_delivery(&mut self, messages: impl Iterator<Item = &'a String>) {
        for message in messages {
            self.ran.remove(message.as_str());
        }
    }

    fn settle(&mut self, settled: &'a [String]) {
        for message in settled {
            if !self.receipts.contains(message.as_str()) {
                self.violations.push(Violation::SettledWithoutReceipt(message.clone()));
            }
            self.settled.insert(message);
        }
    }
}

#[cfg(test)]
mod tests;
