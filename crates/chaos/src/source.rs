//! The sources, and what each one's router is told, promises and is handed.

use serde_json::{Value, json};

use crate::checker::Order;
use crate::estate::Answers;
use crate::message::Registry;
use crate::stage::TABLE;

/// A source whose router is played with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A standard queue, with a registry and tenants' own credentials.
    StandardQueue,
    /// A FIFO queue, with a registry.
    FifoQueue,
    /// A shard of a data stream, with aggregates in it.
    Kinesis,
    /// A shard of a table's stream.
    DynamoDb,
    /// A rule of a bus, which invokes asynchronously.
    EventBridge,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::StandardQueue, Self::FifoQueue, Self::Kinesis, Self::DynamoDb, Self::EventBridge];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StandardQueue => "SQS standard",
            Self::FifoQueue => "SQS FIFO",
            Self::Kinesis => "Kinesis",
            Self::DynamoDb => "DynamoDB Streams",
            Self::EventBridge => "EventBridge",
        }
    }

    /// The package that is its router.
    #[must_use]
    pub const fn router(self) -> &'static str {
        match self {
            Self::StandardQueue | Self::FifoQueue => "sqs-router",
            Self::Kinesis => "kinesis-router",
            Self::DynamoDb => "dynamodb-router",
            Self::EventBridge => "eventbridge-router",
        }
    }

    /// How many messages make a round that meets most faults.
    #[must_use]
    pub const fn messages(self) -> usize {
        match self {
            Self::StandardQueue => 600,
            Self::FifoQueue => 240,
            Self::Kinesis | Self::DynamoDb | Self::EventBridge => 300,
        }
    }

    /// A padding with which a full batch is as large as an event can be, some less than 6 MB, and a bus's one record some
    /// less than 256 KB [Lambda developer guide, "Lambda quotas"]. Data are in base64, and a changed item is there twice.
    #[must_use]
    pub const fn heaviest(self) -> usize {
        match self {
            Self::StandardQueue => 96 * 1024,
            Self::FifoQueue => 600 * 1024,
            Self::Kinesis => 184 * 1024,
            Self::DynamoDb => 120 * 1024,
            Self::EventBridge => 240 * 1024,
        }
    }

    /// The most that one batch holds: a FIFO queue hands out ten, a standard one more with a batching window.
    pub(crate) const fn largest_batch(self) -> usize {
        match self {
            Self::StandardQueue => 60,
            Self::FifoQueue => 10,
            Self::Kinesis | Self::DynamoDb => 24,
            Self::EventBridge => 1,
        }
    }

    /// Batches of a round during which things go wrong, and after which all must be settled.
    pub(crate) const fn batches(self, messages: usize) -> (usize, usize) {
        match self {
            Self::EventBridge => (messages, 4 * messages),
            _ => (messages / 4, 4 * messages),
        }
    }

    pub(crate) const fn order(self) -> Order {
        match self {
            Self::FifoQueue => Order::Kept,
            Self::Kinesis | Self::DynamoDb => Order::WithinTenant,
            Self::StandardQueue | Self::EventBridge => Order::None,
        }
    }

    pub(crate) const fn registry(self) -> Registry {
        match self {
            Self::StandardQueue | Self::FifoQueue => Registry::Asked,
            _ => Registry::None,
        }
    }

    pub(crate) const fn answers(self) -> Answers {
        match self {
            Self::StandardQueue | Self::FifoQueue => Answers::Each,
            Self::Kinesis | Self::DynamoDb => Answers::From,
            Self::EventBridge => Answers::Nothing,
        }
    }

    /// The identifiers of the messages in an Invoke's payload.
    pub(crate) fn messages_in(self) -> fn(&[u8]) -> Vec<String> {
        match self {
            Self::StandardQueue | Self::FifoQueue => testbed::events::message_ids,
            Self::Kinesis | Self::DynamoDb => testbed::stream::sequence_numbers,
            Self::EventBridge => |payload| {
                let event: Value = serde_json::from_slice(payload).unwrap_or_default();
                event["id"].as_str().into_iter().map(str::to_owned).collect()
            },
        }
    }

    /// The configuration of its router.
    pub(crate) fn config(self, quarantine: &str) -> Value {
        let attribute = "$.messageAttributes.tenantId.stringValue";
        let images = ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"];
        // So short that it is asked again and again.
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
            Self::EventBridge => json!({
                "source": "eventbridge",
                "tenant_id": { "from": ["$.detail.tenantId"], "must_match": ["$.detail.sender"] },
            }),
        };
        config["backend"] = json!({ "function": "orders:live", "timeout_seconds": 1 });
        config["on_reject"] = json!({ "quarantine": quarantine });
        config
    }
}
