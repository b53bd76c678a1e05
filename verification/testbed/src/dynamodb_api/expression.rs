//! The part of DynamoDB's expression language that the product uses [DynamoDB developer guide, "Using expressions in DynamoDB"].
//!
//! Conditions are `attribute_exists(a)`, `attribute_not_exists(a)`, `a = :v` and `a <> :v`, joined by `AND`. Updates are
//! `SET a = :v, …` and `REMOVE a, …`. Projections are lists of attributes. Any other expression is refused, so that no test
//! passes by accident.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Item;
use super::table::Refusal;

/// The reserved words of DynamoDB that registry attributes could use.
const RESERVED: [&str; 8] = ["status", "state", "name", "comment", "role", "owner", "region", "timestamp"];

/// The attribute names and values that the expressions of a request refer to.
pub(super) struct Expressions<'a> {
    names: &'a Value,
    values: &'a Value,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Expressions<'a> {
    pub(super) fn of(request: &'a Value) -> Self {
        let (names, values) = (&request["ExpressionAttributeNames"], &request["ExpressionAttributeValues"]);
        Self { names, values, used: RefCell::default() }
    }

    /// Checks that the expressions used every name and value. DynamoDB refuses unused ones.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        let used = self.used.into_inner();
        let given = [(self.names, "Names"), (self.values, "Values")];
        for (map, kind) in given {
            let keys = map.as_object().into_iter().flat_map(Item::keys);
            if let Some(unused) = keys.into_iter().find(|key| !used.contains(*key)) {
                return Err(Refusal::invalid(format!(
                    "Value provided in ExpressionAttribute{kind} unused in expressions: keys: {{{unused}}}"
                )));
            }
        }
        Ok(())
    }

    /// Returns the attributes in a projection, or all attributes if there is no projection.
    pub(super) fn project(&self, projection: &Value, item: &Item) -> Result<Item, Refusal> {
        let Some(projection) = projection.as_str() else {
            return Ok(item.clone());
        };
        let mut found = Item::new();
        for token in projection.split(',') {
            let name = self.name(token)?;
            if let Some(value) = item.get(&name) {
                found.insert(name, value.clone());
            }
        }
        Ok(found)
    }

    /// Returns whether a condition holds for an item, or for a missing item.
    pub(super) fn holds(&self, condition: &str, item: Option<&Item>) -> Result<bool, Refusal> {
        let mut all = true;
        for term in condition.split(" AND ") {
            // Each term is evaluated, so that an error in a term is found although an earlier term is false.
            all &= self.term_holds(term.trim(), item)?;
        }
        Ok(all)
    }

    fn term_holds(&self, term: &str, item: Option<&Item>) -> Result<bool, Refusal> {
        let value_of = |token: &str| Ok(item.and_then(|item| item.get(&self.name(token).ok()?)));
        if let Some(token) = call(term, "attribute_not_exists") {
            return self.name(token).and_then(|_| value_of(token)).map(|value| value.is_none());
        }
        if let Some(token) = call(term, "attribute_exists") {
            return self.name(token).and_then(|_| value_of(token)).map(|value| value.is_some());
        }
        let (token, value, wanted) = match (term.split_once(" = "), term.split_once(" <> ")) {
            (Some((token, value)), _) => (token, value, true),
            (_, Some((token, value))) => (token, value, false),
            _ => {
                return Err(Refusal::invalid(format!(
                    "the testbed does not support this expression: {term}"
                )));
            }
        };
        self.name(token)?;
        let expected = self.value(value)?;
        Ok(value_of(token)?.is_some_and(|value| same(value, &expected)) == wanted)
    }

    /// Returns the attributes of an update with their new values, or none if the update removes the attribute.
    pub(super) fn changes(&self, expression: &str) -> Result<Vec<(String, Option<Value>)>, Refusal> {
        let mut changes = Vec::new();
        let (set, remove) = match expression.split_once("REMOVE ") {
            Some((set, remove)) => (set.trim(), remove.trim()),
            None => (expression.trim(), ""),
        };
        let parts = |list: &'static str, text: &str| -> Result<Vec<String>, Refusal> {
            let text = text.strip_prefix(list).unwrap_or(text);
            Ok(text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect())
        };
        for part in parts("SET ", set)? {
            let (name, value) = part.split_once(" = ").ok_or_else(|| {
                Refusal::invalid(format!("the testbed does not support this expression: {part}"))
            })?;
            changes.push((self.name(name)?, Some(self.value(value)?)));
        }
        for part in parts("", remove)? {
            changes.push((self.name(&part)?, None));
        }
        Ok(changes)
    }

    fn name(&self, token: &str) -> Result<String, Refusal> {
        let token = token.trim();
        if token.starts_with('#') {
            self.used.borrow_mut().insert(token.to_owned());
            let name = self.names[token].as_str().map(str::to_owned);
            return name.ok_or_else(|| undefined("name", token));
        }
        if RESERVED.contains(&token.to_ascii_lowercase().as_str()) {
            return Err(Refusal::invalid(format!(
                "Invalid expression: Attribute name is a reserved keyword; reserved keyword: {token}"
            )));
        }
        let is_name = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return Err(Refusal::invalid(format!("the testbed does not support this expression: {token}")));
        }
        Ok(token.to_owned())
    }

    fn value(&self, token: &str) -> Result<Value, Refusal> {
        let token = token.trim();
        self.used.borrow_mut().insert(token.to_owned());
        self.values.get(token).cloned().ok_or_else(|| undefined("value", token))
    }
}

fn undefined(what: &str, token: &str) -> Refusal {
    Refusal::invalid(format!(
        "Invalid expression: An expression attribute {what} used in the document path is not defined; \
         attribute {what}: {token}"
    ))
}

/// Returns the argument of a function call.
fn call<'a>(term: &'a str, function: &str) -> Option<&'a str> {
    term.strip_prefix(function)?.trim().strip_prefix('(')?.strip_suffix(')')
}

/// Returns whether two values are equal. The members of a set have no order.
fn same(left: &Value, right: &Value) -> bool {
    let set = |value: &Value| -> Option<BTreeSet<String>> {
        let members = ["SS", "NS", "BS"].iter().find_map(|kind| value[kind].as_array())?;
        Some(members.iter().map(Value::to_string).collect())
    };
    match (set(left), set(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}
