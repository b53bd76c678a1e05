//! A message of an SQS queue; its body is a message of the demo, or an EventBridge event that holds one.

use aws_lambda_events::sqs::SqsMessage;
use serde_json::Value;

use super::{NotUnderstood, Order, Record, message, required};

pub(super) fn read(raw: Value, place: &str) -> Result<Record, NotUnderstood> {
    let raw: SqsMessage = serde_json::from_value(raw).map_err(|error| NotUnderstood::new(place, error))?;
    let message_id = required(raw.message_id, "messageId", place)?;
    let body = required(raw.body, "body", place)?;
    let queue_arn = required(raw.event_source_arn, "eventSourceARN", place)?;
    let content = serde_json::from_str(&body)
        .map_err(|error| NotUnderstood::new(&format!("the body of {place}"), error))?;
    let receive_count = raw.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok());
    let delivery = receive_count.ok_or_else(|| {
        NotUnderstood::new(place, "attributes.ApproximateReceiveCount is missing or is no number")
    })?;
    Ok(Record {
        message_id,
        group: raw.attributes.get("MessageGroupId").cloned(),
        // A FIFO queue's name ends in `.fifo`; a standard queue's groups keep no order.
        order: if queue_arn.strip_suffix(".fifo").is_some() { Order::ByGroup } else { Order::None },
        message: message(content, &format!("the body of {place}"))?,
        delivery,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_new;
    use serde_json::json;

    #[test]
    fn a_body_that_asks_for_something_unknown_is_refused_with_its_place() {
        let event = json!({ "Records": [{
            "messageId": "m0",
            "body": r#"{"tenantId":"a","id":"1","do":"explode"}"#,
            "attributes": { "ApproximateReceiveCount": "1" },
            "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:q",
        }]});
        let refusal = read_new(event).unwrap_err().to_string();
        assert!(refusal.contains("the body of record 0") && refusal.contains("explode"), "{refusal}");
    }

    #[test]
    fn an_event_of_eventbridge_in_a_queue_is_read_too() {
        let event = json!({ "Records": [{
            "messageId": "m0",
            "body": r#"{"id":"e1","source":"shop","detail-type":"order","detail":{"tenantId":"a","id":"1"}}"#,
            "attributes": { "ApproximateReceiveCount": "1" },
            "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:q",
        }]});
        let record = &read_new(event).unwrap().records[0];
        assert_eq!((&*record.message_id, &*record.message.id), ("m0", "1"));
    }
}
