//! `SendMessageBatch` in the JSON protocol of SQS [Amazon SQS API reference]. A script answers. A request that SQS refuses is
//! refused before the script is called. The AWS SDK for Rust does not check MD5 digests, so responses have none.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_model::sqs::{Deduplication, NewMessage, QueueType, batch_refusal};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::invoke_api::endpoint;
use crate::server::{Head, Reply, Request, Server};

/// One `SendMessageBatch` request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SendBatch {
    /// The URL of the queue.
    pub queue_url: String,
    /// The messages.
    pub entries: Vec<Entry>,
}

/// One message of a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    /// The id in the response.
    pub id: String,
    /// The body of the message.
    pub message_body: String,
    /// The attributes of the message.
    #[serde(default)]
    pub message_attributes: BTreeMap<String, Attribute>,
    /// The message group id of a FIFO queue.
    pub message_group_id: Option<String>,
    /// The deduplication id of a FIFO queue.
    pub message_deduplication_id: Option<String>,
}

/// An attribute of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`.
    pub data_type: String,
    /// The value, if it is text.
    pub string_value: Option<String>,
}

impl Entry {
    /// Returns the value of an attribute, if it exists and is text.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.message_attributes.get(name)?.string_value.as_deref()
    }

    fn to_message(&self) -> NewMessage {
        let attributes = self.message_attributes.iter().map(|(name, attribute)| {
            let Attribute { data_type, string_value } = attribute;
            (name.clone(), json!({ "DataType": data_type, "StringValue": string_value }))
        });
        NewMessage {
            attributes: attributes.collect(),
            group: self.message_group_id.clone(),
            deduplication: self.message_deduplication_id.clone(),
            ..NewMessage::new(&self.message_body)
        }
    }
}

/// The answer of a script to one request.
#[derive(Clone, Debug)]
pub enum SqsAnswer {
    /// SQS stores every message.
    Taken,
    /// SQS stores every message except those at these positions, each of which has an error code.
    Except(BTreeMap<usize, String>),
    /// SQS refuses the request with this status and error code.
    Error(u16, String),
    /// SQS stores every message, and the connection ends without a response.
    CutAfterTaking,
    /// The connection ends without a response. SQS stores nothing.
    Cut,
    /// There is no response at all. SQS stores nothing.
    Silence,
}

type Script = Box<dyn Fn(&SendBatch) -> SqsAnswer + Send + Sync>;

struct Shared {
    script: Script,
    requests: Mutex<Vec<SendBatch>>,
    queued: Mutex<Vec<(String, Entry)>>,
    seen: Mutex<Seen>,
}

/// The deduplication ids of each FIFO queue, by URL. The clock stands still unless a test advances it.
#[derive(Debug, Default)]
struct Seen {
    now: Duration,
    queues: HashMap<String, Deduplication<()>>,
}

impl Seen {
    /// Returns whether the queue stores this message, because it is not a duplicate.
    fn is_new(&mut self, queue_url: &str, entry: &Entry) -> bool {
        let id =
            entry.message_deduplication_id.as_ref().filter(|_| QueueType::of(queue_url) == QueueType::Fifo);
        let Some(id) = id else { return true };
        self.queues.entry(queue_url.to_owned()).or_default().original(self.now, id, ()).is_none()
    }
}

/// An SQS endpoint whose queues store the messages that the script accepts.
pub struct SqsApi {
    server: Server,
    shared: Arc<Shared>,
}

impl SqsApi {
    /// Starts the endpoint. The script is called once for each valid request.
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

    /// Returns all requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<SendBatch> {
        lock(&self.shared.requests).clone()
    }

    /// Returns the stored messages of all queues, in the order of their arrival. A FIFO queue stores no duplicates.
    #[must_use]
    pub fn queued(&self) -> Vec<Entry> {
        lock(&self.shared.queued).iter().map(|(_, entry)| entry.clone()).collect()
    }

    /// Returns the stored messages of one queue.
    #[must_use]
    pub fn queued_in(&self, name: &str) -> Vec<Entry> {
        let url = self.queue_url(name);
        let queued = lock(&self.shared.queued);
        queued.iter().filter(|(queue, _)| *queue == url).map(|(_, entry)| entry.clone()).collect()
    }

    /// Deletes the recorded requests and the stored messages.
    pub fn forget(&self) {
        lock(&self.shared.requests).clear();
        lock(&self.shared.queued).clear();
        *lock(&self.shared.seen) = Seen::default();
    }

    /// Advances the clock of the deduplication interval.
    pub fn advance(&self, time: Duration) {
        lock(&self.shared.seen).now += time;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the response. There is none for [`SqsAnswer::Silence`].
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
    // The response of SQS has no such list if nothing failed.
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

/// Returns the error of a request that SQS refuses.
fn refusal(batch: &SendBatch) -> Option<SqsAnswer> {
    let ids: Vec<&str> = batch.entries.iter().map(|entry| entry.id.as_str()).collect();
    let messages: Vec<NewMessage> = batch.entries.iter().map(Entry::to_message).collect();
    let of_messages = || NewMessage::refusal_together(&messages, QueueType::of(&batch.queue_url));
    batch_refusal(&ids).or_else(of_messages).map(|code| SqsAnswer::Error(400, code.to_owned()))
}

#[cfg(test)]
mod tests;
