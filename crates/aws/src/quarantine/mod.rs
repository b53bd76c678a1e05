//! Implements the quarantine port: sends rejected records, whole, to an SQS queue.
//!
//! A record that no message can hold is stored in a bucket, and its message points to the object. The message is sent
//! after S3 has stored the record. Only SQS's response acknowledges the record.

mod batches;
mod fifo;
mod message;
mod store;
mod time;

use std::borrow::Cow;
use std::time::Duration;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use routing::ports::{Quarantine, QuarantineAck, QuarantineBatch, RejectedRecord};

use crate::call::{CallFailure, ServiceError};
use crate::clients::Clients;
use crate::error_code::{is_code, loggable_code};
use crate::http_client::TransportError;
use crate::sqs::{NOT_IN_RESPONSE, SqsMessage, SqsQueue};
use batches::MessageSize;
pub use message::QuarantineMessage;
use message::Unsendable;
use store::RecordStore;

/// The timeout of one attempt. SQS responds in milliseconds; a megabyte over a slow connection takes longer.
const QUARANTINE_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// The configuration of a quarantine queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineQueue {
    /// The queue's URL. A URL that ends in `.fifo` is a FIFO queue's.
    pub url: String,
    /// What a message group of a FIFO queue holds.
    pub group: QuarantineGroup,
    /// The queue's maximum message size, in bytes as SQS counts them.
    pub max_message_bytes: usize,
    /// Where to store records that no message can hold. Without it, such records stay with their source.
    pub large_records: Option<LargeRecordsLocation>,
}

/// Which records share a message group of a FIFO quarantine, and therefore keep their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineGroup {
    /// Records with one order key.
    OrderKey,
    /// Records of one tenant, if their rejection names the tenant; other records by order key.
    Tenant,
}

/// Where large records are stored in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeRecordsLocation {
    /// The bucket's name.
    pub bucket: String,
    /// The prefix of every key.
    pub prefix: String,
}

/// What carries a rejected record to the quarantine.
enum RecordCarrier<'s> {
    /// The body of a message.
    Message,
    /// An object in this store, to which a message points.
    Store(&'s RecordStore),
    /// Nothing: no message can hold it, and there is no store.
    None(Unsendable),
}

/// Sends rejected records to an SQS queue, standard or FIFO.
#[derive(Clone, Debug)]
pub struct SqsQuarantine {
    queue: SqsQueue,
    /// Which records share a message group; `None` for a standard queue.
    group_by: Option<QuarantineGroup>,
    max_message_bytes: usize,
    store: Option<RecordStore>,
}

impl SqsQuarantine {
    /// Creates a quarantine from its configuration.
    #[must_use]
    pub fn new(clients: &Clients, queue: QuarantineQueue) -> Self {
        let QuarantineQueue { url, group, max_message_bytes, large_records } = queue;
        Self {
            // The name of every FIFO queue ends so [Amazon SQS developer guide, "Amazon SQS FIFO queues"].
            group_by: url.strip_suffix(".fifo").map(|_| group),
            queue: SqsQueue::new(clients, url, QUARANTINE_ATTEMPT_TIMEOUT),
            max_message_bytes,
            store: large_records.map(|location| RecordStore::new(clients, location)),
        }
    }

    /// Returns what carries the record of this message to the quarantine.
    fn carrier(&self, message: &QuarantineMessage<'_>) -> RecordCarrier<'_> {
        match (message.check(self.max_message_bytes), &self.store) {
            (Ok(()), _) => RecordCarrier::Message,
            (Err(_), Some(store)) => RecordCarrier::Store(store),
            (Err(unsendable), None) => RecordCarrier::None(unsendable),
        }
    }

    /// Makes the message of one record; its id is the record's index in the batch. Stores the record first if no message
    /// can hold it.
    async fn message(&self, index: usize, rejected: &RejectedRecord<'_>) -> Result<SqsMessage, String> {
        let message = QuarantineMessage::of(rejected);
        let message = match self.carrier(&message) {
            RecordCarrier::Message => message,
            RecordCarrier::Store(store) => self.store_record(store, rejected).await?,
            RecordCarrier::None(unsendable) => return Err(unsendable.code().to_owned()),
        };
        let attributes = message.attributes.into_iter().map(|(name, text)| (name, text.into_owned()));
        Ok(SqsMessage {
            id: index.to_string(),
            body: message.body.into_owned(),
            attributes: attributes.collect(),
            group_id: self.fifo_group(rejected).map(Cow::into_owned),
            deduplication_id: self.group_by.map(|_| fifo::deduplication_id(rejected)),
        })
    }

    /// Stores a record and returns the message that points to it.
    async fn store_record<'a>(
        &self,
        store: &RecordStore,
        rejected: &RejectedRecord<'a>,
    ) -> Result<QuarantineMessage<'a>, String> {
        let object = store.object_for(rejected);
        let pointer = QuarantineMessage::pointer(rejected, &object);
        // Checked before the upload: an object without a message would never be found. If SQS refuses the message after the
        // upload, such an object is left over; a redelivery of the record stores another.
        pointer.check(self.max_message_bytes).map_err(|unsendable| unsendable.code().to_owned())?;
        store.put(&object, rejected.record.raw()).await?;
        Ok(pointer)
    }
}

impl Quarantine for SqsQuarantine {
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        self.group_by.map(|group| fifo::group_id(rejected, group))
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        batches::split(rejected, |rejected| {
            let message = QuarantineMessage::of(rejected);
            match self.carrier(&message) {
                RecordCarrier::Store(_) => MessageSize::Stored,
                // A record that nothing carries fails in `send`, before a request.
                RecordCarrier::Message | RecordCarrier::None(_) => MessageSize::Bytes(message.len()),
            }
        })
    }

    async fn send(&self, batch: &[RejectedRecord<'_>]) -> Vec<QuarantineAck> {
        let mut acks = vec![failed(NOT_IN_RESPONSE); batch.len()];
        let mut messages = Vec::with_capacity(batch.len());
        for (index, rejected) in batch.iter().enumerate() {
            match self.message(index, rejected).await {
                Ok(message) => messages.push(message),
                Err(code) => acks[index] = failed(&code),
            }
        }
        if messages.is_empty() {
            return acks;
        }
        let sent: Vec<usize> = messages.iter().filter_map(|message| message.id.parse().ok()).collect();
        match self.queue.send(messages).await {
            Ok(output) => enter_response(&mut acks, &sent, &output),
            Err(failure) => {
                let ack = failed(&code_of(failure));
                for index in sent {
                    acks[index] = ack.clone();
                }
            }
        }
        acks
    }
}

/// Enters SQS's response. An id that was not sent is ignored. A message in both lists of the response has failed.
fn enter_response(acks: &mut [QuarantineAck], sent: &[usize], output: &SendMessageBatchOutput) {
    let index_of = |id: &str| sent.iter().copied().find(|index| index.to_string() == id);
    for index in output.successful.iter().filter_map(|entry| index_of(&entry.id)) {
        acks[index] = QuarantineAck::Taken;
    }
    for entry in &output.failed {
        if let Some(index) = index_of(&entry.id) {
            let code = Some(entry.code.as_str()).filter(|code| is_code(code));
            acks[index] = failed(code.unwrap_or("UnnamedError"));
        }
    }
}

fn failed(code: &str) -> QuarantineAck {
    QuarantineAck::Failed(code.to_owned())
}

/// Returns AWS's error code for the whole batch, or why there is no response.
fn code_of(failure: CallFailure) -> String {
    match failure {
        CallFailure::Service(ServiceError { status, code, .. }) => loggable_code(code.as_deref(), status),
        CallFailure::Unusable(status) => TransportError::Unreadable(status).to_string(),
        CallFailure::NoResponse(cause) => cause.code(),
    }
}
