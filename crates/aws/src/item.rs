//! A tenant's item in the registry's table, as DynamoDB writes it in JSON. Pure.

use routing::ports::Read;
use serde_json::{Value, json};
use tenancy::{Listing, Status, TenantId};

/// The partition key, a string.
pub(crate) const TENANT_ID: &str = "tenant_id";

/// A string: one of [`Status`]'s words.
pub(crate) const STATUS: &str = "status";

/// A set of strings; may be absent.
pub(crate) const PRINCIPALS: &str = "principals";

/// A string; may be absent.
pub(crate) const BACKEND: &str = "backend";

pub(crate) fn key(tenant: &TenantId) -> Value {
    json!({ TENANT_ID: { "S": tenant.as_str() } })
}

/// Whose item, or key, this is.
pub(crate) fn id(item: &Value) -> Option<&str> {
    item[TENANT_ID]["S"].as_str()
}

/// What the item says. Nothing is guessed: what is there and makes no sense is not taken for absent.
#[must_use]
pub fn read(item: &Value) -> Read {
    match listing(item) {
        Ok(listing) => Read::Listed(Some(listing)),
        Err(fault) => Read::Malformed(fault.to_owned()),
    }
}

fn listing(item: &Value) -> Result<Listing, &'static str> {
    let status = item[STATUS]["S"].as_str().and_then(Status::named);
    let status = status.ok_or("status is not active, suspended or offboarded")?;
    let principals = match item.get(PRINCIPALS) {
        None => None,
        Some(value) => Some(strings(&value["SS"]).ok_or("principals is not a set of strings")?),
    };
    let backend = match item.get(BACKEND) {
        None => None,
        Some(value) => Some(value["S"].as_str().ok_or("backend is not a string")?.to_owned()),
    };
    Ok(Listing { status, principals, backend })
}

fn strings(set: &Value) -> Option<Vec<String>> {
    set.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_read_as_it_stands() {
        let item = json!({
            "tenant_id": {"S": "acme"}, "status": {"S": "active"}, "principals": {"SS": ["AROA1"]},
            "backend": {"S": "premium"}, "note": {"S": "anything"},
        });
        let listing = Listing {
            status: Status::Active,
            principals: Some(vec!["AROA1".to_owned()]),
            backend: Some("premium".to_owned()),
        };
        assert_eq!(read(&item), Read::Listed(Some(listing)));
        let bare = Listing { status: Status::Suspended, principals: None, backend: None };
        assert_eq!(
            read(&json!({"tenant_id": {"S": "a"}, "status": {"S": "suspended"}})),
            Read::Listed(Some(bare))
        );
    }

    #[test]
    fn what_makes_no_sense_is_malformed_and_never_a_default() {
        for (name, value) in [
            ("status", json!({"S": "Active"})),
            ("status", json!({"N": "1"})),
            ("status", json!(null)),
            ("principals", json!({"S": "AROA1"})),
            ("principals", json!({"L": []})),
            ("principals", json!({"NULL": true})),
            ("principals", json!({"SS": [1]})),
            ("backend", json!({"N": "1"})),
            ("backend", json!({"NULL": true})),
        ] {
            let mut item = json!({"tenant_id": {"S": "acme"}, "status": {"S": "active"}});
            item[name] = value;
            assert!(matches!(read(&item), Read::Malformed(fault) if fault.starts_with(name)), "{item}");
        }
    }
}
