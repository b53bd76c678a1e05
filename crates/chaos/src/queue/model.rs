//! A model of an SQS queue as an event source mapping polls it [SQS developer guide, "FIFO queue delivery logic"]:
//! what is in flight is not handed out, what was not deleted is handed out again, and a FIFO queue hands out no
//! message of a group while another one of it is in flight.

use std::collections::{HashMap, HashSet};

use fastrand::Rng;

use crate::checker::Order;
use crate::message::Message;

pub(super) struct Queue<'m> {
    order: Order,
    /// What was not deleted, in the order in which it was sent.
    messages: Vec<&'m Message>,
    in_flight: HashSet<&'m str>,
    receive_counts: HashMap<&'m str, u32>,
}

/// A message that was handed out, and how often that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received<'m> {
    pub(super) message: &'m Message,
    pub(super) receive_count: u32,
}

impl<'m> Queue<'m> {
    pub(super) fn new(order: Order, messages: &'m [Message]) -> Self {
        let messages = messages.iter().collect();
        Self { order, messages, in_flight: HashSet::new(), receive_counts: HashMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Up to `most` messages; they are in flight until [`Queue::settle`] or [`Queue::give_back`].
    pub(super) fn receive(&mut self, most: usize, rng: &mut Rng) -> Vec<Received<'m>> {
        let mut batch = if self.order == Order::None { self.in_any_order(rng) } else { self.in_order() };
        batch.truncate(most);
        batch.into_iter().map(|message| self.hand_out(message)).collect()
    }

    /// Groups as a whole: several messages of one group may come in one batch, in their order. Which groups come
    /// first is nobody's promise; here it is those whose first message is the oldest.
    fn in_order(&self) -> Vec<&'m Message> {
        let is_in_flight = |message: &&&Message| self.in_flight.contains(message.id.as_str());
        let blocked: HashSet<&str> =
            self.messages.iter().filter(is_in_flight).map(|message| message.group.as_str()).collect();
        self.messages.iter().filter(|message| !blocked.contains(message.group.as_str())).copied().collect()
    }

    fn in_any_order(&self, rng: &mut Rng) -> Vec<&'m Message> {
        let visible = self.messages.iter().filter(|message| !self.in_flight.contains(message.id.as_str()));
        let mut visible: Vec<&Message> = visible.copied().collect();
        rng.shuffle(&mut visible);
        visible
    }

    fn hand_out(&mut self, message: &'m Message) -> Received<'m> {
        self.in_flight.insert(&message.id);
        let receive_count = self.receive_counts.entry(&message.id).or_default();
        *receive_count += 1;
        Received { receive_count: *receive_count, message }
    }

    /// Deletes these messages.
    pub(super) fn settle(&mut self, ids: &[String]) {
        self.give_back(ids);
        self.messages.retain(|message| !ids.contains(&message.id));
    }

    /// Makes these messages visible again, in their old places.
    pub(super) fn give_back(&mut self, ids: &[String]) {
        for id in ids {
            self.in_flight.remove(id.as_str());
        }
    }
}
