//! Makes the message that returns a record to its queue. No I/O.
//!
//! Body, attributes, message group and trace header are unchanged. The deduplication id is new: with the old one, a
//! FIFO queue could accept the message and not deliver it [Amazon SQS developer guide, "Exactly-once processing in
//! Amazon SQS"]. The new one is derived from what is sent, so that a FIFO queue removes a replay that is repeated within
//! five minutes.

use std::collections::BTreeMap;
use std::fmt::Write;

use routing::sqs::MAX_MESSAGE_BYTES as MAX_BYTES;
use sha2::{Digest, Sha256};

use super::message::{AttributeValue, MessageAttribute};

/// The maximum number of message attributes [Amazon SQS developer guide, "Amazon SQS message quotas"].
const MAX_ATTRIBUTES: usize = 10;

/// The attribute with the id of the quarantine's message, by which a consumer recognizes a repeated record.
pub(crate) const REPLAY_ATTRIBUTE: &str = "tenant_router_replay";
/// The attribute with the original tenant id that `--fix-tenant` replaced.
pub(crate) const ORIGINAL_TENANT_ATTRIBUTE: &str = "tenant_router_original_tenant";

/// The type of an SQS queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueueKind {
    Standard,
    Fifo,
}

impl QueueKind {
    /// Returns the type by the queue's name, ARN or URL. The name of a FIFO queue ends with `.fifo` [Amazon SQS
    /// developer guide, "FIFO queue and message identifiers"].
    pub(crate) fn from_name(queue: &str) -> Self {
        if queue.strip_suffix(".fifo").is_some() { Self::Fifo } else { Self::Standard }
    }
}

/// A message of a source queue.
pub(crate) struct SqsRecord {
    pub(crate) message_id: String,
    pub(crate) queue_arn: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    pub(crate) message_group_id: Option<String>,
    pub(crate) trace_header: Option<String>,
    /// The sequence number in a FIFO queue; later messages have larger ones.
    pub(crate) sequence_number: Option<String>,
}

/// A message to send.
#[derive(Clone)]
pub(crate) struct OutgoingMessage {
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    pub(crate) message_group_id: Option<String>,
    pub(crate) deduplication_id: Option<String>,
    pub(crate) trace_header: Option<String>,
    /// Names of the attributes that could not be added: there is no space, or the name is used already.
    pub(crate) left_out: Vec<&'static str>,
}

impl OutgoingMessage {
    /// Makes the message for a queue of this type. `origin` is the id of the message in the quarantine, and `extra` are
    /// attributes to add.
    ///
    /// # Errors
    /// Why the queue would refuse the message.
    pub(crate) fn new(
        record: SqsRecord,
        kind: QueueKind,
        origin: &str,
        extra: Vec<(&'static str, String)>,
    ) -> Result<Self, String> {
        let SqsRecord { body, attributes, message_group_id, trace_header, message_id, .. } = record;
        if kind == QueueKind::Fifo && message_group_id.is_none() {
            return Err(
                "it has no MessageGroupId, but the queue is a FIFO queue: name another queue with --to"
                    .to_owned(),
            );
        }
        let texts = [origin, &message_id, &body, message_group_id.as_deref().unwrap_or_default()];
        let deduplication_id = (kind == QueueKind::Fifo).then(|| make_deduplication_id(&texts, &attributes));
        let mut outgoing =
            Self { body, attributes, message_group_id, deduplication_id, trace_header, left_out: Vec::new() };
        for (name, text) in extra {
            if name == ORIGINAL_TENANT_ATTRIBUTE && outgoing.attributes.contains_key(name) {
                // It was set by an earlier replay or by the producer, so it stays and is not the one of this replay.
                outgoing.left_out.push(name);
                continue;
            }
            let attribute = MessageAttribute::text(text);
            let fits = outgoing.len() + name.len() + attribute.len() <= MAX_BYTES;
            if (outgoing.attributes.len() < MAX_ATTRIBUTES && fits) || outgoing.attributes.contains_key(name)
            {
                outgoing.attributes.insert(name.to_owned(), attribute);
            } else {
                outgoing.left_out.push(name);
            }
        }
        if outgoing.len() > MAX_BYTES {
            let bytes = outgoing.len();
            return Err(format!("it has {bytes} bytes, but a message has at most {MAX_BYTES}"));
        }
        Ok(outgoing)
    }

    /// Returns the size in bytes as SQS counts it: the body, and each attribute's name, type and value.
    pub(crate) fn len(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, attribute)| name.len() + attribute.len());
        self.body.len() + attributes.sum::<usize>()
    }
}

fn make_deduplication_id(texts: &[&str], attributes: &BTreeMap<String, MessageAttribute>) -> String {
    let mut digest = Sha256::new();
    let mut add = |bytes: &[u8]| {
        // With the length before each text, different texts never give the same bytes.
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

/// Formats bytes in hexadecimal.
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

    fn record(attributes: usize, message_group_id: Option<&str>) -> SqsRecord {
        SqsRecord {
            message_id: "m-1".to_owned(),
            queue_arn: "arn".to_owned(),
            body: "body".to_owned(),
            attributes: (0..attributes)
                .map(|index| (format!("a{index}"), MessageAttribute::text("x")))
                .collect(),
            message_group_id: message_group_id.map(str::to_owned),
            trace_header: Some("Root=1".to_owned()),
            sequence_number: None,
        }
    }

    fn outgoing(record: SqsRecord, kind: QueueKind) -> OutgoingMessage {
        let extra =
            vec![(REPLAY_ATTRIBUTE, "q-1".to_owned()), (ORIGINAL_TENANT_ATTRIBUTE, "blue".to_owned())];
        OutgoingMessage::new(record, kind, "q-1", extra).unwrap_or_else(|why| panic!("{why}"))
    }

    #[test]
    fn message_is_unchanged_and_names_the_replay() {
        let message = outgoing(record(1, Some("g")), QueueKind::Fifo);
        assert_eq!((message.body.as_str(), message.message_group_id.as_deref()), ("body", Some("g")));
        assert_eq!(message.attributes["a0"], MessageAttribute::text("x"));
        assert_eq!(message.attributes[REPLAY_ATTRIBUTE], MessageAttribute::text("q-1"));
        assert_eq!((message.trace_header.as_deref(), message.left_out.len()), (Some("Root=1"), 0));
    }

    #[test]
    fn deduplication_id_differs_per_message_and_content() {
        let id = |record, origin: &str| {
            OutgoingMessage::new(record, QueueKind::Fifo, origin, vec![])
                .ok()
                .and_then(|message| message.deduplication_id)
        };
        assert_eq!(id(record(1, Some("g")), "q-1"), id(record(1, Some("g")), "q-1"));
        assert_ne!(id(record(1, Some("g")), "q-1"), id(record(1, Some("g")), "q-2"));
        assert_ne!(id(record(1, Some("g")), "q-1"), id(record(2, Some("g")), "q-1"));
        assert_ne!(id(record(1, Some("g")), "q-1"), id(record(1, Some("h")), "q-1"));
        assert_eq!(outgoing(record(0, Some("g")), QueueKind::Standard).deduplication_id, None);
    }

    #[test]
    fn attributes_without_space_are_reported_as_left_out() {
        let message = outgoing(record(9, None), QueueKind::Standard);
        assert_eq!((message.attributes.len(), message.left_out), (10, vec![ORIGINAL_TENANT_ATTRIBUTE]));
        assert_eq!(
            outgoing(record(10, None), QueueKind::Standard).left_out,
            [REPLAY_ATTRIBUTE, ORIGINAL_TENANT_ATTRIBUTE]
        );
    }

    #[test]
    fn existing_original_tenant_attribute_is_kept() {
        let mut forged = record(0, None);
        forged.attributes.insert(ORIGINAL_TENANT_ATTRIBUTE.to_owned(), MessageAttribute::text("forged"));
        let message = outgoing(forged, QueueKind::Standard);
        assert_eq!(message.attributes[ORIGINAL_TENANT_ATTRIBUTE], MessageAttribute::text("forged"));
        assert_eq!(message.left_out, [ORIGINAL_TENANT_ATTRIBUTE]);
    }

    #[test]
    fn messages_that_the_queue_would_refuse_are_errors() {
        assert!(OutgoingMessage::new(record(0, None), QueueKind::Fifo, "q", vec![]).is_err());
        let large = SqsRecord { body: "x".repeat(MAX_BYTES + 1), ..record(0, None) };
        assert!(
            OutgoingMessage::new(large, QueueKind::Standard, "q", vec![])
                .is_err_and(|why| why.contains("bytes"))
        );
        let just = SqsRecord { body: "x".repeat(MAX_BYTES), ..record(0, None) };
        assert_eq!(
            outgoing(just, QueueKind::Standard).left_out,
            [REPLAY_ATTRIBUTE, ORIGINAL_TENANT_ATTRIBUTE]
        );
    }
}
