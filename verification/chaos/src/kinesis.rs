//! Messages as records of a data stream. About every third record is an aggregate.

use aws_model::events::kinesis::{DataRecord, DataStream};
use aws_model::events::kpl::{PARTITION_KEY, aggregate};
use fastrand::Rng;

use crate::message::Message;
use crate::stream::ShardRecord;

/// The largest number of messages in one aggregate.
const MAX_PACKED: usize = 5;

/// Messages of fewer bytes than this can be part of an aggregate.
const MAX_PACKED_BYTES: usize = 1024;

/// Packs the messages into records, and sets the id of each message: the sequence number of its record, and in an aggregate
/// also its position.
pub(crate) fn pack(messages: &mut [Message], first: usize, rng: &mut Rng) -> Vec<ShardRecord> {
    let stream = DataStream::new("orders");
    let mut shard = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let number = format!("{}", 4_900_000 + first + shard.len());
        let small =
            rest.iter().take(MAX_PACKED).take_while(|message| message.body.len() < MAX_PACKED_BYTES).count();
        let packed = if small > 0 && rng.u32(0..3) == 0 { rng.usize(1..=small) } else { 0 };
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
            DataRecord::new(&number, PARTITION_KEY, aggregate(&users))
        };
        let ids = these.iter().map(|message| message.id.clone()).collect();
        shard.push((record.in_shard(&stream), ids));
    }
    shard
}
