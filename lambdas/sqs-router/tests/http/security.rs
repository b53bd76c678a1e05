//! What a hostile producer may try that no other test here tries already; the threats are those of `docs/security.md`.

use serde_json::{Value, json};
use testbed::{Message, World, invokes};

use crate::setup::{Deliver, ROUTER, message};

/// Every name that a configuration may give to a grammar, and a house expression that would take anything.
const GRAMMARS: [&str; 3] = ["strict", "lambda", "(?s).+"];

fn with_grammar(grammar: &str) -> World {
    ROUTER.with_default_backend().set(&["tenant_id", "grammar"], json!(grammar)).start()
}

/// Delivers a record that names this tenant between two good ones: it has to end in quarantine, they at their tenant.
fn is_nobodys(id: &str) {
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
fn no_tenant_id_ends_a_header_whatever_the_grammar() {
    for id in ["acme\r\nX-Amz-Tenant-Id: globex", "acme\nglobex", "acme\0", "acme\u{7f}", "acme\u{85}x"] {
        is_nobodys(id);
    }
}

#[test]
fn an_id_that_looks_like_another_tenants_is_nobodys_whatever_the_grammar() {
    // Cyrillic, full width, a combining mark, a character without width, a soft hyphen, a blank that is none.
    for id in ["\u{430}cme", "\u{ff41}cme", "acme\u{301}", "ac\u{200b}me", "ac\u{ad}me", "acme\u{a0}"] {
        is_nobodys(id);
    }
}

#[test]
fn ids_that_differ_in_case_only_are_different_tenants() {
    let mut world = with_grammar("strict");
    assert_eq!(world.deliver(&[message("1", "acme"), message("2", "Acme"), message("3", "ACME")]), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("ACME", &["3"]), ("Acme", &["2"]), ("acme", &["1"])]));
}

#[test]
fn a_message_that_says_it_comes_out_of_quarantine_is_judged_like_any_other() {
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
fn a_flood_of_rejected_records_writes_no_more_lines_than_a_single_one() {
    let lines_of = |count: usize| {
        let mut world = ROUTER.with_default_backend().start();
        let bad: Vec<Message> = (0..count).map(|at| message(&at.to_string(), "no good")).collect();
        assert_eq!(world.deliver(&bad), [""; 0]);
        assert_eq!(world.sqs.queued().len(), count);
        world.router.stop().len()
    };
    assert_eq!(lines_of(1000), lines_of(1));
}
