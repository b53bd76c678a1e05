//! Parses a message of an SQS queue. Its body is a message of the demo, or an EventBridge event with one.

use aws_lambda_events::sqs::SqsMessage;
use serde_json::Value;

use super::{DemoRecord, GroupOrder, InvalidEvent, message, required};

pub(super) fn parse(raw: Value, place: &str) -> Result<DemoRecord, InvalidEvent> {
    let raw: SqsMessage = serde_json::from_value(raw).map_err(|error| InvalidEvent::new(place, error))?;
    let message_id = required(raw.message_id, "messageId", place)?;
    let body = required(raw.body, "body", place)?;
    let queue_arn = required(raw.event_source_arn, "eventSourceARN", place)?;
    let content = serde_json::from_str(&body)
        .map_err(|error| InvalidEvent::new(&format!("the body of {place}"), error))?;
    let receive_count = raw.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok());
    let delivery = receive_count.ok_or_else(|| {
        InvalidEvent::new(place, "attributes.ApproximateReceiveCount is missing or is not a number")
    })?;
    Ok(DemoRecord {
        message_id,
        group: raw.attributes.get("MessageGroupId").cloned(),
        // A FIFO queue's name ends in `.fifo`; a standard queue's groups keep no order.
        order: if queue_arn.strip_suffix(".fifo").is_some() { GroupOrder::ByGroup } else { GroupOrder::None },
        message: message(content, &format!("the body of {place}"))?,
        delivery,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse_text;
    use testbed::{Message, Queue};

    fn event(body: &str) -> String {
        Queue::standard("orders").event(&[Message::new("m0", body)])
    }

    #[test]
    fn unknown_behavior_is_refused_with_its_location() {
        let event = event(r#"{"tenantId":"a","id":"1","do":"explode"}"#);
        let refusal = parse_text(&event).unwrap_err().to_string();
        assert!(refusal.contains("the body of record 0") && refusal.contains("explode"), "{refusal}");
    }

    #[test]
    fn eventbridge_event_in_a_queue_is_parsed() {
        let event =
            event(r#"{"id":"e1","source":"shop","detail-type":"order","detail":{"tenantId":"a","id":"1"}}"#);
        let record = &parse_text(&event).unwrap().records[0];
        assert_eq!((&*record.message_id, &*record.message.id), ("m0", "1"));
    }
}
