//! Reading events of EventBridge: one in each invocation.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sources::{EventBridge, EventError, Order, ResponseMode, Source};

const EVENT: &str = r#" {"version":"0","id":"6a7e8feb-b491","detail-type":"order","source":"shop","account":"111122223333",
 "time":"2026-11-24T09:00:00Z","region":"eu-west-1","resources":[],"detail":{"tenantId":"a","n":1.0e2}}
"#;

#[test]
fn event_is_its_own_record_byte_for_byte() {
    let batch = EventBridge.decode(EVENT).unwrap();
    assert_eq!(batch.records.len(), 1);
    assert_eq!(batch.records[0].raw(), EVENT.trim());
    assert_eq!(batch.records[0].id(), "6a7e8feb-b491");
    assert_eq!(EventBridge.content(&batch.records[0]).unwrap(), EVENT.trim());
    assert_eq!((batch.order, batch.response_mode), (Order::Unordered, ResponseMode::Invocation));
}

#[test]
fn other_events_are_refused_and_name_their_router() {
    let sqs = r#"{"Records":[{"messageId":"m","eventSource":"aws:sqs"}]}"#;
    let error = EventBridge.decode(sqs).unwrap_err().to_string();
    assert!(error.contains("an EventBridge event") && error.contains("sqs-router"), "{error}");
    for missing in ["id", "detail-type", "source", "detail"] {
        let event = EVENT.replace(&format!("\"{missing}\":"), &format!("\"not-{missing}\":"));
        assert!(matches!(EventBridge.decode(&event), Err(EventError::Shape { .. })), "{missing}");
    }
    let without_id = EVENT.replace("6a7e8feb-b491", "");
    let error = EventBridge.decode(&without_id).unwrap_err();
    assert!(
        matches!(error, EventError::Shape { .. }) && error.to_string().contains("events unchanged"),
        "{error}"
    );
}
