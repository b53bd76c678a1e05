//! A standard queue [Amazon SQS developer guide, "Amazon SQS standard queues", "Amazon SQS at-least-once delivery",
//! "Amazon SQS visibility timeout", "Using dead-letter queues in Amazon SQS"; Lambda developer guide, "Using Lambda
//! with Amazon SQS"].
//!
//! - Messages come in any order, and each is hidden from others for the visibility timeout once it was received.
//! - Now and then one is handed out a second time: beside itself, or after it was deleted.
//! - One that was received as often as it may goes to the dead-letter queue when it is due once more.
//! - What a partial batch response does not name is deleted. A response that names what the batch does not hold, or an
//!   empty identifier, fails the batch: nothing is deleted.

use std::time::Duration;

use super::poller::{InvocationResult, EventSource, ReceivedRecord, Next};
use super::{World, millis};
use crate::history::{Event, Fault, DiscardReason, FailedItem};
use crate::plan::Plan;
use crate::plan::faults::Site;

#[derive(Debug)]
pub(super) struct Message {
    pub(super) record: usize,
    /// Its message group, of which a standard queue takes no notice.
    pub(super) group: usize,
    pub(super) visible_at: Duration,
    pub(super) receives: u32,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is in the queue.
    There,
    /// It is deleted, or given up.
    Gone,
}

pub(super) struct Queue {
    messages: Vec<Message>,
}

/// A second copy of a message.
#[derive(Clone, Copy)]
struct Again(Copies);

#[derive(Clone, Copy)]
enum Copies {
    /// Beside the first one.
    InTheBatch,
    /// To the next who asks.
    AtOnce,
    /// After it was deleted.
    AfterDeletion,
}

impl From<Again> for Fault {
    fn from(_: Again) -> Self {
        Self::Redelivery
    }
}

impl Queue {
    pub(super) fn of(messages: Vec<Message>) -> Self {
        Self { messages }
    }

    fn again(world: &World, record: usize, at: Copies) -> Option<Copies> {
        let drawn = world.draw_fault(Site::Redelivery, record, |rng| {
            let copies = match (at, rng.u32(0..12)) {
                (Copies::AfterDeletion, 0) => Copies::AfterDeletion,
                (Copies::InTheBatch, 0) => Copies::InTheBatch,
                (Copies::InTheBatch, 1) => Copies::AtOnce,
                _ => return None,
            };
            Some(Again(copies))
        });
        drawn.map(|Again(copies)| {
            world.log(Event::Redelivered { record });
            copies
        })
    }
}

/// A queue's messages, as they were sent.
pub(super) fn messages(plan: &Plan) -> Vec<Message> {
    let message = |record: usize| Message::of(record, plan.records[record].key, plan.records[record].sent_at);
    plan.sent().map(message).collect()
}

/// When one of these, none of which may be received now, may be.
pub(super) fn due(messages: &[Message], now: Duration) -> Next {
    let there = messages.iter().filter(|message| message.state == State::There);
    // One that is due and locked waits for one that is not.
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

    /// Hands it out, unless it was handed out as often as it may.
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

/// What an answer lets a queue delete.
pub(super) fn done(batch: &[ReceivedRecord], ending: &InvocationResult) -> Vec<usize> {
    let InvocationResult::Responded(named) = ending else { return Vec::new() };
    let fails_all = |named: &FailedItem| match named {
        FailedItem::Record(record) => batch.iter().all(|handed| handed.record != *record),
        FailedItem::WholeBatch | FailedItem::Unknown => true,
    };
    if named.iter().any(fails_all) {
        return Vec::new();
    }
    let records = batch.iter().map(|handed| handed.record);
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
                // A rule's second message of an event has an identifier of its own, which it has not here.
                || batch.iter().any(|handed| handed.record == message.record)
            {
                continue;
            }
            let Some(handed) = message.receive(world) else { continue };
            batch.push(handed);
            match Self::again(world, handed.record, Copies::InTheBatch) {
                Some(Copies::InTheBatch) => batch.push(handed),
                Some(_) => message.visible_at = now + millis(5),
                None => {}
            }
        }
        if batch.is_empty() { due(&self.messages, now) } else { Next::Batch(batch) }
    }

    fn invocation_ended(&mut self, world: &World, _: usize, batch: &[ReceivedRecord], ending: &InvocationResult) {
        for record in done(batch, ending) {
            // There may be several messages of one event of a rule.
            let is_it = |message: &&mut Message| message.record == record && message.state == State::There;
            let Some(message) = self.messages.iter_mut().find(is_it) else { continue };
            message.state = State::Gone;
            world.log(Event::Acked { record });
            if Self::again(world, record, Copies::AfterDeletion).is_some() {
                message.state = State::There;
                message.visible_at = world.time.now() + millis(50);
            }
        }
    }
}
