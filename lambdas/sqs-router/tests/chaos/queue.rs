//! A model of an SQS queue as an event source mapping polls it [SQS developer guide, "FIFO queue delivery logic"]:
//! what is in flight is not handed out, what was not deleted is handed out again, and a FIFO queue hands out no
//! message of a group while another one of it is in flight.

use std::collections::{HashMap, HashSet};

use chaos::{Message, Order};
use fastrand::Rng;

pub(crate) struct Queue {
    order: Order,
    /// What was not deleted, in the order in which it was sent.
    messages: Vec<Message>,
    in_flight: HashSet<String>,
    receive_counts: HashMap<String, u32>,
}

/// A message that was handed out, and how often that happened.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) message: Message,
    pub(crate) receive_count: u32,
}

impl Queue {
    pub(crate) fn new(order: Order, messages: Vec<Message>) -> Self {
        Self { order, messages, in_flight: HashSet::new(), receive_counts: HashMap::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Up to `most` messages; they are in flight until [`Queue::settle`] or [`Queue::give_back`].
    pub(crate) fn receive(&mut self, most: usize, rng: &mut Rng) -> Vec<Received> {
        let mut batch = if self.order == Order::None { self.in_any_order(rng) } else { self.in_order() };
        batch.truncate(most);
        batch.into_iter().map(|message| self.hand_out(message)).collect()
    }

    /// Groups as a whole: several messages of one group may come in one batch, in their order. Which groups come
    /// first is nobody's promise; here it is those whose first message is the oldest.
    fn in_order(&self) -> Vec<Message> {
        let is_in_flight = |message: &&Message| self.in_flight.contains(&message.id);
        let blocked: HashSet<&str> =
            self.messages.iter().filter(is_in_flight).map(|message| message.group.as_str()).collect();
        self.messages.iter().filter(|message| !blocked.contains(message.group.as_str())).cloned().collect()
    }

    fn in_any_order(&self, rng: &mut Rng) -> Vec<Message> {
        let visible = self.messages.iter().filter(|message| !self.in_flight.contains(&message.id));
        let mut visible: Vec<Message> = visible.cloned().collect();
        rng.shuffle(&mut visible);
        visible
    }

    fn hand_out(&mut self, message: Message) -> Received {
        self.in_flight.insert(message.id.clone());
        let receive_count = self.receive_counts.entry(message.id.clone()).or_default();
        *receive_count += 1;
        Received { receive_count: *receive_count, message }
    }

    /// Deletes these messages.
    pub(crate) fn settle(&mut self, ids: &[String]) {
        self.give_back(ids);
        self.messages.retain(|message| !ids.contains(&message.id));
    }

    /// Makes these messages visible again, in their old places.
    pub(crate) fn give_back(&mut self, ids: &[String]) {
        for id in ids {
            self.in_flight.remove(id);
        }
    }

    /// How many messages were handed out more than once.
    pub(crate) fn redelivered(&self) -> usize {
        self.receive_counts.values().filter(|count| **count > 1).count()
    }
}
