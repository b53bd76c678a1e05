//! The messages of a queue [Amazon SQS developer guide, "Amazon SQS visibility timeout", "FIFO queue delivery logic",
//! "Exactly-once processing in Amazon SQS", "Using dead-letter queues in Amazon SQS"].
//!
//! - A received message is in flight, and nobody receives it, until it is deleted or its visibility timeout ends.
//! - While a message of a group is in flight, a FIFO queue delivers no other message of that group. One batch may hold several
//!   groups, and several messages of each, in order.
//! - Each receive returns a new receipt handle. Only the newest one deletes the message.
//! - A message that was received as often as its redrive policy allows goes to the dead-letter queue when it would be received
//!   once more. It blocks its group until then.
//! - A standard queue promises no order, and may deliver a message twice: callers choose with [`Queue::visible`] and
//!   [`Queue::receive_message`], and put a message back with [`Queue::restore`].

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Deduplication, QueueType};

/// A message and its state in a queue. `T` is its content, `G` its message group id.
#[derive(Clone, Debug)]
pub struct Message<T, G = String> {
    /// The number that the caller gave to it. No two messages of a queue have the same.
    pub number: u64,
    /// The message group id. A standard queue ignores it.
    pub group: Option<G>,
    /// The content.
    pub content: T,
    /// The number of receives, `ApproximateReceiveCount`.
    pub receives: u32,
    visible_at: Duration,
}

impl<T, G> Message<T, G> {
    /// Returns a message to send.
    pub const fn new(number: u64, group: Option<G>, content: T) -> Self {
        Self { number, group, content, receives: 0, visible_at: Duration::ZERO }
    }

    /// Hides the message until this time: a message timer [Amazon SQS developer guide, "Amazon SQS message timers"]. It is not in
    /// flight meanwhile.
    #[must_use]
    pub fn delayed_until(self, visible_at: Duration) -> Self {
        Self { visible_at, ..self }
    }

    /// Returns the newest receipt handle.
    #[must_use]
    pub const fn handle(&self) -> ReceiptHandle {
        ReceiptHandle { number: self.number, receives: self.receives }
    }
}

/// A receipt handle: one receive of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptHandle {
    /// The number of the message.
    pub number: u64,
    /// The number of receives, this one included.
    pub receives: u32,
}

/// What a queue did with a message that it acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The queue stored it.
    New,
    /// The queue did not store it, because it duplicates the message with this number.
    Duplicate(u64),
}

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue<T, G = String> {
    kind: QueueType,
    /// `maxReceiveCount` of the redrive policy. None: there is no dead-letter queue.
    max_receive_count: Option<u32>,
    /// In the order in which they were sent.
    messages: Vec<Message<T, G>>,
    deduplication: Deduplication<u64>,
    dead_letters: Vec<Message<T, G>>,
}

impl<T, G: Clone + Ord> Queue<T, G> {
    /// Returns an empty queue without a dead-letter queue.
    #[must_use]
    pub fn new(kind: QueueType) -> Self {
        let deduplication = Deduplication::default();
        Self { kind, max_receive_count: None, messages: Vec::new(), deduplication, dead_letters: Vec::new() }
    }

    /// Sets the `maxReceiveCount` of a redrive policy.
    #[must_use]
    pub fn with_max_receive_count(self, count: u32) -> Self {
        Self { max_receive_count: Some(count), ..self }
    }

    /// Stores a message. A FIFO queue drops it if its deduplication id is known.
    pub fn send(&mut self, now: Duration, message: Message<T, G>, deduplication: Option<&str>) -> Sent {
        let id = deduplication.filter(|_| self.kind == QueueType::Fifo);
        let original = id.and_then(|id| self.deduplication.original(now, id, message.number));
        if let Some(original) = original {
            return Sent::Duplicate(original);
        }
        self.messages.push(message);
        Sent::New
    }

    /// Returns all messages in the order in which they were sent, including those in flight.
    #[must_use]
    pub fn messages(&self) -> &[Message<T, G>] {
        &self.messages
    }

    /// Returns a message.
    #[must_use]
    pub fn message(&self, number: u64) -> Option<&Message<T, G>> {
        self.messages.iter().find(|message| message.number == number)
    }

    /// Returns the messages in flight.
    pub fn in_flight(&self, now: Duration) -> impl Iterator<Item = &Message<T, G>> {
        self.messages.iter().filter(move |message| message.visible_at > now && message.receives > 0)
    }

    /// Returns the messages that may be received, in the order in which they were sent.
    pub fn visible(&self, now: Duration) -> impl Iterator<Item = &Message<T, G>> {
        let locked = self.locked_groups(now);
        self.messages.iter().filter(move |message| message.is_visible(now, &locked))
    }

    /// Returns the next time at which a hidden message becomes visible.
    #[must_use]
    pub fn next_visible(&self, now: Duration) -> Option<Duration> {
        self.messages.iter().map(|message| message.visible_at).filter(|at| *at > now).min()
    }

    /// Receives up to `limit` visible messages, the oldest first, and hides them for `visibility`.
    pub fn receive(&mut self, now: Duration, visibility: Duration, limit: usize) -> Vec<ReceiptHandle> {
        let locked = self.locked_groups(now);
        let (mut received, mut at) = (Vec::new(), 0);
        while at < self.messages.len() && received.len() < limit {
            if !self.messages[at].is_visible(now, &locked) {
                at += 1;
            } else if let Some(handle) = self.receive_at(at, now, visibility) {
                received.push(handle);
                at += 1;
            }
        }
        received
    }

    /// Receives one message, which must be visible. Returns none if it goes to the dead-letter queue instead.
    pub fn receive_message(
        &mut self,
        number: u64,
        now: Duration,
        visibility: Duration,
    ) -> Option<ReceiptHandle> {
        self.receive_at(self.position(number)?, now, visibility)
    }

    fn receive_at(&mut self, at: usize, now: Duration, visibility: Duration) -> Option<ReceiptHandle> {
        if self.max_receive_count.is_some_and(|most| self.messages[at].receives >= most) {
            self.dead_letters.push(self.messages.remove(at));
            return None;
        }
        let message = &mut self.messages[at];
        message.receives += 1;
        message.visible_at = now.saturating_add(visibility);
        Some(message.handle())
    }

    fn position(&self, number: u64) -> Option<usize> {
        self.messages.iter().position(|message| message.number == number)
    }

    fn locked_groups(&self, now: Duration) -> BTreeSet<G> {
        match self.kind {
            QueueType::Standard => BTreeSet::new(),
            QueueType::Fifo => self.in_flight(now).filter_map(|message| message.group.clone()).collect(),
        }
    }

    /// Deletes a message. With an old receipt handle a standard queue succeeds without an effect, and a FIFO queue refuses the
    /// request, as it does after the visibility timeout [Amazon SQS API reference, `DeleteMessage`].
    ///
    /// # Errors
    /// If the queue refuses the request.
    pub fn delete(
        &mut self,
        now: Duration,
        handle: ReceiptHandle,
    ) -> Result<Option<Message<T, G>>, &'static str> {
        let Some(at) = self.position(handle.number) else { return Ok(None) };
        let message = &self.messages[at];
        let is_fifo = self.kind == QueueType::Fifo;
        if message.handle() == handle && (!is_fifo || message.visible_at > now) {
            return Ok(Some(self.messages.remove(at)));
        }
        if is_fifo { Err("InvalidParameterValue") } else { Ok(None) }
    }

    /// Hides a message in flight for this time from now on [Amazon SQS API reference, `ChangeMessageVisibility`].
    ///
    /// # Errors
    /// If the receipt handle is not the newest one, or the message is not in flight.
    pub fn change_visibility(
        &mut self,
        now: Duration,
        handle: ReceiptHandle,
        visibility: Duration,
    ) -> Result<(), &'static str> {
        let message = self.messages.iter_mut().find(|message| message.handle() == handle);
        let message = message.ok_or("ReceiptHandleIsInvalid")?;
        if message.visible_at <= now {
            return Err("MessageNotInflight");
        }
        message.visible_at = now + visibility;
        Ok(())
    }

    /// Puts a deleted message back, visible from this time on: a server that was unavailable had a copy of it [Amazon SQS
    /// developer guide, "Amazon SQS at-least-once delivery"]. It keeps its place and its receives.
    pub fn restore(&mut self, message: Message<T, G>, visible_at: Duration) {
        let at = self.messages.partition_point(|other| other.number < message.number);
        self.messages.insert(at, Message { visible_at, ..message });
    }

    /// Removes and returns the messages that went to the dead-letter queue since the last call.
    pub fn take_dead_letters(&mut self) -> Vec<Message<T, G>> {
        std::mem::take(&mut self.dead_letters)
    }
}

impl<T, G: Ord> Message<T, G> {
    fn is_visible(&self, now: Duration, locked: &BTreeSet<G>) -> bool {
        self.visible_at <= now && self.group.as_ref().is_none_or(|group| !locked.contains(group))
    }
}

#[cfg(test)]
mod tests;
