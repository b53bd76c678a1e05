//! Kinesis events as an event source mapping builds them [Lambda developer guide, "Using Lambda to process records from
//! Amazon Kinesis Data Streams"].

use serde_json::{Value, json};

use super::{StreamRecord, event_of};

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
        let mut record = self.envelope(stream);
        record["kinesis"] = self.data();
        record.to_string()
    }

    /// Returns the record in the batch of a pipe, as JSON. There the fields of `kinesis` are those of the record [EventBridge user
    /// guide, "Amazon Kinesis stream as a source for EventBridge Pipes"].
    #[must_use]
    pub fn json_in_pipe(&self, stream: &DataStream) -> String {
        let (mut record, mut data) = (self.envelope(stream), self.data());
        if let (Value::Object(record), Value::Object(data)) = (&mut record, &mut data) {
            record.append(data);
        }
        record.to_string()
    }

    fn data(&self) -> Value {
        json!({
            "kinesisSchemaVersion": "1.0",
            "partitionKey": self.partition_key,
            "sequenceNumber": self.sequence_number,
            "data": self.data,
            "approximateArrivalTimestamp": 1_545_084_650.987_f64,
        })
    }

    fn envelope(&self, stream: &DataStream) -> Value {
        json!({
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000006:{}", self.sequence_number),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::111122223333:role/router",
            "awsRegion": "eu-west-1",
            "eventSourceARN": stream.arn,
        })
    }

    /// Returns the record for a [`Shard`](crate::shard::Shard).
    #[must_use]
    pub fn in_shard(&self, stream: &DataStream) -> StreamRecord {
        StreamRecord::new(&self.sequence_number, &self.json(stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_base64_in_the_event() {
        let event = DataStream::new("orders").event(&[DataRecord::new("7", "k", "{}")]);
        assert!(event.contains(r#""data":"e30=""#), "{event}");
        assert_eq!(crate::events::identifiers(event.as_bytes()), ["7"]);
    }
}
