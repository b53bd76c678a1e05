//! Where batches come from, and what distinguishes one source from the other.

use crate::scenario::Payload;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Sqs,
    Kinesis,
    DynamoDb,
    /// A rule that invokes the router itself: one event at a time.
    EventBridge,
    /// A pipe that reads a queue; the router is its enrichment, and answers with the records.
    Pipes,
    /// A state machine: one task at a time, which is answered with what the backend answers.
    Task,
}

/// One program for each source.
pub(crate) const SOURCES: usize = 6;

impl Source {
    pub(crate) const ALL: [Self; SOURCES] =
        [Self::Sqs, Self::Kinesis, Self::DynamoDb, Self::EventBridge, Self::Pipes, Self::Task];

    /// The configuration's word.
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

    /// Whether an invocation carries one record, and never more.
    pub(crate) const fn is_single(self) -> bool {
        matches!(self, Self::EventBridge | Self::Task)
    }

    /// What its Invokes can carry.
    pub(crate) const fn payloads(self) -> &'static [Payload] {
        match self {
            Self::Sqs | Self::Kinesis | Self::DynamoDb => &[Payload::Event, Payload::Record],
            Self::EventBridge | Self::Task => &[Payload::Record],
            Self::Pipes => &[Payload::Nothing],
        }
    }

    /// Where the tenant id stands; of a change, in either image.
    pub(crate) const fn tenant_paths(self) -> &'static [&'static str] {
        match self {
            Self::Sqs | Self::Pipes => &["$.attributes.MessageGroupId"],
            Self::Kinesis => &["$.kinesis.partitionKey"],
            Self::DynamoDb => &["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"],
            Self::EventBridge => &["$.detail.tenantId"],
            Self::Task => &["$.tenant_id"],
        }
    }

    /// Where it stands once more, in what the sender wrote.
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
