//! The bridge sends a stream's admitted records to an SQS FIFO queue, unchanged.
//!
//! Routing passes one record at a time of each order key. Records that it passes concurrently share a request.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use routing::bridge::{BridgeGroup, BridgeMessage, retryable};
use routing::ports::{Attempt, Bridge, BridgeRequest};
use routing::sqs::{DATA_TYPE, MAX_ENTRIES, MAX_MESSAGE_BYTES};
use tokio::sync::oneshot;

use crate::call::{CallFailure, NoResponse, ServiceError};
use crate::classify::ErrorResponse;
use crate::clients::Clients;
use crate::error_code::loggable_code;
use crate::http_client::TransportError;
use crate::sqs::{NOT_IN_RESPONSE, SqsMessage, SqsQueue};

/// The timeout of one attempt; [`SqsQueue::send`] makes three.
const BRIDGE_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// The message attribute that names the kind of stream that a message's body comes from.
const BRIDGED_FROM: &str = "bridged_from";

/// The bytes that SQS counts in addition to the body: the attribute's name, its type and the longest of its values.
const ATTRIBUTE_BYTES: usize = BRIDGED_FROM.len() + DATA_TYPE.len() + "dynamodb".len();

/// Sends records to the SQS FIFO queue between a stream and the backend.
#[derive(Debug)]
pub struct SqsBridge {
    queue: SqsQueue,
    group: BridgeGroup,
    stream: &'static str,
    pending: Mutex<VecDeque<PendingMessage>>,
}

/// A message that is not sent yet, and the channel for its outcome.
#[derive(Debug)]
struct PendingMessage {
    message: BridgeMessage,
    outcome: oneshot::Sender<Attempt>,
}

impl SqsBridge {
    /// Creates a bridge to the queue at this URL. `stream` is the name of the source in the configuration.
    #[must_use]
    pub fn new(
        clients: &Clients,
        queue_url: impl Into<String>,
        group: BridgeGroup,
        stream: &'static str,
    ) -> Self {
        let queue = SqsQueue::new(clients, queue_url, BRIDGE_ATTEMPT_TIMEOUT);
        Self { queue, group, stream, pending: Mutex::default() }
    }

    fn pending(&self) -> MutexGuard<'_, VecDeque<PendingMessage>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the pending messages that fit in one request, the oldest first.
    fn take_batch(&self) -> Vec<PendingMessage> {
        let mut pending = self.pending();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        // The invocation of a closed channel reached its deadline: its source delivers the record again.
        pending.retain(|pending| !pending.outcome.is_closed());
        while let Some(next) = pending.front()
            && batch.len() < MAX_ENTRIES
        {
            bytes += next.message.body.len() + ATTRIBUTE_BYTES;
            if bytes > MAX_MESSAGE_BYTES && !batch.is_empty() {
                break;
            }
            batch.extend(pending.pop_front());
        }
        batch
    }

    async fn send(&self, batch: Vec<PendingMessage>) {
        let (messages, outcomes): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|PendingMessage { message, outcome }| (message, outcome)).unzip();
        let entries = messages.into_iter().enumerate().map(|(index, message)| self.entry(index, message));
        let sent = self.queue.send(entries.collect()).await;
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let attempt = match &sent {
                Ok(output) => attempt_of_entry(output, &index.to_string()),
                Err(failure) => attempt_of_failure(failure),
            };
            // The receiver is gone if its invocation reached the deadline.
            let _ = outcome.send(attempt);
        }
    }

    fn entry(&self, index: usize, message: BridgeMessage) -> SqsMessage {
        SqsMessage {
            id: index.to_string(),
            body: message.body,
            attributes: vec![(BRIDGED_FROM, self.stream.to_owned())],
            group_id: Some(message.group),
            deduplication_id: Some(message.deduplication),
        }
    }
}

impl Bridge for SqsBridge {
    async fn forward(&self, request: BridgeRequest<'_>) -> Attempt {
        let message = match BridgeMessage::new(&request, self.group) {
            Ok(message) => message,
            Err(refused) => return refused,
        };
        let (outcome, receiver) = oneshot::channel();
        self.pending().push_back(PendingMessage { message, outcome });
        // The other concurrent calls queue their messages first; then the first caller sends what fits in one request.
        tokio::task::yield_now().await;
        let batch = self.take_batch();
        if !batch.is_empty() {
            self.send(batch).await;
        }
        receiver.await.unwrap_or_else(|_| Attempt::Uncertain("given up".to_owned()))
    }
}

/// Returns the attempt of one entry of a batch. An entry in both lists of the response has failed.
fn attempt_of_entry(output: &SendMessageBatchOutput, id: &str) -> Attempt {
    if let Some(entry) = output.failed.iter().find(|entry| entry.id == id) {
        let status = if entry.sender_fault { 400 } else { 500 };
        return attempt_of_error(status, Some(&entry.code));
    }
    if output.successful.iter().any(|entry| entry.id == id) {
        Attempt::Forwarded
    } else {
        retryable(Attempt::Uncertain(NOT_IN_RESPONSE.to_owned()))
    }
}

fn attempt_of_failure(failure: &CallFailure) -> Attempt {
    match failure {
        CallFailure::Service(ServiceError { status, code, .. }) => attempt_of_error(*status, code.as_deref()),
        CallFailure::NoResponse(cause @ NoResponse::NotBuilt) => Attempt::Misconfigured(cause.code()),
        // The request may have been sent. A retry is safe: a FIFO queue removes duplicates.
        CallFailure::NoResponse(cause) => Attempt::NotStarted(cause.code()),
        CallFailure::Unusable(status) => Attempt::NotStarted(TransportError::Unreadable(*status).to_string()),
    }
}

fn attempt_of_error(status: u16, code: Option<&str>) -> Attempt {
    if code.is_some_and(is_misconfiguration) {
        return Attempt::Misconfigured(loggable_code(code, status));
    }
    retryable(ErrorResponse { status, code, message: None, retry_after: None }.attempt())
}

/// Returns whether someone has to fix the queue, its key or the router's role, whatever the status [Amazon SQS API
/// reference, `SendMessageBatch`, "Errors", and "Common Errors"]. SQS spells KMS errors in two ways, depending on the
/// protocol: `KmsDisabled` and `KMS.DisabledException`.
fn is_misconfiguration(code: &str) -> bool {
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
    fn misconfiguration_differs_from_transient_error() {
        for code in [
            "AWS.SimpleQueueService.NonExistentQueue",
            "KmsAccessDenied",
            "KMS.DisabledException",
            "QueueDoesNotExist",
            "ExpiredToken",
        ] {
            assert!(is_misconfiguration(code), "{code}");
        }
        for code in ["KmsThrottled", "KMS.ThrottlingException", "RequestThrottled", "InternalError"] {
            assert!(!is_misconfiguration(code), "{code}");
        }
    }
}
