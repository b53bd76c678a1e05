//! A rejected record as an SQS message: its attributes, its size as SQS counts it, and what SQS takes in a batch.
//! Pure [Amazon SQS developer guide, "Amazon SQS message quotas"; SQS API reference, `SendMessageBatch`].

use std::borrow::Cow;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use routing::ports::Rejected;

/// The largest message, and the largest batch of them all together, in bytes.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// The most messages that one batch may have.
pub(crate) const MAX_ENTRIES: usize = 10;

/// The longest `MessageGroupId` and `MessageDeduplicationId`.
const MAX_ID: usize = 128;

/// The data type of every attribute; SQS counts it with each of them.
pub(crate) const DATA_TYPE: &str = "String";

/// The version of the quarantine message's layout, for those who read it.
const SCHEMA_VERSION: &str = "1";

/// Why a record cannot be sent at all; SQS's own codes where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsendable {
    TooLarge,
    Contents,
    Id,
}

impl Unsendable {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "MessageTooLong",
            Self::Contents => "InvalidMessageContents",
            Self::Id => "InvalidParameterValue",
        }
    }
}

/// What makes a message out of a rejected record; its body is the record as it came.
pub(crate) struct Message<'a> {
    pub(crate) body: &'a str,
    pub(crate) attributes: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> Message<'a> {
    pub(crate) fn new(rejected: &Rejected<'a>) -> Self {
        let Rejected { record, rejection, source_arn, request_id } = *rejected;
        let texts = [
            ("schema_version", Some(Cow::Borrowed(SCHEMA_VERSION))),
            ("reason", Some(Cow::Borrowed(rejection.reason().code()))),
            ("source_arn", Some(Cow::Borrowed(source_arn))),
            ("record_id", Some(Cow::Borrowed(record.item_id()))),
            ("request_id", Some(Cow::Borrowed(request_id))),
            ("first_seen", record.first_seen_millis().and_then(iso_8601).map(Cow::Owned)),
            ("selector", rejection.selector().map(Cow::Borrowed)),
            ("offending_value", rejection.offending_value().map(Cow::Borrowed)),
        ];
        let attributes = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name, permitted(text?))))
            // SQS takes no empty attribute.
            .filter(|(_, text)| !text.is_empty())
            .collect();
        Self { body: record.raw(), attributes }
    }

    /// The bytes that SQS counts: the body, and each attribute's name, type and value.
    pub(crate) fn len(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, text)| name.len() + DATA_TYPE.len() + text.len());
        self.body.len() + attributes.sum::<usize>()
    }

    /// Whether SQS would take it; else what it would say.
    pub(crate) fn check(&self) -> Result<(), Unsendable> {
        if self.len() > MAX_BYTES {
            return Err(Unsendable::TooLarge);
        }
        if !self.body.chars().all(is_permitted) {
            return Err(Unsendable::Contents);
        }
        Ok(())
    }
}

/// Cuts into batches that SQS takes, in order. A message that is too large for any batch gets one of its own, so that
/// it takes nothing else down with it.
pub(crate) fn batches<T>(messages: Vec<T>, len: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut batches: Vec<Vec<T>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let message_bytes = len(&message);
        match batches.last_mut() {
            Some(batch) if batch.len() < MAX_ENTRIES && bytes + message_bytes <= MAX_BYTES => {
                bytes += message_bytes;
                batch.push(message);
            }
            _ => {
                bytes = message_bytes;
                batches.push(vec![message]);
            }
        }
    }
    batches
}

/// What a FIFO quarantine asks of a message besides: a group, and an id by which a record that is sent twice within
/// five minutes is kept once. What SQS refuses comes back later than its successors, so the order is that of
/// acknowledgements.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FifoIds<'a> {
    pub(crate) group: &'a str,
    pub(crate) deduplication: &'a str,
}

impl<'a> FifoIds<'a> {
    pub(crate) fn new(rejected: &Rejected<'a>) -> Result<Self, Unsendable> {
        let record = rejected.record;
        // Not `id`: the records of an aggregate share theirs, and the queue would keep one of them.
        let deduplication = record.event_id();
        let group = record.order_key().filter(|key| is_id(key)).unwrap_or(deduplication);
        if is_id(deduplication) { Ok(Self { group, deduplication }) } else { Err(Unsendable::Id) }
    }
}

/// Up to 128 characters, letters, digits and punctuation [SQS API reference, `SendMessage`, `MessageGroupId`].
pub(crate) fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What SQS takes in bodies and attributes [SQS API reference, `SendMessage`, `MessageBody`].
pub(crate) const fn is_permitted(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{1_0000}'..='\u{10_ffff}')
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

fn iso_8601(millis: u64) -> Option<String> {
    DateTime::from_millis(i64::try_from(millis).ok()?).fmt(Format::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sources::Record;
    use tenancy::{Reason, Rejection};

    const ARN: &str = "arn:aws:sqs:eu-west-1:111122223333:orders";

    fn rejected<'a>(record: &'a Record<'a>, rejection: &'a Rejection) -> Rejected<'a> {
        Rejected { record, rejection, source_arn: ARN, request_id: "request-1" }
    }

    #[test]
    fn a_message_is_the_record_as_it_came_with_all_that_is_known_about_it() {
        let record = Record::new("{\"body\": 1.0}", "m-1".into()).first_seen(Some(1_545_082_649_185));
        let rejection = Rejection::new(Reason::Conflict).at("$.body.tenantId").offending("blue\u{1}");
        let message = Message::new(&rejected(&record, &rejection));
        assert_eq!(message.body, "{\"body\": 1.0}");
        let expected = [
            ("schema_version", "1"),
            ("reason", "conflict"),
            ("source_arn", ARN),
            ("record_id", "m-1"),
            ("request_id", "request-1"),
            ("first_seen", "2018-12-17T21:37:29.185Z"),
            ("selector", "$.body.tenantId"),
            ("offending_value", "blue\\u{1}"),
        ];
        let attributes: Vec<_> = message.attributes.iter().map(|(name, text)| (*name, &**text)).collect();
        assert_eq!(attributes, expected);
    }

    #[test]
    fn what_is_not_known_or_empty_is_left_out_because_sqs_takes_no_empty_attribute() {
        let (record, rejection) = (Record::new("{}", "".into()), Rejection::new(Reason::Undecodable));
        let message = Message::new(&rejected(&record, &rejection));
        let names: Vec<_> = message.attributes.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["schema_version", "reason", "source_arn", "request_id"]);
    }

    #[test]
    fn an_attribute_that_sqs_would_refuse_is_escaped() {
        let rejection = Rejection::new(Reason::Missing).at("$['\u{1}\u{ffff}ü']");
        let record = Record::new("{}", "m-1".into());
        let message = Message::new(&rejected(&record, &rejection));
        assert!(message.attributes.iter().any(|(_, text)| text == "$['\\u{1}\\u{ffff}ü']"));
    }

    /// A message of exactly `bytes`, as SQS counts them.
    fn body_for(bytes: usize) -> String {
        let (record, rejection) = (Record::new("", "m-1".into()), Rejection::new(Reason::Missing));
        "x".repeat(bytes - Message::new(&rejected(&record, &rejection)).len())
    }

    #[test]
    fn names_types_and_values_of_attributes_count() {
        let (record, rejection) = (Record::new("{}", "m-1".into()), Rejection::new(Reason::Missing));
        let counted =
            ["{}", "schema_version", "1", "reason", "missing", "source_arn", ARN, "record_id", "m-1"]
                .into_iter()
                .chain(["request_id", "request-1", "String", "String", "String", "String", "String"]);
        assert_eq!(Message::new(&rejected(&record, &rejection)).len(), counted.map(str::len).sum::<usize>());
    }

    #[test]
    fn a_message_of_just_the_limit_is_sent_and_one_byte_more_is_not() {
        let rejection = Rejection::new(Reason::TooLarge);
        let shorter = Reason::TooLarge.code().len() - Reason::Missing.code().len();
        for (bytes, expected) in [(MAX_BYTES, Ok(())), (MAX_BYTES + 1, Err(Unsendable::TooLarge))] {
            let body = body_for(bytes - shorter);
            let record = Record::new(&*body, "m-1".into());
            let message = Message::new(&rejected(&record, &rejection));
            assert_eq!((message.len(), message.check()), (bytes, expected));
        }
    }

    #[test]
    fn a_body_with_a_character_that_sqs_refuses_is_not_sent() {
        let rejection = Rejection::new(Reason::Missing);
        for (body, expected) in [
            ("\t\n\r \u{7f}\u{80}\u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}", Ok(())),
            ("\u{0}", Err(Unsendable::Contents)),
            ("a\u{1f}", Err(Unsendable::Contents)),
            ("\u{fffe}", Err(Unsendable::Contents)),
            ("\u{ffff}", Err(Unsendable::Contents)),
        ] {
            let record = Record::new(body, "m-1".into());
            assert_eq!(Message::new(&rejected(&record, &rejection)).check(), expected, "{body:?}");
        }
    }

    #[test]
    fn batches_end_at_ten_messages() {
        let sizes = |count: usize| -> Vec<usize> {
            batches(vec![1_usize; count], |bytes| *bytes).iter().map(Vec::len).collect()
        };
        assert_eq!(sizes(0), [0_usize; 0]);
        assert_eq!(sizes(10), [10]);
        assert_eq!(sizes(21), [10, 10, 1]);
    }

    #[test]
    fn batches_end_at_exactly_the_limit_of_bytes_and_keep_the_order() {
        let cut = |sizes: &[usize]| batches(sizes.to_vec(), |bytes| *bytes);
        assert_eq!(cut(&[MAX_BYTES - 1, 1]), [vec![MAX_BYTES - 1, 1]]);
        assert_eq!(cut(&[MAX_BYTES - 1, 2]), [vec![MAX_BYTES - 1], vec![2]]);
        assert_eq!(cut(&[5, MAX_BYTES + 1, 6, 7]), [vec![5], vec![MAX_BYTES + 1], vec![6, 7]]);
    }

    #[test]
    fn a_fifo_quarantine_keeps_the_order_of_each_order_key() {
        let rejection = Rejection::new(Reason::Missing);
        let long = "k".repeat(MAX_ID + 1);
        for (order_key, group) in [
            (None, "m-1"),
            (Some("blue#1"), "blue#1"),
            (Some(""), "m-1"),
            (Some("white space"), "m-1"),
            (Some(&*long), "m-1"),
        ] {
            let mut record = Record::new("{}", "m-1".into());
            if let Some(key) = order_key {
                record = record.ordered_by(key.into());
            }
            let ids = FifoIds::new(&rejected(&record, &rejection));
            assert_eq!(ids, Ok(FifoIds { group, deduplication: "m-1" }));
        }
        let user = |place: &str| Record::new("{}", "4".into()).named_inside(format!("4:{place}").into());
        assert_ne!(
            FifoIds::new(&rejected(&user("0"), &rejection)).unwrap().deduplication,
            FifoIds::new(&rejected(&user("1"), &rejection)).unwrap().deduplication,
        );
        let record = Record::new("{}", (&*long).into()).ordered_by("blue#1".into());
        assert_eq!(FifoIds::new(&rejected(&record, &rejection)), Err(Unsendable::Id));
    }
}
