//! The FIFO queue of a bridge, with its dead-letter queue. A moment of the run is a millisecond of the queue.

use std::collections::HashSet;
use std::time::Duration;

use aws_model::events::sqs::Message;
use aws_model::sqs::{Message as Stored, Queue, QueueType, ReceiptHandle};
use testbed::sqs_api::Entry;

use super::RETRIES;

/// The largest `BatchSize` of a FIFO queue [Lambda developer guide, "Creating and configuring an Amazon SQS event source
/// mapping"].
pub(super) const MAX_BATCH: usize = 10;

/// The queue, with the bodies of its messages.
#[derive(Debug)]
pub(super) struct FifoQueue(Queue<String>);

/// A received message.
#[derive(Debug)]
pub(super) struct Received {
    handle: ReceiptHandle,
    pub(super) message: Message,
}

impl FifoQueue {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut queue = Queue::new(QueueType::Fifo).with_max_receive_count(RETRIES + 1);
        for (number, entry) in (0..).zip(entries) {
            let message = Stored::new(number, entry.message_group_id, entry.message_body);
            queue.send(Duration::ZERO, message, entry.message_deduplication_id.as_deref());
        }
        Self(queue)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.messages().is_empty()
    }

    /// Receives up to `limit` messages of groups that are not blocked, the oldest first. They are hidden for `hidden_for` moments.
    pub(super) fn receive(&mut self, now: usize, limit: usize, hidden_for: usize) -> Vec<Received> {
        let received = self.0.receive(time(now), time(hidden_for), limit).into_iter();
        received
            .filter_map(|handle| {
                let Stored { group, content, .. } = self.0.message(handle.number)?;
                let message = Message::new(id(handle), content).group(group.clone().unwrap_or_default());
                Some(Received { handle, message: message.receive_count(handle.receives) })
            })
            .collect()
    }

    /// Deletes the messages of a batch that did not fail.
    ///
    /// # Errors
    /// If the queue refuses a receipt handle.
    pub(super) fn finish_batch(
        &mut self,
        now: usize,
        batch: &[Received],
        returned: &HashSet<String>,
    ) -> Result<(), &'static str> {
        for Received { handle, .. } in
            batch.iter().filter(|received| !returned.contains(received.message.id()))
        {
            self.0.delete(time(now), *handle)?;
        }
        Ok(())
    }

    /// Returns the next moment at which a hidden message becomes visible.
    pub(super) fn next_return(&self, now: usize) -> Option<usize> {
        usize::try_from(self.0.next_visible(time(now))?.as_millis()).ok()
    }
}

fn id(handle: ReceiptHandle) -> String {
    format!("m{}", handle.number)
}

const fn time(moments: usize) -> Duration {
    Duration::from_millis(moments as u64)
}
