//! Parses the events of all sources and the demo's messages in them.
//!
//! - [`sqs`], [`kinesis`], [`dynamodb`]: batches of records
//! - [`bare`]: one JSON object, such as an EventBridge event, or a record's content with payload `record`

mod bare;
mod dynamodb;
mod kinesis;
mod sqs;

use aws_lambda_events::eventbridge::EventBridgeEvent;
use serde::Deserialize;
use serde_json::Value;

use crate::delivery_count::DeliveryCounter;

/// The event of one invocation.
#[derive(Debug)]
pub(crate) struct DemoEvent {
    pub(crate) records: Vec<DemoRecord>,
    pub(crate) shape: DemoEventShape,
}

/// The shape of an event, which decides the shape of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DemoEventShape {
    /// `{"Records":[…]}`, with a partial batch response.
    Records,
    /// A bare object, which succeeds or fails as a whole.
    Bare,
}

/// One record of the event.
#[derive(Debug)]
pub(crate) struct DemoRecord {
    /// Its identifier in a response: a message id, a sequence number, or a bare object's own id.
    pub(crate) message_id: String,
    /// The message group, partition key or item key.
    pub(crate) group: Option<String>,
    pub(crate) order: GroupOrder,
    pub(crate) message: DemoMessage,
    /// The number of this delivery, from 1.
    pub(crate) delivery: u32,
}

/// Whether a group keeps its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupOrder {
    /// After a refused record, the later records of its group are refused too.
    ByGroup,
    /// A refused record does not affect other records.
    None,
}

/// A message of the demo: `{"tenantId","id","do"?,"ms"?,"times"?}`.
#[derive(Debug, Deserialize)]
pub(crate) struct DemoMessage {
    #[serde(rename = "tenantId")]
    pub(crate) tenant_id: String,
    pub(crate) id: String,
    #[serde(rename = "do", default)]
    behavior: Behavior,
    /// The duration of `slow`, in milliseconds.
    #[serde(default)]
    pub(crate) ms: u64,
    /// The last delivery with this behavior; without it, all deliveries have it.
    times: Option<u32>,
}

/// What a message asks the backend to do.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Behavior {
    /// Process the message.
    #[default]
    Ok,
    /// Fail the whole invocation.
    Fail,
    /// Name the message in `batchItemFailures`.
    Refuse,
    /// Process the message after `ms`.
    Slow,
}

impl DemoRecord {
    /// Returns what this delivery of the message asks for.
    pub(crate) fn behavior(&self) -> Behavior {
        match self.message.times {
            Some(times) if self.delivery > times => Behavior::Ok,
            _ => self.message.behavior,
        }
    }
}

/// The event is not one that the demo sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InvalidEvent(String);

impl InvalidEvent {
    fn new(place: &str, problem: impl std::fmt::Display) -> Self {
        Self(format!("{place}: {problem}"))
    }
}

impl std::fmt::Display for InvalidEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the event is invalid: {}: send an SQS, Kinesis, DynamoDB Streams or EventBridge event whose messages are \
             {{\"tenantId\",\"id\",\"do\"?: \"ok\"|\"fail\"|\"refuse\"|\"slow\",\"ms\"?,\"times\"?}}, or such a message itself",
            self.0
        )
    }
}

impl std::error::Error for InvalidEvent {}

/// Parses an event.
///
/// # Errors
/// The event is of no known source, or holds something else than the demo's messages. Nothing has been processed then.
pub(crate) fn parse(mut event: Value, deliveries: &DeliveryCounter) -> Result<DemoEvent, InvalidEvent> {
    let Some(records) = event.get_mut("Records").map(Value::take) else {
        return Ok(DemoEvent { records: vec![bare::parse(event, deliveries)?], shape: DemoEventShape::Bare });
    };
    let records: Vec<Value> =
        serde_json::from_value(records).map_err(|error| InvalidEvent::new("Records", error))?;
    let parse = |(index, raw): (usize, Value)| {
        let place = format!("record {index}");
        if raw.get("kinesis").is_some() {
            kinesis::parse(raw, &place, deliveries)
        } else if raw.get("dynamodb").is_some() {
            dynamodb::parse(raw, &place, deliveries)
        } else {
            sqs::parse(raw, &place)
        }
    };
    let records = records.into_iter().enumerate().map(parse).collect::<Result<_, _>>()?;
    Ok(DemoEvent { records, shape: DemoEventShape::Records })
}

/// Parses the message in a record's content. In an EventBridge event it is the `detail`; in a record that a pipe has
/// enriched it is in the body of the `record`.
fn message(mut content: Value, place: &str) -> Result<DemoMessage, InvalidEvent> {
    let wrong = |error| InvalidEvent::new(place, error);
    if let Some(body) = content.pointer("/record/body").and_then(Value::as_str) {
        content = serde_json::from_str(body).map_err(wrong)?;
    }
    if content.get("detail").is_some() {
        content = serde_json::from_value::<EventBridgeEvent>(content).map_err(wrong)?.detail;
    }
    serde_json::from_value(content).map_err(wrong)
}

/// Requires a field that the source always sets, and that is optional in its type.
fn required(field: Option<String>, name: &str, place: &str) -> Result<String, InvalidEvent> {
    field.ok_or_else(|| InvalidEvent::new(place, format!("missing field `{name}`")))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;
    use testbed::{Message, Queue};

    /// Records of a queue, each given as body and group, at their `receive_count`th delivery.
    pub(crate) fn records(
        queue: &str,
        receive_count: u32,
        messages: &[(Value, Option<&str>)],
    ) -> Vec<DemoRecord> {
        let message = |(index, (body, group)): (usize, &(Value, Option<&str>))| {
            let message = Message::new(format!("m{index}"), body.to_string()).receive_count(receive_count);
            group.map_or(message.clone(), |group| message.group(group))
        };
        let messages: Vec<Message> = messages.iter().enumerate().map(message).collect();
        parse_text(&Queue::standard(queue).event(&messages)).unwrap().records
    }

    /// Parses the text of an event in a new environment.
    pub(super) fn parse_text(event: &str) -> Result<DemoEvent, InvalidEvent> {
        parse_new(serde_json::from_str(event).unwrap())
    }

    /// Parses an event in a new environment.
    pub(super) fn parse_new(event: Value) -> Result<DemoEvent, InvalidEvent> {
        parse(event, &DeliveryCounter::in_memory())
    }

    #[test]
    fn behavior_ends_after_times_deliveries() {
        let message = json!({ "tenantId": "a", "id": "1", "do": "fail", "times": 2 });
        for (count, expected) in [(1, Behavior::Fail), (2, Behavior::Fail), (3, Behavior::Ok)] {
            assert_eq!(records("q", count, &[(message.clone(), None)])[0].behavior(), expected);
        }
    }

    #[test]
    fn behavior_without_times_never_ends() {
        let message = json!({ "tenantId": "a", "id": "1", "do": "refuse" });
        assert_eq!(records("q", 99, &[(message, None)])[0].behavior(), Behavior::Refuse);
    }

    #[test]
    fn invalid_message_is_refused_with_its_location() {
        for (event, place) in [
            (json!({ "detail-type": "order" }), "the event: missing field `tenantId`"),
            (json!({ "Records": 7 }), "Records: "),
            (json!({ "Records": [{}] }), "record 0: missing field `messageId`"),
            (json!({ "Records": [{ "kinesis": {} }] }), "record 0: missing field"),
            (json!({ "Records": [{ "dynamodb": {} }] }), "record 0: missing field"),
        ] {
            let refusal = parse_new(event).unwrap_err().to_string();
            assert!(refusal.contains(place), "{refusal}");
            assert!(refusal.contains("event whose messages are"), "{refusal}");
        }
    }
}
