//! Every reason for which a record is rejected: it is quarantined with that reason, and the others go on.

use serde_json::{Value, json};
use testbed::{Message, Setup};

use crate::setup::{Deliver, ROUTER, message};

/// Delivers a record that is to be rejected among good ones; the reason, selector and value that it got.
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
fn undecodable_a_body_that_is_no_json_where_the_tenant_must_be_looked_for() {
    for body in
        ["", "no JSON", "{\"tenantId\":\"a\"", "{\"tenantId\":\"a\"} {}", "{\"tenantId\":\"\\ud800\"}"]
    {
        assert_eq!(reason_of_body(body), "undecodable", "for {body:?}");
    }
}

#[test]
fn undecodable_content_that_is_no_json_where_it_is_the_payload() {
    let setup =
        from(json!(["$.attributes.MessageGroupId"])).set(&["delivery"], json!({ "payload": "record" }));
    let mut world = setup.start();
    assert_eq!(world.deliver(&[Message::new("1", "no JSON").group("a")]), [""; 0]);
    assert_eq!(world.sqs.queued()[0].attribute("reason"), Some("undecodable"));
    assert_eq!(world.invokes(), []);
}

#[test]
fn missing_a_body_without_the_field() {
    for body in ["{}", "42", "{\"tenantid\":\"a\"}", "{\"nested\":{\"tenantId\":\"a\"}}"] {
        assert_eq!(reason_of_body(body), "missing", "for {body:?}");
    }
}

#[test]
fn not_a_string_an_id_of_another_kind() {
    for id in ["1", "null", "true", "[\"a\"]", "{\"a\":\"a\"}"] {
        assert_eq!(reason_of_body(&format!("{{\"tenantId\":{id}}}")), "not_a_string", "for {id}");
    }
}

#[test]
fn duplicate_key_a_field_that_occurs_twice_even_when_both_agree() {
    assert_eq!(reason_of_body(r#"{"tenantId":"a","tenantId":"b"}"#), "duplicate_key");
    assert_eq!(reason_of_body(r#"{"tenantId":"a","x":1,"tenantId":"a"}"#), "duplicate_key");
    assert_eq!(reason_of_body("{\"tenantId\":\"a\",\"tenant\\u0049d\":\"b\"}"), "duplicate_key");
}

#[test]
fn no_capture_a_value_that_the_capture_does_not_fit() {
    let setup = from(json!([{ "path": "$.attributes.MessageGroupId", "capture": "^([^#]+)#" }]));
    let (reason, selector, _) = rejected(setup, message("2", "a").group("a"));
    assert_eq!(reason, "no_capture");
    assert!(selector.unwrap().contains("$.attributes.MessageGroupId"));
}

#[test]
fn bad_grammar_an_id_outside_the_grammar() {
    let long = "x".repeat(129);
    for id in ["", "a b", " a", "a\\n", "-a", "ä", "a/b", "a*", &long] {
        assert_eq!(reason_of_body(&format!("{{\"tenantId\":\"{id}\"}}")), "bad_grammar", "for {id}");
    }
}

#[test]
fn bad_grammar_tells_the_value_escaped_and_cut() {
    let (_, selector, value) =
        rejected(ROUTER.with_default_backend(), Message::new("2", json!({ "tenantId": "a\u{1}ä<b>" }).to_string()));
    assert_eq!(selector.as_deref(), Some("$.body.tenantId"));
    assert_eq!(value.as_deref(), Some("a\\u{1}\\u{e4}<b>"));
    let long = json!({ "tenantId": "x".repeat(5000) }).to_string();
    let (_, _, value) = rejected(ROUTER.with_default_backend(), Message::new("2", long));
    assert!(value.unwrap().len() < 200);
}

#[test]
fn bad_grammar_a_house_expression_narrows_what_lambda_accepts() {
    let house = || ROUTER.with_default_backend().set(&["tenant_id", "grammar"], json!("a|[0-9]{4}"));
    assert_eq!(rejected(house(), message("2", "12345")).0, "bad_grammar");
    let mut world = house().start();
    assert_eq!(world.deliver(&[message("1", "1234")]), [""; 0]);
    assert_eq!(world.invokes().len(), 1);
}

#[test]
fn conflict_two_selectors_that_disagree() {
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
fn missing_a_selector_that_must_match_and_is_not_there() {
    let setup = ROUTER
        .with_default_backend()
        .set(&["tenant_id", "must_match"], json!(["$.messageAttributes.tenantId.stringValue"]));
    let (reason, selector, _) = rejected(setup, message("2", "a"));
    assert_eq!(reason, "missing");
    assert_eq!(selector.as_deref(), Some("$.messageAttributes.tenantId.stringValue"));
}
