//! A record as the message that goes back to its queue. Pure.
//!
//! Body, attributes, group and trace are as they were. New is the deduplication id: under the old one a FIFO queue
//! would take the message and keep nothing of it [Amazon SQS developer guide, "Exactly-once processing in Amazon SQS"].
//! It is made from what is sent, so that a replay which is repeated within five minutes is kept once.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::message::{MessageAttribute, AttributeValue};
use super::record::SqsRecord;

/// The largest message, in bytes, and the most attributes [Amazon SQS developer guide, "Amazon SQS message quotas"].
const MAX_BYTES: usize = 1024 * 1024;
const MAX_ATTRIBUTES: usize = 10;

/// Names the quarantine's message, so that whoever gets a record twice can tell.
pub(crate) const REPLAY_ATTRIBUTE: &str = "tenant_router_replay";
/// What stood where `--fix-tenant` set another id.
pub(crate) const ORIGINAL_TENANT_ATTRIBUTE: &str = "tenant_router_original_tenant";

/// The kind of queue that a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueueKind {
    Standard,
    Fifo,
}

impl QueueKind {
    /// AWS names FIFO queues so [Amazon SQS developer guide, "FIFO queue and message identifiers"].
    pub(crate) fn of(queue: &str) -> Self {
        if queue.strip_suffix(".fifo").is_some() { Self::Fifo } else { Self::Standard }
    }
}

/// A message that is about to be sent.
#[derive(Clone)]
pub(crate) struct OutgoingMessage {
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
    pub(crate) trace: Option<String>,
    /// Attributes that would have been added if there were room, or none of this name yet.
    pub(crate) left_out: Vec<&'static str>,
}

impl OutgoingMessage {
    /// The message for a queue of this kind, and what is noted on it besides.
    ///
    /// # Errors
    /// Why the queue would not take it.
    pub(crate) fn new(
        record: SqsRecord,
        kind: QueueKind,
        origin: &str,
        notes: Vec<(&'static str, String)>,
    ) -> Result<Self, String> {
        let SqsRecord { body, attributes, group, trace, message_id, .. } = record;
        if kind == QueueKind::Fifo && group.is_none() {
            return Err(
                "it has no MessageGroupId, and the queue is a FIFO queue: name another one with --to"
                    .to_owned(),
            );
        }
        let texts = [origin, &message_id, &body, group.as_deref().unwrap_or_default()];
        let deduplication = (kind == QueueKind::Fifo).then(|| make_deduplication_id(&texts, &attributes));
        let mut outgoing = Self { body, attributes, group, deduplication, trace, left_out: Vec::new() };
        for (name, text) in notes {
            if name == ORIGINAL_TENANT_ATTRIBUTE && outgoing.attributes.contains_key(name) {
                // An earlier replay's, or the producer's: it stays as it is, and is not taken for this one.
                outgoing.left_out.push(name);
                continue;
            }
            let note = MessageAttribute::text(text);
            let fits = outgoing.len() + name.len() + note.len() <= MAX_BYTES;
            if (outgoing.attributes.len() < MAX_ATTRIBUTES && fits) || outgoing.attributes.contains_key(name)
            {
                outgoing.attributes.insert(name.to_owned(), note);
            } else {
                outgoing.left_out.push(name);
            }
        }
        if outgoing.len() > MAX_BYTES {
            let bytes = outgoing.len();
            return Err(format!("it has {bytes} bytes, and a message takes {MAX_BYTES}"));
        }
        Ok(outgoing)
    }

    /// As SQS counts.
    pub(crate) fn len(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, attribute)| name.len() + attribute.len());
        self.body.len() + attributes.sum::<usize>()
    }
}

fn make_deduplication_id(texts: &[&str], attributes: &BTreeMap<String, MessageAttribute>) -> String {
    let mut digest = Sha256::new();
    let mut add = |bytes: &[u8]| {
        // The length keeps two texts from running into each other.
        digest.update(bytes.len().to_be_bytes());
        digest.update(bytes);
    };
    for text in texts {
        add(text.as_bytes());
    }
    for (name, MessageAttribute { data_type, value }) in attributes {
        add(name.as_bytes());
        add(data_type.as_bytes());
        match value {
            AttributeValue::Text(text) => add(text.as_bytes()),
            AttributeValue::Binary(bytes) => add(bytes),
        }
    }
    hex(&digest.finalize())
}

/// In hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(attributes: usize, group: Option<&str>) -> SqsRecord {
        SqsRecord {
            message_id: "m-1".to_owned(),
            queue_arn: "arn".to_owned(),
            body: "body".to_owned(),
            attributes: (0..attributes).map(|place| (format!("a{place}"), MessageAttribute::text("x"))).collect(),
            group: group.map(str::to_owned),
            trace: Some("Root=1".to_owned()),
            sequence: None,
        }
    }

    fn outgoing(record: SqsRecord, kind: QueueKind) -> OutgoingMessage {
        let notes = vec![(REPLAY_ATTRIBUTE, "q-1".to_owned()), (ORIGINAL_TENANT_ATTRIBUTE, "blue".to_owned())];
        OutgoingMessage::new(record, kind, "q-1", notes).unwrap_or_else(|why| panic!("{why}"))
    }

    #[test]
    fn a_message_goes_back_as_it_was_with_a_note_of_the_replay() {
        let message = outgoing(record(1, Some("g")), QueueKind::Fifo);
        assert_eq!((message.body.as_str(), message.group.as_deref()), ("body", Some("g")));
        assert_eq!(message.attributes["a0"], MessageAttribute::text("x"));
        assert_eq!(message.attributes[REPLAY_ATTRIBUTE], MessageAttribute::text("q-1"));
        assert_eq!((message.trace.as_deref(), message.left_out.len()), (Some("Root=1"), 0));
    }

    #[test]
    fn the_same_replay_has_the_same_deduplication_id_and_another_one_another() {
        let id = |record, origin: &str| {
            OutgoingMessage::new(record, QueueKind::Fifo, origin, vec![]).ok().and_then(|message| message.deduplication)
        };
        assert_eq!(id(record(1, Some("g")), "q-1"), id(record(1, Some("g")), "q-1"));
        assert_ne!(id(record(1, Some("g")), "q-1"), id(record(1, Some("g")), "q-2"));
        assert_ne!(id(record(1, Some("g")), "q-1"), id(record(2, Some("g")), "q-1"));
        assert_ne!(id(record(1, Some("g")), "q-1"), id(record(1, Some("h")), "q-1"));
        assert_eq!(outgoing(record(0, Some("g")), QueueKind::Standard).deduplication, None);
    }

    #[test]
    fn notes_for_which_there_is_no_room_are_left_out_and_that_is_told() {
        let message = outgoing(record(9, None), QueueKind::Standard);
        assert_eq!((message.attributes.len(), message.left_out), (10, vec![ORIGINAL_TENANT_ATTRIBUTE]));
        assert_eq!(outgoing(record(10, None), QueueKind::Standard).left_out, [REPLAY_ATTRIBUTE, ORIGINAL_TENANT_ATTRIBUTE]);
    }

    #[test]
    fn an_original_that_the_record_brings_along_is_not_taken_for_the_one_that_was_replaced() {
        let mut brought = record(0, None);
        brought.attributes.insert(ORIGINAL_TENANT_ATTRIBUTE.to_owned(), MessageAttribute::text("forged"));
        let message = outgoing(brought, QueueKind::Standard);
        assert_eq!(message.attributes[ORIGINAL_TENANT_ATTRIBUTE], MessageAttribute::text("forged"));
        assert_eq!(message.left_out, [ORIGINAL_TENANT_ATTRIBUTE]);
    }

    #[test]
    fn what_the_queue_would_not_take_is_not_sent() {
        assert!(OutgoingMessage::new(record(0, None), QueueKind::Fifo, "q", vec![]).is_err());
        let large = SqsRecord { body: "x".repeat(MAX_BYTES + 1), ..record(0, None) };
        assert!(OutgoingMessage::new(large, QueueKind::Standard, "q", vec![]).is_err_and(|why| why.contains("bytes")));
        let just = SqsRecord { body: "x".repeat(MAX_BYTES), ..record(0, None) };
        assert_eq!(outgoing(just, QueueKind::Standard).left_out, [REPLAY_ATTRIBUTE, ORIGINAL_TENANT_ATTRIBUTE]);
    }
}
