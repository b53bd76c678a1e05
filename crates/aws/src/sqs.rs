//! `SendMessageBatch`, which is all that a router asks of SQS [Amazon SQS API reference, `SendMessageBatch`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::clients::Clients;
use crate::endpoint::Service;
use crate::fault::Fault;
use crate::signed::{Request, Signed};
use crate::wire::NoAnswer;
use routing::sqs::DATA_TYPE;

const ATTEMPTS: u32 = 3;

/// The first wait before another attempt; doubled each time.
const BACKOFF: Duration = Duration::from_millis(50);

/// An SQS queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    sqs: Signed,
    url: String,
    attempt_timeout: Duration,
}

/// A message on its way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry<'a> {
    /// What the answer calls it.
    pub(crate) id: String,
    pub(crate) message_body: Cow<'a, str>,
    pub(crate) message_attributes: BTreeMap<&'static str, Attribute<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_group_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_deduplication_id: Option<String>,
}

/// A text beside a message's body.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute<'a> {
    data_type: &'static str,
    string_value: Cow<'a, str>,
}

impl<'a> Attribute<'a> {
    pub(crate) fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self { data_type: DATA_TYPE, string_value: text.into() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    queue_url: &'a str,
    entries: &'a [Entry<'a>],
}

/// What the queue says of each message of a batch; of one that is in neither list, nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Outcome {
    #[serde(deserialize_with = "null_is_nothing")]
    pub(crate) successful: Vec<Taken>,
    #[serde(deserialize_with = "null_is_nothing")]
    pub(crate) failed: Vec<Failed>,
}

/// To the SDKs, too, a field that is null is as one that is not there.
fn null_is_nothing<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    field: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(field)?.unwrap_or_default())
}

/// The queue has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Taken {
    pub(crate) id: String,
}

/// The queue has it not.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Failed {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "null_is_nothing")]
    pub(crate) sender_fault: bool,
    pub(crate) code: Option<String>,
}

/// Why the queue says nothing of any.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoOutcome {
    /// It refused the batch.
    Refused { status: u16, code: Option<String> },
    /// There is no answer.
    NoAnswer(NoAnswer),
}

impl NoOutcome {
    /// Whether another attempt may do: then SQS is busy, or what it said was not heard.
    fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer(none) => none.may_pass(),
            Self::Refused { status, code } => {
                let busy = |code: &str| ["Throttl", "RequestTimeout"].iter().any(|mark| code.contains(mark));
                *status >= 500 || *status == 429 || code.as_deref().is_some_and(busy)
            }
        }
    }
}

impl Queue {
    /// The queue at this URL; `attempt_timeout`: how long one attempt to send to it may take.
    pub(crate) fn new(clients: &Clients, url: impl Into<String>, attempt_timeout: Duration) -> Self {
        Self { sqs: clients.signed(Service::Sqs), url: url.into(), attempt_timeout }
    }

    /// Sends messages; as long as the queue is only busy or not heard, three times. A message may be there twice then, which is
    /// better than not at all.
    pub(crate) async fn send(&self, entries: &[Entry<'_>]) -> Result<Outcome, NoOutcome> {
        let batch = serde_json::to_vec(&Batch { queue_url: &self.url, entries });
        let body = bytes::Bytes::from(batch.map_err(|_| NoOutcome::NoAnswer(NoAnswer::NotBuilt))?);
        let mut wait = BACKOFF;
        for _ in 1..ATTEMPTS {
            match self.send_once(body.clone()).await {
                Err(none) if none.may_pass() => {}
                outcome => return outcome,
            }
            // Not all at the same time, who were told the same at the same time.
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
            wait *= 2;
        }
        self.send_once(body).await
    }

    async fn send_once(&self, body: bytes::Bytes) -> Result<Outcome, NoOutcome> {
        let request = Request {
            method: "POST",
            path: "/",
            headers: &[
                ("content-type", "application/x-amz-json-1.0"),
                ("x-amz-target", "AmazonSQS.SendMessageBatch"),
                // Errors by the codes that everybody knows [Smithy, "AWS query compatible trait"].
                ("x-amzn-query-mode", "true"),
            ],
            body,
        };
        let answer = self.sqs.send(request, self.attempt_timeout).await.map_err(NoOutcome::NoAnswer)?;
        if answer.status != 200 {
            return Err(NoOutcome::Refused { status: answer.status, code: Fault::of_json(&answer).code });
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| NoOutcome::NoAnswer(NoAnswer::Unreadable(answer.status)))
    }
}
