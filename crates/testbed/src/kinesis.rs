//! Kinesis events as the event source mapping makes them [Lambda developer guide, "Using Lambda to process records from
//! Amazon Kinesis Data Streams"], and what the Kinesis Producer Library packs into one record.

use md5::{Digest, Md5};
use serde_json::json;

use crate::events::event_of;
use crate::stream::Record;

/// A data stream, to make events of.
#[derive(Clone, Debug)]
pub struct DataStream {
    arn: String,
}

impl DataStream {
    /// The stream of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { arn: format!("arn:aws:kinesis:eu-west-1:111122223333:stream/{name}") }
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The event that hands these records out.
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
    /// A record with these data, which the event carries in base64.
    #[must_use]
    pub fn new(
        sequence_number: impl Into<String>,
        partition_key: impl Into<String>,
        data: impl AsRef<[u8]>,
    ) -> Self {
        let data = base64_simd::STANDARD.encode_to_string(data);
        Self { sequence_number: sequence_number.into(), partition_key: partition_key.into(), data }
    }

    /// The same with `data` as it stands in the event, base64 or not.
    #[must_use]
    pub fn carrying(self, data: &str) -> Self {
        Self { data: data.to_owned(), ..self }
    }

    /// The record that the event carries.
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

    /// The record as a shard holds it.
    #[must_use]
    pub fn in_shard(&self, stream: &DataStream) -> Record {
        Record::new(&self.sequence_number, &self.json(stream))
    }
}

/// An aggregate of user records, each a partition key and data: the magic number, the message, its MD5 [Kinesis
/// Producer Library, "KPL Aggregated Record Format"].
#[must_use]
pub fn aggregate(user_records: &[(&str, &[u8])]) -> Vec<u8> {
    /// `AggregatedRecord`'s fields, and `Record`'s; all that are written here but the index have a length.
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

/// Seven bits at a time, the lowest ones first; the highest bit of a byte says that more follow.
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
    fn an_aggregate_has_a_magic_number_before_and_a_checksum_behind_its_message() {
        let aggregate = aggregate(&[("k", &b"data"[..])]);
        let message = b"\x0a\x01k\x1a\x08\x08\x00\x1a\x04data";
        assert_eq!(aggregate[..4], [0xF3, 0x89, 0x9A, 0xC2]);
        assert_eq!(&aggregate[4..aggregate.len() - 16], message);
        assert_eq!(aggregate[aggregate.len() - 16..], *Md5::digest(message).as_slice());
    }

    #[test]
    fn a_long_field_s_length_takes_two_bytes() {
        let mut bytes = Vec::new();
        varint(&mut bytes, 300);
        assert_eq!(bytes, [0xAC, 0x02]);
    }

    #[test]
    fn data_stand_in_the_event_in_base64() {
        let event = DataStream::new("orders").event(&[DataRecord::new("7", "k", "{}")]);
        assert!(event.contains(r#""data":"e30=""#), "{event}");
        assert_eq!(crate::stream::sequence_numbers(event.as_bytes()), ["7"]);
    }
}
