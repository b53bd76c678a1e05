//! Tests what the configuration of each source accepts and refuses.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::time::Duration;

use router::{BridgeGroup, Config, ConfigError};
use routing::Payload;
use routing::ports::Invocation;
use serde_json::{Value, json};
use sources::Kind;
use tenancy::Reason;

const BRIDGE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo";

/// A configuration with these fields in addition to the required ones.
#[allow(clippy::needless_pass_by_value, reason = "json! at the call")]
fn config(source: &str, from: &[&str], more: Value) -> Result<Config, ConfigError> {
    let mut config =
        json!({ "source": source, "backend": { "function": "orders" }, "tenant_id": { "from": from } });
    for (field, value) in more.as_object().unwrap() {
        match value {
            Value::Null => drop(config.as_object_mut().unwrap().remove(field)),
            value => config[field] = value.clone(),
        }
    }
    Config::parse_any(&config.to_string())
}

fn refused(source: &str, more: Value) -> String {
    config(source, &["$.a"], more).unwrap_err().to_string()
}

#[test]
fn only_known_sources_are_accepted() {
    for kind in Kind::ALL {
        let more = if kind == Kind::Pipes { json!({ "backend": null }) } else { json!({}) };
        assert_eq!(config(kind.name(), &["$.a"], more).unwrap().source, kind);
    }
    let error = refused("kafka", json!({}));
    assert!(error.contains("source: it is \"kafka\"") && error.contains("\"eventbridge\""), "{error}");
}

#[test]
fn streams_bridge_replaces_invokes() {
    for (source, group, expected) in [
        ("kinesis", None, BridgeGroup::Tenant),
        ("dynamodb", Some("tenant_and_key"), BridgeGroup::TenantAndKey),
    ] {
        let mut bridge = json!({ "fifo_queue": BRIDGE });
        if let Some(group) = group {
            bridge["group"] = json!(group);
        }
        let config = config(source, &["$.a"], json!({ "bridge": bridge })).unwrap();
        assert_eq!(config.policy.invocation, Invocation::Bridged);
        assert_eq!(config.policy.payload, Payload::Original);
        assert_eq!(config.policy.longest_call, Duration::from_secs(10));
        let bridge = config.bridge.unwrap();
        assert_eq!((bridge.fifo_queue.as_str(), bridge.group), (BRIDGE, expected));
        assert_eq!((bridge.max_message_bytes, config.policy.max_message_bytes), (1_048_576, 1_048_576));
    }
}

#[test]
fn bridge_has_a_maximum_message_size() {
    for bytes in [1024, 262_144, 1_048_576] {
        let bridge = json!({ "fifo_queue": BRIDGE, "max_message_bytes": bytes });
        let config = config("kinesis", &["$.a"], json!({ "bridge": bridge })).unwrap();
        assert_eq!(config.policy.max_message_bytes, bytes);
        assert_eq!(config.bridge.unwrap().max_message_bytes, bytes);
    }
    for bytes in [1023, 1_048_577] {
        let bridge = json!({ "fifo_queue": BRIDGE, "max_message_bytes": bytes });
        let error = refused("dynamodb", json!({ "bridge": bridge }));
        assert!(error.contains("bridge.max_message_bytes: ") && error.contains("from 1024"), "{error}");
    }
}

#[test]
fn invalid_bridge_is_refused_with_a_remedy() {
    for source in ["sqs", "eventbridge", "task"] {
        let error = refused(source, json!({ "bridge": { "fifo_queue": BRIDGE } }));
        assert!(error.contains("bridge: ") && error.contains("leave it out"), "{error}");
    }
    for queue in ["", "arn:aws:sqs:eu-west-1:111122223333:orders.fifo", "https://sqs.x/1/orders"] {
        let error = refused("kinesis", json!({ "bridge": { "fifo_queue": queue } }));
        assert!(error.contains("bridge.fifo_queue: ") && error.contains("FIFO"), "{error}");
    }
    let error = refused("kinesis", json!({ "bridge": { "fifo_queue": BRIDGE, "group": "shard" } }));
    assert!(error.contains("bridge.group"), "{error}");
    let error = refused("kinesis", json!({ "bridge": { "fifo_queue": BRIDGE, "x": 1 } }));
    assert!(error.contains("unknown field `x`"), "{error}");
    let error = refused("kinesis", json!({ "bridge": [BRIDGE] }));
    assert!(error.contains("bridge: the value is an array"), "{error}");
}

#[test]
fn queue_behind_a_bridge_reads_stream_records() {
    let kinesis = json!({ "bridged_from": "kinesis" });
    let drained = config("sqs", &["$.kinesis.data.tenantId"], kinesis).unwrap();
    assert_eq!(drained.bridged_from, Some(Kind::Kinesis));
    let record = r#"{"kinesis":{"data":"eyJ0ZW5hbnRJZCI6ImJsdWUifQ=="}}"#;
    assert_eq!(drained.rules.admit(record).unwrap().tenant().as_str(), "blue");
    for (source, stream) in [("sqs", "sqs"), ("sqs", "kafka"), ("kinesis", "kinesis")] {
        let error = refused(source, json!({ "bridged_from": stream }));
        assert!(error.contains("bridged_from: "), "{error}");
    }
    let images = config("sqs", &["$.dynamodb.NewImage.t.S"], json!({ "bridged_from": "dynamodb" }));
    assert_eq!(images.unwrap_err().field, "tenant_id.from[0]");
}

#[test]
fn base64_is_decoded_only_where_the_source_encodes() {
    let data = |source, more| config(source, &["$.data.t", "$.kinesis.data.t"], more).unwrap().rules;
    let plain = r#"{"data":"{\"t\":\"blue\"}"}"#;
    let encoded = r#"{"data":"eyJ0IjoiYmx1ZSJ9"}"#;
    let kinesis = r#"{"kinesis":{"data":"eyJ0IjoiYmx1ZSJ9"}}"#;
    let pipes = data("pipes", json!({ "backend": null }));
    assert!(pipes.admit(encoded).is_ok());
    assert_eq!(pipes.admit(plain).unwrap_err().reason(), Reason::Undecodable);
    let stream = data("kinesis", json!({}));
    assert!(stream.admit(kinesis).is_ok() && stream.admit(plain).is_ok());
    assert_eq!(data("sqs", json!({})).admit(encoded).unwrap_err().reason(), Reason::Undecodable);
    for data in ["e30", "eyJ0 IjoiYmx1ZSJ9", "aGVsbG8=", "//8=", "84ma!"] {
        let record = format!(r#"{{"kinesis":{{"data":"{data}"}}}}"#);
        assert_eq!(stream.admit(&record).unwrap_err().reason(), Reason::Undecodable, "{data}");
    }
}

#[test]
fn selectors_of_images_come_in_pairs() {
    let (new, old) = ("$.dynamodb.NewImage.t.S", "$.dynamodb.OldImage.t.S");
    for source in ["dynamodb", "pipes"] {
        assert_images_in_pairs(source, new, old);
    }
    assert!(config("kinesis", &[new], json!({})).is_ok(), "other sources have no images");
}

fn assert_images_in_pairs(source: &str, new: &str, old: &str) {
    let config = |from: &[&str], mut more: Value| {
        // A pipe's enricher invokes nothing.
        if source == "pipes" {
            more["backend"] = Value::Null;
        }
        config(source, from, more)
    };
    let rules = config(&[new, old], json!({})).unwrap().rules;
    let record = |change: &str, images: &str| {
        rules.admit(&format!("{{\"eventName\":\"{change}\",\"dynamodb\":{{{images}}}}}"))
    };
    assert!(record("REMOVE", r#""OldImage":{"t":{"S":"blue"}}"#).is_ok(), "it has no new image");
    assert!(record("INSERT", r#""NewImage":{"t":{"S":"blue"}}"#).is_ok(), "it has no old one");
    for one in [r#""OldImage":{"t":{"S":"blue"}}"#, r#""NewImage":{"t":{"S":"blue"}}"#] {
        // The item may have moved to another tenant.
        assert_eq!(record("MODIFY", one).unwrap_err().reason(), Reason::Missing, "{one}");
    }
    let moved = record("MODIFY", r#""NewImage":{"t":{"S":"blue"}},"OldImage":{"t":{"S":"green"}}"#);
    assert_eq!(moved.unwrap_err().reason(), Reason::Conflict);
    assert_eq!(record("MODIFY", r#""Keys":{"pk":{"S":"a"}}"#).unwrap_err().reason(), Reason::Missing);

    for alone in [new, old, "$['dynamodb']['NewImage'].t.S", "$.dynamodb[\"OldImage\"].t.S"] {
        let error = config(&["$.dynamodb.Keys.pk.S", alone], json!({})).unwrap_err();
        assert_eq!(error.field, "tenant_id.from[1]");
        let counterpart =
            if alone.contains("NewImage") { "['OldImage']['t']['S']" } else { "['NewImage']['t']['S']" };
        assert!(error.remedy.contains(counterpart), "{error}");
    }
    assert!(config(&[new, "$.dynamodb['OldImage'].t.S"], json!({})).is_ok());
    let must_match = json!({ "tenant_id": { "from": ["$.dynamodb.Keys.pk.S"], "must_match": [new] } });
    let error = config(&[], must_match).unwrap_err();
    assert_eq!(error.field, "tenant_id.must_match[0]");
}

#[test]
fn async_is_refused_for_streams_and_tasks() {
    let more = json!({
        "delivery": { "invocation": "async" },
        "backend": { "function": "orders", "failure_destination": "arn:aws:sqs:eu-west-1:111122223333:failed" },
    });
    for source in ["kinesis", "dynamodb", "task"] {
        assert!(refused(source, more.clone()).contains("delivery.invocation: \"async\""), "{source}");
    }
    for source in ["sqs", "eventbridge"] {
        assert_eq!(config(source, &["$.a"], more.clone()).unwrap().policy.invocation, Invocation::Async);
    }
}

#[test]
fn single_record_source_always_sends_the_record() {
    for payload in ["event", "record"] {
        let more = json!({ "delivery": { "payload": payload } });
        assert_eq!(config("eventbridge", &["$.a"], more).unwrap().policy.payload, Payload::Record);
    }
}

#[test]
fn only_pipes_have_no_backend() {
    assert!(refused("pipes", json!({})).contains("backend: a pipe's enrichment invokes nothing"));
    for source in ["sqs", "kinesis", "dynamodb", "eventbridge", "task"] {
        assert!(refused(source, json!({ "backend": null })).contains("missing field `backend`"), "{source}");
    }
}

#[test]
fn task_payload_path_has_field_names_only() {
    assert_eq!(config("task", &["$.tenant_id"], json!({})).unwrap().task_payload.names(), ["payload"]);
    let deep = json!({ "task": { "payload": "$.order.data_1" } });
    assert_eq!(config("task", &["$.tenant_id"], deep).unwrap().task_payload.names(), ["order", "data_1"]);
    for path in ["", "$", "$.", "payload", "$.a..b", "$.a[0]", "$['a']"] {
        let error = refused("task", json!({ "task": { "payload": path } }));
        assert!(error.contains("task.payload: "), "{error}");
    }
    assert!(refused("sqs", json!({ "task": {} })).contains("task: the source is \"sqs\""));
}

#[test]
fn unsafe_bridge_and_task_combinations_are_refused() {
    let same = json!({ "bridge": { "fifo_queue": BRIDGE }, "on_reject": { "quarantine": BRIDGE } });
    assert!(refused("kinesis", same).contains("on_reject.quarantine: it is the bridge's queue"));
    let kept = json!({ "on_reject": { "quarantine": "https://sqs.eu-west-1.amazonaws.com/111122223333/q" } });
    assert!(refused("task", kept).contains("catch TenantRejected"));
    let more = json!({
        "bridged_from": "kinesis",
        "delivery": { "invocation": "async" },
        "backend": { "function": "orders", "failure_destination": "arn:aws:sqs:eu-west-1:111122223333:failed" },
    });
    assert!(refused("sqs", more).contains("\"async\" for a bridge"));
}
