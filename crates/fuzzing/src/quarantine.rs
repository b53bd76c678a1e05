//! A record goes into quarantine and comes back: what a router writes is what `tenantctl` reads, byte for byte.

use std::collections::BTreeSet;

use aws::QuarantineMessage;
use routing::ports::RejectedRecord;
use sources::{DynamoDb, EventBridge, Kinesis, Pipes, Record, Source, Sqs};
use tenancy::{Reason, Rejection};
use tenantctl::{ReturnRoute, restore};

/// The value that gave offence, and behind its line an event of any source.
pub(crate) fn quarantine(input: &str) {
    let (value, event) = input.split_once('\n').unwrap_or(("", input));
    each(Sqs::default(), value, event);
    each(Kinesis, value, event);
    each(DynamoDb, value, event);
    each(EventBridge, value, event);
    each(Pipes, value, event);
}

fn each<S: Source>(source: S, value: &str, event: &str) {
    let Ok(batch) = source.decode(event) else { return };
    for (place, record) in batch.records.iter().enumerate() {
        let reason = Reason::ALL[place % Reason::ALL.len()];
        let rejection = Rejection::new(reason).at("$.body.tenantId").offending(value);
        let rejected = RejectedRecord {
            record,
            rejection: &rejection,
            source_arn: &batch.source_arn,
            request_id: "request-1",
        };
        let message = QuarantineMessage::of(&rejected);
        assert_eq!(message.body, record.raw());
        told(&message);
        let attributes: Vec<(&str, &str)> =
            message.attributes.iter().map(|(name, text)| (*name, &**text)).collect();
        let restored = restore(&message.body, &attributes).expect("a router wrote it");
        assert_eq!((&*restored.reason, restored.selector.as_deref()), (reason.code(), Some("$.body.tenantId")));
        assert_eq!(restored.offending_value.as_deref(), rejection.offending_value());
        same(restored.record_id.as_deref(), record.item_id());
        same(restored.source_arn.as_deref(), &batch.source_arn);
        returns(source, record, &restored.route);
    }
}

/// SQS takes ten attributes, none of them empty, and no character that XML does not have.
fn told(message: &QuarantineMessage<'_>) {
    let names: BTreeSet<&str> = message.attributes.iter().map(|(name, _)| *name).collect();
    assert!(names.len() == message.attributes.len() && names.len() <= 10);
    let taken = |character: char| {
        character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}') || "\t\n\r".contains(character)
    };
    assert!(message.attributes.iter().all(|(_, text)| !text.is_empty() && text.chars().all(taken)));
}

/// The same, where SQS can carry it as it stands.
fn same(read: Option<&str>, written: &str) {
    if written.bytes().all(|byte| byte >= b' ') && !written.contains(['\u{fffe}', '\u{ffff}']) {
        assert_eq!(read.unwrap_or_default(), written);
    }
}

/// A queue's record is sent as the message that it was.
fn returns<S: Source>(source: S, record: &Record<'_>, route: &ReturnRoute) {
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
