//! The registry, as far as a file of its items can stand for it: nobody is asked, and nothing is remembered.

use std::collections::HashMap;

use routing::Cause;
use serde_json::{Map, Value};
use tenancy::{RegistryPolicy, Claim, TenantRecord, RegistryDecision, Status};

use super::input::{named, read};
use crate::error::CommandError;

/// The items of a registry, by tenant. An item that makes no sense stands here with what is wrong with it: its tenant's
/// records wait.
#[derive(Debug)]
pub(super) struct TenantsFile {
    items: HashMap<String, Result<TenantRecord, &'static str>>,
}

impl TenantsFile {
    /// Reads a file of items: a JSON array of them, or an object that holds one as `tenants` (`tenantctl --json tenants
    /// ls`) or `Items` (`aws dynamodb scan`). Each item is plain, or as DynamoDB writes it.
    pub(super) fn read(file: &str) -> Result<Self, CommandError> {
        let wrong = |problem: String| {
            let remedy = "give an array of items { \"tenant_id\", \"status\", \"principals\", \"backend\" }, or what \
                          tenantctl --json tenants ls writes";
            CommandError::usage(named(file), problem, remedy)
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
        let array = array.ok_or_else(|| wrong("it is no list of tenants".to_owned()))?;
        let mut items = HashMap::with_capacity(array.len());
        for (position, item) in array.iter().enumerate() {
            let fields = item.as_object().ok_or_else(|| wrong(format!("item {position} is no object")))?;
            let id = text(fields.get("tenant_id"));
            let id = id.ok_or_else(|| wrong(format!("item {position} has no tenant_id that is a string")))?;
            if items.insert(id.to_owned(), listing(fields)).is_some() {
                return Err(wrong(format!("item {position} has the tenant_id of another")));
            }
        }
        Ok(Self { items })
    }

    /// What the registry would say of the claim.
    pub(super) fn rule(&self, authority: &RegistryPolicy, claim: Claim, record: &str) -> Result<RegistryDecision, Cause> {
        match self.items.get(claim.tenant().as_str()) {
            None => Ok(authority.rule(claim, None, record)),
            Some(Ok(listing)) => Ok(authority.rule(claim, Some(listing), record)),
            Some(Err(_)) => Err(Cause::RegistryItem),
        }
    }

    /// What is wrong with a tenant's item, or with the backend that it names.
    pub(super) fn fault(&self, tenant: &str) -> &'static str {
        match self.items.get(tenant) {
            Some(Err(fault)) => fault,
            _ => "its backend is none of the configuration's",
        }
    }
}

/// As the router reads an item: nothing is guessed, and what makes no sense is not taken for absent.
fn listing(item: &Map<String, Value>) -> Result<TenantRecord, &'static str> {
    let status = text(item.get("status")).and_then(Status::named);
    let given = |name: &str| item.get(name).filter(|value| !value.is_null());
    Ok(TenantRecord {
        status: status.ok_or("its status is not active, suspended or offboarded")?,
        principals: match given("principals") {
            None => None,
            Some(value) => Some(texts(value).ok_or("its principals are no set of strings")?),
        },
        backend: match given("backend") {
            None => None,
            Some(value) => Some(text(Some(value)).ok_or("its backend is no string")?.to_owned()),
        },
    })
}

/// A string, plain or as DynamoDB writes it.
fn text(value: Option<&Value>) -> Option<&str> {
    let value = value?;
    value.as_str().or_else(|| value.get("S").and_then(Value::as_str))
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let array = value.as_array().or_else(|| value.get("SS").and_then(Value::as_array))?;
    array.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
