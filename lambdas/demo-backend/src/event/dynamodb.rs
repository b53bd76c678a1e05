//! A record of a table's stream; the message is the item as it is, or as it was when it is gone.

use std::collections::BTreeMap;

use aws_lambda_events::dynamodb::EventRecord;
use serde_dynamo::{AttributeValue, Item, from_item};
use serde_json::Value;

use super::{Message, NotUnderstood, Order, Record, required};
use crate::tries::Tries;

pub(super) fn read(raw: Value, place: &str, tries: &Tries) -> Result<Record, NotUnderstood> {
    let EventRecord { change, .. } =
        serde_json::from_value(raw).map_err(|error| NotUnderstood::new(place, error))?;
    let sequence_number = required(change.sequence_number, "SequenceNumber", place)?;
    let group = group_of(&change.keys);
    // An image that is not there reads as an empty one.
    let images = [change.new_image, change.old_image];
    let item = images.into_iter().find(|image| !image.inner().is_empty()).unwrap_or(change.keys);
    let message: Message =
        from_item(item).map_err(|error| NotUnderstood::new(&format!("the item of {place}"), error))?;
    Ok(Record {
        delivery: tries.of(&sequence_number),
        message_id: sequence_number,
        group: Some(group),
        order: Order::ByGroup,
        message,
    })
}

/// The values of the item's key, in the order of their names.
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
    use super::super::tests::read_new;
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
    fn the_message_is_the_new_item_or_the_old_one_when_it_is_gone() {
        for (images, id) in [
            (json!({ "NewImage": image("new") }), "new"),
            (json!({ "NewImage": image("new"), "OldImage": image("old") }), "new"),
            (json!({ "OldImage": image("old") }), "old"),
        ] {
            let record = &read_new(event(&images)).unwrap().records[0];
            assert_eq!((&*record.message.id, record.message.ms), (id, 40));
            assert_eq!((&*record.message_id, record.group.as_deref()), ("70", Some("TENANT#a/7")));
        }
    }

    #[test]
    fn without_images_the_keys_must_be_the_message() {
        let refusal = read_new(event(&json!({}))).unwrap_err().to_string();
        assert!(refusal.contains("the item of record 0: missing field `tenantId`"), "{refusal}");
    }
}
