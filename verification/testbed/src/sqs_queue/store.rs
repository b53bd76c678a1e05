//! The queues, their names and their clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_model::sqs::{self, MAX_BYTES, NewMessage, QueueType, ReceiptHandle, Sent};

use super::queue_arn;

/// A message in a queue.
#[derive(Clone, Debug)]
pub struct QueueMessage {
    /// The message id.
    pub id: String,
    /// The message as it was sent.
    pub message: NewMessage,
    /// The number of receives.
    pub receives: u32,
    /// Its place among the messages of all queues.
    pub(super) sequence: u64,
    pub(super) sent_millis: u128,
}

impl QueueMessage {
    /// Returns the text of an attribute, if there is one.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.message.text_attribute(name)
    }

    /// Returns the receipt handle.
    pub(super) fn handle(&self) -> String {
        format!("{}#{}", self.id, self.receives)
    }

    fn of(message: &sqs::Message<Content>) -> Self {
        let sqs::Message { number, ref content, receives, .. } = *message;
        let Content { message, sent_millis } = content.clone();
        Self { id: id_of(number), message, receives, sequence: number, sent_millis }
    }
}

fn id_of(number: u64) -> String {
    format!("q-{number:06}")
}

/// Reads a receipt handle. A text that is none belongs to no message.
fn parsed(handle: &str) -> ReceiptHandle {
    let parts = handle.strip_prefix("q-").and_then(|rest| rest.split_once('#'));
    let handle = parts.and_then(|(number, receives)| {
        Some(ReceiptHandle { number: number.parse().ok()?, receives: receives.parse().ok()? })
    });
    handle.unwrap_or(ReceiptHandle { number: 0, receives: 0 })
}

#[derive(Clone, Debug)]
struct Content {
    message: NewMessage,
    sent_millis: u128,
}

/// The settings of a queue.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) redrive: Option<(String, u32)>,
    pub(super) max_message_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { redrive: None, max_message_bytes: MAX_BYTES }
    }
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) settings: Settings,
    model: sqs::Queue<Content>,
}

/// All queues and their clock.
pub(super) struct Queues {
    endpoint: String,
    by_name: BTreeMap<String, Queue>,
    started: Instant,
    passed: Duration,
    /// The number of messages of all queues so far.
    count: u64,
}

impl Queues {
    pub(super) fn new() -> Self {
        let (by_name, started) = (BTreeMap::new(), Instant::now());
        Self { endpoint: String::new(), by_name, started, passed: Duration::ZERO, count: 0 }
    }

    pub(super) fn listen_at(&mut self, endpoint: String) {
        self.endpoint = endpoint;
    }

    pub(super) fn url(&self, name: &str) -> String {
        format!("{}/111122223333/{name}", self.endpoint)
    }

    pub(super) fn advance(&mut self, time: Duration) {
        self.passed += time;
    }

    fn now(&self) -> Duration {
        self.started.elapsed() + self.passed
    }

    /// Creates a queue. Its messages are counted, but never moved to a dead-letter queue.
    pub(super) fn create(&mut self, name: &str, settings: Settings) -> String {
        let queue = Queue { settings, model: sqs::Queue::new(QueueType::of(name)) };
        self.by_name.insert(name.to_owned(), queue);
        self.url(name)
    }

    pub(super) fn queue(&self, name: &str) -> Result<&Queue, &'static str> {
        self.by_name.get(name).ok_or("QueueDoesNotExist")
    }

    fn model(&mut self, name: &str) -> Result<&mut sqs::Queue<Content>, &'static str> {
        Ok(&mut self.by_name.get_mut(name).ok_or("QueueDoesNotExist")?.model)
    }

    /// Returns the URLs of the queues whose dead-letter queue is this one.
    pub(super) fn sources_of(&self, name: &str) -> Vec<String> {
        let arn = queue_arn(name);
        let has_target =
            |queue: &Queue| queue.settings.redrive.as_ref().is_some_and(|(target, _)| *target == arn);
        self.by_name.iter().filter(|(_, queue)| has_target(queue)).map(|(name, _)| self.url(name)).collect()
    }

    pub(super) fn held(&self, name: &str) -> Vec<QueueMessage> {
        let messages = self.by_name.get(name).map_or(&[][..], |queue| queue.model.messages());
        messages.iter().map(QueueMessage::of).collect()
    }

    pub(super) fn in_flight(&self, name: &str) -> usize {
        let now = self.now();
        self.by_name.get(name).map_or(0, |queue| queue.model.in_flight(now).count())
    }

    /// Stores a message and returns its id, or the id of the message that it duplicates.
    pub(super) fn send(&mut self, name: &str, message: NewMessage) -> Result<String, &'static str> {
        let now = self.now();
        let max_bytes = self.queue(name)?.settings.max_message_bytes;
        message.refusal(QueueType::of(name), max_bytes).map_or(Ok(()), Err)?;
        self.count += 1;
        let number = self.count;
        let sent_millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let (group, deduplication) = (message.group.clone(), message.deduplication.clone());
        let message = sqs::Message::new(number, group, Content { message, sent_millis });
        match self.model(name)?.send(now, message, deduplication.as_deref()) {
            Sent::New => Ok(id_of(number)),
            Sent::Duplicate(original) => Ok(id_of(original)),
        }
    }

    /// Receives up to `limit` visible messages.
    pub(super) fn receive(
        &mut self,
        name: &str,
        limit: usize,
        hidden: Duration,
    ) -> Result<Vec<QueueMessage>, &'static str> {
        let now = self.now();
        let queue = self.model(name)?;
        let received = queue.receive(now, hidden, limit);
        Ok(received.iter().filter_map(|handle| queue.message(handle.number)).map(QueueMessage::of).collect())
    }

    pub(super) fn delete(&mut self, name: &str, handle: &str) -> Result<(), &'static str> {
        let now = self.now();
        self.model(name)?.delete(now, parsed(handle)).map(|_| ())
    }

    pub(super) fn hide(&mut self, name: &str, handle: &str, time: Duration) -> Result<(), &'static str> {
        let now = self.now();
        self.model(name)?.change_visibility(now, parsed(handle), time)
    }
}
