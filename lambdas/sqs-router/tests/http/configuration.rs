//! A wrong configuration fails the init, and says which field, what is wrong with it and what to do.

use std::path::Path;

use serde_json::{Value, json};
use testbed::{InitFailure, Sandbox};

use crate::setup::ROUTER;

/// What the router says when it does not start.
fn refusal(started: Result<impl Sized, InitFailure>) -> String {
    let Err(InitFailure { error, lines }) = started else { panic!("it started") };
    format!("{error:?} {}", lines.join("\n"))
}

/// What it says with these variables and nothing else.
fn said_with(environment: &[(&str, &str)]) -> String {
    refusal(Sandbox::start(Path::new(ROUTER.binary), environment))
}

fn with(path: &[&str], value: Value) -> String {
    refusal(ROUTER.with_default_backend().set(path, value).try_start())
}

#[test]
fn a_wrong_field_is_named_with_what_to_do() {
    let cases: [(&[&str], Value, &str); 19] = [
        (&["source"], json!("kinesis"), "source"),
        (&["source"], json!(7), "source"),
        (&["backend"], json!("orders"), "backend"),
        (&["backend", "functoin"], json!("x"), "functoin"),
        (&["backend", "function"], json!(""), "backend.function"),
        (&["backend", "function"], json!("arn:aws:sqs:eu-west-1:111122223333:orders"), "backend.function"),
        (&["backend", "timeout_seconds"], json!(0), "backend.timeout_seconds"),
        (&["backend", "timeout_seconds"], json!("30"), "backend.timeout_seconds"),
        (&["tenant_id", "from"], json!([]), "tenant_id"),
        (&["tenant_id", "from"], json!(["body.tenantId"]), "tenant_id.from[0]"),
        (&["tenant_id", "from"], json!(["$.a", { "path": "$.b", "capture": "(" }]), "tenant_id.from[1]"),
        (&["tenant_id", "from"], json!([{ "path": "$.b", "capture": "no group" }]), "tenant_id.from[0]"),
        (&["tenant_id", "must_match"], json!([""]), "tenant_id.must_match[0]"),
        (&["tenant_id", "grammar"], json!("["), "tenant_id.grammar"),
        (&["delivery"], json!({ "in_flight": 0 }), "delivery.in_flight"),
        (&["delivery"], json!({ "payload": "records" }), "delivery.payload"),
        (&["delivery"], json!({ "invocation": "async" }), "failure_destination"),
        (
            &["on_reject"],
            json!({ "quarantine": "arn:aws:sqs:eu-west-1:111122223333:q" }),
            "on_reject.quarantine",
        ),
        (&["registry"], json!({ "table": "my tenants" }), "registry.table"),
    ];
    for (path, value, named) in cases {
        let said = with(path, value.clone());
        assert!(said.contains(named), "{path:?} = {value}: {named} is not in {said}");
        assert!(said.contains("TENANT_ROUTER_CONFIG"), "{path:?} = {value}: {said}");
    }
}

#[test]
fn a_missing_field_is_named() {
    for (config, named) in [
        (json!({}), "source"),
        (json!({ "source": "sqs", "tenant_id": { "from": ["$.a"] } }), "backend"),
        (json!({ "source": "sqs", "backend": {}, "tenant_id": { "from": ["$.a"] } }), "function"),
        (json!({ "source": "sqs", "backend": { "function": "orders" } }), "tenant_id"),
    ] {
        let said = said_with(&[("TENANT_ROUTER_CONFIG", &config.to_string())]);
        assert!(said.contains(named), "{named} is not in {said}");
    }
}

#[test]
fn a_configuration_that_is_absent_or_no_json_is_named_by_its_variable() {
    for environment in [vec![], vec![("TENANT_ROUTER_CONFIG", "")], vec![("TENANT_ROUTER_CONFIG", "{")]] {
        let said = said_with(&environment);
        assert!(said.contains("TENANT_ROUTER_CONFIG"), "{said}");
    }
}

#[test]
fn a_missing_region_is_named_by_its_variable() {
    let setup = ROUTER.with_default_backend().environment("AWS_REGION", "").environment("AWS_DEFAULT_REGION", "");
    let said = refusal(setup.try_start());
    assert!(said.contains("AWS_REGION"), "{said}");
}

#[test]
fn a_configuration_with_every_field_is_accepted() {
    let setup = ROUTER.with_default_backend()
        .set(&["backend", "failure_destination"], json!("arn:aws:sqs:eu-west-1:111122223333:orders-failed"))
        .set(&["tenant_id", "must_match"], json!(["$.messageAttributes.tenantId.stringValue"]))
        .set(&["tenant_id", "grammar"], json!("lambda"))
        .set(
            &["delivery"],
            json!({ "payload": "event", "invocation": "sync", "in_flight": 10, "per_tenant": 2, "max_records": 50 }),
        )
        .set(&["log_tenants"], json!(false));
    assert!(setup.try_start().is_ok());
}
