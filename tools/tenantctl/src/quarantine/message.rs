//! A received message, and what the router wrote into it when it quarantined a record. No I/O.
//! `aws::QuarantineMessage` writes these messages.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::transfer::ReceivedMessage;

/// The version of the message format that this version of tenantctl reads.
const SCHEMA_VERSION: &str = "1";

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

/// What the router wrote about a rejected record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct RejectionDetails {
    /// The reason code.
    pub(crate) reason: String,
    pub(crate) source_arn: Option<String>,
    pub(crate) record_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) first_seen: Option<String>,
    pub(crate) selector: Option<String>,
    pub(crate) offending_value: Option<String>,
    /// The S3 object with the record, if the record is not in the message.
    pub(crate) stored: Option<ObjectPointer>,
}

/// The S3 object with a record that is too large for a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct ObjectPointer {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) bytes: u64,
    /// The SHA-256 of the object's bytes, in hexadecimal.
    pub(crate) sha256: String,
}

impl RejectionDetails {
    /// Parses what the router wrote into the message.
    ///
    /// # Errors
    /// Why the message was not written by a router, or cannot be read by this version.
    pub(crate) fn parse(message: &HeldMessage) -> Result<Self, String> {
        match message.text_attribute("schema_version") {
            None => return Err("it has no schema_version, so no router wrote it".to_owned()),
            Some(SCHEMA_VERSION) => {}
            Some(other) => {
                let version: String = other.chars().take(20).collect();
                return Err(format!("its schema_version is {version:?}: a newer tenantctl may read it"));
            }
        }
        let owned = |name: &str| message.text_attribute(name).map(str::to_owned);
        let stored = match message.text_attribute("stored") {
            None => None,
            Some("s3") => Some(
                serde_json::from_str(&message.body)
                    .map_err(|_| "its body does not say where in S3 the record is".to_owned())?,
            ),
            Some(_) => return Err("its attribute \"stored\" has an unknown value".to_owned()),
        };
        if stored.is_none() && serde_json::from_str::<serde::de::IgnoredAny>(&message.body).is_err() {
            return Err("its body is not a record: it is not JSON".to_owned());
        }
        Ok(Self {
            reason: owned("reason").ok_or("it has no reason, so no router wrote it")?,
            source_arn: owned("source_arn"),
            record_id: owned("record_id"),
            request_id: owned("request_id"),
            first_seen: owned("first_seen"),
            selector: owned("selector"),
            offending_value: owned("offending_value"),
            stored,
        })
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

    #[test]
    fn router_message_is_parsed() {
        let routed =
            message("{}", &[("schema_version", "1"), ("reason", "missing"), ("selector", "$.body.tenantId")]);
        let rejected = RejectionDetails::parse(&routed).unwrap();
        assert_eq!((rejected.reason.as_str(), rejected.stored.is_some()), ("missing", false));
        assert_eq!(rejected.selector.as_deref(), Some("$.body.tenantId"));
    }

    #[test]
    fn stored_record_is_parsed_as_pointer() {
        let body = r#"{"bucket":"b","key":"k/1","bytes":7,"sha256":"ab"}"#;
        let attributes = [("schema_version", "1"), ("reason", "too_large"), ("stored", "s3")];
        let pointer = RejectionDetails::parse(&message(body, &attributes)).unwrap().stored.unwrap();
        assert_eq!((pointer.bucket.as_str(), pointer.key.as_str(), pointer.bytes), ("b", "k/1", 7));
    }

    #[test]
    fn other_messages_are_not_rejected_records() {
        let ours = ("schema_version", "1");
        for (body, attributes, why) in [
            ("{}", &[][..], "no schema_version"),
            ("{}", &[("schema_version", "2"), ("reason", "missing")], "newer tenantctl"),
            ("{}", &[ours], "no reason"),
            ("text", &[ours, ("reason", "missing")], "not JSON"),
            ("{}", &[ours, ("reason", "too_large"), ("stored", "s3")], "where in S3"),
            ("{}", &[ours, ("reason", "too_large"), ("stored", "tape")], "unknown value"),
        ] {
            let problem = RejectionDetails::parse(&message(body, attributes)).unwrap_err();
            assert!(problem.contains(why), "{problem}");
        }
    }
}
