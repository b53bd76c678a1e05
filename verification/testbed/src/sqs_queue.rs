//! SQS with queues in memory, which follow the rules of [`aws_model::sqs`]. This is for tests that also read queues;
//! [`crate::sqs_api`] only accepts messages.
//!
//! - `store`: the queues; `api`: the JSON protocol

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_model::sqs::NewMessage;
use serde_json::Value;

use crate::invoke_api::endpoint;
use crate::server::{Reply, Request, Server};

mod api;
mod store;

pub use store::QueueMessage;
use store::{Queues, Settings};

/// One request to SQS.
#[derive(Clone, Debug)]
pub struct SqsRequest {
    /// The operation, such as `ReceiveMessage`.
    pub action: String,
    /// The name of the queue, or empty if the request names none.
    pub queue: String,
    /// The body of the request.
    pub body: Value,
}

/// The fault of one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The request is refused with this status and error code.
    Error(u16, String),
    /// The connection ends before the request is served.
    CutBefore,
    /// The request is served, and the connection ends without a response.
    CutAfter,
    /// The entries of a batch at these positions are refused with this code, and the others are served.
    Entries(Vec<usize>, String),
    /// The request is served, and the response is delayed by this time.
    Slow(Duration),
}

type Script = Box<dyn Fn(&SqsRequest) -> Option<Fault> + Send + Sync>;

struct Shared {
    queues: Mutex<Queues>,
    script: Script,
    requests: Mutex<Vec<SqsRequest>>,
}

/// An SQS endpoint and its queues.
pub struct SqsQueues {
    server: Server,
    shared: Arc<Shared>,
}

#[allow(clippy::must_use_candidate, reason = "most callers need only the effect, not the URL or id")]
impl SqsQueues {
    /// Starts the endpoint without queues. The script returns the fault of each request, if any.
    #[must_use]
    pub fn start(script: impl Fn(&SqsRequest) -> Option<Fault> + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            queues: Mutex::new(Queues::new()),
            script: Box::new(script),
            requests: Mutex::default(),
        });
        let server = Server::start({
            let shared = shared.clone();
            move |request| handle(request, shared.clone())
        });
        lock(&shared.queues).listen_at(endpoint(server.address()));
        Self { server, shared }
    }

    /// Creates a queue and returns its URL. A queue whose name ends in `.fifo` is a FIFO queue.
    pub fn create(&self, name: &str) -> String {
        lock(&self.shared.queues).create(name, Settings::default())
    }

    /// Creates a queue with a redrive policy. Messages are counted, but never moved to the dead-letter queue.
    pub fn create_with_redrive(&self, name: &str, dead_letter_arn: &str, max_receive_count: u32) -> String {
        let redrive = Some((dead_letter_arn.to_owned(), max_receive_count));
        lock(&self.shared.queues).create(name, Settings { redrive, ..Settings::default() })
    }

    /// Creates a queue with this maximum message size, in bytes.
    pub fn create_with_limit(&self, name: &str, max_message_bytes: usize) -> String {
        lock(&self.shared.queues).create(name, Settings { max_message_bytes, ..Settings::default() })
    }

    /// Stores a message in a queue, as another client does, and returns its id.
    ///
    /// # Panics
    /// If the queue does not exist or refuses the message.
    pub fn put(&self, queue: &str, message: NewMessage) -> String {
        lock(&self.shared.queues).send(queue, message).expect("the queue takes the message")
    }

    /// Returns all messages of a queue in order, including those in flight.
    #[must_use]
    pub fn held(&self, queue: &str) -> Vec<QueueMessage> {
        lock(&self.shared.queues).held(queue)
    }

    /// Returns the number of messages in flight in a queue.
    #[must_use]
    pub fn in_flight(&self, queue: &str) -> usize {
        lock(&self.shared.queues).in_flight(queue)
    }

    /// Returns all requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<SqsRequest> {
        lock(&self.shared.requests).clone()
    }

    /// Advances the clock of the queues.
    pub fn advance(&self, time: Duration) {
        lock(&self.shared.queues).advance(time);
    }

    /// Returns the URL for `AWS_ENDPOINT_URL_SQS`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        endpoint(self.server.address())
    }

    /// Returns the URL of a queue.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        format!("{}/111122223333/{name}", self.endpoint())
    }
}

/// Returns the ARN of a queue.
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
    let sqs_request = SqsRequest { action: action.to_owned(), queue: queue.to_owned(), body };
    lock(&shared.requests).push(sqs_request.clone());
    let fault = (shared.script)(&sqs_request);
    match &fault {
        Some(Fault::Error(status, code)) => return api::error(*status, code),
        Some(Fault::CutBefore) => return Reply::Cut,
        _ => {}
    }
    let refused = match &fault {
        Some(Fault::Entries(places, code)) => Some((places.as_slice(), code.as_str())),
        _ => None,
    };
    let reply = api::answer(&sqs_request, refused, &mut lock(&shared.queues));
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
