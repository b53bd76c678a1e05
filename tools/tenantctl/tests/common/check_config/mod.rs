//! Configurations, and AWS resources that pass all checks for them.
#![allow(dead_code, reason = "each test file uses its own part of it")]
#![allow(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testbed::{Function, Resources};

pub(crate) const BACKEND: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live";
pub(crate) const QUARANTINE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine";
pub(crate) const BRIDGE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo";
pub(crate) const ROUTER_ROLE: &str = "arn:aws:iam::111122223333:role/orders-router";
pub(crate) const TENANT_ROLE: &str = "arn:aws:iam::111122223333:role/orders-tenant";

pub(crate) fn config(more: &Value) -> Value {
    let mut config = json!({
        "source": "sqs",
        "backend": { "function": BACKEND, "timeout_seconds": 30 },
        "tenant_id": { "from": ["$.body.tenantId"] },
        "on_reject": { "quarantine": QUARANTINE },
    });
    for (field, value) in more.as_object().unwrap() {
        config[field] = value.clone();
    }
    config
}

pub(crate) fn resources() -> Resources {
    let queue = |attributes: &[(&str, &str)]| {
        attributes
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<BTreeMap<_, _>>()
    };
    Resources {
        functions: BTreeMap::from([(
            BACKEND.to_owned(),
            Function { timeout_seconds: 30, tenancy: Some("PER_TENANT") },
        )]),
        queues: BTreeMap::from([
            (
                QUARANTINE.to_owned(),
                queue(&[("MaximumMessageSize", "1048576"), ("ApproximateNumberOfMessages", "3")]),
            ),
            (BRIDGE.to_owned(), queue(&[("FifoQueue", "true"), ("MaximumMessageSize", "1048576")])),
        ]),
        roles: BTreeMap::from([(ROUTER_ROLE.to_owned(), None)]),
        ..Resources::default()
    }
}

/// A configuration that names every kind of resource, and resources that pass all checks.
pub(crate) fn full() -> (Value, Resources) {
    let config = config(&json!({
        "backends": { "premium": { "function": "orders-premium:live", "timeout_seconds": 60 } },
        "registry": { "table": "tenants" },
        "credentials": { "role_arn": TENANT_ROLE },
        "on_reject": {
            "quarantine": QUARANTINE, "max_message_bytes": 262_144, "large_records": { "bucket": "large" },
        },
    }));
    let mut resources = resources();
    let premium = Function { timeout_seconds: 60, tenancy: Some("PER_TENANT") };
    resources.functions.insert("orders-premium:live".to_owned(), premium);
    resources.tables.insert("tenants".to_owned(), "tenant_id".to_owned());
    resources.buckets.push("large".to_owned());
    resources.roles.insert(TENANT_ROLE.to_owned(), Some("tenant_id"));
    (config, resources)
}
