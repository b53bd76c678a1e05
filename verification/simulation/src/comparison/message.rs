//! A record as a handler in a scripting language sees it: JSON, and the tenant id where it is looked for.

use serde_json::Value;

use crate::plan::{Kind, Plan};
use crate::world::record_of;

/// A record of the event.
#[derive(Debug)]
pub(crate) struct Message {
    /// Which.
    pub(crate) record: usize,
    /// What stands where the tenant id does, as it is; `None`: `undefined`.
    pub(crate) tenant: Option<String>,
    /// Its message group, in a FIFO queue.
    pub(crate) group: Option<String>,
    /// Whether its content is JSON.
    pub(crate) is_json: bool,
}

/// The event's records.
pub(crate) fn messages(plan: &Plan, event: &str) -> Vec<Message> {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let records = event["Records"].as_array().map(Vec::as_slice).unwrap_or_default();
    records.iter().filter_map(|record| message(plan, record)).collect()
}

fn message(plan: &Plan, record: &Value) -> Option<Message> {
    let (id, content, tenant) = match plan.kind {
        Kind::Standard | Kind::Fifo => (
            &record["messageId"],
            parsed(record["body"].as_str()?.as_bytes()),
            record["messageAttributes"]["tenantId"]["stringValue"].clone(),
        ),
        Kind::Kinesis => {
            let data = record["kinesis"]["data"].as_str()?.as_bytes();
            let content = base64_simd::STANDARD.decode_to_vec(data).ok().and_then(|data| parsed(&data));
            let tenant = content.as_ref().map(|content| content["tenantId"].clone()).unwrap_or_default();
            (&record["kinesis"]["sequenceNumber"], content, tenant)
        }
        // These are not compared.
        Kind::DynamoDb | Kind::Bridge | Kind::Buffered | Kind::EventBridge => return None,
    };
    Some(Message {
        record: record_of(plan, id.as_str()?)?,
        tenant: tenant.as_str().map(str::to_owned),
        group: record["attributes"]["MessageGroupId"].as_str().map(str::to_owned),
        is_json: content.is_some(),
    })
}

fn parsed(content: &[u8]) -> Option<Value> {
    serde_json::from_slice(content).ok()
}
