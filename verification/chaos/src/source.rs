//! The sources: the sizes and the promises of each source's router.

use aws_model::events::identifiers;
use serde_json::Value;

use crate::body::message_of;
use crate::tenants::Registry;

/// The order that a router promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Records of one group keep their order, across tenants and rejected records: a FIFO queue.
    PerGroup,
    /// Records of one tenant in one group keep their order: a stream. Rejected records delay no others.
    PerTenant,
    /// There is no order: a standard queue.
    None,
}

/// What a response of the backend reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendResponse {
    /// Each failed message, and after a failed message all later ones of its group: the handler of a FIFO queue stops at
    /// the first failure [Lambda developer guide, "Handling errors for an SQS event source in Lambda"].
    ItemFailures,
    /// The first failed message and all later ones, as the handler of a stream does.
    Checkpoint,
    /// Nothing: each response is a success.
    Ignored,
}

/// A source, with a router to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A standard queue, with a registry and with credentials for each tenant.
    StandardQueue,
    /// A FIFO queue, with a registry.
    FifoQueue,
    /// A standard queue with one Invoke for each message, which a loop without a router can read as well.
    StandardQueueByRecord,
    /// A FIFO queue with one Invoke for each message, which a loop without a router can read as well.
    FifoQueueByRecord,
    /// A shard of a data stream, with aggregates in it.
    Kinesis,
    /// A shard of a DynamoDB stream.
    DynamoDb,
    /// A rule of an event bus, which invokes asynchronously.
    EventBridge,
    /// A rule of an event bus whose target is a standard queue.
    BufferedBus,
    /// A shard of a data stream, bridged into a FIFO queue that another router drains.
    Bridge,
    /// A pipe, with a registry.
    Pipe,
    /// The tasks of a state machine, with a registry.
    Task,
}

impl Source {
    /// The sources of the soak.
    pub const ALL: [Self; 5] =
        [Self::StandardQueue, Self::FifoQueue, Self::Kinesis, Self::DynamoDb, Self::EventBridge];

    /// Returns the name for reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StandardQueue => "SQS standard",
            Self::FifoQueue => "SQS FIFO",
            Self::StandardQueueByRecord => "SQS standard, by record",
            Self::FifoQueueByRecord => "SQS FIFO, by record",
            Self::Kinesis => "Kinesis",
            Self::DynamoDb => "DynamoDB Streams",
            Self::EventBridge => "EventBridge",
            Self::BufferedBus => "EventBridge, buffered",
            Self::Bridge => "Kinesis, bridged",
            Self::Pipe => "EventBridge Pipes",
            Self::Task => "Step Functions",
        }
    }

    /// Returns the package of its router.
    #[must_use]
    pub const fn router(self) -> &'static str {
        match self {
            Self::StandardQueue
            | Self::FifoQueue
            | Self::StandardQueueByRecord
            | Self::FifoQueueByRecord
            | Self::BufferedBus => "sqs-router",
            Self::Kinesis | Self::Bridge => "kinesis-router",
            Self::DynamoDb => "dynamodb-router",
            Self::EventBridge => "eventbridge-router",
            Self::Pipe => "pipes-enricher",
            Self::Task => "task-router",
        }
    }

    /// Returns the number of messages of a round that draws most kinds of faults.
    #[must_use]
    pub const fn messages(self) -> usize {
        match self {
            Self::StandardQueue | Self::StandardQueueByRecord | Self::Pipe => 600,
            Self::FifoQueue | Self::FifoQueueByRecord | Self::Bridge => 240,
            Self::Kinesis | Self::DynamoDb | Self::EventBridge | Self::BufferedBus | Self::Task => 300,
        }
    }

    /// Returns the padding, in bytes, with which a full batch is slightly smaller than 6 MB, and the one record of an event
    /// bus slightly smaller than 256 KB [Lambda developer guide, "Lambda quotas"]. Kinesis data are in base64, and a change
    /// holds two images of its item.
    #[must_use]
    pub const fn max_padding(self) -> usize {
        match self {
            Self::StandardQueue | Self::StandardQueueByRecord => 96 * 1024,
            Self::FifoQueue | Self::FifoQueueByRecord => 600 * 1024,
            Self::Kinesis | Self::Bridge => 184 * 1024,
            Self::DynamoDb => 120 * 1024,
            Self::EventBridge | Self::BufferedBus | Self::Pipe | Self::Task => 240 * 1024,
        }
    }

    /// Returns the number of tenants of such a round. A pipe needs many: its enricher calls only the registry, once for each
    /// tenant.
    pub(crate) const fn tenants(self) -> u64 {
        match self {
            Self::Pipe => 120,
            _ => 6,
        }
    }

    /// Returns how many kinds of faults such a round must draw. An enricher can meet only twelve.
    pub(crate) const fn min_faults(self) -> usize {
        match self {
            Self::Pipe => 9,
            _ => 11,
        }
    }

    /// Returns the size of the largest batch. A FIFO queue allows ten messages; a standard queue with a batching window
    /// allows more.
    pub(crate) const fn largest_batch(self) -> usize {
        match self {
            Self::StandardQueue | Self::StandardQueueByRecord => 60,
            Self::FifoQueue | Self::FifoQueueByRecord | Self::Bridge | Self::Pipe => 10,
            Self::BufferedBus => 40,
            Self::Kinesis | Self::DynamoDb => 24,
            Self::EventBridge | Self::Task => 1,
        }
    }

    /// Returns the number of batches with faults, and the number after which all messages must be acknowledged.
    pub(crate) const fn batch_limits(self, messages: usize) -> (usize, usize) {
        match self {
            Self::EventBridge | Self::Task => (messages, 4 * messages),
            _ => (messages / 4, 4 * messages),
        }
    }

    pub(crate) const fn order(self) -> Order {
        match self {
            Self::FifoQueue | Self::FifoQueueByRecord => Order::PerGroup,
            Self::Kinesis | Self::DynamoDb | Self::Bridge => Order::PerTenant,
            Self::StandardQueue
            | Self::StandardQueueByRecord
            | Self::EventBridge
            | Self::BufferedBus
            | Self::Pipe
            | Self::Task => Order::None,
        }
    }

    /// Returns whether the delivery goes on after a batch that failed as a whole, as a loop without a router may answer. It is
    /// still a broken promise of a router.
    pub(crate) const fn may_fail_batches(self) -> bool {
        matches!(self, Self::StandardQueueByRecord | Self::FifoQueueByRecord)
    }

    pub(crate) const fn registry(self) -> Registry {
        match self {
            Self::StandardQueue
            | Self::FifoQueue
            | Self::StandardQueueByRecord
            | Self::FifoQueueByRecord
            | Self::Pipe
            | Self::Task => Registry::Used,
            _ => Registry::None,
        }
    }

    pub(crate) const fn backend_response(self) -> BackendResponse {
        match self {
            Self::StandardQueue | Self::FifoQueue => BackendResponse::ItemFailures,
            Self::Kinesis | Self::DynamoDb | Self::Bridge => BackendResponse::Checkpoint,
            Self::StandardQueueByRecord
            | Self::FifoQueueByRecord
            | Self::EventBridge
            | Self::BufferedBus
            | Self::Pipe
            | Self::Task => BackendResponse::Ignored,
        }
    }

    /// Returns the function that reads the identifiers of the messages in the payload of an Invoke.
    pub(crate) fn messages_in(self) -> fn(&[u8]) -> Vec<String> {
        match self {
            Self::StandardQueue | Self::FifoQueue | Self::Kinesis | Self::DynamoDb | Self::Bridge => {
                identifiers
            }
            Self::StandardQueueByRecord | Self::FifoQueueByRecord => {
                |body| message_of(body).into_iter().collect()
            }
            Self::EventBridge | Self::BufferedBus | Self::Pipe | Self::Task => |payload| {
                let event: Value = serde_json::from_slice(payload).unwrap_or_default();
                event["id"].as_str().into_iter().map(str::to_owned).collect()
            },
        }
    }
}
