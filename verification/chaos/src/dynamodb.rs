//! Messages as changes of a table's items. The key of an item is the group of its message. A message without a tenant is an
//! item whose images name two tenants, or none.

use aws_model::events::dynamodb::{Change, TableStream};
use fastrand::Rng;
use serde_json::{Value, json};

use crate::message::Message;
use crate::stream::ShardRecord;

pub(crate) fn change_records(messages: &[Message], rng: &mut Rng) -> Vec<ShardRecord> {
    let stream = TableStream::of("orders");
    let held = |message: &Message| (change(message, rng).in_shard(&stream), vec![message.id.clone()]);
    messages.iter().map(held).collect()
}

fn change(message: &Message, rng: &mut Rng) -> Change {
    let key = json!({ "pk": { "S": message.group } });
    let body: Value = serde_json::from_str(&message.body).unwrap_or_default();
    let image = |tenant: Option<&str>| {
        let mut image = key.clone();
        if let Some(tenant) = tenant {
            image["tenantId"] = json!({ "S": tenant });
            image["padding"] = json!({ "S": body["padding"] });
        }
        image
    };
    let new = image(body["tenantId"].as_str());
    let old = if body["tenantId"].is_string() { image(Some(&message.attribute)) } else { new.clone() };
    let number = message.id.as_str();
    match rng.u32(0..3) {
        0 if message.tenant.is_some() => Change::insert(number, key, new),
        1 if message.tenant.is_some() => Change::remove(number, key, old),
        _ => Change::modify(number, key, old, new),
    }
}
