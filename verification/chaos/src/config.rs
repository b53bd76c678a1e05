//! The configurations of the routers.

use serde_json::{Value, json};

use crate::source::Source;
use crate::tenants::TABLE;

impl Source {
    /// Returns the configuration of its router.
    pub(crate) fn config(self, quarantine: &str, bridge: &str) -> Value {
        let attribute = "$.messageAttributes.tenantId.stringValue";
        let images = ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"];
        // These times are short, so that the router reads the registry often.
        let registry = json!({ "table": TABLE, "fresh_seconds": 1, "stale_seconds": 2 });
        let mut config = match self {
            Self::StandardQueue => json!({
                "source": "sqs",
                "tenant_id": { "from": ["$.body.tenantId"], "must_match": [attribute] },
                "delivery": { "in_flight": 8, "max_records": 5, "per_tenant": 2 },
                "registry": registry,
                "credentials": { "role_arn": "arn:aws:iam::111122223333:role/orders-tenant" },
            }),
            Self::FifoQueue => json!({
                "source": "sqs",
                "tenant_id": { "from": ["$.body.tenantId"], "must_match": [attribute] },
                "delivery": { "in_flight": 8, "max_records": 3 },
                "registry": registry,
            }),
            Self::StandardQueueByRecord | Self::FifoQueueByRecord => json!({
                "source": "sqs",
                "tenant_id": { "from": ["$.body.tenantId"], "must_match": [attribute] },
                "delivery": { "payload": "record", "in_flight": 8 },
                "registry": registry,
            }),
            Self::Kinesis => json!({
                "source": "kinesis",
                "tenant_id": { "from": ["$.kinesis.data.tenantId"], "must_match": ["$.kinesis.data.sender"] },
                "delivery": { "in_flight": 8, "max_records": 4 },
            }),
            Self::DynamoDb => json!({
                "source": "dynamodb",
                "tenant_id": { "from": images },
                "delivery": { "in_flight": 8, "max_records": 4 },
            }),
            Self::Bridge => json!({
                "source": "kinesis",
                "tenant_id": { "from": ["$.kinesis.data.tenantId"], "must_match": ["$.kinesis.data.sender"] },
                "delivery": { "in_flight": 8 },
                "bridge": { "fifo_queue": bridge },
            }),
            Self::EventBridge => json!({
                "source": "eventbridge",
                "tenant_id": { "from": ["$.detail.tenantId"], "must_match": ["$.detail.sender"] },
            }),
            Self::BufferedBus => json!({
                "source": "sqs",
                "tenant_id": { "from": ["$.body.detail.tenantId"], "must_match": ["$.body.detail.sender"] },
                "delivery": { "payload": "record", "in_flight": 8, "per_tenant": 2 },
            }),
            Self::Pipe => json!({
                "source": "pipes",
                "tenant_id": { "from": ["$.body.tenantId"], "must_match": [attribute] },
                "registry": registry,
            }),
            Self::Task => json!({
                "source": "task",
                "tenant_id": { "from": ["$.tenant_id"], "must_match": ["$.sender"] },
                "registry": registry,
            }),
        };
        if self != Self::Pipe {
            config["backend"] = json!({ "function": "orders:live", "timeout_seconds": 1 });
        }
        if self != Self::Task {
            config["on_reject"] = json!({ "quarantine": quarantine });
        }
        config
    }

    /// Returns the configuration of the router that drains a bridge.
    pub(crate) fn drain_config(quarantine: &str) -> Value {
        json!({
            "source": "sqs",
            "bridged_from": "kinesis",
            "tenant_id": { "from": ["$.kinesis.data.tenantId"], "must_match": ["$.kinesis.data.sender"] },
            "delivery": { "in_flight": 8, "max_records": 3 },
            "backend": { "function": "orders:live", "timeout_seconds": 1 },
            "on_reject": { "quarantine": quarantine },
        })
    }
}
