//! Checks of the quarantine: `tenantctl` reads what a router writes, byte for byte.

use std::collections::BTreeSet;

use aws::QuarantineMessage;
use routing::ports::RejectedRecord;
use sources::{DynamoDb, EventBridge, Kinesis, Pipes, Record, Source, Sqs};
use tenancy::{Reason, Rejection};
use tenantctl::{ReturnRoute, restore};

/// Checks the quarantine of an event's records. The input is an offending value on the first line, and then an event of
/// any source.
pub(crate) fn quarantine(input: &str) {
    let (value, event) = input.split_once('\n').unwrap_or(("", input));
    check(Sqs::default(), value, event);
    check(Kinesis, value, event);
    check(DynamoDb, value, event);
    check(EventBridge, value, event);
    check(Pipes, value, event);
}

fn check<S: Source>(source: S, value: &str, event: &str) {
    let Ok(batch) = source.decode(event) else { return };
    for (index, record) in batch.records.iter().enumerate() {
        let reason = Reason::ALL[index % Reason::ALL.len()];
        let rejection = Rejection::new(reason).with_path("$.body.tenantId").with_offending_value(value);
        let rejected = RejectedRecord {
            record,
            rejection: &rejection,
            source_arn: &batch.source_arn,
            request_id: "request-1",
        };
        let message = QuarantineMessage::of(&rejected);
        assert_eq!(message.body, record.raw());
        check_attributes(&message);
        let attributes: Vec<(&str, &str)> =
            message.attributes.iter().map(|(name, text)| (*name, &**text)).collect();
        let restored = restore(&message.body, &attributes).expect("the message is as a router writes it");
        assert_eq!(
            (&*restored.reason, restored.selector.as_deref()),
            (reason.code(), Some("$.body.tenantId"))
        );
        assert_eq!(restored.offending_value.as_deref(), rejection.offending_value());
        check_same(restored.record_id.as_deref(), record.item_id());
        check_same(restored.source_arn.as_deref(), &batch.source_arn);
        check_replay(source, record, &restored.route);
    }
}

/// Checks the limits of SQS: ten attributes, none empty, and only the characters of XML 1.0 [Amazon SQS API reference,
/// `SendMessage`].
fn check_attributes(message: &QuarantineMessage<'_>) {
    let names: BTreeSet<&str> = message.attributes.iter().map(|(name, _)| *name).collect();
    assert!(names.len() == message.attributes.len() && names.len() <= 10);
    let is_accepted = |character: char| {
        character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}') || "\t\n\r".contains(character)
    };
    assert!(message.attributes.iter().all(|(_, text)| !text.is_empty() && text.chars().all(is_accepted)));
}

/// Checks that a value is unchanged, if SQS can carry it unchanged.
fn check_same(read: Option<&str>, written: &str) {
    if written.bytes().all(|byte| byte >= b' ') && !written.contains(['\u{fffe}', '\u{ffff}']) {
        assert_eq!(read.unwrap_or_default(), written);
    }
}

/// Checks that a queue's record is replayed as the message that it was.
fn check_replay<S: Source>(source: S, record: &Record<'_>, route: &ReturnRoute) {
    let ReturnRoute::Queue { body, message_group_id, .. } = route else { return };
    if let Ok(content) = source.content(record)
        && S::KIND == Sqs::KIND
    {
        assert_eq!(*body, content);
    }
    if let Some(order_key) = record.order_key() {
        assert_eq!(message_group_id.as_deref(), Some(order_key));
    }
}
