//! Events without the envelope of an event source mapping: EventBridge's, a pipe's array, a task's input.

use std::cell::LazyCell;

use serde_json::Value;
use sources::{Condition, EventBridge, Pipes, Source, task};
use tenancy::Rules;

use crate::events::{self, Expectation, Expected};
use crate::tree::{Read, Tree};

thread_local! {
    static DETAIL: LazyCell<Rules> = LazyCell::new(|| events::rules(&["$.detail.tenantId"], &[]));
    static PIPES: LazyCell<Rules> =
        LazyCell::new(|| events::rules(&["$.tenantId", "$.body.tenantId", "$.data.tenantId"], &["$.data"]));
}

/// An event of an EventBridge rule.
pub(crate) fn eventbridge(event: &str) {
    let tree = Tree::of(event);
    let expected = Expectation::of(tree.as_ref(), |event| {
        let id = event.text("id").filter(|id| !id.is_empty())?;
        for name in ["detail-type", "source", "detail"] {
            event.once(name)?;
        }
        Some(vec![Expected { id: id.to_owned(), order_key: None, source_arn: String::new() }])
    });
    let Some(batch) = events::decoded(EventBridge, event, &expected) else { return };
    assert_eq!(batch.records[0].raw(), event.trim_matches(is_space));
    assert_eq!(EventBridge.content(&batch.records[0]).as_deref(), Ok(batch.records[0].raw()));
    DETAIL.with(|rules| {
        // Alone it has no other form than its own.
        let outcome = crate::world::route(EventBridge, event, rules, routing::Payload::Record, b"");
        let outcome = outcome.expect("it was decoded before");
        match rules.admit(batch.records[0].raw()) {
            Ok(admitted) => {
                assert_eq!(outcome.sent.len(), 1);
                assert_eq!(outcome.sent[0].tenant, admitted.tenant().as_str());
                assert_eq!(outcome.sent[0].payload, batch.records[0].raw());
            }
            Err(_) => assert_eq!(outcome.set_aside, [batch.records[0].raw()]),
        }
        events::answers(&batch, &outcome);
    });
}

/// White space as JSON has it.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// The array that a pipe hands to its enrichment.
pub(crate) fn pipes(event: &str) {
    let Ok(batch) = Pipes.decode(event) else {
        assert!(!matches!(Tree::read(event), Read::Json(Tree::List(_))), "an array is refused");
        return;
    };
    let records: Vec<Value> = match serde_json::from_str(event) {
        Ok(records) => records,
        Err(_) => return,
    };
    assert_eq!(batch.records.len(), records.len());
    let mut from = 0;
    for (record, value) in batch.records.iter().zip(&records) {
        let place = event[from..].find(record.raw()).expect("a record is no part of the event");
        from += place + record.raw().len();
        assert_eq!(serde_json::from_str::<Value>(record.raw()).ok().as_ref(), Some(value));
    }
    PIPES.with(|rules| {
        let outcome = crate::world::route(Pipes, event, rules, routing::Payload::Event, b"");
        let outcome = outcome.expect("it was decoded before");
        for (index, record) in batch.records.iter().enumerate() {
            let is_sound = record.condition() == Condition::Sound;
            let admitted = is_sound.then(|| rules.admit(record.raw()).ok()).flatten();
            let tenant = admitted.as_ref().map(tenancy::Admitted::tenant);
            assert_eq!(outcome.report.tenant_of(index), tenant, "a record goes on as somebody else's");
        }
        events::answers(&batch, &outcome);
    });
}

/// A task's input, behind a first line with the fields that lead to the payload.
pub(crate) fn task(input: &str) {
    let (path, input) = input.split_once('\n').unwrap_or(("payload", input));
    let names: Vec<String> = path.split('.').map(str::to_owned).collect();
    let payload = task::payload(input, &names);
    let Some(tree) = Tree::of(input) else {
        // What is passed over may be beyond a tree, but what is no JSON at all is no task.
        return assert!(payload.is_err() || matches!(Tree::read(input), Read::Beyond));
    };
    let expected = names.iter().try_fold(&tree, |tree, name| tree.once(name));
    let payload = match (payload, expected) {
        (Ok(payload), Some(expected)) => {
            assert_eq!(Tree::of(payload).as_ref(), Some(expected));
            payload
        }
        (Err(_), None) => return,
        (payload, expected) => unreachable!("{payload:?}, and a tree says {expected:?}"),
    };
    let start = payload.as_ptr().addr().wrapping_sub(input.as_ptr().addr());
    assert_eq!(input.get(start..start + payload.len()), Some(payload), "the payload is no part of the input");
}
