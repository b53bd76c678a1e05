//! The registry's decisions from a file of its items. Sends no request and caches nothing.

use std::collections::HashMap;

use routing::Cause;
use serde_json::{Map, Value};
use tenancy::{Claim, RegistryDecision, RegistryPolicy, Status, TenantRecord};

use super::input::{display_name, read};
use crate::error::CommandError;

/// The items of a registry, by tenant. A malformed item is stored as its fault: its tenant's records wait.
#[derive(Debug)]
pub(super) struct TenantsFile {
    items: HashMap<String, Result<TenantRecord, &'static str>>,
}

impl TenantsFile {
    /// Reads a file of items: a JSON array, or an object with an array `tenants` (`tenantctl --json tenants ls`) or `Items`
    /// (`aws dynamodb scan`). Each item is plain JSON or DynamoDB JSON.
    pub(super) fn read(file: &str) -> Result<Self, CommandError> {
        let wrong = |problem: String| {
            let remedy = "give an array of items { \"tenant_id\", \"status\", \"principals\", \"backend\" }, or the \
                          output of tenantctl --json tenants ls";
            CommandError::usage(display_name(file), problem, remedy)
        };
        let json: Value = serde_json::from_str(&read(file, "the list of tenants")?).map_err(|error| {
            wrong(format!("it is not JSON (line {} column {})", error.line(), error.column()))
        })?;
        let array = match &json {
            Value::Object(fields) => {
                fields.get("tenants").or_else(|| fields.get("Items")).and_then(Value::as_array)
            }
            other => other.as_array(),
        };
        let array = array.ok_or_else(|| wrong("it is not a list of tenants".to_owned()))?;
        let mut items = HashMap::with_capacity(array.len());
        for (position, item) in array.iter().enumerate() {
            let fields =
                item.as_object().ok_or_else(|| wrong(format!("item {position} is not an object")))?;
            let id = string(fields.get("tenant_id"));
            let id = id.ok_or_else(|| wrong(format!("item {position} has no string tenant_id")))?;
            if items.insert(id.to_owned(), parse_item(fields)).is_some() {
                return Err(wrong(format!("item {position} has the tenant_id of an earlier item")));
            }
        }
        Ok(Self { items })
    }

    /// The registry's decision about a claim.
    pub(super) fn decide(
        &self,
        policy: &RegistryPolicy,
        claim: Claim,
        record: &str,
    ) -> Result<RegistryDecision, Cause> {
        match self.items.get(claim.tenant().as_str()) {
            None => Ok(policy.decide(claim, None, record)),
            Some(Ok(tenant)) => Ok(policy.decide(claim, Some(tenant), record)),
            Some(Err(_)) => Err(Cause::RegistryItem),
        }
    }

    /// The fault of a tenant's item, or of its backend.
    pub(super) fn fault_of(&self, tenant: &str) -> &'static str {
        match self.items.get(tenant) {
            Some(Err(fault)) => fault,
            _ => "its backend is not in the configuration",
        }
    }
}

/// Parses an item as the router does. A malformed attribute is a fault and never counts as absent.
fn parse_item(item: &Map<String, Value>) -> Result<TenantRecord, &'static str> {
    let status = string(item.get("status")).and_then(Status::named);
    let given = |name: &str| item.get(name).filter(|value| !value.is_null());
    Ok(TenantRecord {
        status: status.ok_or("its status is not active, suspended or offboarded")?,
        principals: match given("principals") {
            None => None,
            Some(value) => Some(string_set(value).ok_or("its principals are not a string set")?),
        },
        backend: match given("backend") {
            None => None,
            Some(value) => Some(string(Some(value)).ok_or("its backend is not a string")?.to_owned()),
        },
    })
}

/// A string in plain JSON or DynamoDB JSON.
fn string(value: Option<&Value>) -> Option<&str> {
    let value = value?;
    value.as_str().or_else(|| value.get("S").and_then(Value::as_str))
}

fn string_set(value: &Value) -> Option<Vec<String>> {
    let array = value.as_array().or_else(|| value.get("SS").and_then(Value::as_array))?;
    array.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
