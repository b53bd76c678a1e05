//! An SQS queue, whose batches an event source mapping delivers to several routers at the same time. A message that was not
//! deleted is visible again at once, so the queue needs no clock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_model::events::{eventbridge, sqs as events};
use aws_model::response::ItemFailures;
use aws_model::sqs::{Message as Stored, Queue, QueueType, ReceiptHandle};
use fastrand::Rng;
use serde_json::Value;
use testbed::{Outcome, Sandbox};

use crate::deployment::Deployment;
use crate::history::Event;
use crate::message::Message;
use crate::services::Services;
use crate::source::Source;

/// The time of all requests to the queue.
const NOW: Duration = Duration::ZERO;

/// A delivered message and its receipt handle.
#[derive(Clone, Copy, Debug)]
struct Received<'w> {
    message: &'w Message,
    handle: ReceiptHandle,
}

/// The pollers of an event source mapping, and the data that they share.
struct Pollers<'w> {
    source: Source,
    queue: Mutex<Queue<&'w Message, &'w str>>,
    batches: AtomicUsize,
    deployment: &'w Deployment,
    services: &'w Services,
}

/// Delivers batches to all routers at the same time, until the queue is empty or the limit of batches is reached.
pub(crate) fn deliver(
    source: Source,
    routers: &mut [Sandbox],
    deployment: &Deployment,
    services: &Services,
    rng: &mut Rng,
) {
    let mut queue = Queue::new(queue_type(source));
    for (number, message) in (0..).zip(&deployment.messages) {
        queue.send(NOW, Stored::new(number, Some(message.group.as_str()), message), None);
    }
    let queue = Mutex::new(queue);
    let pollers = Pollers { source, queue, batches: AtomicUsize::new(0), deployment, services };
    std::thread::scope(|scope| {
        for router in routers {
            let (pollers, rng) = (&pollers, rng.fork());
            scope.spawn(move || pollers.run(router, rng));
        }
    });
}

fn queue_type(source: Source) -> QueueType {
    match source {
        Source::FifoQueue | Source::FifoQueueByRecord | Source::Bridge => QueueType::Fifo,
        _ => QueueType::Standard,
    }
}

impl<'w> Pollers<'w> {
    fn run(&self, router: &mut Sandbox, mut rng: Rng) {
        let (faulty, all) = self.source.batch_limits(self.deployment.messages.len());
        let largest = self.source.largest_batch();
        loop {
            let limit = if rng.u32(0..4) == 0 { largest } else { rng.usize(1..=largest) };
            let batch = self.receive(limit, &mut rng);
            if batch.is_empty() {
                if self.queue().messages().is_empty() {
                    return;
                }
                // The other messages are in flight at another router.
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            let begun = self.batches.fetch_add(1, Ordering::SeqCst);
            if begun == faulty {
                self.deployment.faults.stop();
            }
            let outcome = self.services.invoke(router, self.event(&batch));
            let answered = self.apply_outcome(&batch, &outcome);
            if begun > all || !(answered || self.source.may_fail_batches()) {
                return;
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<&'w Message, &'w str>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Receives up to `limit` messages. A standard queue delivers them in any order. They stay in flight until the router answers.
    fn receive(&self, limit: usize, rng: &mut Rng) -> Vec<Received<'w>> {
        let mut queue = self.queue();
        let mut visible: Vec<u64> = queue.visible(NOW).map(|message| message.number).collect();
        if queue_type(self.source) == QueueType::Standard {
            rng.shuffle(&mut visible);
        }
        visible.truncate(limit);
        let received = visible.into_iter().filter_map(|number| {
            let handle = queue.receive_message(number, NOW, Duration::MAX)?;
            queue.message(number).map(|stored| Received { message: stored.content, handle })
        });
        received.collect()
    }

    fn event(&self, batch: &[Received<'_>]) -> String {
        let message = |received: &Received<'_>| {
            let Message { id, group, body, attribute, .. } = received.message;
            let message = match self.source {
                Source::BufferedBus => {
                    let detail = serde_json::from_str(body).unwrap_or(Value::Null);
                    events::Message::new(id, eventbridge::event(id, &detail))
                }
                Source::Bridge => events::Message::new(id, body).group(group),
                _ => events::Message::new(id, body).group(group).message_attribute("tenantId", attribute),
            };
            message.receive_count(received.handle.receives)
        };
        let messages: Vec<events::Message> = batch.iter().map(message).collect();
        let queue = match queue_type(self.source) {
            QueueType::Fifo => events::Queue::fifo("orders"),
            QueueType::Standard => events::Queue::standard("orders"),
        };
        queue.event(&messages)
    }

    /// Applies the outcome as the event source mapping does. Returns whether it is what a router must answer: a list of messages
    /// of the batch.
    fn apply_outcome(&self, batch: &[Received<'_>], outcome: &Outcome) -> bool {
        let ids: Vec<String> = batch.iter().map(|received| received.message.id.clone()).collect();
        let failures = ItemFailures::of(&outcome.clone().into());
        let kept = failures.kept(&ids);
        let mut queue = self.queue();
        let (mut acked, mut retried) = (Vec::new(), Vec::new());
        for (at, (Received { handle, .. }, id)) in batch.iter().zip(&ids).enumerate() {
            let (done, ids) = if kept.contains(&at) {
                (queue.change_visibility(NOW, *handle, Duration::ZERO), &mut retried)
            } else {
                (queue.delete(NOW, *handle).map(|_| ()), &mut acked)
            };
            done.unwrap_or_else(|code| {
                panic!("the queue refuses the receipt handle of a message in flight: {code}")
            });
            ids.push(id.clone());
        }
        let is_valid =
            matches!(failures, ItemFailures::Listed(named) if named.iter().all(|id| ids.contains(id)));
        let event = if is_valid {
            Event::Answered { acked, retried }
        } else {
            Event::Unanswered { messages: ids, outcome: format!("{outcome:?}") }
        };
        self.deployment.history.add(event);
        is_valid
    }
}
