//! `tenantctl check-config`: the router's own check, and the description of the router.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;
#[path = "common/check_config/mod.rs"]
mod configs;

use command::{tenantctl, with};
use configs::{BACKEND, BRIDGE, config, full};
use serde_json::json;

#[test]
fn good_configuration_is_described_with_its_router() {
    let answer = with(&["check-config"], &config(&json!({})).to_string(), &[]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    for line in [
        "standard input: a good configuration for sqs-router",
        "  tenant       $.body.tenantId; grammar strict",
        "  rejected     to https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine",
        "  time-out     the router's function needs 42 s or more",
    ] {
        assert!(answer.stdout.lines().any(|found| found == line), "{line}\n{}", answer.stdout);
    }
}

#[test]
fn wrong_field_is_reported_with_remedy_and_exit_code_1() {
    let wrong = config(&json!({ "backend": { "function": BACKEND, "timeout_seconds": 0 } }));
    let answer = with(&["check-config"], &wrong.to_string(), &[]);
    assert_eq!(answer.code, 1);
    let expected = "backend.timeout_seconds: the number is 0: write a whole number from 1 to 888";
    assert!(answer.stdout.contains(expected), "{answer:?}");
    let answer = with(&["--json", "check-config"], &wrong.to_string(), &[]);
    assert_eq!(answer.json()["field"], "backend.timeout_seconds");
    assert_eq!(tenantctl(&["check-config", "no-such-file"]).code, 3);
}

#[test]
fn every_router_is_described() {
    for (source, more, expected) in [
        ("kinesis", json!({ "bridge": { "fifo_queue": BRIDGE } }), "in message groups by tenant"),
        ("task", json!({ "on_reject": "redrive" }), "one Invoke; its response is the task's result"),
        ("sqs", json!({ "bridged_from": "kinesis" }), "1000 records of one tenant"),
        ("eventbridge", json!({}), "an Invoke carries one record"),
        ("sqs", json!({ "tenant_id": { "from": ["$.a", "$.b"] } }), "$.a or $.b; those present must agree"),
    ] {
        let mut config = config(&more);
        config["source"] = json!(source);
        let answer = with(&["check-config"], &config.to_string(), &[]);
        assert!(answer.stdout.contains(expected), "{source}: {answer:?}");
        assert_eq!(
            answer.stdout.contains(BACKEND),
            source != "kinesis",
            "another router invokes a bridge's backend"
        );
    }
}

#[test]
fn summary_names_registry_and_credentials() {
    let (config, _) = full();
    let text = with(&["check-config"], &config.to_string(), &[]).stdout;
    for line in [
        "  registry     tenants, read again after 60 s, at most 900 s old; suspended tenants: quarantine",
        "  backend      premium: orders-premium:live, 60 s",
        "  credentials  arn:aws:iam::111122223333:role/orders-tenant, with the session tag tenant_id",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
