//! Sends messages with `SendMessageBatch`, the only SQS action of a router [Amazon SQS API reference,
//! `SendMessageBatch`].

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::call::{CallFailure, NoResponse, ServiceError, with_timeout};
use crate::clients::Clients;
use routing::sqs::DATA_TYPE;

/// The code of a message that SQS's response lists neither as sent nor as failed.
pub(crate) const NOT_IN_RESPONSE: &str = "NotAcknowledged";

const SQS_ATTEMPTS: u32 = 3;

/// The wait before the first retry; doubled each time.
const SQS_BACKOFF: Duration = Duration::from_millis(50);

/// An SQS queue.
#[derive(Clone, Debug)]
pub(crate) struct SqsQueue {
    sqs: Client,
    url: String,
    attempt_timeout: Duration,
}

/// A message to send.
#[derive(Debug)]
pub(crate) struct SqsMessage {
    /// The message's id in the request and in the response.
    pub(crate) id: String,
    pub(crate) body: String,
    /// Each attribute's name and text.
    pub(crate) attributes: Vec<(&'static str, String)>,
    pub(crate) group_id: Option<String>,
    pub(crate) deduplication_id: Option<String>,
}

impl SqsMessage {
    fn build(self) -> Option<SendMessageBatchRequestEntry> {
        let mut entry = SendMessageBatchRequestEntry::builder()
            .id(self.id)
            .message_body(self.body)
            .set_message_group_id(self.group_id)
            .set_message_deduplication_id(self.deduplication_id);
        for (name, text) in self.attributes {
            let attribute = MessageAttributeValue::builder().data_type(DATA_TYPE).string_value(text);
            entry = entry.message_attributes(name, attribute.build().ok()?);
        }
        entry.build().ok()
    }
}

impl CallFailure {
    /// Returns whether a retry may succeed, because SQS is busy or its response was lost.
    fn is_transient(&self) -> bool {
        match self {
            Self::NoResponse(cause) => cause.is_transient(),
            Self::Unusable(_) => true,
            Self::Service(ServiceError { status, code, .. }) => {
                let is_busy =
                    |code: &str| ["Throttl", "RequestTimeout"].iter().any(|mark| code.contains(mark));
                *status >= 500 || *status == 429 || code.as_deref().is_some_and(is_busy)
            }
        }
    }
}

impl SqsQueue {
    /// Uses the queue at this URL. `attempt_timeout` is the timeout of one attempt to send.
    pub(crate) fn new(clients: &Clients, url: impl Into<String>, attempt_timeout: Duration) -> Self {
        Self { sqs: clients.sqs(), url: url.into(), attempt_timeout }
    }

    /// Sends messages, with up to three attempts while failures are transient. A retry may send a message twice, which is
    /// better than losing it.
    pub(crate) async fn send(
        &self,
        messages: Vec<SqsMessage>,
    ) -> Result<SendMessageBatchOutput, CallFailure> {
        let entries: Option<Vec<_>> = messages.into_iter().map(SqsMessage::build).collect();
        let entries = entries.ok_or(CallFailure::NoResponse(NoResponse::NotBuilt))?;
        let request = self.sqs.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let mut wait = SQS_BACKOFF;
        for _ in 1..SQS_ATTEMPTS {
            match with_timeout(self.attempt_timeout, request.clone().send()).await {
                Err(failure) if failure.is_transient() => {}
                outcome => return outcome,
            }
            // Jitter spreads the retries of requests that failed together.
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
            wait *= 2;
        }
        with_timeout(self.attempt_timeout, request.send()).await
    }
}
