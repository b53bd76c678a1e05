//! The router under test, its stream and its records.

use serde_json::json;
use testbed::{DataRecord, DataStream, Router, World};

/// A router that finds the tenant at `tenantId` in the data.
pub(crate) const ROUTER: Router = Router {
    binary: env!("CARGO_BIN_EXE_kinesis-router"),
    config: |quarantine| {
        json!({
            "source": "kinesis",
            "backend": { "function": "orders:live", "timeout_seconds": 2 },
            "tenant_id": { "from": ["$.kinesis.data.tenantId"] },
            "on_reject": { "quarantine": quarantine },
        })
    },
};

pub(crate) trait Deliver {
    /// Delivers a batch of the stream, and returns the identifiers in the response.
    fn deliver(&mut self, records: &[DataRecord]) -> Vec<String>;
}

impl Deliver for World {
    fn deliver(&mut self, records: &[DataRecord]) -> Vec<String> {
        self.failures(stream().event(records))
    }
}

pub(crate) fn stream() -> DataStream {
    DataStream::new("orders")
}

/// A record with a tenant id in its data.
pub(crate) fn record(number: &str, key: &str, tenant: &str) -> DataRecord {
    DataRecord::new(number, key, json!({ "tenantId": tenant, "of": number }).to_string())
}
