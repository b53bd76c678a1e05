//! The events of each source. They contain escapes, spaces and numbers that a parser with typed values would not keep. So they are
//! written here: with the builders of the model, which write each record in one spelling, a history also takes almost twice as long.

use aws_model::events::kpl;

use super::received::ReceivedRecord;
use crate::plan::{Kind, Packing, Plan, StatedTenant};

/// A record as the source delivers it.
pub(crate) struct Record {
    pub(crate) number: usize,
    /// The text of the record in the event.
    pub(crate) raw: String,
    /// The content that the producer sent.
    pub(crate) content: String,
}

/// The prefix of all sequence numbers.
const STREAM: &str = "49590338271490256608559692538361571095921";

/// Returns the identifier of a record. In an aggregate it is that of the aggregate, with the position in it.
pub(crate) fn id(plan: &Plan, record: usize) -> String {
    let origin = plan.origin(record);
    match (plan.record_kind(), plan.records[record].packing) {
        (Kind::Kinesis, Packing::In(first)) => format!("{STREAM}{first:03}:{}", plan.place(first, origin)),
        (Kind::Kinesis | Kind::DynamoDb, _) => format!("{STREAM}{origin:03}"),
        _ => message_id(record),
    }
}

fn message_id(record: usize) -> String {
    format!("m{record:03}")
}

/// Returns the record with this identifier of the source.
pub(crate) fn record_of(plan: &Plan, id: &str) -> Option<usize> {
    let prefix = if plan.kind.is_stream() { STREAM } else { "m" };
    let number = id.strip_prefix(prefix)?.parse().ok()?;
    (number < plan.records.len()).then_some(number)
}

/// Returns the event with these records; that of a rule holds only one.
pub(crate) fn event(plan: &Plan, batch: &[ReceivedRecord], records: &[Record]) -> String {
    if let (Kind::EventBridge, [record]) = (plan.kind, records) {
        return record.raw.clone();
    }
    let mut event =
        String::with_capacity(records.iter().map(|record| record.raw.len() + 1).sum::<usize>() + 16);
    // As Lambda writes events, or with white space.
    let is_plain = records.first().is_none_or(|record| record.number % 2 == 0);
    let (opening, comma) = if is_plain { ("{\"Records\":[", ",") } else { ("{\"Records\": [", " ,\n") };
    event.push_str(opening);
    let parents = records.chunk_by(|one, other| {
        one.number != other.number && plan.parent(one.number) == plan.parent(other.number)
    });
    for (at, members) in parents.enumerate() {
        event.push_str(if at == 0 { "" } else { comma });
        let first = &members[0];
        match (plan.kind, plan.records[first.number].packing) {
            (Kind::Kinesis, Packing::In(parent)) => event.push_str(&aggregate(plan, parent, members)),
            (Kind::Bridge, _) => event.push_str(&bridged(batch[at], &first.raw)),
            _ => event.push_str(&first.raw),
        }
    }
    event.push_str("]}");
    event
}

/// Returns the stream record that holds these records as an aggregate.
fn aggregate(plan: &Plan, parent: usize, members: &[Record]) -> String {
    let keys: Vec<String> =
        members.iter().map(|member| partition_key(plan.records[member.number].key)).collect();
    let contents = members.iter().map(|member| member.content.as_bytes());
    let user_records: Vec<(&str, &[u8])> = keys.iter().map(String::as_str).zip(contents).collect();
    let aggregate = kpl::aggregate(&user_records);
    kinesis(&format!("{STREAM}{parent:03}"), kpl::PARTITION_KEY, &aggregate)
}

/// Returns the message that holds a stream's record on the bridge.
fn bridged(received: ReceivedRecord, raw: &str) -> String {
    let (id, body) = (message_id(received.record), raw.replace('\\', "\\\\").replace('"', "\\\""));
    let ReceivedRecord { receives, group, .. } = received;
    format!(
        "{{\"messageId\":\"{id}\",\"body\":\"{body}\",\"attributes\":{{\"ApproximateReceiveCount\":\"{receives}\",\
         \"MessageGroupId\":\"g{group}\"}},\"messageAttributes\":{{}},\"eventSource\":\"aws:sqs\",\
         \"eventSourceARN\":\"arn:aws:sqs:eu-west-1:111122223333:bridge.fifo\"}}"
    )
}

/// Returns an aggregate of one valid record, with its last byte changed.
fn damaged(id: &str) -> Vec<u8> {
    let stated = StatedTenant::Tenant(0);
    let content = kinesis_content(id, texts(stated), stated);
    let mut aggregate = kpl::aggregate(&[("a", content.as_bytes())]);
    if let Some(last) = aggregate.last_mut() {
        *last ^= 1;
    }
    aggregate
}

fn partition_key(key: usize) -> String {
    format!("k{key}")
}

impl Record {
    pub(crate) fn of(plan: &Plan, received: ReceivedRecord) -> Self {
        let id = id(plan, received.record);
        let planned = &plan.records[received.record];
        let (here, there) = texts(planned.stated);
        let key = planned.key;
        let (raw, content) = match plan.record_kind() {
            Kind::Standard | Kind::Fifo | Kind::Bridge => {
                let is_fifo = plan.record_kind() == Kind::Fifo;
                let group = if is_fifo { format!(",\"MessageGroupId\":\"g{key}\"") } else { String::new() };
                let queue = if is_fifo { "orders.fifo" } else { "orders" };
                // The router must read an escaped sender correctly.
                let sender = plan.sender(received.record).replacen('A', "\\u0041", 1);
                let attributes = attributes(received.receives, &sender, &group);
                sqs(&id, &attributes, queue, (here, there), planned.stated)
            }
            Kind::Kinesis if planned.packing == Packing::Damaged => {
                (kinesis(&id, kpl::PARTITION_KEY, &damaged(&id)), String::new())
            }
            Kind::Kinesis => {
                let content = kinesis_content(&id, (here, there), planned.stated);
                (kinesis(&id, &partition_key(key), content.as_bytes()), content)
            }
            Kind::DynamoDb => dynamodb(&id, key, (here, there)),
            Kind::EventBridge => {
                let event = eventbridge(&id, &plan.sender(received.record), (here, there));
                (event.clone(), event)
            }
            Kind::Buffered => {
                let body = match planned.stated {
                    StatedTenant::Undecodable => format!("no JSON {id}"),
                    _ => eventbridge(&id, &plan.sender(received.record), (here, there)),
                };
                let attributes = attributes(received.receives, "AIDAEVENTS", "");
                (message(&id, "orders", (&attributes, ""), &body), body)
            }
        };
        Self { number: received.record, raw, content }
    }
}

/// Returns the JSON in the two places in which a record names its tenant; `None`: nothing.
fn texts(stated: StatedTenant) -> (Option<String>, Option<String>) {
    let named = |tenant: usize| Some(format!("\"tenant-{tenant}\""));
    match stated {
        StatedTenant::Tenant(tenant) => (named(tenant), named(tenant)),
        StatedTenant::Conflict(one, other) => (named(one), named(other)),
        StatedTenant::Missing | StatedTenant::Undecodable => (None, named(0)),
        StatedTenant::BadGrammar => (Some("\"no good\"".into()), Some("\"no good\"".into())),
        StatedTenant::NotAString => (named(0), Some("7".into())),
    }
}

type Texts = (Option<String>, Option<String>);

fn sqs(
    id: &str,
    attributes: &str,
    queue: &str,
    (here, there): Texts,
    stated: StatedTenant,
) -> (String, String) {
    let content = match stated {
        StatedTenant::Undecodable => format!("no JSON {id}"),
        _ => format!("{{\"tenantId\": {}, \"of\":\"{id}\"}}", there.unwrap_or_default()),
    };
    let attribute = here.map_or(String::new(), |text| {
        format!("\"tenantId\":{{\"stringValue\":{text},\"dataType\":\"String\"}}")
    });
    (message(id, queue, (attributes, &attribute), &content), content)
}

fn attributes(receives: u32, sender: &str, group: &str) -> String {
    format!("\"ApproximateReceiveCount\":\"{receives}\",\"SenderId\":\"{sender}\"{group}")
}

fn message(id: &str, queue: &str, (attributes, attribute): (&str, &str), body: &str) -> String {
    let body = body.replace('"', "\\\"");
    format!(
        "{{\"messageId\":\"{id}\", \"body\":\"{body}\",\"attributes\":{{{attributes}}},\
         \"messageAttributes\":{{{attribute}}},\"number\":1.50e1,\
         \"eventSource\":\"aws:sqs\",\"eventSourceARN\":\"arn:aws:sqs:eu-west-1:111122223333:{queue}\"}}"
    )
}

fn eventbridge(id: &str, account: &str, (here, there): Texts) -> String {
    let field =
        |name: &str, text: Option<String>| text.map_or(String::new(), |text| format!(",\"{name}\":{text}"));
    let (here, there) = (field("tenantId", here), field("owner", there));
    format!(
        "{{\"version\":\"0\", \"id\":\"{id}\",\"detail-type\":\"OrderPlaced\",\"source\":\"com.example\",\
         \"number\":1.50e1,\"account\":\"{account}\",\"detail\":{{\"price\": 1.50e1{here}{there}}}}}"
    )
}

fn kinesis_content(id: &str, (here, there): Texts, stated: StatedTenant) -> String {
    let here = here.map_or(String::new(), |text| format!("\"tenantId\":{text},"));
    match stated {
        StatedTenant::Undecodable => format!("no JSON {id}"),
        _ => format!("{{{here}\"owner\": {}, \"of\":\"{id}\"}}", there.unwrap_or_default()),
    }
}

fn kinesis(id: &str, partition_key: &str, data: &[u8]) -> String {
    let data = base64_simd::STANDARD.encode_to_string(data);
    format!(
        "{{\"kinesis\":{{\"sequenceNumber\":\"{id}\", \"partitionKey\":\"{partition_key}\",\"data\":\"{data}\",\
         \"approximateArrivalTimestamp\":1545084650.9870}},\"number\":1.50e1,\"eventID\":\"shardId-000000000006:{id}\",\
         \"eventSource\":\"aws:kinesis\",\"eventSourceARN\":\"arn:aws:kinesis:eu-west-1:111122223333:stream/orders\"}}"
    )
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
