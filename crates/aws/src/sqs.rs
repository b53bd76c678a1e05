//! `SendMessageBatch`, which is all that a router asks of SQS [Amazon SQS API reference, `SendMessageBatch`].

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::call::{CallFailure, NoAnswer, Refused, within};
use crate::clients::Clients;
use routing::sqs::DATA_TYPE;

const ATTEMPTS: u32 = 3;

/// The first wait before another attempt; doubled each time.
const BACKOFF: Duration = Duration::from_millis(50);

/// An SQS queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    sqs: Client,
    url: String,
    attempt_timeout: Duration,
}

/// A message on its way.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What the answer calls it.
    pub(crate) id: String,
    pub(crate) body: String,
    /// Name and text of each attribute.
    pub(crate) attributes: Vec<(&'static str, String)>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
}

impl Entry {
    fn build(self) -> Option<SendMessageBatchRequestEntry> {
        let mut entry = SendMessageBatchRequestEntry::builder()
            .id(self.id)
            .message_body(self.body)
            .set_message_group_id(self.group)
            .set_message_deduplication_id(self.deduplication);
        for (name, text) in self.attributes {
            let attribute = MessageAttributeValue::builder().data_type(DATA_TYPE).string_value(text);
            entry = entry.message_attributes(name, attribute.build().ok()?);
        }
        entry.build().ok()
    }
}

impl CallFailure {
    /// Whether another attempt may do: then SQS is busy, or what it said was not heard.
    fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer(none) => none.may_pass(),
            Self::Unusable(_) => true,
            Self::Refused(Refused { status, code, .. }) => {
                let busy = |code: &str| ["Throttl", "RequestTimeout"].iter().any(|mark| code.contains(mark));
                *status >= 500 || *status == 429 || code.as_deref().is_some_and(busy)
            }
        }
    }
}

impl Queue {
    /// The queue at this URL; `attempt_timeout`: how long one attempt to send to it may take.
    pub(crate) fn new(clients: &Clients, url: impl Into<String>, attempt_timeout: Duration) -> Self {
        Self { sqs: clients.sqs(), url: url.into(), attempt_timeout }
    }

    /// Sends messages; as long as the queue is only busy or not heard, three times. A message may be there twice then, which is
    /// better than not at all.
    pub(crate) async fn send(&self, entries: Vec<Entry>) -> Result<SendMessageBatchOutput, CallFailure> {
        let entries: Option<Vec<_>> = entries.into_iter().map(Entry::build).collect();
        let entries = entries.ok_or(CallFailure::NoAnswer(NoAnswer::NotBuilt))?;
        let request = self.sqs.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let mut wait = BACKOFF;
        for _ in 1..ATTEMPTS {
            match within(self.attempt_timeout, request.clone().send()).await {
                Err(failure) if failure.may_pass() => {}
                outcome => return outcome,
            }
            // Not all at the same time, who were told the same at the same time.
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
            wait *= 2;
        }
        within(self.attempt_timeout, request.send()).await
    }
}
