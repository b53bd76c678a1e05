//! Tests the configuration of registry, quarantine, further backends and credentials.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::time::Duration;

use router::{Config, ConfigError};
use serde_json::{Value, json};
use sources::Kind;
use tenancy::{RegistryDecision, Status, TenantRecord};

/// Parses a configuration for this source with these fields added.
fn parse(source: Kind, fields: &Value) -> Result<Config, ConfigError> {
    let mut config = json!({
        "source": source.name(),
        "backend": { "function": "orders" },
        "tenant_id": { "from": ["$.tenant_id"] },
    });
    if source == Kind::Pipes {
        config.as_object_mut().unwrap().remove("backend");
    }
    for (name, value) in fields.as_object().unwrap() {
        config[name] = value.clone();
    }
    Config::parse(&config.to_string(), source)
}

#[allow(clippy::needless_pass_by_value, reason = "json! at the call")]
fn refused(source: Kind, fields: Value, field: &str, remedy: &str) {
    let error = parse(source, &fields).expect_err(&fields.to_string());
    assert_eq!(error.field, field, "{fields}: {error}");
    assert!(error.remedy.contains(remedy), "{fields}: {error}");
}

fn bridge() -> Value {
    json!({ "fifo_queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/bridge.fifo" })
}

fn role() -> Value {
    json!({ "role_arn": "arn:aws:iam::111122223333:role/team/orders-tenant" })
}

#[test]
fn registry_has_the_documented_defaults() {
    let config = parse(Kind::Sqs, &json!({ "registry": { "table": "tenants" } })).unwrap();
    let registry = config.registry.unwrap();
    assert_eq!(registry.table, "tenants");
    assert_eq!(registry.lifetimes.fresh, Duration::from_mins(1));
    assert_eq!(registry.lifetimes.stale, Duration::from_mins(15));
    let arn = "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/tenants.v2";
    assert_eq!(
        parse(Kind::Sqs, &json!({ "registry": { "table": arn } })).unwrap().registry.unwrap().table,
        arn
    );
}

#[test]
fn wrong_registry_is_refused_with_field_and_remedy() {
    let registry = |name: &str, value: Value| {
        let mut registry = json!({ "table": "tenants" });
        registry[name] = value;
        json!({ "registry": registry })
    };
    for table in
        ["", "ab", "my tenants", "arn:aws:sqs:eu-west-1:1:q", "arn:aws:dynamodb:eu-west-1:1:stream/x"]
    {
        refused(Kind::Sqs, registry("table", json!(table)), "registry.table", "table/<name>");
    }
    refused(Kind::Sqs, registry("fresh_seconds", json!(0)), "registry.fresh_seconds", "from 1 to 3600");
    refused(Kind::Sqs, registry("stale_seconds", json!(86_401)), "registry.stale_seconds", "to 86400");
    refused(Kind::Sqs, registry("stale_seconds", json!(59)), "registry.stale_seconds", "at least");
    refused(Kind::Sqs, registry("principal", json!("SenderId")), "registry.principal", "Selectors");
    for (source, path) in [
        (Kind::Sqs, "$.body.sender"),
        (Kind::Sqs, "$.messageAttributes.sender.stringValue"),
        (Kind::Sqs, "$.attributes.MessageGroupId"),
        (Kind::Pipes, "$.body.sender"),
        (Kind::EventBridge, "$.detail.sender"),
        (Kind::Kinesis, "$.kinesis.partitionKey"),
        (Kind::DynamoDb, "$.dynamodb.NewImage.sender.S"),
    ] {
        let error = parse(source, &registry("principal", json!(path))).expect_err(path);
        assert!(error.problem.contains("written by the producer"), "{path}: {error}");
    }
    for (source, path) in [
        (Kind::Sqs, "$['attributes'].SenderId"),
        (Kind::Sqs, "$.body.account"),
        (Kind::EventBridge, "$.account"),
        (Kind::DynamoDb, "$.userIdentity.principalId"),
        (Kind::Task, "$.started_by"),
    ] {
        parse(source, &registry("principal", json!(path))).expect(path);
    }
    refused(Kind::Sqs, registry("suspended", json!("drop")), "registry.suspended", "docs");
}

#[test]
fn stream_without_a_bridge_cannot_hold_a_tenant() {
    let hold = json!({ "table": "tenants", "suspended": "hold" });
    for stream in [Kind::Kinesis, Kind::DynamoDb] {
        refused(stream, json!({ "registry": hold }), "registry.suspended", "bridge");
        parse(stream, &json!({ "registry": hold, "bridge": bridge() })).unwrap();
    }
    for source in [Kind::Sqs, Kind::EventBridge, Kind::Task, Kind::Pipes] {
        parse(source, &json!({ "registry": hold })).unwrap();
    }
}

#[test]
fn further_backends_follow_sorted_by_name() {
    let registry = json!({ "table": "tenants" });
    let backends = json!({ "premium": { "function": "orders-premium", "timeout_seconds": 60 }, "gold": { "function": "g" } });
    let config = parse(Kind::Sqs, &json!({ "registry": registry, "backends": backends })).unwrap();
    let functions: Vec<_> = config.backends.iter().map(|backend| backend.function.as_str()).collect();
    assert_eq!(functions, ["orders", "g", "orders-premium"]);
    assert_eq!(config.policy.longest_call, Duration::from_secs(60 + 11), "the slowest backend decides");

    refused(Kind::Sqs, json!({ "backends": backends }), "backends", "registry");
    refused(
        Kind::Kinesis,
        json!({ "registry": registry, "backends": backends, "bridge": bridge() }),
        "backends",
        "that router",
    );
    refused(Kind::Pipes, json!({ "registry": registry, "backends": backends }), "backends", "leave them out");
    let named = |name: &str, backend: Value| json!({ "registry": registry, "backends": { name: backend } });
    refused(Kind::Sqs, named("Premium", json!({ "function": "p" })), "backends", "a-z");
    refused(Kind::Sqs, named("p", json!({ "function": "p p" })), "backends.p.function", "ARN");
    refused(
        Kind::Sqs,
        named("p", json!({ "function": "p", "timeout_seconds": 889 })),
        "backends.p.timeout_seconds",
        "888",
    );
    let mut quick = named("p", json!({ "function": "p" }));
    quick["delivery"] = json!({ "invocation": "async" });
    quick["backend"] =
        json!({ "function": "orders", "failure_destination": "arn:aws:sqs:eu-west-1:111122223333:failed" });
    refused(Kind::Sqs, quick, "delivery.invocation", "each backend");
}

#[test]
fn credentials_need_synchronous_invokes() {
    let config = parse(Kind::Sqs, &json!({ "credentials": role() })).unwrap();
    assert_eq!(config.credentials.unwrap().session, Duration::from_hours(1));
    assert_eq!(
        config.policy.longest_call,
        Duration::from_secs(30 + 11 + 2),
        "it includes the time to get the credentials"
    );
    refused(Kind::Pipes, json!({ "credentials": role() }), "credentials", "leave them out");
    refused(
        Kind::Kinesis,
        json!({ "credentials": role(), "bridge": bridge() }),
        "credentials",
        "that router",
    );
    let quick = json!({
        "credentials": role(),
        "backend": { "function": "orders", "failure_destination": "arn:aws:sqs:eu-west-1:111122223333:failed" },
        "delivery": { "invocation": "async" },
    });
    refused(Kind::Sqs, quick, "credentials", "sync");
    for arn in
        ["orders-tenant", "arn:aws:iam::111122223333:user/x", "arn:aws:sts::111122223333:assumed-role/x/y"]
    {
        refused(Kind::Sqs, json!({ "credentials": { "role_arn": arn } }), "credentials.role_arn", "role/");
    }
    let mut short =
        json!({ "credentials": role(), "backend": { "function": "orders", "timeout_seconds": 700 } });
    short["credentials"]["session_seconds"] = json!(900);
    refused(Kind::Sqs, short, "credentials.session_seconds", "at least 1013");
    let mut long = role();
    long["session_seconds"] = json!(7200);
    refused(Kind::Sqs, json!({ "credentials": long }), "credentials.session_seconds", "900 to 3600");
}

#[test]
fn quarantine_has_size_limit_and_large_records() {
    let on_reject = |fields: Value| {
        let mut on_reject = json!({ "quarantine": "https://sqs.eu-west-1.amazonaws.com/111122223333/q" });
        for (name, value) in fields.as_object().unwrap() {
            on_reject[name] = value.clone();
        }
        json!({ "on_reject": on_reject })
    };
    let fields = json!({
        "max_message_bytes": 262_144,
        "large_records": { "bucket": "orders-quarantine", "prefix": "large/" },
    });
    let quarantine = parse(Kind::Sqs, &on_reject(fields)).unwrap().quarantine.unwrap();
    assert_eq!(quarantine.max_message_bytes, 262_144);
    assert_eq!(quarantine.large_records.unwrap().prefix, "large/");
    for (fields, field, remedy) in [
        (json!({ "max_message_bytes": 1023 }), "on_reject.max_message_bytes", "from 1024"),
        (
            json!({ "large_records": { "bucket": "arn:aws:s3:::b" } }),
            "on_reject.large_records.bucket",
            "not its ARN",
        ),
        (
            json!({ "large_records": { "bucket": "orders", "prefix": "a b" } }),
            "on_reject.large_records.prefix",
            "A-Z",
        ),
        (json!({ "group": "order" }), "on_reject", "docs"),
        (json!({ "group": "tenant" }), "on_reject.group", "FIFO"),
    ] {
        let error = parse(Kind::Sqs, &on_reject(fields.clone())).expect_err(&fields.to_string());
        assert!(error.field.starts_with(field), "{fields}: {error}");
        assert!(error.remedy.contains(remedy), "{fields}: {error}");
    }
}

#[test]
fn backend_names_do_not_matter_without_invokes() {
    let tenant =
        TenantRecord { status: Status::Active, principals: None, backend: Some("premium".to_owned()) };
    let record = r#"{"tenant_id":"acme"}"#;
    let registry = json!({ "table": "tenants" });
    for (source, fields, admits) in [
        (Kind::Kinesis, json!({ "registry": registry, "bridge": bridge() }), true),
        (Kind::Pipes, json!({ "registry": registry }), true),
        (Kind::Kinesis, json!({ "registry": registry }), false),
    ] {
        let config = parse(source, &fields).unwrap();
        let claim = config.rules.claim(record).unwrap();
        let decision = config.registry.unwrap().policy.decide(claim, Some(&tenant), record);
        assert_eq!(matches!(decision, RegistryDecision::Admitted(_)), admits, "{source:?}: {decision:?}");
    }
}
