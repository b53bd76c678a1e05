//! The message ids that a FIFO queue requires, and its deduplication [Amazon SQS developer guide, "Exactly-once
//! processing in Amazon SQS"; Amazon SQS API reference, `SendMessageBatch`].

use std::collections::HashMap;
use std::time::Duration;

use super::{Entry, SendBatch};

/// The deduplication interval: within it SQS accepts a duplicate and does not store it.
const DEDUPLICATION: Duration = Duration::from_mins(5);

const MAX_ID: usize = 128;

pub(super) fn is_fifo(queue_url: &str) -> bool {
    queue_url.rsplit_once('.').is_some_and(|(_, suffix)| suffix == "fifo")
}

/// Returns the error code of the first message that a FIFO queue refuses, if there is one.
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

/// The time at which each deduplication id was last stored, by queue.
#[derive(Debug, Default)]
pub(super) struct Seen {
    now: Duration,
    kept: HashMap<(String, String), Duration>,
}

impl Seen {
    pub(super) fn advance(&mut self, time: Duration) {
        self.now += time;
    }

    /// Returns whether the queue stores this message, because it is not a duplicate.
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
