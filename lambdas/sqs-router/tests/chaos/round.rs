//! One round: a queue full of messages, two routers that work on it while all goes wrong, then until it is empty.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chaos::{
    Answers, Estate, Event, Faults, History, Message, Order, TABLE, behind_a_registry, draw, registry,
};
use fastrand::Rng;
use serde_json::{Value, json};
use testbed::{Invocation, Outcome, Sandbox};

use crate::queue::{Queue, Received};

/// Which kind of queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Fifo,
    Standard,
}

/// Routers at work at the same time, as Lambda would scale them.
const ROUTERS: u64 = 2;

impl Kind {
    fn order(self) -> Order {
        match self {
            Self::Fifo => Order::Kept,
            Self::Standard => Order::None,
        }
    }

    fn messages(self) -> usize {
        match self {
            Self::Fifo => 240,
            Self::Standard => 600,
        }
    }

    /// A FIFO queue hands out ten at most; a standard one more, with a batching window.
    fn largest_batch(self) -> usize {
        match self {
            Self::Fifo => 10,
            Self::Standard => 60,
        }
    }

    /// Batches, of both routers together, during which things go wrong, and after which the queue must be empty.
    fn batches(self) -> (usize, usize) {
        (self.messages() / 4, 4 * self.messages())
    }

    fn queue(self) -> testbed::Queue {
        match self {
            Self::Fifo => testbed::Queue::fifo("orders"),
            Self::Standard => testbed::Queue::standard("orders"),
        }
    }

    fn delivery(self) -> Value {
        match self {
            Self::Fifo => json!({ "in_flight": 8, "max_records": 3 }),
            Self::Standard => json!({ "in_flight": 8, "max_records": 5, "per_tenant": 2 }),
        }
    }
}

/// The time that Lambda gives the router: the backend's second, eleven for an environment to start, some for Invokes
/// that follow one another.
const TIME: Duration = Duration::from_secs(18);

/// What the routers share.
struct Work {
    kind: Kind,
    queue: Mutex<Queue>,
    batches: AtomicUsize,
    estate: Estate,
}

/// Plays a round and checks its history.
pub(crate) fn play(kind: Kind, seed: u64) {
    let messages = behind_a_registry(draw(kind.messages(), &mut Rng::with_seed(seed)));
    let estate = Estate {
        faults: Arc::new(Faults::new(seed)),
        history: History::default(),
        messages: Arc::new(messages.clone()),
        messages_in: testbed::events::message_ids,
        answers: Answers::Each,
    };
    let (lambda, sqs, dynamodb) = (estate.lambda(), estate.sqs(), registry(&estate.faults));
    let config = json!({
        "source": "sqs",
        "backend": { "function": "orders:live", "timeout_seconds": 1 },
        "tenant_id": {
            "from": ["$.body.tenantId"],
            "must_match": ["$.messageAttributes.tenantId.stringValue"],
        },
        "delivery": kind.delivery(),
        // So short that it is asked again and again.
        "registry": { "table": TABLE, "fresh_seconds": 1, "stale_seconds": 2 },
        "on_reject": { "quarantine": sqs.queue_url("quarantine") },
    });
    let environment = [
        ("TENANT_ROUTER_CONFIG", config.to_string()),
        ("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint()),
        ("AWS_ENDPOINT_URL_SQS", sqs.endpoint()),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.endpoint()),
    ];
    let queue = Mutex::new(Queue::new(kind.order(), messages));
    let work = Work { kind, queue, batches: AtomicUsize::new(0), estate };
    std::thread::scope(|scope| {
        for router in 0..ROUTERS {
            let rng = Rng::with_seed(seed.rotate_left(32).wrapping_add(router));
            scope.spawn(|| work.run(&environment, rng));
        }
    });
    let redelivered = work.queue.into_inner().unwrap().redelivered();
    work.estate.judge(kind.order(), redelivered, seed);
}

impl Work {
    /// One router, batch after batch, until the queue is empty or it should long have been.
    fn run(&self, environment: &[(&str, String)], mut rng: Rng) {
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let bootstrap = Path::new(env!("CARGO_BIN_EXE_sqs-router"));
        let mut router = Sandbox::start(bootstrap, &environment).unwrap();
        let (faulty, all) = self.kind.batches();
        loop {
            let most = rng.usize(1..=self.kind.largest_batch());
            let batch = self.queue.lock().unwrap().receive(most, &mut rng);
            if batch.is_empty() {
                if self.queue.lock().unwrap().is_empty() {
                    return;
                }
                // The other router has the rest.
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            let begun = self.batches.fetch_add(1, Ordering::SeqCst);
            if begun == faulty {
                self.estate.faults.stop();
            }
            let outcome = router.invoke(Invocation::of(self.event(&batch)).within(TIME));
            let answered = self.enter(&batch, &outcome);
            if begun > all || !answered {
                return;
            }
        }
    }

    fn event(&self, batch: &[Received]) -> String {
        let messages: Vec<testbed::Message> = batch
            .iter()
            .map(|received| {
                let Message { id, group, body, attribute, .. } = &received.message;
                let message =
                    testbed::Message::new(id, body).group(group).message_attribute("tenantId", attribute);
                message.receive_count(received.receive_count)
            })
            .collect();
        self.kind.queue().event(&messages)
    }

    /// Does with the batch what the event source mapping would; whether there was an answer to go by.
    fn enter(&self, batch: &[Received], outcome: &Outcome) -> bool {
        let ids: Vec<String> = batch.iter().map(|received| received.message.id.clone()).collect();
        let mut queue = self.queue.lock().unwrap();
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
