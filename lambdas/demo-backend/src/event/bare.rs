//! One JSON object: an EventBridge event, whose `detail` is a message of the demo, what a pipe has enriched, or such a message
//! itself.

use serde_json::Value;

use super::{NotUnderstood, Order, Record, message};
use crate::tries::Tries;

pub(super) fn read(event: Value, tries: &Tries) -> Result<Record, NotUnderstood> {
    let event_id = event.get("detail").and(event.get("id")).and_then(Value::as_str).map(str::to_owned);
    let message = message(event, "the event")?;
    let message_id = event_id.unwrap_or_else(|| message.id.clone());
    Ok(Record { delivery: tries.of(&message_id), message_id, group: None, order: Order::None, message })
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::super::tests::read_new;
    use serde_json::json;

    #[test]
    fn an_event_keeps_its_own_id_and_a_message_has_none_but_its_own() {
        let message = json!({ "tenantId": "a", "id": "1" });
        let enriched =
            json!({ "tenant_id": "a", "record": { "messageId": "m1", "body": message.to_string() } });
        for (event, id) in [
            (json!({ "id": "e1", "source": "shop", "detail-type": "order", "detail": message }), "e1"),
            (message.clone(), "1"),
            (enriched, "1"),
        ] {
            let batch = read_new(event).unwrap();
            assert_eq!((batch.shape, &*batch.records[0].message_id), (Shape::Bare, id));
            assert_eq!(batch.records[0].message.id, "1");
        }
    }
}
