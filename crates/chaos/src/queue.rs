//! A queue's source: SQS as an event source mapping polls it, and the routers at work on it at the same time.
//!
//! - [`model`]: what is in flight and what may be handed out

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;
use testbed::{Invocation, Outcome, Sandbox};

use crate::checker::Order;
use crate::estate::Estate;
use crate::history::Event;
use crate::message::Message;
use crate::source::Source;
use crate::stage::Stage;
use crate::world::TIME;

use model::{Queue, Received};

mod model;

/// What the routers share.
struct Work<'w> {
    source: Source,
    queue: Mutex<Queue<'w>>,
    batches: AtomicUsize,
    estate: &'w Estate,
    stage: &'w Stage,
}

/// Lets every router take batch after batch until the queue is empty or should long have been.
pub(crate) fn deliver(
    source: Source,
    routers: &mut [Sandbox],
    estate: &Estate,
    stage: &Stage,
    rng: &mut Rng,
) {
    // A bridge's queue keeps its groups apart whatever its stream promises.
    let handing_out = if source == Source::Bridge { Order::Kept } else { source.order() };
    let queue = Mutex::new(Queue::new(handing_out, &estate.messages));
    let work = Work { source, queue, batches: AtomicUsize::new(0), estate, stage };
    std::thread::scope(|scope| {
        for router in routers {
            let (work, rng) = (&work, rng.fork());
            scope.spawn(move || work.run(router, rng));
        }
    });
}

impl<'w> Work<'w> {
    fn run(&self, router: &mut Sandbox, mut rng: Rng) {
        let (faulty, all) = self.source.batches(self.estate.messages.len());
        let largest = self.source.largest_batch();
        loop {
            let most = if rng.u32(0..4) == 0 { largest } else { rng.usize(1..=largest) };
            let batch = self.queue().receive(most, &mut rng);
            if batch.is_empty() {
                if self.queue().is_empty() {
                    return;
                }
                // Another router has the rest.
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            let begun = self.batches.fetch_add(1, Ordering::SeqCst);
            if begun == faulty {
                self.estate.faults.stop();
            }
            let outcome = router.invoke(Invocation::of(self.event(&batch)).within(TIME));
            self.stage.forget();
            let answered = self.enter(&batch, &outcome);
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

    /// Does with the batch what the event source mapping would; whether there was an answer to go by.
    fn enter(&self, batch: &[Received<'_>], outcome: &Outcome) -> bool {
        let ids: Vec<String> = batch.iter().map(|received| received.message.id.clone()).collect();
        let mut queue = self.queue();
        let Some(retried) = failures(outcome).filter(|named| named.iter().all(|id| ids.contains(id))) else {
            queue.give_back(&ids);
            let outcome = format!("{outcome:?}");
            self.estate.history.add(Event::Unanswered { messages: ids, outcome });
            return false;
        };
        let settled: Vec<String> = ids.into_iter().filter(|id| !retried.contains(id)).collect();
        queue.give_back(&retried);
        queue.settle(&settled);
        self.estate.history.add(Event::Answered { settled, retried });
        true
    }
}

/// The identifiers that a partial batch response names; none where it is not one.
fn failures(outcome: &Outcome) -> Option<Vec<String>> {
    let Outcome::Response(body) = outcome else { return None };
    let body: Value = serde_json::from_slice(body).ok()?;
    let named = body["batchItemFailures"].as_array()?.iter();
    named.map(|failure| failure["itemIdentifier"].as_str().map(str::to_owned)).collect()
}
