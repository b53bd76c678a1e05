//! Kinesis events as an event source mapping builds them [Lambda developer guide, "Using Lambda to process records from
//! Amazon Kinesis Data Streams"], and the aggregates of the Kinesis Producer Library.

use md5::{Digest, Md5};
use serde_json::json;

use crate::events::event_of;
use crate::stream::Record;

/// A data stream, from which events are built.
#[derive(Clone, Debug)]
pub struct DataStream {
    arn: String,
}

impl DataStream {
    /// Returns the stream with this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { arn: format!("arn:aws:kinesis:eu-west-1:111122223333:stream/{name}") }
    }

    /// Returns the ARN of the stream.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Returns the event that delivers these records.
    #[must_use]
    pub fn event(&self, records: &[DataRecord]) -> String {
        let records: Vec<String> = records.iter().map(|record| record.json(self)).collect();
        event_of(&records)
    }
}

/// A record of a data stream.
#[derive(Clone, Debug)]
pub struct DataRecord {
    sequence_number: String,
    partition_key: String,
    data: String,
}

impl DataRecord {
    /// Returns a record with these data, which are in base64 in the event.
    #[must_use]
    pub fn new(
        sequence_number: impl Into<String>,
        partition_key: impl Into<String>,
        data: impl AsRef<[u8]>,
    ) -> Self {
        let data = base64_simd::STANDARD.encode_to_string(data);
        Self { sequence_number: sequence_number.into(), partition_key: partition_key.into(), data }
    }

    /// Replaces the data in the event by this text, which need not be base64.
    #[must_use]
    pub fn with_raw_data(self, data: &str) -> Self {
        Self { data: data.to_owned(), ..self }
    }

    /// Returns the record in the event, as JSON.
    #[must_use]
    pub fn json(&self, stream: &DataStream) -> String {
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": self.partition_key,
                "sequenceNumber": self.sequence_number,
                "data": self.data,
                "approximateArrivalTimestamp": 1_545_084_650.987_f64,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000006:{}", self.sequence_number),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::111122223333:role/router",
            "awsRegion": "eu-west-1",
            "eventSourceARN": stream.arn,
        })
        .to_string()
    }

    /// Returns the record for a [`Shard`](crate::Shard).
    #[must_use]
    pub fn in_shard(&self, stream: &DataStream) -> Record {
        Record::new(&self.sequence_number, &self.json(stream))
    }
}

/// Packs user records (partition key, data) into an aggregate: the magic number, the message and its MD5 digest [Kinesis
/// Producer Library, "KPL Aggregated Record Format"].
#[must_use]
pub fn aggregate(user_records: &[(&str, &[u8])]) -> Vec<u8> {
    /// The tags of the fields of `AggregatedRecord` and `Record`. All these fields except the index have a length.
    const PARTITION_KEY_TABLE: u8 = 1 << 3 | 2;
    const RECORDS: u8 = 3 << 3 | 2;
    const PARTITION_KEY_INDEX: u8 = 1 << 3;
    const DATA: u8 = 3 << 3 | 2;
    let mut message = Vec::new();
    for (key, _) in user_records {
        field(&mut message, PARTITION_KEY_TABLE, key.as_bytes());
    }
    for (index, (_, data)) in user_records.iter().enumerate() {
        let mut record = vec![PARTITION_KEY_INDEX];
        varint(&mut record, index);
        field(&mut record, DATA, data);
        field(&mut message, RECORDS, &record);
    }
    let mut aggregate = vec![0xF3, 0x89, 0x9A, 0xC2];
    aggregate.extend_from_slice(&message);
    aggregate.extend_from_slice(Md5::digest(&message).as_slice());
    aggregate
}

fn field(message: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    message.push(tag);
    varint(message, bytes.len());
    message.extend_from_slice(bytes);
}

/// Appends a number as a varint: seven bits in each byte, the lowest first. The highest bit is set if more bytes follow.
fn varint(message: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7F).expect("seven bits fit");
        value >>= 7;
        if value == 0 {
            message.push(low);
            return;
        }
        message.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregate_is_magic_number_message_and_digest() {
        let aggregate = aggregate(&[("k", &b"data"[..])]);
        let message = b"\x0a\x01k\x1a\x08\x08\x00\x1a\x04data";
        assert_eq!(aggregate[..4], [0xF3, 0x89, 0x9A, 0xC2]);
        assert_eq!(&aggregate[4..aggregate.len() - 16], message);
        assert_eq!(aggregate[aggregate.len() - 16..], *Md5::digest(message).as_slice());
    }

    #[test]
    fn varint_above_127_takes_two_bytes() {
        let mut bytes = Vec::new();
        varint(&mut bytes, 300);
        assert_eq!(bytes, [0xAC, 0x02]);
    }

    #[test]
    fn data_are_base64_in_the_event() {
        let event = DataStream::new("orders").event(&[DataRecord::new("7", "k", "{}")]);
        assert!(event.contains(r#""data":"e30=""#), "{event}");
        assert_eq!(crate::stream::sequence_numbers(event.as_bytes()), ["7"]);
    }
}
