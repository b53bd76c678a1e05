//! An SQS queue, whose batches an event source mapping delivers to several routers at the same time.
//!
//! - [`model`]: the messages in flight and the messages that can be received

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;
use testbed::{Invocation, Outcome, Sandbox};

use crate::checker::Order;
use crate::deployment::Deployment;
use crate::history::Event;
use crate::message::Message;
use crate::services::Services;
use crate::source::Source;
use crate::world::ROUTER_TIMEOUT;

use model::{Queue, Received};

mod model;

/// The pollers of an event source mapping, and the data that they share.
struct Pollers<'w> {
    source: Source,
    queue: Mutex<Queue<'w>>,
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
    // The queue of a bridge is a FIFO queue, although its stream promises less.
    let queue_order = if source == Source::Bridge { Order::PerGroup } else { source.order() };
    let queue = Mutex::new(Queue::new(queue_order, &deployment.messages));
    let pollers = Pollers { source, queue, batches: AtomicUsize::new(0), deployment, services };
    std::thread::scope(|scope| {
        for router in routers {
            let (pollers, rng) = (&pollers, rng.fork());
            scope.spawn(move || pollers.run(router, rng));
        }
    });
}

impl<'w> Pollers<'w> {
    fn run(&self, router: &mut Sandbox, mut rng: Rng) {
        let (faulty, all) = self.source.batch_limits(self.deployment.messages.len());
        let largest = self.source.largest_batch();
        loop {
            let limit = if rng.u32(0..4) == 0 { largest } else { rng.usize(1..=largest) };
            let batch = self.queue().receive(limit, &mut rng);
            if batch.is_empty() {
                if self.queue().is_empty() {
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
            let outcome = router.invoke(Invocation::of(self.event(&batch)).within(ROUTER_TIMEOUT));
            self.services.clear_requests();
            let answered = self.apply_outcome(&batch, &outcome);
            if begun > all || !answered {
                return;
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<'w>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn event(&self, batch: &[Received<'_>]) -> String {
        let message = |received: &Received<'_>| {
            let Message { id, group, body, attribute, .. } = received.message;
            let message = match self.source {
                Source::BufferedBus => {
                    let detail = serde_json::from_str(body).unwrap_or(Value::Null);
                    testbed::Message::new(id, testbed::eventbridge::event(id, &detail))
                }
                Source::Bridge => testbed::Message::new(id, body).group(group),
                _ => testbed::Message::new(id, body).group(group).message_attribute("tenantId", attribute),
            };
            message.receive_count(received.receive_count)
        };
        let messages: Vec<testbed::Message> = batch.iter().map(message).collect();
        let queue = match self.source {
            Source::FifoQueue | Source::Bridge => testbed::Queue::fifo("orders"),
            _ => testbed::Queue::standard("orders"),
        };
        queue.event(&messages)
    }

    /// Applies the outcome as the event source mapping does. Returns whether the response was valid.
    fn apply_outcome(&self, batch: &[Received<'_>], outcome: &Outcome) -> bool {
        let ids: Vec<String> = batch.iter().map(|received| received.message.id.clone()).collect();
        let mut queue = self.queue();
        let Some(retried) = item_failures(outcome).filter(|named| named.iter().all(|id| ids.contains(id)))
        else {
            queue.make_visible(&ids);
            let outcome = format!("{outcome:?}");
            self.deployment.history.add(Event::Unanswered { messages: ids, outcome });
            return false;
        };
        let acked: Vec<String> = ids.into_iter().filter(|id| !retried.contains(id)).collect();
        queue.make_visible(&retried);
        queue.delete(&acked);
        self.deployment.history.add(Event::Answered { acked, retried });
        true
    }
}

/// Returns the identifiers in a partial batch response, or none if the outcome is not a partial batch response.
fn item_failures(outcome: &Outcome) -> Option<Vec<String>> {
    let Outcome::Response(body) = outcome else { return None };
    let body: Value = serde_json::from_slice(body).ok()?;
    let named = body["batchItemFailures"].as_array()?.iter();
    named.map(|failure| failure["itemIdentifier"].as_str().map(str::to_owned)).collect()
}
