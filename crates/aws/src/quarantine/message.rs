//! A rejected record as an SQS message: its body, its attributes and its size as SQS counts it. Pure.
//! `docs/quarantine.md` documents the format.

use std::borrow::Cow;

use routing::ports::RejectedRecord;
use serde_json::json;

use super::store::RecordObject;
use super::time::iso_8601;
use routing::sqs::{DATA_TYPE, is_permitted};

/// The version of the message format.
const SCHEMA_VERSION: &str = "1";

/// The names of the attributes. SQS accepts at most ten [SQS developer guide, "Amazon SQS message metadata"].
const ATTRIBUTES: [&str; 9] = [
    "schema_version",
    "reason",
    "source_arn",
    "record_id",
    "request_id",
    "first_seen",
    "selector",
    "offending_value",
    "stored",
];

/// Why no message can hold a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsendable {
    TooLarge,
    Contents,
}

impl Unsendable {
    /// Returns the code that SQS uses for this error.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "MessageTooLong",
            Self::Contents => "InvalidMessageContents",
        }
    }
}

/// A message for the quarantine queue.
#[derive(Debug)]
pub struct QuarantineMessage<'a> {
    /// The record, or a pointer to its object in S3.
    pub body: Cow<'a, str>,
    /// Each attribute's name and text; at most ten.
    pub attributes: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> QuarantineMessage<'a> {
    /// Creates a message with the unchanged record as its body.
    #[must_use]
    pub fn of(rejected: &RejectedRecord<'a>) -> Self {
        Self { body: Cow::Borrowed(rejected.record.raw()), attributes: attributes(rejected, None) }
    }

    /// Creates a message with a pointer to the record's object as its body.
    pub(super) fn pointer(rejected: &RejectedRecord<'a>, object: &RecordObject) -> Self {
        let RecordObject { bucket, key, bytes, sha256 } = object;
        let body = json!({ "bucket": bucket, "key": key, "bytes": bytes, "sha256": sha256.hex() });
        Self { body: Cow::Owned(body.to_string()), attributes: attributes(rejected, Some("s3")) }
    }

    /// Returns the bytes that SQS counts: the body, and each attribute's name, type and value.
    pub(super) fn len(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, text)| name.len() + DATA_TYPE.len() + text.len());
        self.body.len() + attributes.sum::<usize>()
    }

    /// Checks that a queue with this maximum message size accepts the message.
    pub(super) fn check(&self, max_bytes: usize) -> Result<(), Unsendable> {
        if self.len() > max_bytes {
            return Err(Unsendable::TooLarge);
        }
        if !self.body.chars().all(is_permitted) {
            return Err(Unsendable::Contents);
        }
        Ok(())
    }
}

fn attributes<'a>(
    rejected: &RejectedRecord<'a>,
    stored: Option<&'static str>,
) -> Vec<(&'static str, Cow<'a, str>)> {
    let RejectedRecord { record, rejection, source_arn, request_id } = *rejected;
    let texts = [
        Some(Cow::Borrowed(SCHEMA_VERSION)),
        Some(Cow::Borrowed(rejection.reason().code())),
        Some(Cow::Borrowed(source_arn)),
        Some(Cow::Borrowed(record.item_id())),
        Some(Cow::Borrowed(request_id)),
        record.first_seen_millis().and_then(iso_8601).map(Cow::Owned),
        rejection.path().map(Cow::Borrowed),
        rejection.offending_value().map(Cow::Borrowed),
        stored.map(Cow::Borrowed),
    ];
    let named = ATTRIBUTES.into_iter().zip(texts);
    // SQS refuses empty attributes.
    named
        .filter_map(|(name, text)| Some((name, permitted(text?))))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Escapes the characters that SQS refuses, so that no attribute keeps its record out of quarantine.
fn permitted(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.chars().all(is_permitted) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_permitted(character) {
            escaped.push(character);
        } else {
            escaped.extend(character.escape_unicode());
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests;
