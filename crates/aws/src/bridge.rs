//! The bridge: a stream's admitted records into an SQS FIFO queue, as they came.
//!
//! Routing hands over one record at a time of each order key. Those that it hands over at once share a request.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use routing::bridge::{BridgeGroup, BridgeMessage, retryable};
use routing::ports::{Attempt, Backend, InvokeRequest};
use routing::sqs::{DATA_TYPE, MAX_BYTES, MAX_ENTRIES};
use tokio::sync::oneshot;

use crate::call::{CallFailure, NoAnswer, Refused};
use crate::classify::{Refusal, shown};
use crate::clients::Clients;
use crate::http_client::TransportError;
use crate::sqs::{Entry, Queue};

/// How long one attempt may take; three are made.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// The attribute that says from which kind of stream a message's body comes.
const BRIDGED_FROM: &str = "bridged_from";

/// Bytes that SQS counts beside the body: the attribute's name, type and the longest of its values.
const BESIDE: usize = BRIDGED_FROM.len() + DATA_TYPE.len() + "dynamodb".len();

/// An SQS FIFO queue between a stream and the backend.
#[derive(Debug)]
pub struct SqsBridge {
    queue: Queue,
    group: BridgeGroup,
    stream: &'static str,
    waiting: Mutex<VecDeque<Waiting>>,
}

/// A record that waits to be sent, and where its outcome is waited for.
#[derive(Debug)]
struct Waiting {
    message: BridgeMessage,
    outcome: oneshot::Sender<Attempt>,
}

impl SqsBridge {
    /// The queue at this URL; `stream`: the configuration's name for the source.
    #[must_use]
    pub fn new(clients: &Clients, queue_url: impl Into<String>, group: BridgeGroup, stream: &'static str) -> Self {
        let queue = Queue::new(clients, queue_url, ATTEMPT_TIMEOUT);
        Self { queue, group, stream, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What one request takes of those that wait, the longest waiting first.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let (mut taken, mut bytes) = (Vec::new(), 0);
        // Whoever handed these over has been given up at a deadline: their records are handed out again.
        waiting.retain(|waiting| !waiting.outcome.is_closed());
        while let Some(next) = waiting.front()
            && taken.len() < MAX_ENTRIES
        {
            bytes += next.message.body.len() + BESIDE;
            if bytes > MAX_BYTES && !taken.is_empty() {
                break;
            }
            taken.extend(waiting.pop_front());
        }
        taken
    }

    async fn send(&self, batch: Vec<Waiting>) {
        let (messages, outcomes): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|Waiting { message, outcome }| (message, outcome)).unzip();
        let entries = messages.into_iter().enumerate().map(|(place, message)| self.entry(place, message));
        let sent = self.queue.send(entries.collect()).await;
        for (place, outcome) in outcomes.into_iter().enumerate() {
            let attempt = match &sent {
                Ok(output) => acknowledged(output, &place.to_string()),
                Err(failure) => failed(failure),
            };
            // Whoever waited may have been given up at the deadline.
            let _ = outcome.send(attempt);
        }
    }

    fn entry(&self, place: usize, message: BridgeMessage) -> Entry {
        Entry {
            id: place.to_string(),
            body: message.body,
            attributes: vec![(BRIDGED_FROM, self.stream.to_owned())],
            group: Some(message.group),
            deduplication: Some(message.deduplication),
        }
    }
}

impl Backend for SqsBridge {
    async fn invoke(&self, call: InvokeRequest<'_>) -> Attempt {
        let message = match BridgeMessage::of(call, self.group) {
            Ok(message) => message,
            Err(refused) => return refused,
        };
        let (outcome, waits) = oneshot::channel();
        self.waiting().push_back(Waiting { message, outcome });
        // The others that are sent at the same time come in first; then whoever is first takes what fits one request.
        tokio::task::yield_now().await;
        let batch = self.take();
        if !batch.is_empty() {
            self.send(batch).await;
        }
        waits.await.unwrap_or_else(|_| Attempt::Uncertain("given up".to_owned()))
    }
}

/// Where a router's records go.
#[derive(Debug)]
pub enum Destination {
    /// The backend is invoked.
    Function(crate::LambdaBackend),
    /// They are bridged.
    Bridge(SqsBridge),
}

impl Backend for Destination {
    async fn invoke(&self, call: InvokeRequest<'_>) -> Attempt {
        match self {
            Self::Function(function) => function.invoke(call).await,
            Self::Bridge(bridge) => bridge.invoke(call).await,
        }
    }
}

/// What the queue says about one entry; one that is named both as taken and as failed counts as failed.
fn acknowledged(output: &SendMessageBatchOutput, place: &str) -> Attempt {
    if let Some(entry) = output.failed.iter().find(|entry| entry.id == place) {
        let status = if entry.sender_fault { 400 } else { 500 };
        return refused(status, Some(&entry.code));
    }
    if output.successful.iter().any(|entry| entry.id == place) {
        Attempt::Forwarded
    } else {
        retryable(Attempt::Uncertain("NotAcknowledged".to_owned()))
    }
}

fn failed(failure: &CallFailure) -> Attempt {
    match failure {
        CallFailure::Refused(Refused { status, code, .. }) => refused(*status, code.as_deref()),
        CallFailure::NoAnswer(none @ NoAnswer::NotBuilt) => Attempt::Misconfigured(none.code()),
        // It may have been sent, which does no harm to send again.
        CallFailure::NoAnswer(none) => Attempt::NotStarted(none.code()),
        CallFailure::Unusable(status) => Attempt::NotStarted(TransportError::Unreadable(*status).to_string()),
    }
}

fn refused(status: u16, code: Option<&str>) -> Attempt {
    if code.is_some_and(is_the_estates) {
        return Attempt::Misconfigured(shown(code, status));
    }
    retryable(Refusal { status, code, message: None, retry_after: None }.attempt())
}

/// What someone has to mend in the queue, its key or the router's role, whatever the status [Amazon SQS API reference,
/// `SendMessageBatch`, "Errors", and "Common Errors"]. SQS spells the key's errors in two ways, by the protocol: `KmsDisabled`
/// and `KMS.DisabledException`.
fn is_the_estates(code: &str) -> bool {
    let marks = [
        "QueueDoesNotExist",
        "NonExistentQueue",
        "Kms",
        "KMS.",
        "InvalidAddress",
        "UnsupportedOperation",
        "AccessDenied",
        "InvalidSecurity",
        "ExpiredToken",
        "InvalidClientTokenId",
    ];
    marks.iter().any(|mark| code.contains(mark)) && !code.contains("Throttl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_someone_has_to_mend_is_told_from_what_passes() {
        for code in [
            "AWS.SimpleQueueService.NonExistentQueue",
            "KmsAccessDenied",
            "KMS.DisabledException",
            "QueueDoesNotExist",
            "ExpiredToken",
        ] {
            assert!(is_the_estates(code), "{code}");
        }
        for code in ["KmsThrottled", "KMS.ThrottlingException", "RequestThrottled", "InternalError"] {
            assert!(!is_the_estates(code), "{code}");
        }
    }
}
