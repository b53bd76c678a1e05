//! Events as a rule of EventBridge sends them to a function [EventBridge user guide, "Events in Amazon EventBridge"].

use serde_json::{Value, json};

/// Returns the event with this id and detail.
#[must_use]
pub fn event(id: &str, detail: &Value) -> String {
    json!({
        "version": "0",
        "id": id,
        "detail-type": "OrderPlaced",
        "source": "com.example.orders",
        "account": "111122223333",
        "time": "2026-06-10T19:26:16Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    })
    .to_string()
}
