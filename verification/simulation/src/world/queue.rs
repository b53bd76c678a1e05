//! A queue as the source of a router [`aws_model::sqs`; Lambda developer guide, "Using Lambda with Amazon SQS"], and a standard
//! queue [Amazon SQS developer guide, "Amazon SQS standard queues", "Amazon SQS at-least-once delivery"].
//!
//! - Messages of a standard queue are received in any order.
//! - Sometimes a message is received a second time: in the same batch, by another poller, or after it was deleted.
//! - The messages that a partial batch response does not name are deleted.

use std::time::Duration;

use aws_model::sqs::{Message, Queue, QueueType, ReceiptHandle, Sent};

use super::event_source::{EventSource, InvocationResult, Next};
use super::received::ReceivedRecord;
use super::state::{World, millis};
use crate::history::{DiscardReason, Event, Fault};
use crate::plan::Plan;
use crate::plan::faults::Site;

/// A queue whose messages hold records.
pub(super) struct RecordQueue {
    pub(super) model: Queue<usize, usize>,
    /// The number of messages that were ever sent.
    sent: u64,
}

impl RecordQueue {
    pub(super) fn new(kind: QueueType, plan: &Plan) -> Self {
        Self { model: Queue::new(kind).with_max_receive_count(plan.settings.tries), sent: 0 }
    }

    /// Returns a queue with these records, each with the time at which it is sent.
    pub(super) fn of(
        plan: &Plan,
        kind: QueueType,
        sent: impl IntoIterator<Item = (usize, Duration)>,
    ) -> Self {
        let mut queue = Self::new(kind, plan);
        for (record, at) in sent {
            queue.send_record(plan, record, at);
        }
        queue
    }

    /// Sends the record of a producer, with the same deduplication id each time.
    pub(super) fn send_record(&mut self, plan: &Plan, record: usize, at: Duration) {
        let planned = &plan.records[record];
        let deduplication = planned.sent_twice.then(|| record.to_string());
        self.send(record, planned.key, at, deduplication.as_deref());
    }

    pub(super) fn send(
        &mut self,
        record: usize,
        group: usize,
        at: Duration,
        deduplication: Option<&str>,
    ) -> Sent {
        let message = Message::new(self.sent, Some(group), record).delayed_until(at);
        let sent = self.model.send(at, message, deduplication);
        self.sent += u64::from(sent == Sent::New);
        sent
    }

    /// Returns a received message. None: it went to the dead-letter queue.
    pub(super) fn received(&self, handle: ReceiptHandle) -> Option<ReceivedRecord> {
        let Message { content: record, group, receives, .. } = *self.model.message(handle.number)?;
        Some(ReceivedRecord { record, receives, group: group.unwrap_or_default() })
    }

    /// Records the messages that went to the dead-letter queue.
    pub(super) fn log_dead_letters(&mut self, world: &World) {
        for message in self.model.take_dead_letters() {
            world.log(Event::Discarded { record: message.content, why: DiscardReason::Tries });
        }
    }

    /// Deletes the first message of a record.
    pub(super) fn delete(&mut self, world: &World, record: usize) -> Option<Message<usize, usize>> {
        let handle = self.model.messages().iter().find(|message| message.content == record)?.handle();
        let message = self.model.delete(world.time.now(), handle).ok()??;
        world.log(Event::Acked { record });
        Some(message)
    }

    /// Returns the batch, or when the next message may be received; none may be now.
    pub(super) fn next(&self, batch: Vec<ReceivedRecord>, now: Duration) -> Next {
        // A due message of a locked group waits for a message that is not due.
        let soon = now + millis(1);
        if !batch.is_empty() {
            Next::Batch(batch)
        } else if self.model.messages().is_empty() {
            Next::Done
        } else {
            Next::Wait(self.model.next_visible(soon).unwrap_or(soon))
        }
    }
}

/// Returns the records that a queue deletes after a response.
pub(super) fn done(batch: &[ReceivedRecord], ending: &InvocationResult) -> Vec<usize> {
    let records: Vec<usize> = batch.iter().map(|received| received.record).collect();
    let kept = ending.failures().kept(&records);
    let deleted = (0..records.len()).filter(|at| !kept.contains(at));
    deleted.map(|at| records[at]).collect()
}

/// A standard queue.
pub(super) struct StandardQueue(RecordQueue);

/// A second copy of a message.
#[derive(Clone, Copy)]
struct SecondCopy(CopyTime);

#[derive(Clone, Copy)]
enum CopyTime {
    /// In the same batch as the first one.
    InTheBatch,
    /// For the next receive.
    AtOnce,
    /// After it was deleted.
    AfterDeletion,
}

impl From<SecondCopy> for Fault {
    fn from(_: SecondCopy) -> Self {
        Self::Redelivery
    }
}

impl StandardQueue {
    pub(super) fn of(plan: &Plan, sent: impl IntoIterator<Item = (usize, Duration)>) -> Self {
        Self(RecordQueue::of(plan, QueueType::Standard, sent))
    }

    /// Draws whether a message is received a second time, and when.
    fn draw_copy(world: &World, record: usize, at: CopyTime) -> Option<CopyTime> {
        let drawn = world.draw_fault(Site::Redelivery, record, |rng| {
            let copies = match (at, rng.u32(0..12)) {
                (CopyTime::AfterDeletion, 0) => CopyTime::AfterDeletion,
                (CopyTime::InTheBatch, 0) => CopyTime::InTheBatch,
                (CopyTime::InTheBatch, 1) => CopyTime::AtOnce,
                _ => return None,
            };
            Some(SecondCopy(copies))
        });
        drawn.map(|SecondCopy(copies)| {
            world.log(Event::Redelivered { record });
            copies
        })
    }

    /// Returns the messages that may be received, in any order.
    fn visible(&self, world: &World) -> Vec<(u64, usize)> {
        let start = world.rng_at(Site::Redelivery, world.invocations.get(), 0).u64(0..self.0.sent.max(1));
        let visible = self.0.model.visible(world.time.now());
        let mut visible: Vec<(u64, usize)> =
            visible.map(|message| (message.number, message.content)).collect();
        let before = visible.partition_point(|(number, _)| *number < start);
        visible.rotate_left(before);
        visible
    }
}

impl EventSource for StandardQueue {
    fn receive(&mut self, world: &World, _: usize) -> Next {
        let (now, settings) = (world.time.now(), &world.plan.settings);
        let mut batch: Vec<ReceivedRecord> = Vec::new();
        for (number, record) in self.visible(world) {
            if batch.len() >= settings.batch_size {
                break;
            }
            // In reality, a rule's second message of an event has its own identifier; here both have the same.
            if batch.iter().any(|received| received.record == record) {
                continue;
            }
            let handle = self.0.model.receive_message(number, now, settings.visibility);
            self.0.log_dead_letters(world);
            let received = handle.and_then(|handle| Some((handle, self.0.received(handle)?)));
            let Some((handle, received)) = received else { continue };
            batch.push(received);
            match Self::draw_copy(world, record, CopyTime::InTheBatch) {
                Some(CopyTime::InTheBatch) => batch.push(received),
                Some(_) => {
                    let changed = self.0.model.change_visibility(now, handle, millis(5));
                    changed.expect("the message is in flight");
                }
                None => {}
            }
        }
        self.0.next(batch, now)
    }

    fn invocation_ended(
        &mut self,
        world: &World,
        _: usize,
        batch: &[ReceivedRecord],
        ending: &InvocationResult,
    ) {
        for record in done(batch, ending) {
            // A rule may have sent several messages of one event.
            let Some(message) = self.0.delete(world, record) else { continue };
            if Self::draw_copy(world, record, CopyTime::AfterDeletion).is_some() {
                self.0.model.restore(message, world.time.now() + millis(50));
            }
        }
    }
}
