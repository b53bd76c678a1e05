//! The events of every source, as far as the demo looks at them, and the body that the demo's messages carry.
//!
//! - [`sqs`], [`kinesis`], [`dynamodb`]: batches of records
//! - [`bare`]: one JSON object, as EventBridge sends an event and a router with payload `record` a record's content

mod bare;
mod dynamodb;
mod kinesis;
mod sqs;

use aws_lambda_events::eventbridge::EventBridgeEvent;
use serde::Deserialize;
use serde_json::Value;

use crate::tries::Tries;

/// What one invocation brings.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) records: Vec<Record>,
    pub(crate) shape: Shape,
}

/// How the event looks, and so how it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"Records":[…]}`, answered record by record.
    Records,
    /// A bare object, answered as a whole.
    Bare,
}

/// One record of the event.
#[derive(Debug)]
pub(crate) struct Record {
    /// How an answer names it: a message id or a sequence number; of a bare object, the event's own id.
    pub(crate) message_id: String,
    /// The message group, partition key or item key.
    pub(crate) group: Option<String>,
    pub(crate) order: Order,
    pub(crate) message: Message,
    /// Which delivery of the record this is, from 1 on.
    pub(crate) delivery: u32,
}

/// What becomes of a group's records after one was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// They are refused too.
    ByGroup,
    /// They are processed all the same.
    None,
}

/// A message of the demo: `{"tenantId","id","do"?,"ms"?,"times"?}`.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    #[serde(rename = "tenantId")]
    pub(crate) tenant_id: String,
    pub(crate) id: String,
    #[serde(rename = "do", default)]
    conduct: Conduct,
    /// How long `slow` takes, in milliseconds.
    #[serde(default)]
    pub(crate) ms: u64,
    /// Up to which delivery it misbehaves; without it, at every one.
    times: Option<u32>,
}

/// What a message asks the backend to do with it.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Conduct {
    /// Be processed.
    #[default]
    Ok,
    /// Fail the whole invocation.
    Fail,
    /// Be named in `batchItemFailures`.
    Refuse,
    /// Be processed after `ms`.
    Slow,
}

impl Record {
    /// What this delivery of the message asks for.
    pub(crate) fn conduct(&self) -> Conduct {
        match self.message.times {
            Some(times) if self.delivery > times => Conduct::Ok,
            _ => self.message.conduct,
        }
    }
}

/// The event is not one that the demo sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotUnderstood(String);

impl NotUnderstood {
    fn new(place: &str, problem: impl std::fmt::Display) -> Self {
        Self(format!("{place}: {problem}"))
    }
}

impl std::fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "event not understood: {}: send an SQS, Kinesis, DynamoDB Streams or EventBridge event whose messages are \
             {{\"tenantId\",\"id\",\"do\"?: \"ok\"|\"fail\"|\"refuse\"|\"slow\",\"ms\"?,\"times\"?}}, or such a message itself",
            self.0
        )
    }
}

impl std::error::Error for NotUnderstood {}

/// Takes an event apart.
///
/// # Errors
/// Where it is of no source, or holds what is no message of the demo; nothing has been processed then.
pub(crate) fn read(mut event: Value, tries: &Tries) -> Result<Batch, NotUnderstood> {
    let Some(records) = event.get_mut("Records").map(Value::take) else {
        return Ok(Batch { records: vec![bare::read(event, tries)?], shape: Shape::Bare });
    };
    let records: Vec<Value> =
        serde_json::from_value(records).map_err(|error| NotUnderstood::new("Records", error))?;
    let read = |(index, raw): (usize, Value)| {
        let place = format!("record {index}");
        if raw.get("kinesis").is_some() {
            kinesis::read(raw, &place, tries)
        } else if raw.get("dynamodb").is_some() {
            dynamodb::read(raw, &place, tries)
        } else {
            sqs::read(raw, &place)
        }
    };
    let records = records.into_iter().enumerate().map(read).collect::<Result<_, _>>()?;
    Ok(Batch { records, shape: Shape::Records })
}

/// The message in a record's content; of an EventBridge event, in its `detail`; of a queue's message that a pipe has enriched,
/// in the body of its `record`.
fn message(mut content: Value, place: &str) -> Result<Message, NotUnderstood> {
    let wrong = |error| NotUnderstood::new(place, error);
    if let Some(body) = content.pointer("/record/body").and_then(Value::as_str) {
        content = serde_json::from_str(body).map_err(wrong)?;
    }
    if content.get("detail").is_some() {
        content = serde_json::from_value::<EventBridgeEvent>(content).map_err(wrong)?.detail;
    }
    serde_json::from_value(content).map_err(wrong)
}

/// A field that every event of its source has, and that its type leaves open.
fn required(field: Option<String>, name: &str, place: &str) -> Result<String, NotUnderstood> {
    field.ok_or_else(|| NotUnderstood::new(place, format!("missing field `{name}`")))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    /// Records of a queue: each is (body, group), delivered for the `receive_count`th time.
    pub(crate) fn records(
        queue: &str,
        receive_count: u32,
        messages: &[(Value, Option<&str>)],
    ) -> Vec<Record> {
        let records: Vec<Value> = messages
            .iter()
            .enumerate()
            .map(|(index, (body, group))| {
                let mut attributes = json!({ "ApproximateReceiveCount": receive_count.to_string() });
                if let Some(group) = group {
                    attributes["MessageGroupId"] = json!(group);
                }
                json!({
                    "messageId": format!("m{index}"),
                    "body": body.to_string(),
                    "attributes": attributes,
                    "eventSourceARN": format!("arn:aws:sqs:eu-west-1:111122223333:{queue}"),
                })
            })
            .collect();
        read_new(json!({ "Records": records })).unwrap().records
    }

    /// Reads an event in an environment that has seen none.
    pub(super) fn read_new(event: Value) -> Result<Batch, NotUnderstood> {
        read(event, &Tries::in_memory())
    }

    #[test]
    fn a_message_misbehaves_until_it_has_been_delivered_so_often() {
        let message = json!({ "tenantId": "a", "id": "1", "do": "fail", "times": 2 });
        for (count, expected) in [(1, Conduct::Fail), (2, Conduct::Fail), (3, Conduct::Ok)] {
            assert_eq!(records("q", count, &[(message.clone(), None)])[0].conduct(), expected);
        }
    }

    #[test]
    fn a_message_without_times_misbehaves_for_ever() {
        let message = json!({ "tenantId": "a", "id": "1", "do": "refuse" });
        assert_eq!(records("q", 99, &[(message, None)])[0].conduct(), Conduct::Refuse);
    }

    #[test]
    fn what_is_no_message_is_refused_with_its_place_and_what_was_expected() {
        for (event, place) in [
            (json!({ "detail-type": "order" }), "the event: missing field `tenantId`"),
            (json!({ "Records": 7 }), "Records: "),
            (json!({ "Records": [{}] }), "record 0: missing field `messageId`"),
            (json!({ "Records": [{ "kinesis": {} }] }), "record 0: missing field"),
            (json!({ "Records": [{ "dynamodb": {} }] }), "record 0: missing field"),
        ] {
            let refusal = read_new(event).unwrap_err().to_string();
            assert!(refusal.contains(place), "{refusal}");
            assert!(refusal.contains("event whose messages are"), "{refusal}");
        }
    }
}
