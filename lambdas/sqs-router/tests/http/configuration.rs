//! Tests that a wrong configuration fails the init, and that the error names the field, the problem and the remedy.

use std::path::Path;

use serde_json::{Value, json};
use testbed::{InitFailure, Sandbox};

use crate::setup::ROUTER;

/// The error and the lines of a router that does not start.
fn failure_of(started: Result<impl Sized, InitFailure>) -> String {
    let Err(InitFailure { error, lines }) = started else { panic!("it started") };
    format!("{error:?} {}", lines.join("\n"))
}

/// The failure with only these environment variables.
fn failure_with(environment: &[(&str, &str)]) -> String {
    failure_of(Sandbox::start(Path::new(ROUTER.binary), environment))
}

/// The failure with this field set.
fn with(path: &[&str], value: Value) -> String {
    failure_of(ROUTER.with_default_backend().set(path, value).try_start())
}

#[test]
fn init_error_names_the_wrong_field() {
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
        let text = with(path, value.clone());
        assert!(text.contains(named), "{path:?} = {value}: {named} is not in {text}");
        assert!(text.contains("TENANT_ROUTER_CONFIG"), "{path:?} = {value}: {text}");
    }
}

#[test]
fn init_error_names_the_missing_field() {
    for (config, named) in [
        (json!({}), "source"),
        (json!({ "source": "sqs", "tenant_id": { "from": ["$.a"] } }), "backend"),
        (json!({ "source": "sqs", "backend": {}, "tenant_id": { "from": ["$.a"] } }), "function"),
        (json!({ "source": "sqs", "backend": { "function": "orders" } }), "tenant_id"),
    ] {
        let text = failure_with(&[("TENANT_ROUTER_CONFIG", &config.to_string())]);
        assert!(text.contains(named), "{named} is not in {text}");
    }
}

#[test]
fn absent_configuration_is_named_by_its_variable() {
    for environment in [vec![], vec![("TENANT_ROUTER_CONFIG", "")], vec![("TENANT_ROUTER_CONFIG", "{")]] {
        let text = failure_with(&environment);
        assert!(text.contains("TENANT_ROUTER_CONFIG"), "{text}");
    }
}

#[test]
fn missing_region_is_named_by_its_variable() {
    let setup =
        ROUTER.with_default_backend().environment("AWS_REGION", "").environment("AWS_DEFAULT_REGION", "");
    let text = failure_of(setup.try_start());
    assert!(text.contains("AWS_REGION"), "{text}");
}

#[test]
fn configuration_with_all_fields_is_accepted() {
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
