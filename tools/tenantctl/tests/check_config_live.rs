//! `tenantctl check-config --live`: checks the resources of a configuration in AWS.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;
#[path = "common/check_config/mod.rs"]
mod configs;

use std::collections::BTreeMap;

use command::{Answer, with};
use configs::{BACKEND, BRIDGE, QUARANTINE, ROUTER_ROLE, TENANT_ROLE, config, full, resources};
use serde_json::{Value, json};
use testbed::{Function, Resources, ResourcesApi};

fn live(api: &ResourcesApi, config: &Value, more: &[&str]) -> Answer {
    let endpoint = api.endpoint();
    let fixed =
        ["--json", "--endpoint-url", &endpoint, "--region", "eu-west-1", "check-config", "-", "--live"];
    let keys = [("AWS_ACCESS_KEY_ID", "operator"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    with(&[&fixed, more].concat(), &config.to_string(), &keys)
}

/// The name, result and text of each check.
fn checks(answer: &Answer) -> Vec<(String, String, String)> {
    let answer = answer.json();
    let checks = answer["live"]["checks"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let text = |check: &Value, field: &str| check[field].as_str().unwrap_or_default().to_owned();
    checks
        .iter()
        .map(|check| {
            let details = ["detail", "problem", "remedy", "why"].map(|field| text(check, field));
            (text(check, "check"), text(check, "result"), details.join(" "))
        })
        .collect()
}

fn result(answer: &Answer, check: &str) -> (String, String) {
    let found = checks(answer).into_iter().find(|(name, ..)| name == check);
    let (_, result, text) = found.unwrap_or_else(|| panic!("{check}: {answer:?}"));
    (result, text)
}

#[test]
fn live_checks_all_resources_and_changes_nothing() {
    let api = ResourcesApi::start(resources());
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let names: Vec<_> = checks(&answer).into_iter().map(|(name, result, _)| (name, result)).collect();
    let ok = |name: &str| (name.to_owned(), "ok".to_owned());
    assert_eq!(
        names,
        [
            ok("backend exists"),
            ok("backend is PER_TENANT"),
            ok("backend time-out"),
            ok("backend may be invoked"),
            ok("on_reject.quarantine exists")
        ]
    );
    assert_eq!(answer.json()["live"]["identity"], "arn:aws:iam::111122223333:user/operator");
    let actions: Vec<_> = api.calls().into_iter().map(|(action, _)| action).collect();
    assert_eq!(
        actions,
        ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction", "sqs:GetQueueAttributes"]
    );
}

#[test]
fn wrong_backend_is_reported_with_remedy() {
    let mut aws = resources();
    let function = Function { timeout_seconds: 60, tenancy: None };
    aws.functions.insert(BACKEND.to_owned(), function);
    let api = ResourcesApi::start(aws);
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(answer.code, 1, "{answer:?}");
    let (status, text) = result(&answer, "backend is PER_TENANT");
    assert!(status == "failed" && text.contains("create a new one"), "{text}");
    let (status, text) = result(&answer, "backend time-out");
    assert!(status == "failed" && text.contains("set timeout_seconds to 60"), "{text}");
    let (status, text) = result(&answer, "backend may be invoked");
    assert!(status == "failed" && text.contains("refuses a tenant id"), "{text}");
}

#[test]
fn missing_resource_fails_and_denied_check_is_not_tried() {
    let mut empty = Resources { denied: vec!["sqs:GetQueueAttributes"], ..Resources::default() };
    let api = ResourcesApi::start(empty.clone());
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(answer.code, 1);
    assert_eq!(result(&answer, "backend exists").0, "failed");
    assert_eq!(result(&answer, "on_reject.quarantine exists").0, "not_tried");

    empty.denied = vec!["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"];
    let api = ResourcesApi::start(empty);
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(result(&answer, "backend exists").0, "not_tried");
    let (status, text) = result(&answer, "backend may be invoked");
    assert!(status == "failed" && text.contains("exactly arn:aws:lambda"), "{text}");
    assert_eq!(result(&answer, "on_reject.quarantine exists").0, "failed");
}

#[test]
fn bridge_is_checked_instead_of_backends() {
    let mut aws = resources();
    let mut config = config(&json!({ "bridge": { "fifo_queue": BRIDGE } }));
    config["source"] = json!("kinesis");
    let answer = live(&ResourcesApi::start(aws.clone()), &config, &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(
        checks(&answer).iter().all(|(name, ..)| !name.starts_with("backend")),
        "the records go to the bridge"
    );
    aws.queues.insert(BRIDGE.to_owned(), BTreeMap::new());
    let answer = live(&ResourcesApi::start(aws), &config, &[]);
    let (status, text) = result(&answer, "bridge.fifo_queue is FIFO");
    assert!(status == "failed" && text.contains("not a FIFO queue"), "{text}");
}

#[test]
fn bridge_with_smaller_messages_fails() {
    let mut aws = resources();
    let small = [("FifoQueue", "true"), ("MaximumMessageSize", "262144")];
    let small = small.map(|(name, value)| (name.to_owned(), value.to_owned()));
    aws.queues.insert(BRIDGE.to_owned(), BTreeMap::from(small));
    let api = ResourcesApi::start(aws);
    for (bridge, expected) in [
        (json!({ "fifo_queue": BRIDGE }), "failed"),
        (json!({ "fifo_queue": BRIDGE, "max_message_bytes": 262_144 }), "ok"),
    ] {
        let mut config = config(&json!({ "bridge": bridge }));
        config["source"] = json!("kinesis");
        let answer = live(&api, &config, &[]);
        let (status, text) = result(&answer, "bridge.fifo_queue is FIFO");
        assert_eq!(status, expected, "{text}");
        assert!(text.contains("262144"), "{text}");
        assert_eq!(text.contains("bridge.max_message_bytes"), expected == "failed", "{text}");
    }
}

#[test]
fn assume_role_checks_with_that_role() {
    let api = ResourcesApi::start(resources());
    let answer = live(&api, &config(&json!({})), &["--assume-role", ROUTER_ROLE]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["live"]["identity"], ROUTER_ROLE);
    assert_eq!(answer.json()["live"]["assumed"], "role");
    let answer = live(&api, &config(&json!({})), &["--assume-role", "arn:aws:iam::111122223333:role/other"]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("name your identity in its trust policy"), "{answer:?}");
}

#[test]
fn missing_credentials_or_region_is_an_error() {
    let api = ResourcesApi::start(resources());
    let endpoint = api.endpoint();
    let arguments = ["--endpoint-url", &endpoint, "check-config", "-", "--live"];
    let quiet = ("AWS_EC2_METADATA_DISABLED", "true");
    let answer = with(&arguments, &config(&json!({})).to_string(), &[quiet]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("no region is set"), "{answer:?}");
    let answer = with(&arguments, &config(&json!({})).to_string(), &[quiet, ("AWS_REGION", "eu-west-1")]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("set up credentials"), "{answer:?}");
}

#[test]
fn registry_backends_bucket_and_role_are_checked() {
    let (config, aws) = full();
    let api = ResourcesApi::start(aws);
    let answer = live(&api, &config, &["--assume-role", ROUTER_ROLE]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(checks(&answer).iter().all(|(_, result, _)| result == "ok"), "{answer:?}");
    for name in ["backends.premium may be invoked", "registry.table key", "registry.table answers"] {
        assert_eq!(result(&answer, name).0, "ok");
    }
    assert_eq!(result(&answer, "on_reject.large_records exists").0, "ok");
    assert_eq!(result(&answer, "credentials.role_arn").0, "ok");
    let answer = live(&api, &config, &[]);
    assert_eq!(answer.code, 0, "a check that needs the router's role is not a failure: {answer:?}");
    let (status, text) = result(&answer, "credentials.role_arn");
    assert!(status == "not_tried" && text.contains("--assume-role"), "{text}");
}

#[test]
fn wrong_key_small_queue_and_closed_role_fail() {
    let (config, mut aws) = full();
    aws.tables.insert("tenants".to_owned(), "id".to_owned());
    aws.buckets.clear();
    aws.roles.insert(TENANT_ROLE.to_owned(), Some("another_tag"));
    let small = BTreeMap::from([("MaximumMessageSize".to_owned(), "65536".to_owned())]);
    aws.queues.insert(QUARANTINE.to_owned(), small);
    aws.denied = vec!["dynamodb:BatchGetItem"];
    let answer = live(&ResourcesApi::start(aws), &config, &["--assume-role", ROUTER_ROLE]);
    assert_eq!(answer.code, 1);
    for (name, expected) in [
        ("registry.table key", "its key must be tenant_id"),
        ("registry.table answers", "allow dynamodb:BatchGetItem"),
        ("on_reject.quarantine exists", "65536"),
        ("on_reject.large_records exists", "there is no such bucket"),
        ("credentials.role_arn", "sts:TagSession"),
    ] {
        let (status, text) = result(&answer, name);
        assert!(status == "failed" && text.contains(expected), "{name}: {text}");
    }
}
