//! Recognizes the source of a record, and reads what a replay needs from it. No I/O.

use crate::transfer::{AttributeValue, MessageAttribute, SqsRecord};
use std::collections::BTreeMap;

use base64_simd::STANDARD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use sources::Kind;

/// A record, by how it can be sent back to its router.
pub(crate) enum ReplayableRecord {
    /// A record of a queue, which can be sent to the queue again.
    Sqs(SqsRecord),
    /// A record of a stream; its router can be invoked with it.
    Stream(StreamRecord),
    /// An EventBridge event; its router can be invoked with it.
    Event,
}

/// A record of a Kinesis or DynamoDB stream.
pub(crate) struct StreamRecord {
    pub(crate) kind: Kind,
    /// The order key with the stream's ARN: records with the same key have an order.
    pub(crate) key: String,
    pub(crate) sequence_number: String,
}

impl ReplayableRecord {
    /// Parses a record of any source.
    ///
    /// # Errors
    /// Why the record cannot be sent back.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let shape: RecordShape = parse_json(text)?;
        match shape.event_source.as_deref() {
            Some("aws:sqs") => Ok(Self::Sqs(parse_sqs(text)?)),
            Some("aws:kinesis") if shape.kinesis.is_some() => {
                let record: KinesisRecordShape = parse_json(text)?;
                let KinesisFieldsShape { partition_key, sequence_number } = record.kinesis;
                let key = format!("{}/{partition_key}", record.event_source_arn);
                Ok(Self::Stream(StreamRecord { kind: Kind::Kinesis, key, sequence_number }))
            }
            Some("aws:dynamodb") if shape.dynamodb.is_some() => {
                let record: DynamoDbRecordShape = parse_json(text)?;
                let key = format!("{}/{}", record.event_source_arn, record.dynamodb.keys.get());
                let sequence_number = record.dynamodb.sequence_number;
                Ok(Self::Stream(StreamRecord { kind: Kind::DynamoDb, key, sequence_number }))
            }
            None if shape.detail_type.is_some() && shape.detail.is_some() => Ok(Self::Event),
            _ => Err(
                "it is a record of an EventBridge pipe whose source is not SQS, which cannot be put back: \
                      fix the producer, or send it to the pipe's source yourself"
                    .to_owned(),
            ),
        }
    }

    /// Returns the paths at which selectors decode base64.
    pub(crate) fn base64_paths(&self) -> &'static [&'static str] {
        match self {
            Self::Sqs(_) => Kind::Sqs.base64_paths(),
            Self::Stream(stream) => stream.kind.base64_paths(),
            Self::Event => Kind::EventBridge.base64_paths(),
        }
    }

    /// Returns the ordering group, within which records keep their order, and the record's rank in it; `None` if the
    /// record has no order.
    pub(crate) fn ordering_group(&self) -> Option<(String, String)> {
        match self {
            Self::Sqs(record) => {
                record.queue_arn.strip_suffix(".fifo")?;
                let group = record.message_group_id.as_deref().unwrap_or_default();
                let sequence = record.sequence_number.as_deref().unwrap_or_default();
                Some((format!("{}/{group}", record.queue_arn), to_rank(sequence)))
            }
            Self::Stream(stream) => Some((stream.key.clone(), to_rank(&stream.sequence_number))),
            Self::Event => None,
        }
    }
}

/// Pads a sequence number so that it sorts as a text. After a colon follows the index in a record that the Kinesis
/// Producer Library aggregated.
fn to_rank(sequence: &str) -> String {
    let parts = sequence.split(':').map(|part| format!("{part:0>64}"));
    parts.collect::<Vec<_>>().join(":")
}

fn parse_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("it is not a valid record of its source (line {line}, column {column})")
    })
}

fn parse_sqs(text: &str) -> Result<SqsRecord, String> {
    let raw: SqsRecordShape = parse_json(text)?;
    let attributes = raw.message_attributes.into_iter().map(|(name, attribute)| {
        let value = match (attribute.string_value, attribute.binary_value) {
            (Some(text), None) => AttributeValue::Text(text),
            (None, Some(base64)) => AttributeValue::Binary(
                STANDARD
                    .decode_to_vec(base64.as_bytes())
                    .map_err(|_| format!("its message attribute {name:?} is not base64"))?,
            ),
            _ => return Err(format!("its message attribute {name:?} is neither text nor binary")),
        };
        Ok((name, MessageAttribute { data_type: attribute.data_type, value }))
    });
    let mut own = raw.attributes;
    Ok(SqsRecord {
        message_id: raw.message_id,
        queue_arn: raw.event_source_arn,
        body: raw.body,
        attributes: attributes.collect::<Result<_, _>>()?,
        message_group_id: own.remove("MessageGroupId"),
        trace_header: own.remove("AWSTraceHeader"),
        sequence_number: own.remove("SequenceNumber"),
    })
}

#[derive(Deserialize)]
struct RecordShape {
    #[serde(rename = "eventSource")]
    event_source: Option<String>,
    kinesis: Option<IgnoredAny>,
    dynamodb: Option<IgnoredAny>,
    #[serde(rename = "detail-type")]
    detail_type: Option<IgnoredAny>,
    detail: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsRecordShape {
    message_id: String,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: String,
    body: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    message_attributes: BTreeMap<String, SqsAttributeShape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsAttributeShape {
    string_value: Option<String>,
    binary_value: Option<String>,
    data_type: String,
}

#[derive(Deserialize)]
struct KinesisRecordShape {
    #[serde(rename = "eventSourceARN")]
    event_source_arn: String,
    kinesis: KinesisFieldsShape,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KinesisFieldsShape {
    partition_key: String,
    sequence_number: String,
}

#[derive(Deserialize)]
struct DynamoDbRecordShape {
    #[serde(rename = "eventSourceARN")]
    event_source_arn: String,
    dynamodb: DynamoDbFieldsShape,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DynamoDbFieldsShape {
    keys: Box<RawValue>,
    sequence_number: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQS: &str = r#"{"messageId":"m-1","body":"b\u0041","attributes":{"MessageGroupId":"g","SequenceNumber":"7",
        "AWSTraceHeader":"Root=1","SenderId":"AIDA"},"messageAttributes":{"t":{"stringValue":"x","stringListValues":[],
        "dataType":"String"},"b":{"binaryValue":"AQI=","dataType":"Binary.png"}},"eventSource":"aws:sqs",
        "eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders.fifo"}"#;

    #[test]
    fn sqs_record_holds_the_original_message() {
        let Ok(ReplayableRecord::Sqs(record)) = ReplayableRecord::parse(SQS) else { panic!("no SQS record") };
        assert_eq!((record.body.as_str(), record.message_group_id.as_deref()), ("bA", Some("g")));
        assert_eq!(record.trace_header.as_deref(), Some("Root=1"));
        assert_eq!(record.attributes["t"], MessageAttribute::text("x"));
        let binary = MessageAttribute {
            data_type: "Binary.png".to_owned(),
            value: AttributeValue::Binary(vec![1, 2]),
        };
        assert_eq!(record.attributes["b"], binary);
    }

    #[test]
    fn ordering_group_and_rank_follow_the_source() {
        let line = |text: &str| ReplayableRecord::parse(text).ok().and_then(|record| record.ordering_group());
        let kinesis = |sequence: &str| {
            line(&format!(
                r#"{{"eventSource":"aws:kinesis","eventSourceARN":"a",
                    "kinesis":{{"partitionKey":"p","sequenceNumber":"{sequence}"}}}}"#
            ))
        };
        assert_eq!(line(SQS).unwrap().0, "arn:aws:sqs:eu-west-1:111122223333:orders.fifo/g");
        assert!(kinesis("9") < kinesis("10") && kinesis("10:2") < kinesis("10:10"));
        assert_eq!(line(&SQS.replace(".fifo", "")), None);
    }

    #[test]
    fn events_are_recognized_and_other_pipe_records_refused() {
        assert!(matches!(
            ReplayableRecord::parse(r#"{"detail-type":"t","source":"s","detail":{}}"#),
            Ok(ReplayableRecord::Event)
        ));
        for text in [r#"{"eventSource":"aws:kinesis","data":"e30="}"#, r#"{"eventSource":"aws:mq"}"#, "{}"] {
            assert!(ReplayableRecord::parse(text).is_err_and(|why| why.contains("pipe")), "{text}");
        }
        assert!(
            ReplayableRecord::parse("[]").is_err()
                && ReplayableRecord::parse(r#"{"eventSource":"aws:sqs"}"#).is_err()
        );
    }
}
