//! The real `dynamodb-router` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED`
//! and `CHAOS_ROUNDS` are the crate `chaos`'s.

use std::path::Path;

use chaos::stream::{Round, play};
use chaos::{Message, draw};
use fastrand::Rng;
use serde_json::{Value, json};
use testbed::{Change, TableStream};

const MESSAGES: usize = 300;

#[test]
fn a_stream_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    chaos::rounds("DynamoDB Streams", |seed| {
        let mut rng = Rng::with_seed(seed);
        let messages = draw(MESSAGES, &mut rng);
        let stream = TableStream::of("orders");
        let in_shard = |message: &Message| {
            let change = change(message, &mut rng);
            (change.in_shard(&stream), vec![message.id.clone()])
        };
        let shard = messages.iter().map(in_shard).collect();
        let images = ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"];
        let round = Round {
            bootstrap: Path::new(env!("CARGO_BIN_EXE_dynamodb-router")),
            source: "dynamodb",
            tenant_id: json!({ "from": images }),
            messages,
            shard,
        };
        play(round, seed);
    });
}

/// What happened to the item that the message's group is the key of. A message of nobody's is an item that changes
/// hands, or whose image does not name its tenant.
fn change(message: &Message, rng: &mut Rng) -> Change {
    let key = json!({ "pk": { "S": message.group } });
    let image = |tenant: Option<&str>| {
        let mut image = key.clone();
        if let Some(tenant) = tenant {
            image["tenantId"] = json!({ "S": tenant });
        }
        image
    };
    let body: Value = serde_json::from_str(&message.body).unwrap_or_default();
    let new = image(body["tenantId"].as_str());
    let old = if body["tenantId"].is_string() { image(Some(&message.attribute)) } else { new.clone() };
    let number = message.id.as_str();
    match rng.u32(0..3) {
        0 if message.tenant.is_some() => Change::insert(number, key, new),
        1 if message.tenant.is_some() => Change::remove(number, key, old),
        _ => Change::modify(number, key, old, new),
    }
}
