//! DynamoDB Streams events as an event source mapping builds them [Lambda developer guide, "Using AWS Lambda with Amazon
//! DynamoDB"].

use serde_json::{Map, Value, json};

use super::{StreamRecord, event_of};

/// The stream of a table, from which events are built.
#[derive(Clone, Debug)]
pub struct TableStream {
    arn: String,
}

impl TableStream {
    /// Returns the stream of this table.
    #[must_use]
    pub fn of(table: &str) -> Self {
        let arn =
            format!("arn:aws:dynamodb:eu-west-1:111122223333:table/{table}/stream/2026-06-10T19:26:16.525");
        Self { arn }
    }

    /// Returns the ARN of the stream.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Returns the event that delivers these changes.
    #[must_use]
    pub fn event(&self, changes: &[Change]) -> String {
        let records: Vec<String> = changes.iter().map(|change| change.json(self)).collect();
        event_of(&records)
    }
}

/// A change of an item. Keys and images are in DynamoDB's JSON: `{"pk":{"S":"…"}}`.
#[derive(Clone, Debug)]
pub struct Change {
    sequence_number: String,
    name: &'static str,
    images: Map<String, Value>,
    by_time_to_live: Option<Value>,
}

impl Change {
    /// Returns an `INSERT`: the item was created.
    #[must_use]
    pub fn insert(sequence_number: impl Into<String>, keys: Value, new: Value) -> Self {
        Self::of(sequence_number.into(), "INSERT", [("Keys", keys), ("NewImage", new)])
    }

    /// Returns a `MODIFY`: the item was changed.
    #[must_use]
    pub fn modify(sequence_number: impl Into<String>, keys: Value, old: Value, new: Value) -> Self {
        let images = [("Keys", keys), ("OldImage", old), ("NewImage", new)];
        Self::of(sequence_number.into(), "MODIFY", images)
    }

    /// Returns a `REMOVE`: the item was deleted.
    #[must_use]
    pub fn remove(sequence_number: impl Into<String>, keys: Value, old: Value) -> Self {
        Self::of(sequence_number.into(), "REMOVE", [("Keys", keys), ("OldImage", old)])
    }

    /// Marks the change as made by DynamoDB because the item expired (time to live).
    #[must_use]
    pub fn by_time_to_live(self) -> Self {
        let service = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
        Self { by_time_to_live: Some(service), ..self }
    }

    /// Removes one image, as in a stream with another view type.
    #[must_use]
    pub fn without(mut self, image: &str) -> Self {
        self.images.remove(image);
        self
    }

    fn of<const N: usize>(sequence_number: String, name: &'static str, images: [(&str, Value); N]) -> Self {
        let images = images.into_iter().map(|(name, image)| (name.to_owned(), image)).collect();
        Self { sequence_number, name, images, by_time_to_live: None }
    }

    /// Returns the record in the event, as JSON.
    #[must_use]
    pub fn json(&self, stream: &TableStream) -> String {
        let mut change = self.images.clone();
        change.insert("ApproximateCreationDateTime".to_owned(), json!(1_732_000_000));
        change.insert("SequenceNumber".to_owned(), json!(self.sequence_number));
        change.insert("SizeBytes".to_owned(), json!(59));
        change.insert("StreamViewType".to_owned(), json!("NEW_AND_OLD_IMAGES"));
        let mut record = json!({
            "eventID": format!("c4ca4238a0b923820dcc509a{:0>8}", self.sequence_number),
            "eventName": self.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-1",
            "dynamodb": change,
            "eventSourceARN": stream.arn,
        });
        if let Some(service) = &self.by_time_to_live {
            record["userIdentity"] = service.clone();
        }
        record.to_string()
    }

    /// Returns the record for a [`Shard`](crate::shard::Shard).
    #[must_use]
    pub fn in_shard(&self, stream: &TableStream) -> StreamRecord {
        StreamRecord::new(&self.sequence_number, &self.json(stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_change_has_its_images() {
        let item = || json!({ "pk": { "S": "1" } });
        let changes = [
            Change::insert("1", item(), item()),
            Change::modify("2", item(), item(), item()),
            Change::remove("3", item(), item()).by_time_to_live(),
        ];
        let event: Value = serde_json::from_str(&TableStream::of("orders").event(&changes)).unwrap();
        let has = |at: usize, image: &str| event["Records"][at]["dynamodb"].get(image).is_some();
        assert_eq!([has(0, "OldImage"), has(1, "OldImage"), has(2, "OldImage")], [false, true, true]);
        assert_eq!([has(0, "NewImage"), has(1, "NewImage"), has(2, "NewImage")], [true, true, false]);
        assert_eq!(event["Records"][2]["userIdentity"]["principalId"], "dynamodb.amazonaws.com");
        assert!(event["Records"][0].get("userIdentity").is_none());
    }
}
