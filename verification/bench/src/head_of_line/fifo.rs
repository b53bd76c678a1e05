//! A model of a FIFO queue [Lambda developer guide, "Using Lambda with Amazon SQS", "Creating and configuring an Amazon SQS
//! event source mapping"; SQS developer guide, "FIFO queue delivery logic"].
//!
//! A batch holds at most ten messages. While a message is hidden, its group is blocked. A message that was received too often
//! moves to the dead-letter queue.

use std::collections::{HashSet, VecDeque};

use testbed::Message;
use testbed::sqs_api::Entry;

use super::RETRIES;

/// The largest `BatchSize` of a FIFO queue.
pub(super) const MAX_BATCH: usize = 10;

/// A message in the queue.
#[derive(Debug)]
struct QueuedMessage {
    id: String,
    group: String,
    body: String,
    receives: u32,
    /// The moment at which the message becomes visible.
    visible_from: usize,
}

/// A FIFO queue, with its messages in the order of their arrival.
#[derive(Debug)]
pub(super) struct FifoQueue(VecDeque<QueuedMessage>);

impl FifoQueue {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let waiting = entries.into_iter().enumerate().map(|(at, entry)| QueuedMessage {
            id: format!("m{at}"),
            group: entry.message_group_id.unwrap_or_default(),
            body: entry.message_body,
            receives: 0,
            visible_from: 0,
        });
        Self(waiting.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Receives up to `limit` messages of groups that are not blocked, the oldest first. They are hidden until the moment
    /// `visible_from`.
    pub(super) fn receive(&mut self, now: usize, limit: usize, visible_from: usize) -> Vec<Message> {
        let hidden = |message: &&QueuedMessage| message.visible_from > now;
        let blocked: HashSet<String> =
            self.0.iter().filter(hidden).map(|message| message.group.clone()).collect();
        let mut batch = Vec::new();
        let free = self.0.iter_mut().filter(|message| !blocked.contains(&message.group));
        for message in free.take(limit) {
            message.receives += 1;
            message.visible_from = visible_from;
            let received = Message::new(&message.id, &message.body).group(&message.group);
            batch.push(received.receive_count(message.receives));
        }
        batch
    }

    /// Deletes the messages of a batch that did not fail, and those that were received too often.
    pub(super) fn finish_batch(&mut self, batch: &[Message], returned: &HashSet<String>) {
        let delivered: HashSet<&str> = batch.iter().map(Message::id).collect();
        self.0.retain(|message| {
            let retried = returned.contains(&message.id) && message.receives <= RETRIES;
            !delivered.contains(message.id.as_str()) || retried
        });
    }

    /// Returns the next moment at which a hidden message becomes visible.
    pub(super) fn next_return(&self, now: usize) -> Option<usize> {
        self.0.iter().map(|message| message.visible_from).filter(|&from| from > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(groups: &[&str]) -> FifoQueue {
        let waiting = |(at, group): (usize, &&str)| QueuedMessage {
            id: format!("m{at}"),
            group: (*group).to_owned(),
            body: "{}".to_owned(),
            receives: 0,
            visible_from: 0,
        };
        FifoQueue(groups.iter().enumerate().map(waiting).collect())
    }

    fn ids(batch: &[Message]) -> Vec<&str> {
        batch.iter().map(Message::id).collect()
    }

    #[test]
    fn hidden_message_blocks_only_its_group() {
        let mut queue = queue(&["a", "b", "a", "c"]);
        assert_eq!(ids(&queue.receive(0, 2, 7)), ["m0", "m1"]);
        assert_eq!(ids(&queue.receive(0, MAX_BATCH, 3)), ["m3"]);
        assert_eq!(queue.next_return(0), Some(3));
        assert_eq!(ids(&queue.receive(3, MAX_BATCH, 9)), ["m3"]);
        assert_eq!(ids(&queue.receive(7, MAX_BATCH, 9)), ["m0", "m1", "m2"]);
    }

    #[test]
    fn message_received_too_often_is_discarded() {
        let mut queue = queue(&["a", "b"]);
        let returned = HashSet::from(["m0".to_owned()]);
        let (mut now, mut tries) = (0, 0);
        while !queue.is_empty() {
            let batch = queue.receive(now, 1, now);
            tries += batch.iter().filter(|message| message.id() == "m0").count();
            queue.finish_batch(&batch, &returned);
            now += 1;
        }
        assert_eq!(u32::try_from(tries), Ok(RETRIES + 1));
    }
}
