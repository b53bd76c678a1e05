//! The sources of batches and their differences.

use crate::payload::Payload;

/// A source of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Sqs,
    Kinesis,
    DynamoDb,
    /// A rule that invokes the router directly, with one event at a time.
    EventBridge,
    /// A pipe that reads a queue. The router is its enrichment and returns the records.
    Pipes,
    /// A state machine with one task at a time. The result is the response of the backend.
    Task,
}

/// The number of sources. Each has its own router.
pub(crate) const SOURCES: usize = 6;

impl Source {
    pub(crate) const ALL: [Self; SOURCES] =
        [Self::Sqs, Self::Kinesis, Self::DynamoDb, Self::EventBridge, Self::Pipes, Self::Task];

    /// Returns the value in the configuration.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqs => "sqs",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
            Self::EventBridge => "eventbridge",
            Self::Pipes => "pipes",
            Self::Task => "task",
        }
    }

    pub(crate) const fn artifact(self) -> &'static str {
        match self {
            Self::Sqs => "sqs-router",
            Self::Kinesis => "kinesis-router",
            Self::DynamoDb => "dynamodb-router",
            Self::EventBridge => "eventbridge-router",
            Self::Pipes => "pipes-enricher",
            Self::Task => "task-router",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Sqs => "SQS",
            Self::Kinesis => "Kinesis",
            Self::DynamoDb => "DynamoDB Streams",
            Self::EventBridge => "EventBridge",
            Self::Pipes => "Pipes",
            Self::Task => "Step Functions",
        }
    }

    /// Returns whether an invocation always has exactly one record.
    pub(crate) const fn is_single(self) -> bool {
        matches!(self, Self::EventBridge | Self::Task)
    }

    /// Returns the possible payloads of its Invokes.
    pub(crate) const fn payloads(self) -> &'static [Payload] {
        match self {
            Self::Sqs | Self::Kinesis | Self::DynamoDb => &[Payload::Event, Payload::Record],
            Self::EventBridge | Self::Task => &[Payload::Record],
            Self::Pipes => &[Payload::Nothing],
        }
    }

    /// Returns the paths of the tenant id. A DynamoDB record has one in each image.
    pub(crate) const fn tenant_paths(self) -> &'static [&'static str] {
        match self {
            Self::Sqs | Self::Pipes => &["$.attributes.MessageGroupId"],
            Self::Kinesis => &["$.kinesis.partitionKey"],
            Self::DynamoDb => &["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"],
            Self::EventBridge => &["$.detail.tenantId"],
            Self::Task => &["$.tenant_id"],
        }
    }

    /// Returns the paths of the second copy of the tenant id, in the text of the sender.
    pub(crate) const fn inner_tenant_paths(self) -> &'static [&'static str] {
        match self {
            Self::Sqs | Self::Pipes => &["$.body.tenantId"],
            Self::Kinesis => &["$.kinesis.data.tenantId"],
            Self::DynamoDb => &["$.dynamodb.NewImage.owner.S", "$.dynamodb.OldImage.owner.S"],
            Self::EventBridge => &["$.detail.order.tenantId"],
            Self::Task => &["$.payload.tenantId"],
        }
    }
}
