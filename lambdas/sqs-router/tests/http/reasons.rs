//! Tests all reasons for a rejection: the record is quarantined with its reason, and the other records are delivered.

use serde_json::{Value, json};
use testbed::{Message, Setup};

use crate::setup::{Deliver, ROUTER, message};

/// Delivers a record that must be rejected between two good ones. Returns its reason, selector and value.
fn rejected(setup: Setup, bad: Message) -> (String, Option<String>, Option<String>) {
    let mut world = setup.start();
    let good = |id: &str| message(id, "a").group("a#1").message_attribute("tenantId", "a");
    assert_eq!(world.deliver(&[good("1"), bad, good("3")]), [""; 0]);
    assert_eq!(world.invokes(), [("a".to_owned(), vec!["1".to_owned(), "3".to_owned()])]);
    let queued = world.sqs.queued();
    assert_eq!(queued.len(), 1);
    let attribute = |name: &str| queued[0].attribute(name).map(str::to_owned);
    assert_eq!(attribute("record_id").as_deref(), Some("2"));
    (attribute("reason").unwrap(), attribute("selector"), attribute("offending_value"))
}

fn reason_of_body(body: &str) -> String {
    rejected(ROUTER.with_default_backend(), Message::new("2", body)).0
}

fn from(selectors: Value) -> Setup {
    ROUTER.with_default_backend().set(&["tenant_id", "from"], selectors)
}

#[test]
fn undecodable_if_a_selected_body_is_no_json() {
    for body in
        ["", "no JSON", "{\"tenantId\":\"a\"", "{\"tenantId\":\"a\"} {}", "{\"tenantId\":\"\\ud800\"}"]
    {
        assert_eq!(reason_of_body(body), "undecodable", "for {body:?}");
    }
}

#[test]
fn undecodable_if_a_record_payload_is_no_json() {
    let setup =
        from(json!(["$.attributes.MessageGroupId"])).set(&["delivery"], json!({ "payload": "record" }));
    let mut world = setup.start();
    assert_eq!(world.deliver(&[Message::new("1", "no JSON").group("a")]), [""; 0]);
    assert_eq!(world.sqs.queued()[0].attribute("reason"), Some("undecodable"));
    assert_eq!(world.invokes(), []);
}

#[test]
fn missing_if_the_body_has_no_such_field() {
    for body in ["{}", "42", "{\"tenantid\":\"a\"}", "{\"nested\":{\"tenantId\":\"a\"}}"] {
        assert_eq!(reason_of_body(body), "missing", "for {body:?}");
    }
}

#[test]
fn not_a_string_if_the_id_has_another_type() {
    for id in ["1", "null", "true", "[\"a\"]", "{\"a\":\"a\"}"] {
        assert_eq!(reason_of_body(&format!("{{\"tenantId\":{id}}}")), "not_a_string", "for {id}");
    }
}

#[test]
fn duplicate_key_even_with_equal_values() {
    assert_eq!(reason_of_body(r#"{"tenantId":"a","tenantId":"b"}"#), "duplicate_key");
    assert_eq!(reason_of_body(r#"{"tenantId":"a","x":1,"tenantId":"a"}"#), "duplicate_key");
    assert_eq!(reason_of_body("{\"tenantId\":\"a\",\"tenant\\u0049d\":\"b\"}"), "duplicate_key");
}

#[test]
fn no_capture_if_the_value_does_not_match() {
    let setup = from(json!([{ "path": "$.attributes.MessageGroupId", "capture": "^([^#]+)#" }]));
    let (reason, selector, _) = rejected(setup, message("2", "a").group("a"));
    assert_eq!(reason, "no_capture");
    assert!(selector.unwrap().contains("$.attributes.MessageGroupId"));
}

#[test]
fn bad_grammar_if_the_id_is_invalid() {
    let long = "x".repeat(129);
    for id in ["", "a b", " a", "a\\n", "-a", "ä", "a/b", "a*", &long] {
        assert_eq!(reason_of_body(&format!("{{\"tenantId\":\"{id}\"}}")), "bad_grammar", "for {id}");
    }
}

#[test]
fn bad_grammar_has_the_escaped_truncated_value() {
    let (_, selector, value) = rejected(
        ROUTER.with_default_backend(),
        Message::new("2", json!({ "tenantId": "a\u{1}ä<b>" }).to_string()),
    );
    assert_eq!(selector.as_deref(), Some("$.body.tenantId"));
    assert_eq!(value.as_deref(), Some("a\\u{1}\\u{e4}<b>"));
    let long = json!({ "tenantId": "x".repeat(5000) }).to_string();
    let (_, _, value) = rejected(ROUTER.with_default_backend(), Message::new("2", long));
    assert!(value.unwrap().len() < 200);
}

#[test]
fn bad_grammar_if_a_custom_pattern_does_not_match() {
    let setup = || ROUTER.with_default_backend().set(&["tenant_id", "grammar"], json!("a|[0-9]{4}"));
    assert_eq!(rejected(setup(), message("2", "12345")).0, "bad_grammar");
    let mut world = setup().start();
    assert_eq!(world.deliver(&[message("1", "1234")]), [""; 0]);
    assert_eq!(world.invokes().len(), 1);
}

#[test]
fn conflict_if_two_selectors_disagree() {
    let setup = || from(json!(["$.body.tenantId", "$.messageAttributes.tenantId.stringValue"]));
    assert_eq!(rejected(setup(), message("2", "a").message_attribute("tenantId", "b")).0, "conflict");
    let setup = || {
        ROUTER
            .with_default_backend()
            .set(&["tenant_id", "must_match"], json!(["$.messageAttributes.tenantId.stringValue"]))
    };
    assert_eq!(rejected(setup(), message("2", "a").message_attribute("tenantId", "A")).0, "conflict");
}

#[test]
fn missing_if_a_must_match_selector_is_absent() {
    let setup = ROUTER
        .with_default_backend()
        .set(&["tenant_id", "must_match"], json!(["$.messageAttributes.tenantId.stringValue"]));
    let (reason, selector, _) = rejected(setup, message("2", "a"));
    assert_eq!(reason, "missing");
    assert_eq!(selector.as_deref(), Some("$.messageAttributes.tenantId.stringValue"));
}
