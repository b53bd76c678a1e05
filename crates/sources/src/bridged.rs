//! A stream's records on their way through an SQS FIFO queue: each message's body is one stream record, as it came.

use std::borrow::Cow;

use crate::kind::Kind;
use crate::record::{Condition, Record};
use crate::source::{Source, Undecodable};
use crate::{dynamodb, kinesis};

/// The stream that was bridged into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bridged {
    Kinesis,
    DynamoDb,
}

impl Bridged {
    pub(crate) fn of(stream: Kind) -> Option<Self> {
        match stream {
            Kind::Kinesis => Some(Self::Kinesis),
            Kind::DynamoDb => Some(Self::DynamoDb),
            Kind::Sqs | Kind::EventBridge | Kind::Pipes | Kind::Task => None,
        }
    }

    /// The stream record in the body of the message `message`.
    pub(crate) fn record<'e>(
        self,
        message: &'e str,
        body: Cow<'e, str>,
        message_id: Cow<'e, str>,
    ) -> Record<'e> {
        let sequence_number = match self {
            Self::Kinesis => kinesis::sequence_number(&body),
            Self::DynamoDb => dynamodb::sequence_number(&body),
        };
        match sequence_number {
            Some(sequence_number) => {
                // A sequence number is unique within a shard only, and the bridge holds all shards.
                let unique = message_id.clone();
                Record::new(body, message_id)
                    .with_item_id(Cow::Owned(sequence_number))
                    .with_event_id(Some(unique))
            }
            None => Self::stranger(message, message_id),
        }
    }

    /// A message that no bridge sent.
    pub(crate) fn stranger<'e>(message: &'e str, message_id: Cow<'e, str>) -> Record<'e> {
        Record::new(message, message_id).with_condition(Condition::Undecodable)
    }

    pub(crate) fn content<'r>(self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        match self {
            Self::Kinesis => kinesis::Kinesis.content(record),
            Self::DynamoDb => dynamodb::DynamoDb.content(record),
        }
    }
}
