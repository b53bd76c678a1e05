//! A standard queue [Amazon SQS developer guide, "Amazon SQS standard queues", "Amazon SQS at-least-once delivery",
//! "Amazon SQS visibility timeout", "Using dead-letter queues in Amazon SQS"; Lambda developer guide, "Using Lambda
//! with Amazon SQS"].
//!
//! - Messages are received in any order. A received message is hidden for the visibility timeout.
//! - Sometimes a message is received a second time: in the same batch, by another poller, or after it was deleted.
//! - A message that was received as often as allowed goes to the dead-letter queue when it is due again.
//! - The messages that a partial batch response does not name are deleted. A response with an unknown or an empty
//!   identifier fails the batch: nothing is deleted.

use std::time::Duration;

use super::poller::{EventSource, InvocationResult, Next, ReceivedRecord};
use super::{World, millis};
use crate::history::{DiscardReason, Event, FailedItem, Fault};
use crate::plan::Plan;
use crate::plan::faults::Site;

#[derive(Debug)]
pub(super) struct Message {
    pub(super) record: usize,
    /// Its message group, which a standard queue ignores.
    pub(super) group: usize,
    pub(super) visible_at: Duration,
    pub(super) receives: u32,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is in the queue.
    There,
    /// It is deleted, or in the dead-letter queue.
    Gone,
}

pub(super) struct Queue {
    messages: Vec<Message>,
}

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

impl Queue {
    pub(super) fn of(messages: Vec<Message>) -> Self {
        Self { messages }
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
}

/// Returns the messages of a queue, in the order in which they were sent.
pub(super) fn messages(plan: &Plan) -> Vec<Message> {
    let message = |record: usize| Message::of(record, plan.records[record].key, plan.records[record].sent_at);
    plan.sent().map(message).collect()
}

/// Returns when the next of these messages may be received; none of them may be now.
pub(super) fn due(messages: &[Message], now: Duration) -> Next {
    let there = messages.iter().filter(|message| message.state == State::There);
    // A due message of a locked group waits for a message that is not due.
    let at = there.map(|message| message.visible_at.max(now + millis(1)));
    at.filter(|at| *at > now + millis(1)).min().map_or_else(|| left(messages, now), Next::Wait)
}

fn left(messages: &[Message], now: Duration) -> Next {
    let is_there = messages.iter().any(|message| message.state == State::There);
    if is_there { Next::Wait(now + millis(1)) } else { Next::Done }
}

impl Message {
    pub(super) fn of(record: usize, group: usize, visible_at: Duration) -> Self {
        Self { record, group, visible_at, receives: 0, state: State::There }
    }

    /// Receives the message, unless its number of tries is used up.
    pub(super) fn receive(&mut self, world: &World) -> Option<ReceivedRecord> {
        if self.receives >= world.plan.settings.tries {
            self.state = State::Gone;
            world.log(Event::Discarded { record: self.record, why: DiscardReason::Tries });
            return None;
        }
        self.receives += 1;
        self.visible_at = world.time.now() + world.plan.settings.visibility;
        Some(ReceivedRecord { record: self.record, receives: self.receives, group: self.group })
    }
}

/// Returns the records that a queue deletes after a response.
pub(super) fn done(batch: &[ReceivedRecord], ending: &InvocationResult) -> Vec<usize> {
    let InvocationResult::Responded(named) = ending else { return Vec::new() };
    let fails_all = |named: &FailedItem| match named {
        FailedItem::Record(record) => batch.iter().all(|received| received.record != *record),
        FailedItem::WholeBatch | FailedItem::Unknown => true,
    };
    if named.iter().any(fails_all) {
        return Vec::new();
    }
    let records = batch.iter().map(|received| received.record);
    records.filter(|record| !named.contains(&FailedItem::Record(*record))).collect()
}

impl EventSource for Queue {
    fn receive(&mut self, world: &World, _: usize) -> Next {
        let now = world.time.now();
        let mut batch: Vec<ReceivedRecord> = Vec::new();
        let start =
            world.rng_at(Site::Redelivery, world.invocations.get(), 0).usize(0..self.messages.len().max(1));
        for step in 0..self.messages.len() {
            let at = (start + step) % self.messages.len();
            let message = &mut self.messages[at];
            if message.state == State::Gone
                || message.visible_at > now
                || batch.len() >= world.plan.settings.batch_size
                // In reality, a rule's second message of an event has its own identifier; here both have the same.
                || batch.iter().any(|received| received.record == message.record)
            {
                continue;
            }
            let Some(received) = message.receive(world) else { continue };
            batch.push(received);
            match Self::draw_copy(world, received.record, CopyTime::InTheBatch) {
                Some(CopyTime::InTheBatch) => batch.push(received),
                Some(_) => message.visible_at = now + millis(5),
                None => {}
            }
        }
        if batch.is_empty() { due(&self.messages, now) } else { Next::Batch(batch) }
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
            let is_it = |message: &&mut Message| message.record == record && message.state == State::There;
            let Some(message) = self.messages.iter_mut().find(is_it) else { continue };
            message.state = State::Gone;
            world.log(Event::Acked { record });
            if Self::draw_copy(world, record, CopyTime::AfterDeletion).is_some() {
                message.state = State::There;
                message.visible_at = world.time.now() + millis(50);
            }
        }
    }
}
