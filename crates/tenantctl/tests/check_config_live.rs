//! `tenantctl check-config --live`: what a configuration names, looked at in AWS.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;
#[path = "common/check_config/mod.rs"]
mod estate;

use std::collections::BTreeMap;

use command::{Answer, with};
use estate::{BACKEND, BRIDGE, QUARANTINE, ROUTER_ROLE, TENANT_ROLE, config, estate, full};
use serde_json::{Value, json};
use testbed::{Resources, ResourcesApi, Function};

fn live(api: &ResourcesApi, config: &Value, more: &[&str]) -> Answer {
    let endpoint = api.endpoint();
    let fixed =
        ["--json", "--endpoint-url", &endpoint, "--region", "eu-west-1", "check-config", "-", "--live"];
    let keys = [("AWS_ACCESS_KEY_ID", "operator"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    with(&[&fixed, more].concat(), &config.to_string(), &keys)
}

/// Name, result and what is said, of each check.
fn checks(answer: &Answer) -> Vec<(String, String, String)> {
    let answer = answer.json();
    let checks = answer["live"]["checks"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let text = |check: &Value, field: &str| check[field].as_str().unwrap_or_default().to_owned();
    checks
        .iter()
        .map(|check| {
            let said = ["detail", "problem", "remedy", "why"].map(|field| text(check, field));
            (text(check, "check"), text(check, "result"), said.join(" "))
        })
        .collect()
}

fn result(answer: &Answer, check: &str) -> (String, String) {
    let found = checks(answer).into_iter().find(|(name, ..)| name == check);
    let (_, result, said) = found.unwrap_or_else(|| panic!("{check}: {answer:?}"));
    (result, said)
}

#[test]
fn live_looks_at_everything_that_is_named_and_changes_nothing() {
    let api = ResourcesApi::start(estate());
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
fn a_backend_that_is_not_as_it_has_to_be_is_told_with_the_remedy() {
    let mut estate = estate();
    let function = Function { timeout_seconds: 60, tenancy: None };
    estate.functions.insert(BACKEND.to_owned(), function);
    let api = ResourcesApi::start(estate);
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(answer.code, 1, "{answer:?}");
    let (is, said) = result(&answer, "backend is PER_TENANT");
    assert!(is == "failed" && said.contains("make a new one"), "{said}");
    let (is, said) = result(&answer, "backend time-out");
    assert!(is == "failed" && said.contains("set timeout_seconds to 60"), "{said}");
    let (is, said) = result(&answer, "backend may be invoked");
    assert!(is == "failed" && said.contains("refuses a tenant id"), "{said}");
}

#[test]
fn what_is_not_there_fails_and_what_may_not_be_asked_is_not_tried() {
    let mut nothing = Resources { denied: vec!["sqs:GetQueueAttributes"], ..Resources::default() };
    let api = ResourcesApi::start(nothing.clone());
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(answer.code, 1);
    assert_eq!(result(&answer, "backend exists").0, "failed");
    assert_eq!(result(&answer, "on_reject.quarantine exists").0, "not_tried");

    nothing.denied = vec!["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"];
    let api = ResourcesApi::start(nothing);
    let answer = live(&api, &config(&json!({})), &[]);
    assert_eq!(result(&answer, "backend exists").0, "not_tried");
    let (is, said) = result(&answer, "backend may be invoked");
    assert!(is == "failed" && said.contains("exactly arn:aws:lambda"), "{said}");
    assert_eq!(result(&answer, "on_reject.quarantine exists").0, "failed");
}

#[test]
fn a_stream_in_front_of_a_bridge_is_looked_at_as_such() {
    let mut estate = estate();
    let mut config = config(&json!({ "bridge": { "fifo_queue": BRIDGE } }));
    config["source"] = json!("kinesis");
    let answer = live(&ResourcesApi::start(estate.clone()), &config, &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(
        checks(&answer).iter().all(|(name, ..)| !name.starts_with("backend")),
        "its records go to the bridge"
    );
    estate.queues.insert(BRIDGE.to_owned(), BTreeMap::new());
    let answer = live(&ResourcesApi::start(estate), &config, &[]);
    let (is, said) = result(&answer, "bridge.fifo_queue is FIFO");
    assert!(is == "failed" && said.contains("no FIFO queue"), "{said}");
}

#[test]
fn a_bridge_that_takes_less_than_the_router_counts_on_is_told() {
    let mut estate = estate();
    let small = [("FifoQueue", "true"), ("MaximumMessageSize", "262144")];
    let small = small.map(|(name, value)| (name.to_owned(), value.to_owned()));
    estate.queues.insert(BRIDGE.to_owned(), BTreeMap::from(small));
    let api = ResourcesApi::start(estate);
    for (bridge, expected) in [
        (json!({ "fifo_queue": BRIDGE }), "failed"),
        (json!({ "fifo_queue": BRIDGE, "max_message_bytes": 262_144 }), "ok"),
    ] {
        let mut config = config(&json!({ "bridge": bridge }));
        config["source"] = json!("kinesis");
        let answer = live(&api, &config, &[]);
        let (is, said) = result(&answer, "bridge.fifo_queue is FIFO");
        assert_eq!(is, expected, "{said}");
        assert!(said.contains("262144"), "{said}");
        assert_eq!(said.contains("bridge.max_message_bytes"), expected == "failed", "{said}");
    }
}

#[test]
fn the_routers_role_is_asked_as_where_it_is_named() {
    let api = ResourcesApi::start(estate());
    let answer = live(&api, &config(&json!({})), &["--assume-role", ROUTER_ROLE]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["live"]["identity"], ROUTER_ROLE);
    assert_eq!(answer.json()["live"]["assumed"], "role");
    let answer = live(&api, &config(&json!({})), &["--assume-role", "arn:aws:iam::111122223333:role/other"]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("its trust policy has to name your identity"), "{answer:?}");
}

#[test]
fn without_credentials_or_region_nothing_is_claimed() {
    let api = ResourcesApi::start(estate());
    let endpoint = api.endpoint();
    let arguments = ["--endpoint-url", &endpoint, "check-config", "-", "--live"];
    let quiet = ("AWS_EC2_METADATA_DISABLED", "true");
    let answer = with(&arguments, &config(&json!({})).to_string(), &[quiet]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("no region is set"), "{answer:?}");
    let answer = with(&arguments, &config(&json!({})).to_string(), &[quiet, ("AWS_REGION", "eu-west-1")]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("set credentials up"), "{answer:?}");
}

#[test]
fn registry_further_backends_bucket_and_tenants_role_are_looked_at() {
    let (config, estate) = full();
    let api = ResourcesApi::start(estate);
    let answer = live(&api, &config, &["--assume-role", ROUTER_ROLE]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(checks(&answer).iter().all(|(_, result, _)| result == "ok"), "{answer:?}");
    for name in ["backends.premium may be invoked", "registry.table key", "registry.table answers"] {
        assert_eq!(result(&answer, name).0, "ok");
    }
    assert_eq!(result(&answer, "on_reject.large_records exists").0, "ok");
    assert_eq!(result(&answer, "credentials.role_arn").0, "ok");
    let answer = live(&api, &config, &[]);
    assert_eq!(answer.code, 0, "what only the router's role may do is no fault: {answer:?}");
    let (is, said) = result(&answer, "credentials.role_arn");
    assert!(is == "not_tried" && said.contains("--assume-role"), "{said}");
}

#[test]
fn a_table_with_another_key_a_small_queue_and_a_closed_role_fail() {
    let (config, mut estate) = full();
    estate.tables.insert("tenants".to_owned(), "id".to_owned());
    estate.buckets.clear();
    estate.roles.insert(TENANT_ROLE.to_owned(), Some("another_tag"));
    let small = BTreeMap::from([("MaximumMessageSize".to_owned(), "65536".to_owned())]);
    estate.queues.insert(QUARANTINE.to_owned(), small);
    estate.denied = vec!["dynamodb:BatchGetItem"];
    let answer = live(&ResourcesApi::start(estate), &config, &["--assume-role", ROUTER_ROLE]);
    assert_eq!(answer.code, 1);
    for (name, expected) in [
        ("registry.table key", "another than tenant_id"),
        ("registry.table answers", "allow dynamodb:BatchGetItem"),
        ("on_reject.quarantine exists", "65536"),
        ("on_reject.large_records exists", "there is no such bucket"),
        ("credentials.role_arn", "sts:TagSession"),
    ] {
        let (is, said) = result(&answer, name);
        assert!(is == "failed" && said.contains(expected), "{name}: {said}");
    }
}
