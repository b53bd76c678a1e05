//! Tests the configuration: what is accepted, what is refused and with which error, and that the docs list all fields.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use router::{Config, ConfigError, FIELDS, TenantLines};
use routing::Payload;
use routing::ports::Invocation;
use serde_json::{Value, json};
use sources::Kind;
use tenancy::Reason;

const MINIMAL: &str =
    r#"{"source":"sqs","backend":{"function":"orders"},"tenant_id":{"from":["$.body.tenantId"]}}"#;

fn parse(config: &Value) -> Result<Config, ConfigError> {
    Config::parse(&config.to_string(), Kind::Sqs)
}

/// The minimal configuration with one field set.
fn with(pointer: &str, value: Value) -> Value {
    let mut config: Value = serde_json::from_str(MINIMAL).unwrap();
    let mut field = &mut config;
    for step in pointer.split('.') {
        if field.get(step).is_none() {
            field[step] = json!({});
        }
        field = &mut field[step];
    }
    *field = value;
    config
}

fn refusal(pointer: &str, value: Value) -> ConfigError {
    parse(&with(pointer, value)).expect_err(pointer)
}

#[test]
fn absent_fields_have_the_documented_defaults() {
    let config = Config::parse(MINIMAL, Kind::Sqs).unwrap();
    assert_eq!(config.backends.len(), 1);
    assert_eq!(config.backends[0].function, "orders");
    assert_eq!(config.quarantine, None);
    assert!(config.registry.is_none() && config.credentials.is_none());
    assert_eq!(config.tenant_lines, TenantLines::Off);
    assert_eq!(config.policy.payload, Payload::Event);
    assert_eq!(config.policy.invocation, Invocation::Sync);
    assert_eq!(config.policy.longest_call, Duration::from_secs(30 + 11));
    let limits =
        (config.policy.in_flight.get(), config.policy.per_tenant.get(), config.policy.max_records.get());
    assert_eq!(limits, (100, 1, 1000));
}

#[test]
fn valid_function_names_and_arns_are_kept_unchanged() {
    for function in [
        "orders",
        "orders:live",
        "orders:7",
        "orders:$LATEST",
        "arn:aws:lambda:eu-west-1:111122223333:function:orders",
        "arn:aws-cn:lambda:cn-north-1:111122223333:function:orders:live",
        "arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:orders:12",
    ] {
        assert_eq!(parse(&with("backend.function", json!(function))).unwrap().backends[0].function, function);
    }
}

#[test]
fn invalid_function_name_is_refused() {
    for function in [
        "",
        "orders live",
        "orders:",
        "arn:aws:lambda:eu-west-1:111122223333:function:",
        "https://example.com",
        "arn:aws:sqs:eu-west-1:111122223333:orders",
        "arn:aws:lambda:eu-west-1:1111:function:orders",
        "arn:aws:lambda:eu-west-1:111122223333:function:orders:live:more",
    ] {
        assert_eq!(refusal("backend.function", json!(function)).field, "backend.function", "{function}");
    }
}

#[test]
fn wrong_value_is_refused_with_field_and_remedy() {
    for (pointer, value, problem, remedy) in [
        ("backend.timeout_seconds", json!(0), "the number is 0", "from 1 to 888"),
        ("backend.timeout_seconds", json!(889), "the number is 889", "from 1 to 888"),
        ("backend.timeout_seconds", json!("30"), "string \"30\"", "configuration's docs"),
        ("backend.timeout_seconds", json!(1.5), "floating point `1.5`", "configuration's docs"),
        ("delivery.in_flight", json!(0), "the number is 0", "from 1 to 900"),
        ("delivery.in_flight", json!(-1), "integer `-1`", "configuration's docs"),
        ("delivery.per_tenant", json!(901), "the number is 901", "from 1 to 900"),
        ("delivery.max_records", json!(10_001), "the number is 10001", "from 1 to 10000"),
        ("delivery.payload", json!("Event"), "unknown variant `Event`", "configuration's docs"),
        ("delivery.invocation", json!("async"), "failure_destination", "\"sync\""),
        ("backend.failure_destination", json!(""), "not an ARN", "write the ARN"),
        ("backend.failure_destination", json!("orders-failed"), "not an ARN", "write the ARN"),
        ("backend", json!(["orders", 30, null]), "an array", "named fields"),
        ("tenant_id", json!([["$.a"], [], "strict"]), "an array", "named fields"),
        ("delivery", json!([]), "an array", "named fields"),
        ("tenant_id.from", json!([]), "no selector", "docs"),
        ("tenant_id.from", json!("$.a"), "string \"$.a\"", "docs"),
        ("tenant_id.grammar", json!("stict"), "unknown grammar", "docs"),
        (
            "on_reject",
            json!("drop"),
            "string \"drop\"",
            "write \"redrive\" or {\"quarantine\": \"https://sqs…\"}",
        ),
        ("on_reject.quarantine", json!("arn:aws:sqs:eu-west-1:1:q"), "not the URL", "not its ARN"),
        ("on_reject.quarantine", json!("https://sqs.x/1/a b"), "not the URL", "not its ARN"),
        (
            "backend.function",
            json!("arn:aws :lambda:eu-west-1:111122223333:function:f"),
            "not the ARN",
            "ARN",
        ),
        ("registry.table", json!("arn:aws:dynamodb: :1:table/tenants"), "neither", "table/<name>"),
        ("log_tenants", json!("yes"), "string \"yes\"", "docs"),
    ] {
        let error = refusal(pointer, value.clone());
        assert!(pointer.starts_with(&error.field), "{pointer}: {error}");
        assert!(error.problem.contains(problem), "{pointer} = {value}: {error}");
        assert!(error.remedy.contains(remedy), "{pointer} = {value}: {error}");
        assert!(error.to_string().contains("TENANT_ROUTER_CONFIG"), "{error}");
    }
}

#[test]
fn wrong_selector_is_named_by_its_index() {
    let error = refusal("tenant_id.must_match", json!(["$.a", { "path": "$.b", "capture": "no group" }]));
    assert_eq!(error.field, "tenant_id.must_match[1]");
    assert!(error.problem.contains("0 groups"), "{error}");
}

#[test]
fn unknown_fields_are_refused_at_every_level() {
    for pointer in ["x", "backend.x", "tenant_id.x", "delivery.x", "registry.x", "credentials.x"] {
        let error = refusal(pointer, json!(1));
        assert!(error.problem.contains("unknown field"), "{pointer}: {error}");
    }
    let nameless = parse(&json!({ "": 1 })).unwrap_err();
    assert!(nameless.field == "." && nameless.problem.contains("unknown field"), "{nameless}");
    assert!(nameless.to_string().contains("TENANT_ROUTER_CONFIG: unknown field"), "{nameless}");
    for config in [
        with("on_reject", json!({ "quarantine": "https://sqs.x/1/q", "x": 1 })),
        with("tenant_id.from", json!([{ "path": "$.a", "x": 1 }])),
    ] {
        assert!(parse(&config).unwrap_err().problem.contains("unknown field `x`"));
    }
}

#[test]
fn missing_required_field_is_named() {
    for field in ["source", "backend", "tenant_id"] {
        let mut config: Value = serde_json::from_str(MINIMAL).unwrap();
        config.as_object_mut().unwrap().remove(field);
        assert!(parse(&config).unwrap_err().problem.contains(&format!("missing field `{field}`")));
    }
}

#[test]
fn another_sources_configuration_names_its_artifact() {
    let error = refusal("source", json!("kinesis"));
    assert!(error.remedy.contains("kinesis-router"), "{error}");
}

#[test]
fn only_one_json_object_is_accepted() {
    let array = r#"["sqs",["orders",30,null],[["$.a"],[],"strict"],{},"redrive",false]"#;
    for text in ["", "{", "null", "[]", "\"sqs\"", "{} {}", array] {
        Config::parse(text, Kind::Sqs).unwrap_err();
    }
    Config::parse(&format!("{MINIMAL} x"), Kind::Sqs).unwrap_err();
    Config::parse(&MINIMAL.replace("\"source\"", "\"source\":\"sqs\",\"source\""), Kind::Sqs).unwrap_err();
}

#[test]
fn further_backends_have_unique_names_and_named_fields() {
    let with = |backends: &str| {
        MINIMAL.replacen('{', &format!(r#"{{"registry":{{"table":"tenants"}},"backends":{backends},"#), 1)
    };
    Config::parse(&with(r#"{"a":{"function":"f"}}"#), Kind::Sqs).unwrap();
    for (backends, problem) in [
        (r#"{"a":{"function":"f"},"a":{"function":"g"}}"#, "there twice"),
        (r#"{"a":["f",30,null]}"#, "named fields"),
        ("[]", "by name"),
    ] {
        let error = Config::parse(&with(backends), Kind::Sqs).unwrap_err();
        assert!(error.field.starts_with("backends") && error.problem.contains(problem), "{error}");
    }
}

#[test]
fn configuration_above_lambdas_limit_is_refused() {
    let capture = format!("^({})", "a".repeat(4000));
    let error = refusal("tenant_id.from", json!([{ "path": "$.a", "capture": capture }]));
    assert!(error.problem.contains("4096"), "{error}");
}

#[test]
fn async_is_accepted_with_a_failure_destination() {
    let mut config = with("delivery.invocation", json!("async"));
    config["backend"]["failure_destination"] = json!("arn:aws:sqs:eu-west-1:111122223333:failed");
    let policy = parse(&config).unwrap().policy;
    assert_eq!(policy.invocation, Invocation::Async);
    // Lambda's 202 comes at once. A short timeout of the backend shortens the wait; a long one does not lengthen it.
    assert_eq!(policy.longest_call, Duration::from_secs(10 + 11));
    config["backend"]["timeout_seconds"] = json!(2);
    assert_eq!(parse(&config).unwrap().policy.longest_call, Duration::from_secs(2 + 11));
}

#[test]
fn terraform_configurations_are_accepted() {
    let modules = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../modules")).unwrap();
    let files = modules
        .filter_map(|module| std::fs::read_dir(module.unwrap().path().join("tests/fixtures")).ok())
        .flatten()
        .map(|file| file.unwrap().path());
    let fixtures: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    for file in &fixtures {
        let text = std::fs::read_to_string(file).unwrap();
        Config::parse_any(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    assert!(fixtures.len() >= 10, "{fixtures:?}");
}

#[test]
fn list_of_fields_matches_the_parser() {
    for prefix in ["", "backend.", "tenant_id.", "delivery.", "registry."] {
        let error = refusal(&format!("{prefix}x"), json!(1));
        // The fields below an object count as one.
        let mut listed: Vec<&str> = FIELDS
            .iter()
            .filter_map(|field| field.path.strip_prefix(prefix))
            .map(|rest| rest.split('.').next().unwrap())
            .collect();
        listed.dedup();
        let expected =
            error.problem.split("expected one of ").nth(1).unwrap().split(" at line").next().unwrap();
        let mut accepted: Vec<&str> = expected.split(", ").map(|name| name.trim_matches('`')).collect();
        accepted.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, accepted);
    }
}

/// `UPDATE_DOCS=1 cargo test -p router` writes the tables.
#[test]
fn docs_list_every_field_and_every_reason() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let docs = std::fs::read_to_string(&file).unwrap();
    let mut fields = "| field | value | default | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for field in &FIELDS {
        let default = field.default.unwrap_or("required");
        writeln!(fields, "| `{}` | {} | {default} | {} |", field.path, field.kind, field.meaning).unwrap();
    }
    let mut reasons = "| reason | what happened | what to do |\n| --- | --- | --- |\n".to_owned();
    for reason in Reason::ALL {
        writeln!(reasons, "| `{}` | {} | {} |", reason.code(), reason.meaning(), reason.remedy()).unwrap();
    }
    let generated = with_table(&with_table(&docs, "fields", &fields), "reasons", &reasons);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &generated).unwrap();
    } else {
        assert_eq!(
            docs, generated,
            "docs/configuration.md is out of date: run UPDATE_DOCS=1 cargo test -p router"
        );
    }
}

/// The docs with this table between its marks.
fn with_table(docs: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: made by a test -->\n"), format!("<!-- end of {name} -->"));
    let (head, rest) = docs.split_once(&begin).unwrap();
    let (_, tail) = rest.split_once(&end).unwrap();
    format!("{head}{begin}{table}{end}{tail}")
}
