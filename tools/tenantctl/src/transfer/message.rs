//! A received message and its attributes. No I/O.

use std::collections::BTreeMap;
use std::time::Instant;

use super::state::ReceivedMessage;

/// A received message, which other consumers cannot receive before its visibility timeout ends.
#[derive(Clone)]
pub(crate) struct HeldMessage {
    pub(crate) id: String,
    pub(crate) receipt_handle: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    /// The attributes that SQS sets, such as `SentTimestamp`.
    pub(crate) system_attributes: BTreeMap<String, String>,
}

/// An attribute that the sender set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageAttribute {
    pub(crate) data_type: String,
    pub(crate) value: AttributeValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AttributeValue {
    Text(String),
    Binary(Vec<u8>),
}

impl MessageAttribute {
    /// Makes a string attribute.
    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self { data_type: "String".to_owned(), value: AttributeValue::Text(value.into()) }
    }

    /// Returns the size in bytes as SQS counts it: the type and the value [Amazon SQS developer guide, "Amazon SQS
    /// message quotas"].
    pub(crate) fn len(&self) -> usize {
        self.data_type.len()
            + match &self.value {
                AttributeValue::Text(text) => text.len(),
                AttributeValue::Binary(bytes) => bytes.len(),
            }
    }
}

impl HeldMessage {
    /// Returns the text of a string attribute; `None` if there is none or if it is binary.
    pub(crate) fn text_attribute(&self, name: &str) -> Option<&str> {
        match &self.attributes.get(name)?.value {
            AttributeValue::Text(text) => Some(text),
            AttributeValue::Binary(_) => None,
        }
    }

    /// Returns one of the attributes that SQS sets.
    pub(crate) fn system_attribute(&self, name: &str) -> Option<&str> {
        self.system_attributes.get(name).map(String::as_str)
    }

    /// Returns how often the message was received, this time included.
    pub(crate) fn receive_count(&self) -> u32 {
        self.system_attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
    }

    /// Returns when the message was sent, in milliseconds since 1970.
    pub(crate) fn sent_millis(&self) -> Option<u64> {
        self.system_attribute("SentTimestamp")?.parse().ok()
    }

    /// Starts the transfer of the message. No other consumer can receive it before `until`.
    pub(crate) fn to_received(&self, until: Instant) -> ReceivedMessage {
        ReceivedMessage::new(self.receipt_handle.clone(), until)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A message with these attributes.
    pub(crate) fn message(body: &str, attributes: &[(&str, &str)]) -> HeldMessage {
        let attributes =
            attributes.iter().map(|(name, text)| ((*name).to_owned(), MessageAttribute::text(*text)));
        HeldMessage {
            id: "q-1".to_owned(),
            receipt_handle: "h-1".to_owned(),
            body: body.to_owned(),
            attributes: attributes.collect(),
            system_attributes: BTreeMap::new(),
        }
    }
}
