//! The quarantine port: rejected records are set aside whole, in an SQS queue. A record that no message can hold lies
//! in a bucket, and the message says where: it is sent once S3 has the record, and only SQS's word for it counts.

mod bucket;
mod cut;
mod fifo;
mod message;

use std::borrow::Cow;
use std::time::Duration;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use routing::ports::{QuarantineAck, QuarantineBatch, Quarantine, RejectedRecord};

use crate::call::{CallFailure, Refused};
use crate::classify;
use crate::clients::Clients;
use crate::http_client::TransportError;
use crate::sqs::{Entry, Queue};
use bucket::Bucket;
pub use message::Message;
use message::Unsendable;

/// How long one attempt may take. SQS answers in milliseconds; a megabyte on a slow line takes longer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where rejected records are set aside, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineQueue {
    /// The queue's URL; one that ends in `.fifo` is a FIFO queue.
    pub url: String,
    /// What the message groups of a FIFO queue are.
    pub group: QuarantineGroup,
    /// The largest message that the queue takes, in bytes as SQS counts them.
    pub max_message_bytes: usize,
    /// Where records are kept that no message can hold; `None` leaves those with their source.
    pub large_records: Option<LargeRecords>,
}

/// What waits for what in a FIFO quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineGroup {
    /// Records with one order key.
    OrderKey,
    /// Records of one tenant, where they name one beyond doubt.
    Tenant,
}

/// A place in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeRecords {
    /// The bucket's name.
    pub bucket: String,
    /// What every key begins with.
    pub prefix: String,
}

/// An SQS queue, standard or FIFO, that takes rejected records.
#[derive(Clone, Debug)]
pub struct SqsQuarantine {
    queue: Queue,
    /// What its message groups are, where it is a FIFO queue.
    groups: Option<QuarantineGroup>,
    max_message_bytes: usize,
    bucket: Option<Bucket>,
}

impl SqsQuarantine {
    /// This queue.
    #[must_use]
    pub fn new(clients: &Clients, queue: QuarantineQueue) -> Self {
        let QuarantineQueue { url, group, max_message_bytes, large_records } = queue;
        Self {
            // AWS names FIFO queues so [Amazon SQS developer guide, "Amazon SQS FIFO queues"].
            groups: url.strip_suffix(".fifo").map(|_| group),
            queue: Queue::new(clients, url, ATTEMPT_TIMEOUT),
            max_message_bytes,
            bucket: large_records.map(|place| Bucket::new(clients, place)),
        }
    }

    /// One entry of a batch; its id is its place in it. A record that no message can hold is in the bucket by then.
    async fn entry(&self, place: usize, rejected: &RejectedRecord<'_>) -> Result<Entry, String> {
        let message = Message::of(rejected);
        let message = match (message.check(self.max_message_bytes), &self.bucket) {
            (Ok(()), _) => message,
            (Err(_), Some(bucket)) => self.store(bucket, rejected).await?,
            (Err(unsendable), None) => return Err(unsendable.code().to_owned()),
        };
        let attributes = message.attributes.into_iter().map(|(name, text)| (name, text.into_owned()));
        Ok(Entry {
            id: place.to_string(),
            body: message.body.into_owned(),
            attributes: attributes.collect(),
            group: self.line(rejected).map(Cow::into_owned),
            deduplication: self.groups.map(|_| fifo::name_of(rejected)),
        })
    }

    /// Puts a record into the bucket; the message that says so.
    async fn store<'a>(&self, bucket: &Bucket, rejected: &RejectedRecord<'a>) -> Result<Message<'a>, String> {
        let object = bucket.place(rejected);
        let pointer = Message::pointing(rejected, &object);
        // Before it is put there: nobody would know of it.
        pointer.check(self.max_message_bytes).map_err(|unsendable| unsendable.code().to_owned())?;
        bucket.put(&object, rejected.record.raw()).await?;
        Ok(pointer)
    }
}

impl Quarantine for SqsQuarantine {
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        self.groups.map(|groups| fifo::group(rejected, groups))
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        cut::parcels(rejected, |rejected| {
            let message = Message::of(rejected);
            match message.check(self.max_message_bytes) {
                Err(Unsendable::Contents | Unsendable::TooLarge) if self.bucket.is_some() => {
                    cut::Size::Stored
                }
                _ => cut::Size::Bytes(message.len()),
            }
        })
    }

    async fn send(&self, parcel: &[RejectedRecord<'_>]) -> Vec<QuarantineAck> {
        // Nothing is taken until the queue says so.
        let mut acknowledgements = vec![failed("NotAcknowledged"); parcel.len()];
        let mut entries = Vec::with_capacity(parcel.len());
        for (place, rejected) in parcel.iter().enumerate() {
            match self.entry(place, rejected).await {
                Ok(entry) => entries.push(entry),
                Err(code) => acknowledgements[place] = failed(&code),
            }
        }
        if entries.is_empty() {
            return acknowledgements;
        }
        let places: Vec<usize> = entries.iter().filter_map(|entry| entry.id.parse().ok()).collect();
        match self.queue.send(entries).await {
            Ok(output) => acknowledge(&mut acknowledgements, &places, &output),
            Err(failure) => {
                let acknowledgement = failed(&code(failure));
                for place in places {
                    acknowledgements[place] = acknowledgement.clone();
                }
            }
        }
        acknowledgements
    }
}

/// Enters what the queue says about each entry. An id that was not sent says nothing; an entry that is named both
/// as taken and as failed counts as failed.
fn acknowledge(acknowledgements: &mut [QuarantineAck], places: &[usize], output: &SendMessageBatchOutput) {
    let sent = |id: &str| places.iter().copied().find(|place| place.to_string() == id);
    for place in output.successful.iter().filter_map(|taken| sent(&taken.id)) {
        acknowledgements[place] = QuarantineAck::Taken;
    }
    for entry in &output.failed {
        if let Some(place) = sent(&entry.id) {
            let code = Some(entry.code.as_str()).filter(|code| classify::is_code(code));
            acknowledgements[place] = failed(code.unwrap_or("UnnamedError"));
        }
    }
}

fn failed(code: &str) -> QuarantineAck {
    QuarantineAck::Failed(code.to_owned())
}

/// AWS's code for the whole batch, or what kept it from getting an answer.
fn code(failure: CallFailure) -> String {
    match failure {
        CallFailure::Refused(Refused { status, code, .. }) => classify::shown(code.as_deref(), status),
        CallFailure::Unusable(status) => TransportError::Unreadable(status).to_string(),
        CallFailure::NoAnswer(none) => none.code(),
    }
}
