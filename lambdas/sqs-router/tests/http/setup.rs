//! The router under test, its queues and its messages.

use serde_json::json;
use testbed::{Message, Queue, Router, World};

/// The configured backend, with an alias.
pub(crate) const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live";

/// A router that finds the tenant at `tenantId` in the body.
pub(crate) const ROUTER: Router = Router {
    binary: env!("CARGO_BIN_EXE_sqs-router"),
    config: |quarantine| {
        json!({
            "source": "sqs",
            "backend": { "function": FUNCTION, "timeout_seconds": 5 },
            "tenant_id": { "from": ["$.body.tenantId"] },
            "on_reject": { "quarantine": quarantine },
        })
    },
};

pub(crate) trait Deliver {
    /// Delivers a batch of a standard queue, and returns the identifiers in the response.
    fn deliver(&mut self, messages: &[Message]) -> Vec<String>;

    /// Delivers a batch of a FIFO queue, and returns the identifiers in the response.
    fn deliver_fifo(&mut self, messages: &[Message]) -> Vec<String>;
}

impl Deliver for World {
    fn deliver(&mut self, messages: &[Message]) -> Vec<String> {
        self.failures(Queue::standard("orders").event(messages))
    }

    fn deliver_fifo(&mut self, messages: &[Message]) -> Vec<String> {
        self.failures(Queue::fifo("orders").event(messages))
    }
}

/// A message with a tenant id in its body.
pub(crate) fn message(id: &str, tenant: &str) -> Message {
    Message::new(id, json!({ "tenantId": tenant, "order": id }).to_string())
}
