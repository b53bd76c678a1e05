//! Events in the shapes in which Lambda delivers the records of SQS and Kinesis.

/// The event of a standard queue, with a record for each (id, tenant). A record with an empty tenant names none.
pub(crate) fn standard(records: &[(&str, &str)]) -> String {
    let records: Vec<String> =
        records.iter().map(|(id, tenant)| record("orders", id, tenant, None, "{}")).collect();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// The event of a FIFO queue, with a record for each (id, tenant, group).
pub(crate) fn fifo(records: &[(&str, &str, &str)]) -> String {
    let records: Vec<String> = records
        .iter()
        .map(|(id, tenant, group)| record("orders.fifo", id, tenant, Some(group), "{}"))
        .collect();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// One record of SQS. It has a number and an escape that would change if the record were parsed and serialized.
pub(crate) fn record(queue: &str, id: &str, tenant: &str, group: Option<&str>, body: &str) -> String {
    let group = group.map(|group| format!(",\"MessageGroupId\":\"{group}\"")).unwrap_or_default();
    let attribute = match tenant {
        "" => String::new(),
        tenant => format!("\"t\":{{\"stringValue\":\"{tenant}\",\"dataType\":\"String\"}}"),
    };
    let body = serde_json::to_string(body).unwrap();
    format!(
        "{{\"messageId\":\"{id}\", \"body\":{body},\"attributes\":{{\"SenderId\":\"\\u0041\"{group}}},\
         \"messageAttributes\":{{{attribute}}},\"number\":1.50e1,\"eventSource\":\"aws:sqs\",\
         \"eventSourceARN\":\"arn:aws:sqs:eu-west-1:111122223333:{queue}\"}}"
    )
}

/// The event of a Kinesis stream, with a record for each (sequence number, tenant, partition key). A record with an empty
/// tenant names none.
pub(crate) fn kinesis(records: &[(&str, &str, &str)]) -> String {
    let record = |&(id, tenant, key): &(&str, &str, &str)| {
        let tenant = match tenant {
            "" => String::new(),
            tenant => format!(",\"t\":\"{tenant}\""),
        };
        format!(
            "{{\"kinesis\":{{\"sequenceNumber\":\"{id}\",\"partitionKey\":\"{key}\",\"data\":\"\"{tenant}}},\
             \"eventSource\":\"aws:kinesis\",\"eventSourceARN\":\"arn:aws:kinesis:eu-west-1:111122223333:stream/orders\"}}"
        )
    };
    format!("{{\"Records\":[{}]}}", records.iter().map(record).collect::<Vec<_>>().join(","))
}
