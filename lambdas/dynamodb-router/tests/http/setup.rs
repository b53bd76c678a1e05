//! The router, its stream and its changes.

use serde_json::{Value, json};
use testbed::{Change, Router, TableStream, World};

/// The tenant is `tenantId` in the images.
pub(crate) const ROUTER: Router = Router {
    binary: env!("CARGO_BIN_EXE_dynamodb-router"),
    config: |quarantine| {
        json!({
            "source": "dynamodb",
            "backend": { "function": "orders:live", "timeout_seconds": 2 },
            "tenant_id": {
                "from": ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"],
            },
            "on_reject": { "quarantine": quarantine },
        })
    },
};

pub(crate) trait Deliver {
    /// Delivers a batch of the stream; the identifiers that the answer names.
    fn deliver(&mut self, records: &[Change]) -> Vec<String>;
}

impl Deliver for World {
    fn deliver(&mut self, records: &[Change]) -> Vec<String> {
        self.failures(stream().event(records))
    }
}

pub(crate) fn stream() -> TableStream {
    TableStream::of("orders")
}

/// An item's key.
pub(crate) fn key(key: &str) -> Value {
    json!({ "pk": { "S": key } })
}

/// An item that names its tenant.
pub(crate) fn item(key: &str, tenant: &str) -> Value {
    json!({ "pk": { "S": key }, "tenantId": { "S": tenant }, "total": { "N": "1.50" } })
}

/// A new item that names its tenant.
pub(crate) fn record(number: &str, of: &str, tenant: &str) -> Change {
    Change::insert(number, key(of), item(of, tenant))
}
