//! The format of a tenant's item in the registry. The routers read `tenant_id`, `status`, `principals` and `backend`,
//! and ignore other attributes.

use std::collections::BTreeSet;

pub(crate) use aws::item::ItemAttributes;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, Serializer};
use tenancy::{Status, TenantId};

use super::validate;

/// The table's hash key, a string.
pub(crate) const TENANT_ID: &str = "tenant_id";
/// A string: the name of a [`Status`].
pub(crate) const STATUS: &str = "status";
/// A string set: who may send. Absent: anyone.
pub(crate) const PRINCIPALS: &str = "principals";
/// A string: one of the routers' `backends`. Absent: each router's own backend.
pub(crate) const BACKEND: &str = "backend";
/// A string: the time of the last change, ISO 8601, UTC.
pub(crate) const CHANGED_AT: &str = "changed_at";
/// A string: the reason of the last change.
pub(crate) const NOTE: &str = "note";

/// A well-formed item, which a router can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TenantItem {
    #[serde(rename = "tenant_id", serialize_with = "serialize_id")]
    pub(crate) id: TenantId,
    #[serde(serialize_with = "serialize_status")]
    pub(crate) status: Status,
    pub(crate) backend: Option<String>,
    /// `None`: anyone may send.
    pub(crate) principals: Option<BTreeSet<String>>,
    pub(crate) changed_at: Option<String>,
    pub(crate) note: Option<String>,
}

/// An item that a router cannot read. Routers retry the tenant's records until the item is fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct MalformedTenant {
    /// Empty if the id is not a string.
    pub(crate) tenant_id: String,
    pub(crate) faults: Vec<String>,
}

impl TenantItem {
    /// Parses an item.
    ///
    /// # Errors
    /// All faults of an item that a router cannot read.
    pub(crate) fn parse(item: &ItemAttributes) -> Result<Self, MalformedTenant> {
        let mut faults = Vec::new();
        let id = parse_id(item, &mut faults);
        let status = parse_status(item, &mut faults);
        let backend = parse_backend(item, &mut faults);
        let principals = parse_principals(item, &mut faults);
        match (id, status) {
            (Some(id), Some(status)) if faults.is_empty() => Ok(Self {
                id,
                status,
                backend,
                principals,
                changed_at: string_attribute(item, CHANGED_AT),
                note: string_attribute(item, NOTE),
            }),
            _ => Err(MalformedTenant {
                tenant_id: string_attribute(item, TENANT_ID).unwrap_or_default(),
                faults,
            }),
        }
    }

    /// Converts to a DynamoDB item. Missing values are left out: DynamoDB stores no empty set.
    pub(crate) fn to_attributes(&self) -> ItemAttributes {
        let string = |text: &str| AttributeValue::S(text.to_owned());
        let mut item = ItemAttributes::from([
            (TENANT_ID.to_owned(), string(self.id.as_str())),
            (STATUS.to_owned(), string(self.status.name())),
        ]);
        let optional = [(BACKEND, &self.backend), (CHANGED_AT, &self.changed_at), (NOTE, &self.note)];
        for (name, value) in optional {
            item.extend(value.as_ref().map(|text| (name.to_owned(), string(text))));
        }
        item.extend(self.principals.as_ref().map(|set| (PRINCIPALS.to_owned(), string_set(set))));
        item
    }
}

/// Converts to a DynamoDB string set.
pub(crate) fn string_set(set: &BTreeSet<String>) -> AttributeValue {
    AttributeValue::Ss(set.iter().cloned().collect())
}

/// Whether two attributes are equal. The order of a set does not matter.
pub(crate) fn is_same(left: Option<&AttributeValue>, right: Option<&AttributeValue>) -> bool {
    match (left, right) {
        (Some(AttributeValue::Ss(left)), Some(AttributeValue::Ss(right))) => {
            left.iter().collect::<BTreeSet<_>>() == right.iter().collect()
        }
        _ => left == right,
    }
}

/// Whether two items have equal attributes.
pub(crate) fn is_same_item(left: &ItemAttributes, right: &ItemAttributes) -> bool {
    left.len() == right.len() && left.iter().all(|(name, value)| is_same(Some(value), right.get(name)))
}

/// The names of attributes that neither routers nor tenantctl use.
pub(crate) fn other_attributes(item: &ItemAttributes) -> Vec<&str> {
    let known = [TENANT_ID, STATUS, PRINCIPALS, BACKEND, CHANGED_AT, NOTE];
    let mut others: Vec<&str> =
        item.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    others.sort_unstable();
    others
}

/// The value of a string attribute.
pub(crate) fn string_attribute(item: &ItemAttributes, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

fn parse_id(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<TenantId> {
    let Some(text) = string_attribute(item, TENANT_ID) else {
        faults.push("`tenant_id` is not a string".to_owned());
        return None;
    };
    validate::tenant_id(&text)
        .map_err(|fault| faults.push(format!("no router looks up this id: {fault}")))
        .ok()
}

fn parse_status(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<Status> {
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

fn parse_backend(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<String> {
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

fn parse_principals(item: &ItemAttributes, faults: &mut Vec<String>) -> Option<BTreeSet<String>> {
    let fault = match item.get(PRINCIPALS)? {
        AttributeValue::Ss(set) => return Some(set.iter().cloned().collect()),
        _ => "`principals` is not a string set",
    };
    faults.push(fault.to_owned());
    None
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn serialize_status<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(status.name())
}

fn serialize_id<S: Serializer>(id: &TenantId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}

#[cfg(test)]
mod tests;
