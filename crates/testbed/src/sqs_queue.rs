//! SQS with queues that keep what they are sent: visibility timeouts, group locks, deduplication, receipt handles
//! [Amazon SQS API reference; Amazon SQS developer guide, "Amazon SQS visibility timeout"]. [`crate::sqs_api`] answers
//! from a script and keeps nothing; this is for those who also read queues.
//!
//! - `store`: the queues, without a protocol; `api`: the JSON protocol over them

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::invoke_api::endpoint;
use crate::server::{Reply, Request, Server};

mod api;
mod store;

pub use store::{NewMessage, QueueMessage};
use store::{Queues, Settings};

/// One request, as the fault script sees it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The operation, such as `ReceiveMessage`.
    pub action: String,
    /// The queue's name; empty where the request names none.
    pub queue: String,
    /// The request.
    pub body: Value,
}

/// What goes wrong with one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is refused: status, error code.
    Error(u16, String),
    /// The connection ends, and nothing was done.
    CutBefore,
    /// The connection ends after all was done.
    CutAfter,
    /// The entries of a batch at these places are refused with this code; the others are done.
    Entries(Vec<usize>, String),
    /// All is done, and the answer takes this long.
    Slow(Duration),
}

type Script = Box<dyn Fn(&Asked) -> Option<Fault> + Send + Sync>;

struct Shared {
    queues: Mutex<Queues>,
    script: Script,
    asked: Mutex<Vec<Asked>>,
}

/// The service.
pub struct SqsQueues {
    server: Server,
    shared: Arc<Shared>,
}

#[allow(
    clippy::must_use_candidate,
    reason = "a queue is made and filled for its effect; who needs the URL or id takes it"
)]
impl SqsQueues {
    /// Starts it, without queues. The script is asked before each request is looked at.
    #[must_use]
    pub fn start(script: impl Fn(&Asked) -> Option<Fault> + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            queues: Mutex::new(Queues::new()),
            script: Box::new(script),
            asked: Mutex::default(),
        });
        let server = Server::start({
            let shared = shared.clone();
            move |request| handle(request, shared.clone())
        });
        lock(&shared.queues).listen_at(endpoint(server.address()));
        Self { server, shared }
    }

    /// Makes a queue; one whose name ends in `.fifo` is a FIFO queue. Its URL.
    pub fn create(&self, name: &str) -> String {
        lock(&self.shared.queues).create(name, Settings::default())
    }

    /// Makes a queue whose messages go to `dead_letter_arn` in time: receiving counts.
    pub fn create_with_redrive(&self, name: &str, dead_letter_arn: &str, max_receive_count: u32) -> String {
        let redrive = Some((dead_letter_arn.to_owned(), max_receive_count));
        lock(&self.shared.queues).create(name, Settings { redrive, ..Settings::default() })
    }

    /// Makes a queue that takes messages of so many bytes.
    pub fn create_with_limit(&self, name: &str, max_message_bytes: usize) -> String {
        lock(&self.shared.queues).create(name, Settings { max_message_bytes, ..Settings::default() })
    }

    /// Puts a message into a queue, as somebody else would. Its id.
    pub fn put(&self, queue: &str, message: NewMessage) -> String {
        lock(&self.shared.queues).send(queue, message).expect("the queue takes the message")
    }

    /// What a queue holds, in order, whether it can be seen or not.
    #[must_use]
    pub fn held(&self, queue: &str) -> Vec<QueueMessage> {
        lock(&self.shared.queues).held(queue)
    }

    /// How many of a queue's messages nobody else can see now.
    #[must_use]
    pub fn in_flight(&self, queue: &str) -> usize {
        lock(&self.shared.queues).in_flight(queue)
    }

    /// All requests so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.shared.asked).clone()
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        lock(&self.shared.queues).pass(time);
    }

    /// Where it listens: `AWS_ENDPOINT_URL_SQS`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        endpoint(self.server.address())
    }

    /// The URL of one of its queues.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        format!("{}/111122223333/{name}", self.endpoint())
    }
}

/// The ARN of a queue.
#[must_use]
pub fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:eu-west-1:111122223333:{name}")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn handle(request: Request, shared: Arc<Shared>) -> Reply {
    let target = request.header("x-amz-target").unwrap_or_default();
    let Some(action) = target.strip_prefix("AmazonSQS.") else {
        return api::error(400, "UnknownOperationException");
    };
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return api::error(400, "SerializationException");
    };
    let queue = body["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let asked = Asked { action: action.to_owned(), queue: queue.to_owned(), body };
    lock(&shared.asked).push(asked.clone());
    let fault = (shared.script)(&asked);
    match &fault {
        Some(Fault::Error(status, code)) => return api::error(*status, code),
        Some(Fault::CutBefore) => return Reply::Cut,
        _ => {}
    }
    let refused = match &fault {
        Some(Fault::Entries(places, code)) => Some((places.as_slice(), code.as_str())),
        _ => None,
    };
    let reply = api::answer(&asked, refused, &mut lock(&shared.queues));
    match fault {
        Some(Fault::CutAfter) => Reply::Cut,
        Some(Fault::Slow(delay)) => {
            tokio::time::sleep(delay).await;
            reply
        }
        _ => reply,
    }
}

#[cfg(test)]
mod tests;
