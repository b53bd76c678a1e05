//! Checks of the events without the envelope of an event source mapping: an EventBridge event, the array of a pipe, and
//! the input of a task.

use std::cell::LazyCell;

use base64_simd::STANDARD;
use sources::{Condition, EventBridge, Pipes, Record, Source, task};
use tenancy::Rules;

use crate::events::{self, Expectation, Expected};
use crate::streams::MAGIC;
use crate::tree::{Parsed, Tree};

thread_local! {
    static DETAIL: LazyCell<Rules> = LazyCell::new(|| events::rules(&["$.detail.tenantId"], &[]));
    static PIPES: LazyCell<Rules> =
        LazyCell::new(|| events::rules(&["$.tenantId", "$.body.tenantId", "$.data.tenantId"], &["$.data"]));
}

/// Checks an event of an EventBridge rule.
pub(crate) fn eventbridge(event: &str) {
    let tree = Tree::of(event);
    let expected = Expectation::of(tree.as_ref(), |event| {
        let id = event.text("id").filter(|id| !id.is_empty())?;
        for name in ["detail-type", "source", "detail"] {
            event.once(name)?;
        }
        Some(vec![Expected { id: id.to_owned(), order_key: None, source_arn: String::new() }])
    });
    let Some(batch) = events::decode(EventBridge, event, &expected) else { return };
    assert_eq!(batch.records[0].raw(), event.trim_matches(is_space));
    assert_eq!(EventBridge.content(&batch.records[0]).as_deref(), Ok(batch.records[0].raw()));
    DETAIL.with(|rules| {
        // The event is its only record, so both payloads are the same.
        let outcome = crate::harness::route(EventBridge, event, rules, routing::Payload::Record, b"");
        let outcome = outcome.expect("it was decoded before");
        match rules.admit(batch.records[0].raw()) {
            Ok(admitted) => {
                assert_eq!(outcome.sent.len(), 1);
                assert_eq!(outcome.sent[0].tenant, admitted.tenant().as_str());
                assert_eq!(outcome.sent[0].payload, batch.records[0].raw());
            }
            Err(_) => assert_eq!(outcome.quarantined, [batch.records[0].raw()]),
        }
        events::check_response(&batch, &outcome);
    });
}

/// Returns whether JSON allows this character as white space.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Checks the array that a pipe sends to its enrichment.
pub(crate) fn pipes(event: &str) {
    let Ok(batch) = Pipes.decode(event) else {
        assert!(!matches!(Tree::parse(event), Parsed::Json(Tree::List(_))), "an array is refused");
        return;
    };
    let Some(Tree::List(records)) = Tree::of(event) else { return };
    assert_eq!(batch.records.len(), records.len());
    let mut from = 0;
    for (index, (record, tree)) in batch.records.iter().zip(&records).enumerate() {
        let at = event[from..].find(record.raw()).expect("a record is not a slice of the event");
        from += at + record.raw().len();
        assert_eq!(Tree::of(record.raw()).as_ref(), Some(tree));
        check_piped(index, record, tree);
    }
    PIPES.with(|rules| {
        let outcome = crate::harness::route(Pipes, event, rules, routing::Payload::Event, b"");
        let outcome = outcome.expect("it was decoded before");
        for (index, record) in batch.records.iter().enumerate() {
            let is_readable = record.condition() == Condition::Readable;
            let admitted = is_readable.then(|| rules.admit(record.raw()).ok()).flatten();
            let tenant = admitted.as_ref().map(tenancy::Admitted::tenant);
            assert_eq!(outcome.report.tenant_of(index), tenant, "a record has another tenant");
        }
        events::check_response(&batch, &outcome);
    });
}

/// Checks that a record has its own identifier or else its index, and is undecodable exactly if it is an aggregate of
/// Kinesis.
fn check_piped(index: usize, record: &Record<'_>, tree: &Tree) {
    let fields = tree.as_object().unwrap_or_default();
    let all = |name| fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_text());
    let last = |name| all(name).next_back().flatten();
    let id = last("messageId").or(last("eventID")).filter(|id| !id.is_empty());
    assert_eq!(record.id(), id.map_or_else(|| index.to_string(), str::to_owned));
    let is_aggregate_data = |data: &str| {
        data.starts_with(MAGIC)
            && STANDARD.decode_to_vec(data).map_or(true, |bytes| bytes.starts_with(&[0xf3, 0x89, 0x9a, 0xc2]))
    };
    let is_kinesis = |source: Option<&str>| source.is_none_or(|source| source == "aws:kinesis");
    let may_be_kinesis = all("eventSource").any(is_kinesis) || all("eventSource").all(is_kinesis);
    let is_aggregate = may_be_kinesis && all("data").flatten().any(is_aggregate_data);
    assert_eq!(record.condition() == Condition::Undecodable, is_aggregate);
}

/// Checks the input of a task. The first line is the path of the payload.
pub(crate) fn task(input: &str) {
    let (path, input) = input.split_once('\n').unwrap_or(("payload", input));
    let names: Vec<String> = path.split('.').map(str::to_owned).collect();
    let payload = task::payload(input, &names);
    let Some(tree) = Tree::of(input) else {
        // JSON that a tree cannot hold may be a task. Text that is not JSON may not.
        return assert!(payload.is_err() || matches!(Tree::parse(input), Parsed::Unsupported));
    };
    let expected = names.iter().try_fold(&tree, |tree, name| tree.once(name));
    let payload = match (payload, expected) {
        (Ok(payload), Some(expected)) => {
            assert_eq!(Tree::of(payload).as_ref(), Some(expected));
            payload
        }
        (Err(_), None) => return,
        (payload, expected) => unreachable!("the payload is {payload:?}, the reference gives {expected:?}"),
    };
    let start = payload.as_ptr().addr().wrapping_sub(input.as_ptr().addr());
    assert_eq!(
        input.get(start..start + payload.len()),
        Some(payload),
        "the payload is not a slice of the input"
    );
}
