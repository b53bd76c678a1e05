//! A FIFO queue [Amazon SQS developer guide, "FIFO queue delivery logic", "Exactly-once processing in Amazon SQS";
//! Lambda developer guide, "Using Lambda with Amazon SQS"].
//!
//! - While a message of a group is in flight, no other message of that group is received. A batch may hold several
//!   groups, and several messages of each, in order.
//! - A message that is sent again within five minutes is stored once.
//! - A failed message blocks its group until it is deleted or moved to the dead-letter queue.

use std::time::Duration;

use super::World;
use super::poller::{EventSource, InvocationResult, Next, ReceivedRecord};
use super::queue::{Message, State, done, due, messages};
use crate::history::{Event, Fault};
use crate::plan::Plan;

/// The deduplication interval [Amazon SQS developer guide, "Exactly-once processing in Amazon SQS"].
pub(crate) const DEDUPLICATION: Duration = Duration::from_mins(5);

/// How long a producer waits for a response before it sends again.
const PRODUCER_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Fifo {
    pub(super) messages: Vec<Message>,
    /// The records that their producers send a second time, and when.
    again: Vec<(usize, Duration)>,
}

impl Fifo {
    pub(super) fn of(plan: &Plan) -> Self {
        let twice = plan.sent().filter(|&record| plan.records[record].sent_twice);
        let again = twice.map(|record| (record, plan.records[record].sent_at + PRODUCER_TIMEOUT)).collect();
        Self { messages: messages(plan), again }
    }

    /// Sends the second messages that are due.
    fn send_again(&mut self, world: &World) {
        let now = world.time.now();
        let (due, later) = std::mem::take(&mut self.again).into_iter().partition(|(_, at)| *at <= now);
        self.again = later;
        for (record, at) in due {
            world.log(Event::Fault { key: None, fault: Fault::SentTwice });
            if at >= world.plan.records[record].sent_at + DEDUPLICATION {
                self.messages.push(Message::of(record, world.plan.records[record].key, now));
            }
        }
    }
}

impl EventSource for Fifo {
    fn receive(&mut self, world: &World, _: usize) -> Next {
        self.send_again(world);
        let now = world.time.now();
        let mut locked: Vec<usize> = Vec::new();
        let mut batch: Vec<ReceivedRecord> = Vec::new();
        // A message in flight locks its group even if an earlier message of the group is due.
        for message in self.messages.iter().filter(|message| message.state == State::There) {
            if message.visible_at > now && message.receives > 0 {
                locked.push(message.group);
            }
        }
        for message in self.messages.iter_mut().filter(|message| message.state == State::There) {
            let group = message.group;
            if locked.contains(&group) {
                continue;
            }
            if message.visible_at > now || batch.len() >= world.plan.settings.batch_size {
                locked.push(group);
                continue;
            }
            batch.extend(message.receive(world));
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
            let message = self.messages.iter_mut().find(|message| message.record == record);
            if let Some(message) = message.filter(|message| message.state == State::There) {
                message.state = State::Gone;
                world.log(Event::Acked { record });
            }
        }
    }
}
