//! Every event source that there is a router for.

/// An event source, in the words of the configuration.
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

    /// The name that the configuration's `source` has for it.
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

    /// The Lambda function that is built for it.
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

    /// The source of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The source whose records say this `eventSource`.
    pub(crate) fn of_event_source(event_source: &str) -> Option<Self> {
        match event_source {
            "aws:sqs" => Some(Self::Sqs),
            "aws:kinesis" => Some(Self::Kinesis),
            "aws:dynamodb" => Some(Self::DynamoDb),
            _ => None,
        }
    }

    /// Where its records hold base64, which is decoded before a selector looks inside.
    #[must_use]
    pub const fn base64_paths(self) -> &'static [&'static str] {
        match self {
            Self::Kinesis => &["$.kinesis.data"],
            // Kinesis and MQ, and Kafka, as a pipe hands them on [EventBridge user guide, "EventBridge Pipes sources"].
            Self::Pipes => &["$.data", "$.value"],
            Self::Sqs | Self::DynamoDb | Self::EventBridge | Self::Task => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_found_by_its_name_and_has_a_binary_of_its_own() {
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
    fn base64_stands_where_kinesis_and_a_pipe_from_kinesis_mq_or_kafka_put_it_and_nowhere_else() {
        let paths = Kind::ALL.map(Kind::base64_paths);
        assert_eq!(paths, [&[][..], &["$.kinesis.data"], &[], &[], &["$.data", "$.value"], &[]]);
    }
}
