//! The real `kinesis-router` under everything that can go wrong at once, checked against what it promises. `CHAOS_SEED`
//! and `CHAOS_ROUNDS` are the crate `chaos`'s.

use std::path::Path;

use chaos::stream::{Round, play};
use chaos::{Message, draw};
use fastrand::Rng;
use serde_json::json;
use testbed::kinesis::aggregate;
use testbed::stream::Record;
use testbed::{DataRecord, DataStream};

const MESSAGES: usize = 300;

/// As many as a producer packs into one record here.
const MOST_PACKED: usize = 5;

#[test]
fn a_stream_loses_nothing_misroutes_nothing_and_keeps_its_order_whatever_fails() {
    chaos::rounds("Kinesis", |seed| {
        let mut rng = Rng::with_seed(seed);
        let mut messages = draw(MESSAGES, &mut rng);
        let shard = pack(&mut messages, &mut rng);
        let round = Round {
            bootstrap: Path::new(env!("CARGO_BIN_EXE_kinesis-router")),
            source: "kinesis",
            tenant_id: json!({ "from": ["$.kinesis.data.tenantId"], "must_match": ["$.kinesis.data.sender"] }),
            messages,
            shard,
        };
        play(round, seed);
    });
}

/// Every third record is an aggregate. A message is called by its record's number, in an aggregate with its place.
fn pack(messages: &mut [Message], rng: &mut Rng) -> Vec<(Record, Vec<String>)> {
    let stream = DataStream::new("orders");
    let mut shard = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let number = format!("{}", 4_900_000 + shard.len());
        let packed = if rng.u32(0..3) == 0 { rng.usize(1..=MOST_PACKED).min(rest.len()) } else { 0 };
        let (these, others) = rest.split_at_mut(packed.max(1));
        rest = others;
        let record = if packed == 0 {
            these[0].id.clone_from(&number);
            DataRecord::new(&number, &these[0].group, &these[0].body)
        } else {
            for (place, message) in these.iter_mut().enumerate() {
                message.id = format!("{number}:{place}");
            }
            let users: Vec<(&str, &[u8])> =
                these.iter().map(|message| (message.group.as_str(), message.body.as_bytes())).collect();
            DataRecord::new(&number, "packed", aggregate(&users))
        };
        let ids = these.iter().map(|message| message.id.clone()).collect();
        shard.push((record.in_shard(&stream), ids));
    }
    shard
}
