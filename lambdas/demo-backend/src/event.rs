//! The SQS event, as far as the demo looks at it, and the body that the demo's messages carry.

use serde::Deserialize;
use serde_json::Value;

/// One record of the event.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) message_id: String,
    /// The order group; only a FIFO queue's messages have one that matters, see [`Record::is_ordered`].
    pub(crate) group: Option<String>,
    pub(crate) message: Message,
    receive_count: u32,
    source_arn: String,
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
            Some(times) if self.receive_count > times => Conduct::Ok,
            _ => self.message.conduct,
        }
    }

    /// Whether the records of its group must stay in order: a FIFO queue's name ends in `.fifo`.
    pub(crate) fn is_ordered(&self) -> bool {
        self.source_arn.strip_suffix(".fifo").is_some()
    }
}

/// The event is not one that the demo sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotUnderstood(String);

impl std::fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "event not understood: {}: send an SQS event whose bodies are \
             {{\"tenantId\",\"id\",\"do\"?: \"ok\"|\"fail\"|\"refuse\"|\"slow\",\"ms\"?,\"times\"?}}",
            self.0
        )
    }
}

impl std::error::Error for NotUnderstood {}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    message_id: String,
    body: String,
    attributes: Attributes,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_receive_count: String,
    message_group_id: Option<String>,
}

/// Takes an SQS event apart.
///
/// # Errors
/// Where it is no SQS event, or a body is no message of the demo; nothing has been processed then.
pub(crate) fn read(event: Value) -> Result<Vec<Record>, NotUnderstood> {
    let event: Event = serde_json::from_value(event).map_err(|error| NotUnderstood(error.to_string()))?;
    event.records.into_iter().enumerate().map(record).collect()
}

fn record((index, raw): (usize, Raw)) -> Result<Record, NotUnderstood> {
    let message = serde_json::from_str(&raw.body)
        .map_err(|error| NotUnderstood(format!("the body of record {index}: {error}")))?;
    let receive_count = raw.attributes.approximate_receive_count.parse().map_err(|_| {
        NotUnderstood(format!("attributes.ApproximateReceiveCount of record {index} is no number"))
    })?;
    Ok(Record {
        message_id: raw.message_id,
        group: raw.attributes.message_group_id,
        message,
        receive_count,
        source_arn: raw.event_source_arn,
    })
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
        read(json!({ "Records": records })).unwrap()
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
    fn an_event_of_another_kind_is_refused_with_what_was_expected() {
        let refusal = read(json!({ "detail-type": "order" })).unwrap_err().to_string();
        assert!(refusal.contains("missing field `Records`"), "{refusal}");
        assert!(refusal.contains("send an SQS event whose bodies are"), "{refusal}");
    }

    #[test]
    fn a_body_that_asks_for_something_unknown_is_refused_with_its_place() {
        let event = json!({ "Records": [{
            "messageId": "m0",
            "body": r#"{"tenantId":"a","id":"1","do":"explode"}"#,
            "attributes": { "ApproximateReceiveCount": "1" },
            "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:q",
        }]});
        let refusal = read(event).unwrap_err().to_string();
        assert!(refusal.contains("the body of record 0") && refusal.contains("explode"), "{refusal}");
    }
}
