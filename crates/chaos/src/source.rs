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
    /// A rule of a bus with a standard queue behind it.
    BufferedBus,
    /// The same shard of a data stream, bridged into a FIFO queue that another router drains.
    Bridge,
    /// A pipe, with a registry.
    Pipe,
    /// A state machine's tasks, with a registry.
    Task,
}

impl Source {
    /// Those that the soak plays, each with a router of its own.
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
            Self::BufferedBus => "EventBridge, buffered",
            Self::Bridge => "Kinesis, bridged",
            Self::Pipe => "EventBridge Pipes",
            Self::Task => "Step Functions",
        }
    }

    /// The package that is its router.
    #[must_use]
    pub const fn router(self) -> &'static str {
        match self {
            Self::StandardQueue | Self::FifoQueue | Self::BufferedBus => "sqs-router",
            Self::Kinesis | Self::Bridge => "kinesis-router",
            Self::DynamoDb => "dynamodb-router",
            Self::EventBridge => "eventbridge-router",
            Self::Pipe => "pipes-enricher",
            Self::Task => "task-router",
        }
    }

    /// How many messages make a round that meets most faults.
    #[must_use]
    pub const fn messages(self) -> usize {
        match self {
            Self::StandardQueue | Self::Pipe => 600,
            Self::FifoQueue | Self::Bridge => 240,
            Self::Kinesis | Self::DynamoDb | Self::EventBridge | Self::BufferedBus | Self::Task => 300,
        }
    }

    /// A padding with which a full batch is as large as an event can be, some less than 6 MB, and a bus's one record some
    /// less than 256 KB [Lambda developer guide, "Lambda quotas"]. Data are in base64, and a changed item is there twice.
    #[must_use]
    pub const fn heaviest(self) -> usize {
        match self {
            Self::StandardQueue => 96 * 1024,
            Self::FifoQueue => 600 * 1024,
            Self::Kinesis | Self::Bridge => 184 * 1024,
            Self::DynamoDb => 120 * 1024,
            Self::EventBridge | Self::BufferedBus | Self::Pipe | Self::Task => 240 * 1024,
        }
    }

    /// How many tenants there are in such a round: a pipe's enricher asks nobody but the registry, and one tenant once.
    pub(crate) const fn tenants(self) -> u64 {
        match self {
            Self::Pipe => 120,
            _ => 6,
        }
    }

    /// As many kinds of faults there are at least in such a round; an enricher can only meet a dozen.
    pub(crate) const fn faults(self) -> usize {
        match self {
            Self::Pipe => 9,
            _ => 11,
        }
    }

    /// The most that one batch holds: a FIFO queue hands out ten, a standard one more with a batching window.
    pub(crate) const fn largest_batch(self) -> usize {
        match self {
            Self::StandardQueue => 60,
            Self::FifoQueue | Self::Bridge | Self::Pipe => 10,
            Self::BufferedBus => 40,
            Self::Kinesis | Self::DynamoDb => 24,
            Self::EventBridge | Self::Task => 1,
        }
    }

    /// Batches of a round during which things go wrong, and after which all must be settled.
    pub(crate) const fn batches(self, messages: usize) -> (usize, usize) {
        match self {
            Self::EventBridge | Self::Task => (messages, 4 * messages),
            _ => (messages / 4, 4 * messages),
        }
    }

    pub(crate) const fn order(self) -> Order {
        match self {
            Self::FifoQueue => Order::Kept,
            Self::Kinesis | Self::DynamoDb | Self::Bridge => Order::WithinTenant,
            Self::StandardQueue | Self::EventBridge | Self::BufferedBus | Self::Pipe | Self::Task => {
                Order::None
            }
        }
    }

    pub(crate) const fn registry(self) -> Registry {
        match self {
            Self::StandardQueue | Self::FifoQueue | Self::Pipe | Self::Task => Registry::Asked,
            _ => Registry::None,
        }
    }

    pub(crate) const fn answers(self) -> Answers {
        match self {
            Self::StandardQueue | Self::FifoQueue => Answers::Each,
            Self::Kinesis | Self::DynamoDb | Self::Bridge => Answers::From,
            Self::EventBridge | Self::BufferedBus | Self::Pipe | Self::Task => Answers::Nothing,
        }
    }

    /// The identifiers of the messages in an Invoke's payload.
    pub(crate) fn messages_in(self) -> fn(&[u8]) -> Vec<String> {
        match self {
            Self::StandardQueue | Self::FifoQueue => testbed::events::message_ids,
            Self::Kinesis | Self::DynamoDb | Self::Bridge => testbed::stream::sequence_numbers,
            Self::EventBridge | Self::BufferedBus | Self::Pipe | Self::Task => |payload| {
                let event: Value = serde_json::from_slice(payload).unwrap_or_default();
                event["id"].as_str().into_iter().map(str::to_owned).collect()
            },
        }
    }

    /// The configuration of its router.
    pub(crate) fn config(self, quarantine: &str, bridge: &str) -> Value {
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

    /// The configuration of the router that drains a bridge.
    pub(crate) fn draining(quarantine: &str) -> Value {
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
