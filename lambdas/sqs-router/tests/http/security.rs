//! Tests attacks of a hostile producer that no other file tests. `docs/security.md` lists the threats.

use serde_json::{Value, json};
use testbed::{Message, World, invokes};

use crate::setup::{Deliver, ROUTER, message};

/// All names of grammars, and a custom pattern that would accept anything.
const GRAMMARS: [&str; 3] = ["strict", "lambda", "(?s).+"];

fn with_grammar(grammar: &str) -> World {
    ROUTER.with_default_backend().set(&["tenant_id", "grammar"], json!(grammar)).start()
}

/// Delivers a record with this tenant id between two good ones, and checks that only the bad one is quarantined.
fn assert_bad_grammar(id: &str) {
    for grammar in GRAMMARS {
        let mut world = with_grammar(grammar);
        assert_eq!(world.deliver(&[message("1", "acme"), message("2", id), message("3", "acme")]), [""; 0]);
        let both = vec!["1".to_owned(), "3".to_owned()];
        assert_eq!(world.invokes(), [("acme".to_owned(), both)], "{grammar} {id:?}");
        let queued = world.sqs.queued();
        assert_eq!(queued.len(), 1, "{grammar} {id:?}");
        assert_eq!(queued[0].attribute("reason"), Some("bad_grammar"), "{grammar} {id:?}");
    }
}

#[test]
fn tenant_id_cannot_end_a_header() {
    for id in ["acme\r\nX-Amz-Tenant-Id: globex", "acme\nglobex", "acme\0", "acme\u{7f}", "acme\u{85}x"] {
        assert_bad_grammar(id);
    }
}

#[test]
fn lookalike_tenant_id_is_rejected() {
    // Cyrillic, full width, a combining mark, a zero-width space, a soft hyphen, a no-break space.
    for id in ["\u{430}cme", "\u{ff41}cme", "acme\u{301}", "ac\u{200b}me", "ac\u{ad}me", "acme\u{a0}"] {
        assert_bad_grammar(id);
    }
}

#[test]
fn ids_that_differ_in_case_are_different_tenants() {
    let mut world = with_grammar("strict");
    assert_eq!(world.deliver(&[message("1", "acme"), message("2", "Acme"), message("3", "ACME")]), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("ACME", &["3"]), ("Acme", &["2"]), ("acme", &["1"])]));
}

#[test]
fn message_with_replay_attributes_is_admitted_as_usual() {
    let pointer = json!({ "bucket": "orders", "key": "quarantine/1", "bytes": 2, "sha256": "00" });
    let claiming = |id: &str, body: &Value| {
        Message::new(id, body.to_string())
            .message_attribute("schema_version", "1")
            .message_attribute("stored", "s3")
            .message_attribute("reason", "suspended")
            .message_attribute("offending_value", "globex")
            .message_attribute("tenant_router_replay", "1")
    };
    let mut world = ROUTER.with_default_backend().start();
    let messages = [
        claiming("1", &json!({ "tenantId": "acme" })),
        claiming("2", &json!({ "tenantId": "no good" })),
        claiming("3", &pointer),
    ];
    assert_eq!(world.deliver(&messages), [""; 0]);
    assert_eq!(world.invokes(), [("acme".to_owned(), vec!["1".to_owned()])]);
    let mut reasons: Vec<String> =
        world.sqs.queued().iter().map(|entry| entry.attribute("reason").unwrap().to_owned()).collect();
    reasons.sort();
    assert_eq!(reasons, ["bad_grammar", "missing"]);
}

#[test]
fn rejected_records_do_not_multiply_log_lines() {
    let lines_of = |count: usize| {
        let mut world = ROUTER.with_default_backend().start();
        let bad: Vec<Message> = (0..count).map(|index| message(&index.to_string(), "no good")).collect();
        assert_eq!(world.deliver(&bad), [""; 0]);
        assert_eq!(world.sqs.queued().len(), count);
        world.router.stop().len()
    };
    assert_eq!(lines_of(1000), lines_of(1));
}
