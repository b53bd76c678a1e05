//! Splits an event by tenant with the least possible parsing. Both floors use it. It accepts only events in the exact format of
//! the benchmark and panics on others. It must not depend on the crates of the product.
#![allow(clippy::unwrap_used, reason = "it stops at any error")]
#![allow(clippy::missing_panics_doc, reason = "as above")]

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Deserializer, value::RawValue};

/// The payload of one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The body of one message.
    Record,
    /// All records of one tenant, as an event.
    Event,
}

impl Payload {
    /// Returns the payload that `FLOOR_PAYLOAD` names.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name == "record" { Self::Record } else { Self::Event }
    }
}

/// The parsed part of a record of any source.
#[derive(Deserialize)]
struct Record<'e> {
    #[serde(borrow, alias = "attributes", alias = "kinesis", alias = "dynamodb")]
    part: Part<'e>,
    /// The body of an SQS message, as raw JSON.
    body: Option<&'e RawValue>,
}

#[derive(Deserialize)]
struct Part<'e> {
    #[serde(alias = "MessageGroupId", alias = "partitionKey")]
    tenant: Option<&'e str>,
    #[serde(borrow, rename = "NewImage")]
    item: Option<Item<'e>>,
}

#[derive(Deserialize)]
struct Item<'e> {
    #[serde(borrow, rename = "tenantId")]
    tenant: Attribute<'e>,
}

#[derive(Deserialize)]
struct Attribute<'e> {
    #[serde(rename = "S")]
    text: &'e str,
}

impl<'e> Record<'e> {
    fn tenant(&self) -> &'e str {
        self.part.tenant.or(self.part.item.as_ref().map(|item| item.tenant.text)).unwrap()
    }
}

/// Returns each record with its text in the event, in one pass.
fn records(event: &str) -> impl Iterator<Item = (&str, Record<'_>)> {
    let mut rest = Some(event.strip_prefix(r#"{"Records":["#).unwrap());
    std::iter::from_fn(move || {
        let mut records = Deserializer::from_str(rest?).into_iter();
        let record = records.next()?.unwrap();
        let (text, behind) = rest?.split_at(records.byte_offset());
        rest = behind.strip_prefix(',');
        Some((text, record))
    })
}

fn sub_batch(records: &[&str]) -> Vec<u8> {
    let length: usize = records.iter().map(|text| text.len() + 1).sum();
    let mut payload = Vec::with_capacity(length + 14);
    payload.extend_from_slice(br#"{"Records":"#);
    for (at, text) in records.iter().enumerate() {
        payload.push(if at == 0 { b'[' } else { b',' });
        payload.extend_from_slice(text.as_bytes());
    }
    payload.extend_from_slice(b"]}");
    payload
}

/// Returns the tenant and the payload of each Invoke for an event.
#[must_use]
pub fn invokes(event: &str, payload: Payload) -> Box<dyn Iterator<Item = (&str, Vec<u8>)> + '_> {
    if payload == Payload::Record {
        return Box::new(records(event).map(|(_, record)| {
            let body: String = serde_json::from_str(record.body.unwrap().get()).unwrap();
            (record.tenant(), body.into_bytes())
        }));
    }
    let mut tenants: HashMap<&str, Vec<&str>> = HashMap::new();
    for (text, record) in records(event) {
        tenants.entry(record.tenant()).or_default().push(text);
    }
    Box::new(tenants.into_iter().map(|(tenant, records)| (tenant, sub_batch(&records))))
}
