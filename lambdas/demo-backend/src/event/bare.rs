//! Parses one JSON object: an EventBridge event with a message in its `detail`, a record that a pipe has enriched, or a
//! message itself.

use serde_json::Value;

use super::{DemoRecord, GroupOrder, InvalidEvent, message};
use crate::delivery_count::DeliveryCounter;

pub(super) fn parse(event: Value, deliveries: &DeliveryCounter) -> Result<DemoRecord, InvalidEvent> {
    let event_id = event.get("detail").and(event.get("id")).and_then(Value::as_str).map(str::to_owned);
    let message = message(event, "the event")?;
    let message_id = event_id.unwrap_or_else(|| message.id.clone());
    Ok(DemoRecord {
        delivery: deliveries.count(&message_id),
        message_id,
        group: None,
        order: GroupOrder::None,
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::super::DemoEventShape;
    use super::super::tests::parse_new;
    use serde_json::json;

    #[test]
    fn bare_object_is_named_by_its_own_id() {
        let message = json!({ "tenantId": "a", "id": "1" });
        let enriched =
            json!({ "tenant_id": "a", "record": { "messageId": "m1", "body": message.to_string() } });
        for (event, id) in [
            (json!({ "id": "e1", "source": "shop", "detail-type": "order", "detail": message }), "e1"),
            (message.clone(), "1"),
            (enriched, "1"),
        ] {
            let batch = parse_new(event).unwrap();
            assert_eq!((batch.shape, &*batch.records[0].message_id), (DemoEventShape::Bare, id));
            assert_eq!(batch.records[0].message.id, "1");
        }
    }
}
