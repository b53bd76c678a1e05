//! What a FIFO queue asks of its messages, and what it keeps of them [Amazon SQS developer guide, "Exactly-once
//! processing in Amazon SQS"; Amazon SQS API reference, `SendMessageBatch`].

use std::collections::HashMap;
use std::time::Duration;

use super::{Entry, SendBatch};

/// Within which a repetition is taken and not kept.
const DEDUPLICATION: Duration = Duration::from_mins(5);

const MAX_ID: usize = 128;

pub(super) fn is_fifo(queue_url: &str) -> bool {
    queue_url.rsplit_once('.').is_some_and(|(_, suffix)| suffix == "fifo")
}

/// The error code for an entry that a FIFO queue would not take; none where all are in order.
pub(super) fn refusal(batch: &SendBatch) -> Option<&'static str> {
    if !is_fifo(&batch.queue_url) {
        return None;
    }
    let ids =
        batch.entries.iter().flat_map(|entry| [&entry.message_group_id, &entry.message_deduplication_id]);
    ids.map(|id| match id {
        None => Some("MissingParameter"),
        Some(id) => (!is_id(id)).then_some("InvalidParameterValue"),
    })
    .find_map(|code| code)
}

fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_punctuation())
}

/// When each deduplication id was last kept, by queue.
#[derive(Debug, Default)]
pub(super) struct Seen {
    now: Duration,
    kept: HashMap<(String, String), Duration>,
}

impl Seen {
    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    /// Whether the queue keeps this entry, or has it already.
    pub(super) fn is_new(&mut self, queue_url: &str, entry: &Entry) -> bool {
        let Some(id) = entry.message_deduplication_id.as_ref().filter(|_| is_fifo(queue_url)) else {
            return true;
        };
        let key = (queue_url.to_owned(), id.clone());
        if self.kept.get(&key).is_some_and(|kept| self.now < *kept + DEDUPLICATION) {
            return false;
        }
        self.kept.insert(key, self.now);
        true
    }
}
