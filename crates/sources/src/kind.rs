//! The event sources that have a router.

/// An event source, as the configuration names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An SQS queue, standard or FIFO.
    Sqs,
    /// A Kinesis data stream.
    Kinesis,
    /// A DynamoDB stream.
    DynamoDb,
    /// An EventBridge rule.
    EventBridge,
    /// The enrichment of an EventBridge pipe.
    Pipes,
    /// A task of a Step Functions state machine.
    Task,
}

impl Kind {
    /// Every source.
    pub const ALL: [Self; 6] =
        [Self::Sqs, Self::Kinesis, Self::DynamoDb, Self::EventBridge, Self::Pipes, Self::Task];

    /// Returns the value of the configuration's field `source`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqs => "sqs",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
            Self::EventBridge => "eventbridge",
            Self::Pipes => "pipes",
            Self::Task => "task",
        }
    }

    /// Returns the name of the Lambda function that is the router of this source.
    #[must_use]
    pub const fn binary(self) -> &'static str {
        match self {
            Self::Sqs => "sqs-router",
            Self::Kinesis => "kinesis-router",
            Self::DynamoDb => "dynamodb-router",
            Self::EventBridge => "eventbridge-router",
            Self::Pipes => "pipes-enricher",
            Self::Task => "task-router",
        }
    }

    /// Returns the source with this exact name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the source whose records have this `eventSource`.
    #[must_use]
    pub fn of_event_source(event_source: &str) -> Option<Self> {
        match event_source {
            "aws:sqs" => Some(Self::Sqs),
            "aws:kinesis" => Some(Self::Kinesis),
            "aws:dynamodb" => Some(Self::DynamoDb),
            _ => None,
        }
    }

    /// Returns the paths of the record's base64 fields, which are decoded before a selector reads their content.
    #[must_use]
    pub const fn base64_paths(self) -> &'static [&'static str] {
        match self {
            Self::Kinesis => &["$.kinesis.data"],
            // Records of Kinesis and MQ, and of Kafka, in a pipe [EventBridge user guide, "EventBridge Pipes sources"].
            Self::Pipes => &["$.data", "$.value"],
            Self::Sqs | Self::DynamoDb | Self::EventBridge | Self::Task => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_name_and_binary() {
        let mut binaries = Kind::ALL.map(Kind::binary).to_vec();
        binaries.sort_unstable();
        binaries.dedup();
        assert_eq!(binaries.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
        assert_eq!(Kind::named("SQS"), None);
    }

    #[test]
    fn kinesis_and_pipes_records_have_base64_fields() {
        let paths = Kind::ALL.map(Kind::base64_paths);
        assert_eq!(paths, [&[][..], &["$.kinesis.data"], &[], &[], &["$.data", "$.value"], &[]]);
    }
}
