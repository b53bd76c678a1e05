//! What a batch request may hold [Amazon SQS API reference, `SendMessageBatch`, `DeleteMessageBatch`].

use std::collections::HashSet;

use super::{MAX_BYTES, NewMessage, QueueType};

/// The largest number of entries of a batch request, and of messages of one receive.
pub const MAX_ENTRIES: usize = 10;

/// Returns the error code of a batch request with entries of these ids, if SQS refuses it as a whole.
#[must_use]
pub fn batch_refusal(ids: &[&str]) -> Option<&'static str> {
    let distinct: HashSet<&&str> = ids.iter().collect();
    if ids.is_empty() {
        Some("EmptyBatchRequest")
    } else if ids.len() > MAX_ENTRIES {
        Some("TooManyEntriesInBatchRequest")
    } else if distinct.len() < ids.len() {
        Some("BatchEntryIdsNotDistinct")
    } else if !ids.iter().all(|id| is_entry_id(id)) {
        Some("InvalidBatchEntryId")
    } else {
        None
    }
}

fn is_entry_id(id: &str) -> bool {
    (1..=80).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl NewMessage {
    /// Returns the error code of the messages of a `SendMessageBatch`, if there is one. Here a message that SQS cannot take
    /// fails its request, so that no caller sends one unnoticed.
    #[must_use]
    pub fn refusal_together(messages: &[Self], kind: QueueType) -> Option<&'static str> {
        if messages.iter().map(Self::bytes).sum::<usize>() > MAX_BYTES {
            return Some("BatchRequestTooLong");
        }
        let attributes = messages.iter().find_map(Self::attribute_refusal);
        attributes.or_else(|| messages.iter().find_map(|message| message.id_refusal(kind)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_ten_at_most_with_distinct_ids() {
        let many: Vec<String> = (0..11).map(|id| id.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = "i".repeat(81);
        for (ids, code) in [
            (&[][..], Some("EmptyBatchRequest")),
            (&many, Some("TooManyEntriesInBatchRequest")),
            (&many[..10], None),
            (&["0", "0"], Some("BatchEntryIdsNotDistinct")),
            (&["a b"], Some("InvalidBatchEntryId")),
            (&[""], Some("InvalidBatchEntryId")),
            (&[long.as_str()], Some("InvalidBatchEntryId")),
            (&["a-_9"], None),
        ] {
            assert_eq!(batch_refusal(ids), code, "{ids:?}");
        }
    }

    #[test]
    fn messages_of_a_request_share_the_limit_of_bytes() {
        let half = NewMessage::new("x".repeat(MAX_BYTES / 2));
        let refusal = |messages: &[NewMessage]| NewMessage::refusal_together(messages, QueueType::Standard);
        assert_eq!(refusal(&[half.clone(), half.clone()]), None);
        assert_eq!(refusal(&[half.clone(), half, NewMessage::new("x")]), Some("BatchRequestTooLong"));
    }
}
