//! Parses a record of a table's stream. The message is the new item, or the old item if it was removed.

use std::collections::BTreeMap;

use aws_lambda_events::dynamodb::EventRecord;
use serde_dynamo::{AttributeValue, Item, from_item};
use serde_json::Value;

use super::{DemoMessage, DemoRecord, GroupOrder, InvalidEvent, required};
use crate::delivery_count::DeliveryCounter;

pub(super) fn parse(
    raw: Value,
    place: &str,
    deliveries: &DeliveryCounter,
) -> Result<DemoRecord, InvalidEvent> {
    let EventRecord { change, .. } =
        serde_json::from_value(raw).map_err(|error| InvalidEvent::new(place, error))?;
    let sequence_number = required(change.sequence_number, "SequenceNumber", place)?;
    let group = group_of(&change.keys);
    // A missing image is deserialized as an empty one.
    let images = [change.new_image, change.old_image];
    let item = images.into_iter().find(|image| !image.inner().is_empty()).unwrap_or(change.keys);
    let message: DemoMessage =
        from_item(item).map_err(|error| InvalidEvent::new(&format!("the item of {place}"), error))?;
    Ok(DemoRecord {
        delivery: deliveries.count(&sequence_number),
        message_id: sequence_number,
        group: Some(group),
        order: GroupOrder::ByGroup,
        message,
    })
}

/// Returns the values of the item's key, sorted by attribute name.
fn group_of(keys: &Item) -> String {
    let by_name: BTreeMap<_, _> = keys.inner().iter().collect();
    let texts = by_name.into_values().map(|value| match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.as_str(),
        _ => "",
    });
    texts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse_new;
    use serde_json::{Value, json};

    fn image(id: &str) -> Value {
        json!({ "pk": { "S": "TENANT#a" }, "tenantId": { "S": "a" }, "id": { "S": id }, "do": { "S": "slow" }, "ms": { "N": "40" } })
    }

    fn event(images: &Value) -> Value {
        let mut change = json!({ "Keys": { "sk": { "N": "7" }, "pk": { "S": "TENANT#a" } }, "SequenceNumber": "70", "SizeBytes": 59 });
        for (name, image) in images.as_object().into_iter().flatten() {
            change[name] = image.clone();
        }
        json!({ "Records": [{
            "dynamodb": change, "eventID": "c4ca", "eventName": "MODIFY", "awsRegion": "eu-west-1",
        }] })
    }

    #[test]
    fn message_is_the_new_item_or_the_removed_one() {
        for (images, id) in [
            (json!({ "NewImage": image("new") }), "new"),
            (json!({ "NewImage": image("new"), "OldImage": image("old") }), "new"),
            (json!({ "OldImage": image("old") }), "old"),
        ] {
            let record = &parse_new(event(&images)).unwrap().records[0];
            assert_eq!((&*record.message.id, record.message.ms), (id, 40));
            assert_eq!((&*record.message_id, record.group.as_deref()), ("70", Some("TENANT#a/7")));
        }
    }

    #[test]
    fn without_images_the_message_is_the_key() {
        let refusal = parse_new(event(&json!({}))).unwrap_err().to_string();
        assert!(refusal.contains("the item of record 0: missing field `tenantId`"), "{refusal}");
    }
}
