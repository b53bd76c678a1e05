//! The router under test, its stream and its changes.

use serde_json::{Value, json};
use testbed::{Change, Router, TableStream, World};

/// A router that finds the tenant at `tenantId` in the images.
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
    /// Delivers a batch of the stream, and returns the identifiers in the response.
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

/// An item with a tenant id.
pub(crate) fn item(key: &str, tenant: &str) -> Value {
    json!({ "pk": { "S": key }, "tenantId": { "S": tenant }, "total": { "N": "1.50" } })
}

/// An INSERT of an item with a tenant id.
pub(crate) fn record(number: &str, of: &str, tenant: &str) -> Change {
    Change::insert(number, key(of), item(of, tenant))
}
