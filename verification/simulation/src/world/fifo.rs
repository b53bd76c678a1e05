//! A FIFO queue [`aws_model::sqs`] as the source of a router. A producer that gets no response sends its message again, with the
//! same deduplication id.

use std::time::Duration;

use aws_model::sqs::QueueType;

use super::event_source::{EventSource, InvocationResult, Next};
use super::queue::{RecordQueue, done};
use super::received::ReceivedRecord;
use super::state::World;
use crate::history::{Event, Fault};
use crate::plan::Plan;

/// How long a producer waits for a response before it sends again.
const PRODUCER_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Fifo {
    pub(super) queue: RecordQueue,
    /// The records that their producers send a second time, and when.
    again: Vec<(usize, Duration)>,
}

impl Fifo {
    /// Returns an empty queue.
    pub(super) fn new(plan: &Plan) -> Self {
        Self { queue: RecordQueue::new(QueueType::Fifo, plan), again: Vec::new() }
    }

    pub(super) fn of(plan: &Plan) -> Self {
        let twice = plan.sent_times().filter(|&(record, _)| plan.records[record].sent_twice);
        let again = twice.map(|(record, at)| (record, at + PRODUCER_TIMEOUT)).collect();
        Self { queue: RecordQueue::of(plan, QueueType::Fifo, plan.sent_times()), again }
    }

    /// Sends the second messages that are due.
    fn send_again(&mut self, world: &World) {
        let now = world.time.now();
        for (record, at) in self.again.extract_if(.., |(_, at)| *at <= now) {
            world.log(Event::Fault { key: None, fault: Fault::SentTwice });
            self.queue.send_record(&world.plan, record, at);
        }
    }
}

impl EventSource for Fifo {
    fn receive(&mut self, world: &World, _: usize) -> Next {
        self.send_again(world);
        let (now, settings) = (world.time.now(), &world.plan.settings);
        let received = self.queue.model.receive(now, settings.visibility, settings.batch_size);
        self.queue.log_dead_letters(world);
        let batch = received.into_iter().filter_map(|handle| self.queue.received(handle)).collect();
        self.queue.next(batch, now)
    }

    fn invocation_ended(
        &mut self,
        world: &World,
        _: usize,
        batch: &[ReceivedRecord],
        ending: &InvocationResult,
    ) {
        for record in done(batch, ending) {
            self.queue.delete(world, record);
        }
    }
}
