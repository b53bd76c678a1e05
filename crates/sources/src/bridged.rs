//! The records of a stream in the SQS FIFO queue of a bridge. The body of each message is one stream record,
//! unchanged.

use std::borrow::Cow;

use crate::kind::Kind;
use crate::record::{Condition, Record};
use crate::source::{Source, Undecodable};
use crate::{dynamodb, kinesis};

/// The stream that a bridge forwards into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bridged {
    Kinesis,
    DynamoDb,
}

impl Bridged {
    /// Returns `None` if `stream` is not a stream.
    pub(crate) fn of(stream: Kind) -> Option<Self> {
        match stream {
            Kind::Kinesis => Some(Self::Kinesis),
            Kind::DynamoDb => Some(Self::DynamoDb),
            Kind::Sqs | Kind::EventBridge | Kind::Pipes | Kind::Task => None,
        }
    }

    /// Returns the stream record in the body of a message.
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
                // A sequence number is unique in its shard only, and the queue has the records of all shards.
                let event_id = message_id.clone();
                Record::new(body, message_id)
                    .with_item_id(Cow::Owned(sequence_number))
                    .with_event_id(Some(event_id))
            }
            None => Self::unrecognized(message, message_id),
        }
    }

    /// Returns the record of a message that no bridge sent.
    pub(crate) fn unrecognized<'e>(message: &'e str, message_id: Cow<'e, str>) -> Record<'e> {
        Record::new(message, message_id).with_condition(Condition::Undecodable)
    }

    /// Returns the content of a stream record.
    pub(crate) fn content<'r>(self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        match self {
            Self::Kinesis => kinesis::Kinesis.content(record),
            Self::DynamoDb => dynamodb::DynamoDb.content(record),
        }
    }
}
