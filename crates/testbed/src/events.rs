//! SQS events as the event source mapping makes them [Lambda developer guide, "Using Lambda with Amazon SQS"].

use serde_json::{Map, Value, json};

/// A queue, to make events of.
#[derive(Clone, Debug)]
pub struct Queue {
    arn: String,
}

impl Queue {
    /// A standard queue.
    #[must_use]
    pub fn standard(name: &str) -> Self {
        Self { arn: format!("arn:aws:sqs:eu-west-1:111122223333:{name}") }
    }

    /// A FIFO queue; its name ends in `.fifo`.
    #[must_use]
    pub fn fifo(name: &str) -> Self {
        Self::standard(&format!("{name}.fifo"))
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The event that hands these messages out.
    #[must_use]
    pub fn event(&self, messages: &[Message]) -> String {
        let records: Vec<String> = messages.iter().map(|message| message.record(self)).collect();
        event_of(&records)
    }
}

/// The event of records that are given as JSON.
#[must_use]
pub fn event_of(records: &[String]) -> String {
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub struct Message {
    id: String,
    body: String,
    attributes: Map<String, Value>,
    sender_attributes: Map<String, Value>,
}

impl Message {
    /// A message that is handed out for the first time.
    #[must_use]
    pub fn new(id: impl Into<String>, body: impl Into<String>) -> Self {
        let mut attributes = Map::new();
        attributes.insert("ApproximateReceiveCount".to_owned(), json!("1"));
        attributes.insert("SentTimestamp".to_owned(), json!("1545082649183"));
        attributes.insert("SenderId".to_owned(), json!("AIDAIENQZJOLO23YVJ4VO"));
        attributes.insert("ApproximateFirstReceiveTimestamp".to_owned(), json!("1545082649185"));
        Self { id: id.into(), body: body.into(), attributes, sender_attributes: Map::new() }
    }

    /// One of SQS's own attributes.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(name.to_owned(), Value::String(value.into()));
        self
    }

    /// The message's order group.
    #[must_use]
    pub fn group(self, group: impl Into<String>) -> Self {
        self.attribute("MessageGroupId", group)
    }

    /// How often it has been handed out, this time included.
    #[must_use]
    pub fn receive_count(self, count: u32) -> Self {
        self.attribute("ApproximateReceiveCount", count.to_string())
    }

    /// A string attribute that the sender gave.
    #[must_use]
    pub fn message_attribute(mut self, name: &str, value: &str) -> Self {
        let value = json!({
            "stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String",
        });
        self.sender_attributes.insert(name.to_owned(), value);
        self
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The record that the event carries, JSON.
    #[must_use]
    pub fn record(&self, queue: &Queue) -> String {
        json!({
            "messageId": self.id,
            "receiptHandle": format!("AQEB-{}", self.id),
            "body": self.body,
            "attributes": self.attributes,
            "messageAttributes": self.sender_attributes,
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": queue.arn,
            "awsRegion": "eu-west-1",
        })
        .to_string()
    }
}

/// The identifiers of an event's messages, in order; none where it is no SQS event.
#[must_use]
pub fn message_ids(event: &[u8]) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Event {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    }
    #[derive(serde::Deserialize)]
    struct Record {
        #[serde(rename = "messageId")]
        message_id: String,
    }
    let event = serde_json::from_slice(event).unwrap_or(Event { records: Vec::new() });
    event.records.into_iter().map(|record| record.message_id).collect()
}
