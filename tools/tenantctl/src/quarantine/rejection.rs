//! What the router wrote into a message when it quarantined a record. No I/O. `aws::QuarantineMessage` writes these
//! messages.

use crate::transfer::{HeldMessage, ObjectPointer};
use serde::Serialize;

/// The version of the message format that this version of tenantctl reads.
const SCHEMA_VERSION: &str = "1";

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
mod tests {
    use super::*;
    use crate::transfer::message::tests::message;

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
