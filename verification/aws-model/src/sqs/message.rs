//! A message to send, and its quotas [Amazon SQS developer guide, "Amazon SQS message quotas"; Amazon SQS API reference,
//! `SendMessage`].

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::QueueType;

/// The largest message, and the largest batch request, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The largest number of attributes of a message.
const MAX_ATTRIBUTES: usize = 10;

/// The largest message group id and deduplication id, in characters.
const MAX_ID: usize = 128;

/// A message to send.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// The body of the message.
    pub body: String,
    /// The attributes of the sender, in the format of the API: `{"DataType", "StringValue" | "BinaryValue"}`.
    pub attributes: BTreeMap<String, Value>,
    /// The message group id.
    pub group: Option<String>,
    /// The deduplication id.
    pub deduplication: Option<String>,
    /// `AWSTraceHeader`.
    pub trace: Option<String>,
    /// `DeadLetterQueueSourceArn`: the queue from which the message came to its dead-letter queue.
    pub dead_letter_source: Option<String>,
    /// `SenderId`. The default is the role of a function named `router`.
    pub sender: Option<String>,
}

impl NewMessage {
    /// Returns a message with this body.
    #[must_use]
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// Adds a string attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.insert(name.to_owned(), json!({ "DataType": "String", "StringValue": value }));
        self
    }

    /// Sets the message group id and the deduplication id.
    #[must_use]
    pub fn group(mut self, group: &str, deduplication: &str) -> Self {
        (self.group, self.deduplication) = (Some(group.to_owned()), Some(deduplication.to_owned()));
        self
    }

    /// Sets the `SenderId`.
    #[must_use]
    pub fn sender(mut self, sender: &str) -> Self {
        self.sender = Some(sender.to_owned());
        self
    }

    /// Returns the text of an attribute, if it is one.
    #[must_use]
    pub fn text_attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?["StringValue"].as_str()
    }

    /// Returns the size as SQS counts it: the body, and the name, type and value of each attribute.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let value = |attribute: &Value, field: &str| attribute[field].as_str().map_or(0, str::len);
        let attributes = self.attributes.iter().map(|(name, attribute)| {
            name.len() + value(attribute, "DataType") + value(attribute, "StringValue")
        });
        self.body.len() + attributes.sum::<usize>()
    }

    /// Returns the error code with which a queue refuses the message, if it does. `max_bytes` is its `MaximumMessageSize`.
    #[must_use]
    pub fn refusal(&self, kind: QueueType, max_bytes: usize) -> Option<&'static str> {
        if self.bytes() > max_bytes || self.body.is_empty() {
            return Some("InvalidParameterValue");
        }
        self.attribute_refusal().or_else(|| self.id_refusal(kind))
    }

    /// Returns the error code of its attributes: there are too many, or one is empty.
    pub(super) fn attribute_refusal(&self) -> Option<&'static str> {
        let is_empty = |attribute: &Value| attribute["StringValue"].as_str() == Some("");
        let is_refused = self.attributes.len() > MAX_ATTRIBUTES || self.attributes.values().any(is_empty);
        is_refused.then_some("InvalidAttributeValue")
    }

    /// Returns the error code of its ids. A FIFO queue needs both [Amazon SQS API reference, `SendMessage`]; here no queue
    /// makes deduplication ids from bodies.
    pub(super) fn id_refusal(&self, kind: QueueType) -> Option<&'static str> {
        if kind == QueueType::Standard {
            return None;
        }
        [&self.group, &self.deduplication].into_iter().find_map(|id| match id {
            None => Some("MissingParameter"),
            Some(id) => (!is_id(id)).then_some("InvalidParameterValue"),
        })
    }
}

/// Returns whether this is a message group id or deduplication id: alphanumeric characters and punctuation.
fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_punctuation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_counts_body_and_attributes() {
        let message = NewMessage::new("body").attribute("name", "value");
        assert_eq!(message.bytes(), "body".len() + "name".len() + "String".len() + "value".len());
        assert_eq!(message.refusal(QueueType::Standard, 19), None);
        assert_eq!(message.refusal(QueueType::Standard, 18), Some("InvalidParameterValue"));
    }

    #[test]
    fn empty_body_and_empty_attribute_are_refused() {
        let refusal = |message: NewMessage| message.refusal(QueueType::Standard, MAX_BYTES);
        assert_eq!(refusal(NewMessage::new("")), Some("InvalidParameterValue"));
        assert_eq!(refusal(NewMessage::new("a").attribute("a", "")), Some("InvalidAttributeValue"));
        let many = (0..11).fold(NewMessage::new("a"), |message, at| message.attribute(&at.to_string(), "a"));
        assert_eq!(refusal(many), Some("InvalidAttributeValue"));
    }

    #[test]
    fn only_fifo_queue_needs_valid_ids() {
        for (message, code) in [
            (NewMessage::new("a"), Some("MissingParameter")),
            (NewMessage::new("a").group("a b", "d"), Some("InvalidParameterValue")),
            (NewMessage::new("a").group("g", &"d".repeat(129)), Some("InvalidParameterValue")),
            (NewMessage::new("a").group("a#1", &"d".repeat(128)), None),
        ] {
            assert_eq!(message.refusal(QueueType::Fifo, MAX_BYTES), code, "{message:?}");
            assert_eq!(message.refusal(QueueType::Standard, MAX_BYTES), None);
        }
    }
}
