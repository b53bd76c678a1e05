//! Queues and the messages in them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::queue_arn;

/// Within which a FIFO queue keeps a repetition once [Amazon SQS developer guide, "Exactly-once processing"].
const DEDUPLICATION: Duration = Duration::from_mins(5);

/// The largest message [Amazon SQS developer guide, "Amazon SQS message quotas"].
const MAX_BYTES: usize = 1024 * 1024;
const MAX_ATTRIBUTES: usize = 10;

/// A message that is sent.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// The body.
    pub body: String,
    /// The sender's attributes, as the API has them: `{"DataType", "StringValue" | "BinaryValue"}`.
    pub attributes: BTreeMap<String, Value>,
    /// The order group.
    pub group: Option<String>,
    /// What repetitions are told by.
    pub deduplication: Option<String>,
    /// `AWSTraceHeader`.
    pub trace: Option<String>,
    /// `DeadLetterQueueSourceArn`, of a message that a queue gave up.
    pub given_up_by: Option<String>,
    /// `SenderId`; otherwise the role of a function that is called `router`.
    pub sender: Option<String>,
}

impl NewMessage {
    /// A message of this body.
    #[must_use]
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// With a string attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.insert(name.to_owned(), json!({ "DataType": "String", "StringValue": value }));
        self
    }

    /// In an order group, with an id that repetitions are told by.
    #[must_use]
    pub fn group(mut self, group: &str, deduplication: &str) -> Self {
        (self.group, self.deduplication) = (Some(group.to_owned()), Some(deduplication.to_owned()));
        self
    }

    /// Sent by this one, as SQS names senders.
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
    /// Its id.
    pub id: String,
    /// What was sent.
    pub message: NewMessage,
    /// How often it was received.
    pub receives: u32,
    pub(super) sequence: u64,
    pub(super) sent_millis: u128,
    pub(super) hidden_until: Duration,
}

impl QueueMessage {
    /// An attribute's text.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.message.attributes.get(name)?["StringValue"].as_str()
    }

    /// It changes with every receive, and only the newest one counts.
    pub(super) fn handle(&self) -> String {
        format!("{}#{}", self.id, self.receives)
    }
}

/// How a queue is set up.
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

/// All queues, and the time.
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

    pub(super) fn pass(&mut self, time: Duration) {
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

    /// The queues that give messages up to this one.
    pub(super) fn sources_of(&self, name: &str) -> Vec<String> {
        let arn = queue_arn(name);
        let gives_up =
            |queue: &Queue| queue.settings.redrive.as_ref().is_some_and(|(target, _)| *target == arn);
        self.by_name.iter().filter(|(_, queue)| gives_up(queue)).map(|(name, _)| self.url(name)).collect()
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

    /// The new message's id, or that of the one that it repeats.
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

    /// Up to `most` messages that can be seen; none of a FIFO group of which one is in flight already.
    pub(super) fn receive(
        &mut self,
        name: &str,
        most: usize,
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
            if visible && received.len() < most {
                message.receives += 1;
                message.hidden_until = now + hidden;
                received.push(message.clone());
            }
        }
        Ok(received)
    }

    /// Deletes by receipt handle. A standard queue takes an old handle and may do nothing; a FIFO queue refuses it.
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

/// What SQS refuses of a message.
fn refusal(queue: &str, message: &NewMessage, most: usize) -> Result<(), &'static str> {
    let empty = |attribute: &Value| attribute["StringValue"].as_str() == Some("");
    if message.bytes() > most || message.body.is_empty() {
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
