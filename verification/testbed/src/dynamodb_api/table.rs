//! A table, and DynamoDB's checks of its items.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Item;

/// The number of items in one page. The limit of DynamoDB is 1 MiB; a number is easier for tests.
const PAGE: usize = 1000;

/// The error of a refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
    /// The existing item, if a condition failed and the request asks for the item.
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
    /// The items in the order of a `Scan`, which is not the order of the keys.
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

    /// Returns the position of the item with exactly this key.
    pub(super) fn place_of_key(&self, key: &Value) -> Result<String, Refusal> {
        let named: BTreeSet<&String> = key.as_object().into_iter().flat_map(Item::keys).collect();
        if named != self.key_names().collect() {
            return Err(Refusal::invalid("The provided key element does not match the schema"));
        }
        self.place(key)
    }

    /// Returns the position of an item in the order of the table.
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
                // Reversed, so that a Scan is not in the order of the keys, as in DynamoDB.
                Some(text) => place.extend(text.chars().rev().chain(['\0'])),
                None => return Err(Refusal::invalid("The provided key element does not match the schema")),
            }
        }
        Ok(place)
    }

    /// Returns the key of an item.
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

    /// Deletes every item with this hash key.
    pub(super) fn remove(&mut self, hash_key: &str) {
        self.items.retain(|_, item| key_text(&item[&self.hash_key]) != hash_key);
    }

    /// Returns the part of the `DescribeTable` response that tests use.
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

/// Returns the name of a table, given its name or ARN.
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

/// Returns the text of a key attribute, or an empty text if it has none.
pub(super) fn key_text(value: &Value) -> String {
    value["S"].as_str().unwrap_or_default().to_owned()
}

/// Checks a value. DynamoDB refuses empty sets and sets with duplicates.
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
