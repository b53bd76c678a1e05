//! Parses a tenant's item in the registry's table. Pure.

use std::collections::HashMap;

pub use aws_sdk_dynamodb::types::AttributeValue;
use routing::ports::RegistryRead;
use tenancy::{Status, TenantId, TenantRecord};

/// A DynamoDB item or key: its attributes by name.
pub type ItemAttributes = HashMap<String, AttributeValue>;

/// The partition key, a string.
pub(crate) const TENANT_ID: &str = "tenant_id";

/// A string: one of [`Status`]'s names.
pub(crate) const STATUS: &str = "status";

/// A string set; optional.
pub(crate) const PRINCIPALS: &str = "principals";

/// A string; optional.
pub(crate) const BACKEND: &str = "backend";

pub(crate) fn key(tenant: &TenantId) -> ItemAttributes {
    HashMap::from([(TENANT_ID.to_owned(), AttributeValue::S(tenant.as_str().to_owned()))])
}

/// Returns the tenant id of an item or key.
pub(crate) fn id(item: &ItemAttributes) -> Option<&str> {
    text(item.get(TENANT_ID)?)
}

/// Parses an item. A malformed attribute makes the item malformed; it never counts as absent.
#[must_use]
pub fn read(item: &ItemAttributes) -> RegistryRead {
    match tenant_record(item) {
        Ok(record) => RegistryRead::Listed(Some(record)),
        Err(fault) => RegistryRead::Malformed(fault.to_owned()),
    }
}

fn tenant_record(item: &ItemAttributes) -> Result<TenantRecord, &'static str> {
    let status = item.get(STATUS).and_then(text).and_then(Status::named);
    let status = status.ok_or("status is not active, suspended or offboarded")?;
    let principals = match item.get(PRINCIPALS) {
        None => None,
        Some(AttributeValue::Ss(principals)) => Some(principals.clone()),
        Some(_) => return Err("principals is not a set of strings"),
    };
    let backend = match item.get(BACKEND) {
        None => None,
        Some(value) => Some(text(value).ok_or("backend is not a string")?.to_owned()),
    };
    Ok(TenantRecord { status, principals, backend })
}

fn text(value: &AttributeValue) -> Option<&str> {
    value.as_s().ok().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AttributeValue::{L, N, Null, S, Ss};

    fn string(text: &str) -> AttributeValue {
        S(text.to_owned())
    }

    fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> ItemAttributes {
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn item_is_parsed() {
        let whole = item([
            ("tenant_id", string("acme")),
            ("status", string("active")),
            ("principals", Ss(vec!["AROA1".to_owned()])),
            ("backend", string("premium")),
            ("note", string("anything")),
        ]);
        let record = TenantRecord {
            status: Status::Active,
            principals: Some(vec!["AROA1".to_owned()]),
            backend: Some("premium".to_owned()),
        };
        assert_eq!(read(&whole), RegistryRead::Listed(Some(record)));
        let bare = TenantRecord { status: Status::Suspended, principals: None, backend: None };
        let item = item([("tenant_id", string("a")), ("status", string("suspended"))]);
        assert_eq!(read(&item), RegistryRead::Listed(Some(bare)));
    }

    #[test]
    fn malformed_attribute_is_never_a_default() {
        for (name, value) in [
            ("status", string("Active")),
            ("status", N("1".to_owned())),
            ("status", Null(true)),
            ("principals", string("AROA1")),
            ("principals", L(vec![])),
            ("principals", Null(true)),
            ("principals", AttributeValue::Ns(vec!["1".to_owned()])),
            ("backend", N("1".to_owned())),
            ("backend", Null(true)),
        ] {
            let mut item = item([("tenant_id", string("acme")), ("status", string("active"))]);
            item.insert(name.to_owned(), value);
            assert!(
                matches!(read(&item), RegistryRead::Malformed(fault) if fault.starts_with(name)),
                "{item:?}"
            );
        }
    }
}
