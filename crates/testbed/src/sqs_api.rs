//! SQS's `SendMessageBatch` in its JSON protocol [Amazon SQS API reference]. What SQS itself would
//! refuse is refused before the script is asked. The SDK for Rust checks no MD5, so none is given.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::invoke_api::endpoint;
use crate::server::{Head, Reply, Request, Server};

mod fifo;

/// How much one request may carry [SQS developer guide, "Amazon SQS message quotas"].
const MAX_ENTRIES: usize = 10;
const MAX_BYTES: usize = 1024 * 1024;
const MAX_ATTRIBUTES: usize = 10;

/// One request to send messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SendBatch {
    /// The queue.
    pub queue_url: String,
    /// The messages.
    pub entries: Vec<Entry>,
}

/// A message to be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    /// What the answer calls it.
    pub id: String,
    /// The body.
    pub message_body: String,
    /// The attributes.
    #[serde(default)]
    pub message_attributes: BTreeMap<String, Attribute>,
    /// The order group, for a FIFO queue.
    pub message_group_id: Option<String>,
    /// What a FIFO queue tells repetitions by.
    pub message_deduplication_id: Option<String>,
}

/// An attribute of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`.
    pub data_type: String,
    /// The value, where it is text.
    pub string_value: Option<String>,
}

impl Entry {
    /// An attribute's value, where it is there and text.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.message_attributes.get(name)?.string_value.as_deref()
    }

    /// As SQS counts: the body, and every attribute's name, type and value.
    fn bytes(&self) -> usize {
        let attributes = self.message_attributes.iter().map(|(name, attribute)| {
            name.len() + attribute.data_type.len() + attribute.string_value.as_ref().map_or(0, String::len)
        });
        self.message_body.len() + attributes.sum::<usize>()
    }
}

/// What SQS answers to one request.
#[derive(Clone, Debug)]
pub enum SqsAnswer {
    /// It takes every entry.
    Taken,
    /// It takes all but these entries (by their position), each with an error code.
    Except(BTreeMap<usize, String>),
    /// It refuses the request: status, error code.
    Error(u16, String),
    /// The connection ends without an answer, after SQS took every entry.
    CutAfterTaking,
    /// The connection ends without an answer, and SQS took nothing.
    Cut,
    /// There is never an answer, and SQS took nothing.
    Silence,
}

type Script = Box<dyn Fn(&SendBatch) -> SqsAnswer + Send + Sync>;

struct Shared {
    script: Script,
    requests: Mutex<Vec<SendBatch>>,
    queued: Mutex<Vec<(String, Entry)>>,
    seen: Mutex<fifo::Seen>,
}

/// SQS, with queues that take what the script lets in.
pub struct SqsApi {
    server: Server,
    shared: Arc<Shared>,
}

impl SqsApi {
    /// Starts it. The script is asked once for each request.
    #[must_use]
    pub fn start(script: impl Fn(&SendBatch) -> SqsAnswer + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            script: Box::new(script),
            requests: Mutex::default(),
            queued: Mutex::default(),
            seen: Mutex::default(),
        });
        let server = Server::start({
            let shared = shared.clone();
            move |request| {
                let reply = handle(&request, &shared);
                async {
                    match reply {
                        Some(reply) => reply,
                        None => std::future::pending().await,
                    }
                }
            }
        });
        Self { server, shared }
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

    /// All requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<SendBatch> {
        lock(&self.shared.requests).clone()
    }

    /// What its queues hold, in the order in which it came: every entry that was taken, repetitions in a FIFO queue
    /// left out.
    #[must_use]
    pub fn queued(&self) -> Vec<Entry> {
        lock(&self.shared.queued).iter().map(|(_, entry)| entry.clone()).collect()
    }

    /// The same of one queue.
    #[must_use]
    pub fn queued_in(&self, name: &str) -> Vec<Entry> {
        let url = self.queue_url(name);
        let queued = lock(&self.shared.queued);
        queued.iter().filter(|(queue, _)| *queue == url).map(|(_, entry)| entry.clone()).collect()
    }

    /// Forgets the requests so far, and what the queues hold.
    pub fn forget(&self) {
        lock(&self.shared.requests).clear();
        lock(&self.shared.queued).clear();
        *lock(&self.shared.seen) = fifo::Seen::default();
    }

    /// Lets time pass, after which FIFO queues know repetitions no more.
    pub fn pass(&self, time: Duration) {
        lock(&self.shared.seen).pass(time);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The answer; none where there is never to be one.
fn handle(request: &Request, shared: &Shared) -> Option<Reply> {
    if request.header("x-amz-target").as_deref() != Some("AmazonSQS.SendMessageBatch") {
        return Some(error(400, "UnknownOperationException"));
    }
    let Ok(batch) = serde_json::from_slice::<SendBatch>(&request.body) else {
        return Some(error(400, "SerializationException"));
    };
    lock(&shared.requests).push(batch.clone());
    let answer = refusal(&batch).unwrap_or_else(|| (shared.script)(&batch));
    let refused = match answer {
        SqsAnswer::Taken | SqsAnswer::CutAfterTaking => BTreeMap::new(),
        SqsAnswer::Except(ref refused) => refused.clone(),
        SqsAnswer::Error(status, code) => return Some(error(status, &code)),
        SqsAnswer::Cut => return Some(Reply::Cut),
        SqsAnswer::Silence => return None,
    };
    let mut seen = lock(&shared.seen);
    let taken = batch.entries.iter().enumerate().filter(|(at, _)| !refused.contains_key(at));
    let new = taken.filter(|(_, entry)| seen.is_new(&batch.queue_url, entry));
    lock(&shared.queued).extend(new.map(|(_, entry)| (batch.queue_url.clone(), entry.clone())));
    if matches!(answer, SqsAnswer::CutAfterTaking) {
        return Some(Reply::Cut);
    }
    Some(acknowledge(&batch, &refused))
}

fn acknowledge(batch: &SendBatch, refused: &BTreeMap<usize, String>) -> Reply {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (at, entry) in batch.entries.iter().enumerate() {
        let id = &entry.id;
        if let Some(code) = refused.get(&at) {
            failed.push(json!({ "Id": id, "Code": code, "SenderFault": false, "Message": "scripted" }));
        } else {
            successful.push(json!({ "Id": id, "MessageId": format!("quarantined-{id}") }));
        }
    }
    let mut body = json!({ "Successful": successful });
    // SQS leaves the list out where nothing failed.
    if !failed.is_empty() {
        body["Failed"] = Value::Array(failed);
    }
    Reply::Whole(
        Head::new(200).with("content-type", "application/x-amz-json-1.0"),
        body.to_string().into_bytes(),
    )
}

fn error(status: u16, code: &str) -> Reply {
    let head = Head::new(status)
        .with("content-type", "application/x-amz-json-1.0")
        .with("x-amzn-query-error", format!("AWS.SimpleQueueService.{code};Sender"));
    let body = json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": "scripted" });
    Reply::Whole(head, body.to_string().into_bytes())
}

/// What SQS refuses, whatever the queue.
fn refusal(batch: &SendBatch) -> Option<SqsAnswer> {
    let entries = &batch.entries;
    let ids: HashSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let code = if entries.is_empty() {
        "EmptyBatchRequest"
    } else if entries.len() > MAX_ENTRIES {
        "TooManyEntriesInBatchRequest"
    } else if ids.len() < entries.len() {
        "BatchEntryIdsNotDistinct"
    } else if !ids.into_iter().all(is_entry_id) {
        "InvalidBatchEntryId"
    } else if entries.iter().map(Entry::bytes).sum::<usize>() > MAX_BYTES {
        "BatchRequestTooLong"
    } else if !entries.iter().all(has_valid_attributes) {
        "InvalidAttributeValue"
    } else {
        fifo::refusal(batch)?
    };
    Some(SqsAnswer::Error(400, code.to_owned()))
}

fn is_entry_id(id: &str) -> bool {
    (1..=80).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn has_valid_attributes(entry: &Entry) -> bool {
    let values = entry.message_attributes.values();
    entry.message_attributes.len() <= MAX_ATTRIBUTES
        && values
            .into_iter()
            .all(|attribute| attribute.string_value.as_ref().is_none_or(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests;
