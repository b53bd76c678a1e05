//! The queues and their messages.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::queue_arn;

/// The deduplication interval of a FIFO queue [Amazon SQS developer guide, "Exactly-once processing"].
const DEDUPLICATION: Duration = Duration::from_mins(5);

/// The largest message, in bytes [Amazon SQS developer guide, "Amazon SQS message quotas"].
const MAX_BYTES: usize = 1024 * 1024;
const MAX_ATTRIBUTES: usize = 10;

/// A message to send.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// The body of the message.
    pub body: String,
    /// The attributes of the sender, in the format of the API: `{"DataType", "StringValue" | "BinaryValue"}`.
    pub attributes: BTreeMap<String, Value>,
    /// The message group id.
    pub group: Option<String>,
    /// The deduplication id.
    pub deduplication: Option<String>,
    /// `AWSTraceHeader`.
    pub trace: Option<String>,
    /// `DeadLetterQueueSourceArn`: the queue from which the message came to its dead-letter queue.
    pub dead_letter_source: Option<String>,
    /// `SenderId`. The default is the role of a function named `router`.
    pub sender: Option<String>,
}

impl NewMessage {
    /// Returns a message with this body.
    #[must_use]
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// Adds a string attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.insert(name.to_owned(), json!({ "DataType": "String", "StringValue": value }));
        self
    }

    /// Sets the message group id and the deduplication id.
    #[must_use]
    pub fn group(mut self, group: &str, deduplication: &str) -> Self {
        (self.group, self.deduplication) = (Some(group.to_owned()), Some(deduplication.to_owned()));
        self
    }

    /// Sets the `SenderId`.
    #[must_use]
    pub fn sender(mut self, sender: &str) -> Self {
        self.sender = Some(sender.to_owned());
        self
    }

    fn bytes(&self) -> usize {
        let value = |attribute: &Value, field: &str| attribute[field].as_str().map_or(0, str::len);
        let attributes = self.attributes.iter().map(|(name, attribute)| {
            name.len() + value(attribute, "DataType") + value(attribute, "StringValue")
        });
        self.body.len() + attributes.sum::<usize>()
    }
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub struct QueueMessage {
    /// The message id.
    pub id: String,
    /// The message as it was sent.
    pub message: NewMessage,
    /// The number of receives.
    pub receives: u32,
    pub(super) sequence: u64,
    pub(super) sent_millis: u128,
    pub(super) hidden_until: Duration,
}

impl QueueMessage {
    /// Returns the text of an attribute, if there is one.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.message.attributes.get(name)?["StringValue"].as_str()
    }

    /// Returns the receipt handle. It changes with every receive, and only the newest one is valid.
    pub(super) fn handle(&self) -> String {
        format!("{}#{}", self.id, self.receives)
    }
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
    messages: Vec<QueueMessage>,
    kept: HashMap<String, (Duration, String)>,
}

/// All queues and their clock.
pub(super) struct Queues {
    endpoint: String,
    by_name: BTreeMap<String, Queue>,
    started: Instant,
    passed: Duration,
    count: u64,
}

pub(super) fn is_fifo(name: &str) -> bool {
    name.strip_suffix(".fifo").is_some()
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

    pub(super) fn create(&mut self, name: &str, settings: Settings) -> String {
        let queue = Queue { settings, messages: Vec::new(), kept: HashMap::new() };
        self.by_name.insert(name.to_owned(), queue);
        self.url(name)
    }

    pub(super) fn queue(&self, name: &str) -> Result<&Queue, &'static str> {
        self.by_name.get(name).ok_or("QueueDoesNotExist")
    }

    fn queue_mut(&mut self, name: &str) -> Result<&mut Queue, &'static str> {
        self.by_name.get_mut(name).ok_or("QueueDoesNotExist")
    }

    /// Returns the URLs of the queues whose dead-letter queue is this one.
    pub(super) fn sources_of(&self, name: &str) -> Vec<String> {
        let arn = queue_arn(name);
        let has_target =
            |queue: &Queue| queue.settings.redrive.as_ref().is_some_and(|(target, _)| *target == arn);
        self.by_name.iter().filter(|(_, queue)| has_target(queue)).map(|(name, _)| self.url(name)).collect()
    }

    pub(super) fn held(&self, name: &str) -> Vec<QueueMessage> {
        self.by_name.get(name).map(|queue| queue.messages.clone()).unwrap_or_default()
    }

    pub(super) fn in_flight(&self, name: &str) -> usize {
        let now = self.now();
        self.by_name
            .get(name)
            .map_or(0, |queue| queue.messages.iter().filter(|message| message.hidden_until > now).count())
    }

    /// Stores a message and returns its id, or the id of the message that it duplicates.
    pub(super) fn send(&mut self, name: &str, message: NewMessage) -> Result<String, &'static str> {
        let now = self.now();
        refusal(name, &message, self.queue(name)?.settings.max_message_bytes)?;
        self.count += 1;
        let (id, sequence) = (format!("q-{:06}", self.count), self.count);
        let queue = self.queue_mut(name)?;
        if let Some(key) = message.deduplication.as_ref().filter(|_| is_fifo(name)) {
            match queue.kept.get(key) {
                Some((kept, id)) if now < *kept + DEDUPLICATION => return Ok(id.clone()),
                _ => queue.kept.insert(key.clone(), (now, id.clone())),
            };
        }
        let sent_millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let hidden_until = Duration::ZERO;
        queue.messages.push(QueueMessage {
            id: id.clone(),
            message,
            receives: 0,
            sequence,
            sent_millis,
            hidden_until,
        });
        Ok(id)
    }

    /// Receives up to `limit` visible messages. A FIFO group with a message in flight is blocked.
    pub(super) fn receive(
        &mut self,
        name: &str,
        limit: usize,
        hidden: Duration,
    ) -> Result<Vec<QueueMessage>, &'static str> {
        let now = self.now();
        let fifo = is_fifo(name);
        let queue = self.queue_mut(name)?;
        let mut locked: HashSet<Option<String>> = HashSet::new();
        if fifo {
            let in_flight = queue.messages.iter().filter(|message| message.hidden_until > now);
            locked = in_flight.map(|message| message.message.group.clone()).collect();
        }
        let mut received = Vec::new();
        for message in &mut queue.messages {
            let visible = message.hidden_until <= now && !(fifo && locked.contains(&message.message.group));
            if visible && received.len() < limit {
                message.receives += 1;
                message.hidden_until = now + hidden;
                received.push(message.clone());
            }
        }
        Ok(received)
    }

    /// Deletes a message by its receipt handle. With an old handle a standard queue succeeds without an effect, and a FIFO
    /// queue refuses the request.
    pub(super) fn delete(&mut self, name: &str, handle: &str) -> Result<(), &'static str> {
        let now = self.now();
        let queue = self.queue_mut(name)?;
        let id = handle.split('#').next().unwrap_or_default();
        let Some(at) = queue.messages.iter().position(|message| message.id == id) else {
            return Ok(());
        };
        let message = &queue.messages[at];
        if message.handle() == handle && (!is_fifo(name) || message.hidden_until > now) {
            queue.messages.remove(at);
            return Ok(());
        }
        if is_fifo(name) { Err("InvalidParameterValue") } else { Ok(()) }
    }

    pub(super) fn hide(&mut self, name: &str, handle: &str, time: Duration) -> Result<(), &'static str> {
        let now = self.now();
        let messages = &mut self.queue_mut(name)?.messages;
        let message = messages.iter_mut().find(|message| message.handle() == handle);
        let message = message.ok_or("ReceiptHandleIsInvalid")?;
        if message.hidden_until <= now {
            return Err("MessageNotInflight");
        }
        message.hidden_until = now + time;
        Ok(())
    }
}

/// Checks a message as SQS does.
fn refusal(queue: &str, message: &NewMessage, max_bytes: usize) -> Result<(), &'static str> {
    let empty = |attribute: &Value| attribute["StringValue"].as_str() == Some("");
    if message.bytes() > max_bytes || message.body.is_empty() {
        return Err("InvalidParameterValue");
    }
    if message.attributes.len() > MAX_ATTRIBUTES || message.attributes.values().any(empty) {
        return Err("InvalidAttributeValue");
    }
    if is_fifo(queue) && (message.group.is_none() || message.deduplication.is_none()) {
        return Err("MissingParameter");
    }
    Ok(())
}
