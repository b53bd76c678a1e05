//! A tenant's item in the registry: what its attributes are called and what may stand in them. The routers read
//! `tenant_id`, `status`, `principals` and `backend`, and pay no attention to the rest.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, Serializer};
use tenancy::{Status, TenantId};

use super::validate;

/// The table's hash key, a string.
pub(crate) const TENANT_ID: &str = "tenant_id";
/// A string: a [`Status`].
pub(crate) const STATUS: &str = "status";
/// A string set: who may send; absent where anyone may.
pub(crate) const PRINCIPALS: &str = "principals";
/// A string: one of the routers' further backends; absent where it is the routers' own.
pub(crate) const BACKEND: &str = "backend";
/// A string: when the item was changed last, ISO 8601, UTC.
pub(crate) const CHANGED_AT: &str = "changed_at";
/// A string: why.
pub(crate) const NOTE: &str = "note";

/// An item as DynamoDB has it.
pub(crate) type ItemAttributes = HashMap<String, AttributeValue>;

/// A tenant, as a router can read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TenantItem {
    #[serde(rename = "tenant_id", serialize_with = "id_text")]
    pub(crate) id: TenantId,
    #[serde(serialize_with = "status_word")]
    pub(crate) status: Status,
    pub(crate) backend: Option<String>,
    /// None: anyone may send.
    pub(crate) principals: Option<BTreeSet<String>>,
    pub(crate) changed_at: Option<String>,
    pub(crate) note: Option<String>,
}

/// An item that a router cannot read: it retries the tenant's records until the item is mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct MalformedTenant {
    /// As far as there is one.
    pub(crate) tenant_id: String,
    pub(crate) faults: Vec<String>,
}

impl TenantItem {
    /// Reads an item.
    pub(crate) fn read(item: &ItemAttributes) -> Result<Self, MalformedTenant> {
        let mut faults = Vec::new();
        let id = read_id(item, &mut faults);
        let status = read_status(item, &mut faults);
        let backend = read_backend(item, &mut faults);
        let principals = read_principals(item, &mut faults);
        match (id, status) {
            (Some(id), Some(status)) if faults.is_empty() => Ok(Self {
                id,
                status,
                backend,
                principals,
                changed_at: text(item, CHANGED_AT),
                note: text(item, NOTE),
            }),
            _ => Err(MalformedTenant { tenant_id: text(item, TENANT_ID).unwrap_or_default(), faults }),
        }
    }

    /// The item. What there is not is left out: DynamoDB keeps no empty set.
    pub(crate) fn attributes(&self) -> ItemAttributes {
        let string = |text: &str| AttributeValue::S(text.to_owned());
        let mut item = ItemAttributes::from([
            (TENANT_ID.to_owned(), string(self.id.as_str())),
            (STATUS.to_owned(), string(self.status.word())),
        ]);
        let optional = [(BACKEND, &self.backend), (CHANGED_AT, &self.changed_at), (NOTE, &self.note)];
        for (name, value) in optional {
            item.extend(value.as_ref().map(|text| (name.to_owned(), string(text))));
        }
        item.extend(self.principals.as_ref().map(|set| (PRINCIPALS.to_owned(), string_set(set))));
        item
    }
}

/// A set as DynamoDB has it.
pub(crate) fn string_set(set: &BTreeSet<String>) -> AttributeValue {
    AttributeValue::Ss(set.iter().cloned().collect())
}

/// Whether an attribute is the same in both; sets have no order.
pub(crate) fn is_same(left: Option<&AttributeValue>, right: Option<&AttributeValue>) -> bool {
    match (left, right) {
        (Some(AttributeValue::Ss(left)), Some(AttributeValue::Ss(right))) => {
            left.iter().collect::<BTreeSet<_>>() == right.iter().collect()
        }
        _ => left == right,
    }
}

/// Whether two items have the same attributes.
pub(crate) fn is_same_item(left: &ItemAttributes, right: &ItemAttributes) -> bool {
    left.len() == right.len() && left.iter().all(|(name, value)| is_same(Some(value), right.get(name)))
}

/// The names of attributes that no router reads and tenantctl does not write either.
pub(crate) fn others(item: &ItemAttributes) -> Vec<&str> {
    let known = [TENANT_ID, STATUS, PRINCIPALS, BACKEND, CHANGED_AT, NOTE];
    let mut others: Vec<&str> =
        item.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    others.sort_unstable();
    others
}

/// A string attribute, where there is one.
pub(crate) fn text(item: &ItemAttributes, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

fn read_id(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<TenantId> {
    let Some(text) = text(item, TENANT_ID) else {
        faults.push("`tenant_id` is not a string".to_owned());
        return None;
    };
    validate::tenant_id(&text)
        .map_err(|fault| faults.push(format!("no router asks for this id: {fault}")))
        .ok()
}

fn read_status(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<Status> {
    let fault = match item.get(STATUS) {
        None => "`status` is missing".to_owned(),
        Some(AttributeValue::S(text)) => match validate::status(text) {
            Ok(status) => return Some(status),
            Err(fault) => format!("`status`: {fault}"),
        },
        Some(_) => "`status` is not a string".to_owned(),
    };
    faults.push(fault);
    None
}

fn read_backend(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<String> {
    let fault = match item.get(BACKEND)? {
        AttributeValue::S(text) => match validate::backend(text) {
            Ok(name) => return Some(name),
            Err(fault) => format!("`backend`: {fault}"),
        },
        _ => "`backend` is not a string".to_owned(),
    };
    faults.push(fault);
    None
}

fn read_principals(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<BTreeSet<String>> {
    let fault = match item.get(PRINCIPALS)? {
        AttributeValue::Ss(set) => return Some(set.iter().cloned().collect()),
        _ => "`principals` is not a string set",
    };
    faults.push(fault.to_owned());
    None
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn status_word<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status.word())
}

fn id_text<S: Serializer>(id: &TenantId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}

#[cfg(test)]
mod tests;
