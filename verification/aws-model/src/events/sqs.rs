//! SQS events as an event source mapping builds them [Lambda developer guide, "Using Lambda with Amazon SQS"].

use serde_json::{Map, Value, json};

use super::event_of;

/// A queue, from which events are built.
#[derive(Clone, Debug)]
pub struct Queue {
    arn: String,
}

impl Queue {
    /// Returns a standard queue.
    #[must_use]
    pub fn standard(name: &str) -> Self {
        Self { arn: format!("arn:aws:sqs:eu-west-1:111122223333:{name}") }
    }

    /// Returns a FIFO queue. The suffix `.fifo` is added to the name.
    #[must_use]
    pub fn fifo(name: &str) -> Self {
        Self::standard(&format!("{name}.fifo"))
    }

    /// Returns the ARN of the queue.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Returns the event that delivers these messages.
    #[must_use]
    pub fn event(&self, messages: &[Message]) -> String {
        let records: Vec<String> = messages.iter().map(|message| message.record(self)).collect();
        event_of(&records)
    }
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
    /// Returns a message in its first delivery.
    #[must_use]
    pub fn new(id: impl Into<String>, body: impl Into<String>) -> Self {
        let mut attributes = Map::new();
        attributes.insert("ApproximateReceiveCount".to_owned(), json!("1"));
        attributes.insert("SentTimestamp".to_owned(), json!("1545082649183"));
        attributes.insert("SenderId".to_owned(), json!("AIDAIENQZJOLO23YVJ4VO"));
        attributes.insert("ApproximateFirstReceiveTimestamp".to_owned(), json!("1545082649185"));
        Self { id: id.into(), body: body.into(), attributes, sender_attributes: Map::new() }
    }

    /// Sets a system attribute of SQS.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(name.to_owned(), Value::String(value.into()));
        self
    }

    /// Sets the message group id.
    #[must_use]
    pub fn group(self, group: impl Into<String>) -> Self {
        self.attribute("MessageGroupId", group)
    }

    /// Sets the number of deliveries, including this one.
    #[must_use]
    pub fn receive_count(self, count: u32) -> Self {
        self.attribute("ApproximateReceiveCount", count.to_string())
    }

    /// Adds a string attribute of the sender.
    #[must_use]
    pub fn message_attribute(mut self, name: &str, value: &str) -> Self {
        let value = json!({
            "stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String",
        });
        self.sender_attributes.insert(name.to_owned(), value);
        self
    }

    /// Returns the message id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the record in the event, as JSON.
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
