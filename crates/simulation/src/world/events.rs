//! The events of each source, with escapes, spaces and numbers that no typed round trip would keep.

use super::poller::Handed;
use crate::plan::{Kind, Plan, Says};

/// A record as it is handed out.
pub(crate) struct Record {
    pub(crate) number: usize,
    /// As it stands in the event.
    pub(crate) raw: String,
    /// What the producer put into it.
    pub(crate) content: String,
}

/// What a sequence number begins with.
const STREAM: &str = "49590338271490256608559692538361571095921";

/// The identifier of a record.
pub(crate) fn id(plan: &Plan, record: usize) -> String {
    match plan.kind {
        Kind::Standard | Kind::Fifo => format!("m{record:03}"),
        Kind::Kinesis | Kind::DynamoDb => format!("{STREAM}{record:03}"),
    }
}

/// The record of this identifier.
pub(crate) fn record_of(plan: &Plan, id: &str) -> Option<usize> {
    let prefix = if plan.kind.is_stream() { STREAM } else { "m" };
    let number = id.strip_prefix(prefix)?.parse().ok()?;
    (number < plan.records.len()).then_some(number)
}

/// The event of these records.
pub(crate) fn event(records: &[Record]) -> String {
    let mut event =
        String::with_capacity(records.iter().map(|record| record.raw.len() + 1).sum::<usize>() + 16);
    event.push_str("{\"Records\": [");
    for (at, record) in records.iter().enumerate() {
        event.push_str(if at == 0 { "" } else { " ,\n" });
        event.push_str(&record.raw);
    }
    event.push_str("]}");
    event
}

impl Record {
    pub(crate) fn of(plan: &Plan, handed: Handed) -> Self {
        let id = id(plan, handed.record);
        let planned = &plan.records[handed.record];
        let (here, there) = texts(planned.says);
        let key = planned.key;
        let (raw, content) = match plan.kind {
            Kind::Standard | Kind::Fifo => {
                let is_fifo = plan.kind == Kind::Fifo;
                let group = if is_fifo { format!(",\"MessageGroupId\":\"g{key}\"") } else { String::new() };
                // An escape in it makes nobody a stranger.
                let sender = plan.sender_id(handed.record).replacen('A', "\\u0041", 1);
                let attributes = format!(
                    "\"ApproximateReceiveCount\":\"{}\",\"SenderId\":\"{sender}\"{group}",
                    handed.receives
                );
                let queue = if is_fifo { "orders.fifo" } else { "orders" };
                sqs(&id, &attributes, queue, (here, there), planned.says)
            }
            Kind::Kinesis => kinesis(&id, key, (here, there), planned.says),
            Kind::DynamoDb => dynamodb(&id, key, (here, there)),
        };
        Self { number: handed.record, raw, content }
    }
}

/// What stands in the two places in which a record names its tenant, as JSON; `None`: nothing.
fn texts(says: Says) -> (Option<String>, Option<String>) {
    let named = |tenant: usize| Some(format!("\"tenant-{tenant}\""));
    match says {
        Says::Tenant(tenant) => (named(tenant), named(tenant)),
        Says::Conflict(one, other) => (named(one), named(other)),
        Says::Missing | Says::Undecodable => (None, named(0)),
        Says::BadGrammar => (Some("\"no good\"".into()), Some("\"no good\"".into())),
        Says::NotAString => (named(0), Some("7".into())),
    }
}

type Texts = (Option<String>, Option<String>);

fn sqs(id: &str, attributes: &str, queue: &str, (here, there): Texts, says: Says) -> (String, String) {
    let content = match says {
        Says::Undecodable => format!("no JSON {id}"),
        _ => format!("{{\"tenantId\": {}, \"of\":\"{id}\"}}", there.unwrap_or_default()),
    };
    let attribute = here.map_or(String::new(), |text| {
        format!("\"tenantId\":{{\"stringValue\":{text},\"dataType\":\"String\"}}")
    });
    let body = content.replace('"', "\\\"");
    let raw = format!(
        "{{\"messageId\":\"{id}\", \"body\":\"{body}\",\"attributes\":{{{attributes}}},\
         \"messageAttributes\":{{{attribute}}},\"number\":1.50e1,\
         \"eventSource\":\"aws:sqs\",\"eventSourceARN\":\"arn:aws:sqs:eu-west-1:111122223333:{queue}\"}}"
    );
    (raw, content)
}

fn kinesis(id: &str, key: usize, (here, there): Texts, says: Says) -> (String, String) {
    let here = here.map_or(String::new(), |text| format!("\"tenantId\":{text},"));
    let content = match says {
        Says::Undecodable => format!("no JSON {id}"),
        _ => format!("{{{here}\"owner\": {}, \"of\":\"{id}\"}}", there.unwrap_or_default()),
    };
    let data = base64_simd::STANDARD.encode_to_string(content.as_bytes());
    let raw = format!(
        "{{\"kinesis\":{{\"sequenceNumber\":\"{id}\", \"partitionKey\":\"k{key}\",\"data\":\"{data}\",\
         \"approximateArrivalTimestamp\":1545084650.9870}},\"number\":1.50e1,\"eventID\":\"shardId-000000000006:{id}\",\
         \"eventSource\":\"aws:kinesis\",\"eventSourceARN\":\"arn:aws:kinesis:eu-west-1:111122223333:stream/orders\"}}"
    );
    (raw, content)
}

fn dynamodb(id: &str, key: usize, (here, there): Texts) -> (String, String) {
    let attribute = |name: &str, text: Option<String>| {
        text.map_or(String::new(), |text| format!("\"{name}\":{{\"S\":{text}}},"))
    };
    let (here, there) = (attribute("tenantId", here), attribute("owner", there));
    let raw = format!(
        "{{\"dynamodb\":{{\"SequenceNumber\":\"{id}\", \"Keys\":{{\"pk\":{{\"S\":\"item-{key}\"}}}},\
         \"NewImage\":{{{here}{there}\"price\":{{\"N\":\"1.50e1\"}}}},\"StreamViewType\":\"NEW_IMAGE\"}},\
         \"eventID\":\"e{id}\",\"eventName\":\"INSERT\",\"number\":1.50e1,\"eventSource\":\"aws:dynamodb\",\
         \"eventSourceARN\":\"arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1\"}}"
    );
    (raw.clone(), raw)
}
