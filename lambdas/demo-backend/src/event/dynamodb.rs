//! A record of a table's stream; the message is the item as it is, or as it was when it is gone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{NotUnderstood, Order, Record, message};
use crate::tries::Tries;

#[derive(Deserialize)]
struct Raw {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    keys: BTreeMap<String, Attribute>,
    sequence_number: String,
    new_image: Option<BTreeMap<String, Attribute>>,
    old_image: Option<BTreeMap<String, Attribute>>,
}

/// An attribute's value, of the types that the demo's items have.
#[derive(Deserialize)]
enum Attribute {
    S(String),
    /// A number, which DynamoDB writes as a string.
    N(String),
}

impl Attribute {
    fn text(&self) -> &str {
        match self {
            Self::S(text) | Self::N(text) => text,
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::S(text) => Value::String(text),
            Self::N(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }
}

pub(super) fn read(raw: Value, place: &str, tries: &Tries) -> Result<Record, NotUnderstood> {
    let Raw { dynamodb } = serde_json::from_value(raw).map_err(|error| NotUnderstood::new(place, error))?;
    let key: Vec<&str> = dynamodb.keys.values().map(Attribute::text).collect();
    let group = key.join("/");
    let item = dynamodb.new_image.or(dynamodb.old_image).unwrap_or(dynamodb.keys);
    let content: Map<String, Value> =
        item.into_iter().map(|(name, attribute)| (name, attribute.into_value())).collect();
    let message = message(Value::Object(content), &format!("the item of {place}"))?;
    Ok(Record {
        delivery: tries.of(&dynamodb.sequence_number),
        message_id: dynamodb.sequence_number,
        group: Some(group),
        order: Order::ByGroup,
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_new;
    use serde_json::{Value, json};

    fn image(id: &str) -> Value {
        json!({ "pk": { "S": "TENANT#a" }, "tenantId": { "S": "a" }, "id": { "S": id }, "do": { "S": "slow" }, "ms": { "N": "40" } })
    }

    fn event(images: &Value) -> Value {
        let mut change =
            json!({ "Keys": { "sk": { "N": "7" }, "pk": { "S": "TENANT#a" } }, "SequenceNumber": "70" });
        for (name, image) in images.as_object().into_iter().flatten() {
            change[name] = image.clone();
        }
        json!({ "Records": [{ "dynamodb": change }] })
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
