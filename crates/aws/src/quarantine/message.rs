//! A rejected record as an SQS message: its body, its attributes, and its size as SQS counts it. Pure.
//! `docs/quarantine.md` has the format for those who read it.

use std::borrow::Cow;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use routing::ports::RejectedRecord;
use serde_json::json;

use super::bucket::Object;
use routing::sqs::{DATA_TYPE, is_permitted};

/// The version of the format, for those who read it.
const SCHEMA_VERSION: &str = "1";

/// The names of the attributes. SQS takes ten at most [SQS developer guide, "Amazon SQS message metadata"].
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

/// Why no message can hold a record; SQS's own codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsendable {
    TooLarge,
    Contents,
}

impl Unsendable {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "MessageTooLong",
            Self::Contents => "InvalidMessageContents",
        }
    }
}

/// What a message says.
#[derive(Debug)]
pub struct Message<'a> {
    /// The record, or where it lies.
    pub body: Cow<'a, str>,
    /// Name and text of each attribute, at most ten.
    pub attributes: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> Message<'a> {
    /// The record itself, as it came.
    #[must_use]
    pub fn of(rejected: &RejectedRecord<'a>) -> Self {
        Self { body: Cow::Borrowed(rejected.record.raw()), attributes: attributes(rejected, None) }
    }

    /// Where the record lies instead.
    pub(super) fn pointing(rejected: &RejectedRecord<'a>, object: &Object) -> Self {
        let Object { bucket, key, bytes, sha256 } = object;
        let body = json!({ "bucket": bucket, "key": key, "bytes": bytes, "sha256": sha256.hex() });
        Self { body: Cow::Owned(body.to_string()), attributes: attributes(rejected, Some("s3")) }
    }

    /// The bytes that SQS counts: the body, and each attribute's name, type and value.
    pub(super) fn len(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, text)| name.len() + DATA_TYPE.len() + text.len());
        self.body.len() + attributes.sum::<usize>()
    }

    /// Whether a queue that takes this many bytes would take it; else what it would say.
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
        rejection.selector().map(Cow::Borrowed),
        rejection.offending_value().map(Cow::Borrowed),
        stored.map(Cow::Borrowed),
    ];
    let named = ATTRIBUTES.into_iter().zip(texts);
    // SQS takes no empty attribute.
    named
        .filter_map(|(name, text)| Some((name, permitted(text?))))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// The text with what SQS refuses escaped, so that no name of a thing keeps the thing out of quarantine.
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

/// A time, in milliseconds since 1970, as ISO 8601 in UTC.
pub(super) fn iso_8601(millis: u64) -> Option<String> {
    DateTime::from_millis(i64::try_from(millis).ok()?).fmt(Format::DateTime).ok()
}

#[cfg(test)]
mod tests;
