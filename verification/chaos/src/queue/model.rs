//! A model of an SQS queue [SQS developer guide, "FIFO queue delivery logic"].
//!
//! A message in flight is not delivered. A message that was not deleted is delivered again. A FIFO queue delivers no message
//! of a group while another message of the group is in flight.

use std::collections::{HashMap, HashSet};

use fastrand::Rng;

use crate::checker::Order;
use crate::message::Message;

pub(super) struct Queue<'m> {
    order: Order,
    /// The messages that were not deleted, in the order in which they were sent.
    messages: Vec<&'m Message>,
    in_flight: HashSet<&'m str>,
    receive_counts: HashMap<&'m str, u32>,
}

/// A delivered message and the number of its deliveries.
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

    /// Receives up to `limit` messages. They are in flight until [`Queue::delete`] or [`Queue::make_visible`].
    pub(super) fn receive(&mut self, limit: usize, rng: &mut Rng) -> Vec<Received<'m>> {
        let mut batch = if self.order == Order::None { self.in_any_order(rng) } else { self.in_order() };
        batch.truncate(limit);
        batch.into_iter().map(|message| self.deliver(message)).collect()
    }

    /// Returns the messages of all groups without a message in flight. One batch can hold several messages of a group, in
    /// order. SQS promises no order between groups; here the oldest message comes first.
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

    fn deliver(&mut self, message: &'m Message) -> Received<'m> {
        self.in_flight.insert(&message.id);
        let receive_count = self.receive_counts.entry(&message.id).or_default();
        *receive_count += 1;
        Received { receive_count: *receive_count, message }
    }

    /// Deletes these messages.
    pub(super) fn delete(&mut self, ids: &[String]) {
        self.make_visible(ids);
        self.messages.retain(|message| !ids.contains(&message.id));
    }

    /// Makes these messages visible again. They keep their places in the queue.
    pub(super) fn make_visible(&mut self, ids: &[String]) {
        for id in ids {
            self.in_flight.remove(id.as_str());
        }
    }
}
