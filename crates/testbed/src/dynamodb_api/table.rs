//! A table, and what DynamoDB lets into one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Item;

/// DynamoDB's own is a mebibyte of items; a number is easier to write a test with.
const PAGE: usize = 1000;

/// Why a request is not served.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
    /// The item as it is, where a condition failed and the request wants to see it.
    pub(super) item: Option<Item>,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), item: None }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) hash_key: String,
    sort_key: Option<String>,
    /// In the order of a `Scan`, which is no order that the keys have.
    pub(super) items: BTreeMap<String, Item>,
    pub(super) page: usize,
}

impl Table {
    pub(super) fn new(hash_key: &str, sort_key: Option<&str>) -> Self {
        let (hash_key, sort_key) = (hash_key.to_owned(), sort_key.map(str::to_owned));
        Self { hash_key, sort_key, items: BTreeMap::new(), page: PAGE }
    }

    fn key_names(&self) -> impl Iterator<Item = &String> {
        [&self.hash_key].into_iter().chain(&self.sort_key)
    }

    /// The place of the item that has exactly this key.
    pub(super) fn place_of_key(&self, key: &Value) -> Result<String, Refusal> {
        let named: BTreeSet<&String> = key.as_object().into_iter().flat_map(Item::keys).collect();
        if named != self.key_names().collect() {
            return Err(Refusal::invalid("The provided key element does not match the schema"));
        }
        self.place(key)
    }

    /// The place of an item in the table's order.
    pub(super) fn place(&self, item: &Value) -> Result<String, Refusal> {
        let mut place = String::new();
        for name in self.key_names() {
            match item[name]["S"].as_str() {
                Some("") => {
                    return Err(Refusal::invalid(format!(
                        "One or more parameter values are not valid. The AttributeValue for a key attribute \
                         cannot contain an empty string value. Key: {name}"
                    )));
                }
                // Backwards, so that a Scan does not come in the keys' own order, as DynamoDB's does not.
                Some(text) => place.extend(text.chars().rev().chain(['\0'])),
                None => return Err(Refusal::invalid("The provided key element does not match the schema")),
            }
        }
        Ok(place)
    }

    /// The key of an item.
    pub(super) fn key_of(&self, item: &Item) -> Value {
        Value::Object(self.key_names().map(|name| (name.clone(), item[name].clone())).collect())
    }

    pub(super) fn is_key(&self, attribute: &str) -> bool {
        self.key_names().any(|name| name == attribute)
    }

    pub(super) fn put(&mut self, item: Item) -> Result<(), Refusal> {
        for value in item.values() {
            check_value(value)?;
        }
        let place = self.place(&Value::Object(item.clone()))?;
        self.items.insert(place, item);
        Ok(())
    }

    /// Takes away every item with this hash key.
    pub(super) fn remove(&mut self, hash_key: &str) {
        self.items.retain(|_, item| key_text(&item[&self.hash_key]) != hash_key);
    }

    /// What `DescribeTable` says, as far as a test may want it.
    pub(super) fn description(&self, name: &str) -> Value {
        let kinds = ["HASH", "RANGE"];
        let keys = self.key_names().zip(kinds);
        let schema: Vec<Value> =
            keys.map(|(name, kind)| json!({ "AttributeName": name, "KeyType": kind })).collect();
        let attributes: Vec<Value> =
            self.key_names().map(|name| json!({ "AttributeName": name, "AttributeType": "S" })).collect();
        json!({
            "TableName": name,
            "TableArn": super::DynamoDbApi::table_arn(name),
            "TableStatus": "ACTIVE",
            "KeySchema": schema,
            "AttributeDefinitions": attributes,
            "ItemCount": self.items.len(),
        })
    }
}

/// A table's name, of its name or ARN.
pub(super) fn name(name_or_arn: &str) -> &str {
    name_or_arn.rsplit_once(":table/").map_or(name_or_arn, |(_, name)| name)
}

pub(super) fn named<'a>(
    tables: &'a mut BTreeMap<String, Table>,
    name_or_arn: &str,
) -> Result<&'a mut Table, Refusal> {
    let missing = || Refusal::new("ResourceNotFoundException", "Requested resource not found");
    tables.get_mut(name(name_or_arn)).ok_or_else(missing)
}

/// The text of a key attribute; nothing where it is none.
pub(super) fn key_text(value: &Value) -> String {
    value["S"].as_str().unwrap_or_default().to_owned()
}

/// DynamoDB keeps no empty set, nor one that says a thing twice.
pub(super) fn check_value(value: &Value) -> Result<(), Refusal> {
    let Some(members) = ["SS", "NS", "BS"].iter().find_map(|kind| value[kind].as_array()) else {
        return Ok(());
    };
    let texts: BTreeSet<String> = members.iter().map(Value::to_string).collect();
    let invalid =
        |fault| Err(Refusal::invalid(format!("One or more parameter values were invalid: {fault}")));
    match (members.len(), texts.len()) {
        (0, _) => invalid("An string set  may not be empty"),
        (all, different) if different < all => invalid("Input collection contains duplicates."),
        _ => Ok(()),
    }
}
