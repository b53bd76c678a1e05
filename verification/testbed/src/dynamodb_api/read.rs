//! The reading operations: `GetItem`, `BatchGetItem`, `Scan`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde_json::{Map, Value, json};

use super::Item;
use super::expression::Expressions;
use super::table::{Refusal, Table, named};

/// The largest number of keys in one request [`BatchGetItem` in the DynamoDB API reference].
const MAX_KEYS: usize = 100;

pub(super) fn get_item(body: &Value, table: &Table) -> Result<Value, Refusal> {
    let found = table.items.get(&table.place_of_key(&body["Key"])?);
    let expressions = Expressions::of(body);
    // DynamoDB checks the projection even if there is no item.
    expressions.project(&body["ProjectionExpression"], &Item::new())?;
    let found = found.map(|item| expressions.project(&body["ProjectionExpression"], item)).transpose()?;
    expressions.finish()?;
    // The response has no `Item` if there is none.
    Ok(found.map_or_else(|| json!({}), |item| json!({ "Item": item })))
}

/// Serves the first `limit` keys and returns the others as `UnprocessedKeys`.
pub(super) fn batch_get_item(
    body: &Value,
    tables: &mut BTreeMap<String, Table>,
    limit: Option<usize>,
) -> Result<Value, Refusal> {
    let requests = body["RequestItems"].as_object().filter(|requests| !requests.is_empty());
    let requests = requests.ok_or_else(|| Refusal::invalid("The requestItems parameter is required."))?;
    let keys = |request: &Value| request["Keys"].as_array().cloned().unwrap_or_default();
    if requests.values().any(|request| keys(request).is_empty()) {
        return Err(Refusal::invalid("The batch get request must name at least one key"));
    }
    if requests.values().map(|request| keys(request).len()).sum::<usize>() > MAX_KEYS {
        return Err(Refusal::invalid("Too many items requested for the BatchGetItem call"));
    }
    let (mut responses, mut unprocessed) = (Map::new(), Map::new());
    let mut left = limit.unwrap_or(MAX_KEYS);
    for (name, request) in requests {
        let table = named(tables, name)?;
        let mut keys = keys(request);
        let rest = keys.split_off(keys.len().min(left));
        left -= keys.len();
        responses.insert(name.clone(), Value::Array(read_items(request, &keys, &rest, table)?));
        if !rest.is_empty() {
            let mut again = request.clone();
            again["Keys"] = Value::Array(rest);
            unprocessed.insert(name.clone(), again);
        }
    }
    Ok(json!({ "Responses": responses, "UnprocessedKeys": unprocessed }))
}

/// Returns the items in another order than that of the request, because DynamoDB promises no order.
fn read_items(request: &Value, keys: &[Value], rest: &[Value], table: &Table) -> Result<Vec<Value>, Refusal> {
    let mut places = BTreeSet::new();
    for key in keys.iter().chain(rest) {
        if !places.insert(table.place_of_key(key)?) {
            return Err(Refusal::invalid("Provided list of item keys contains duplicates"));
        }
    }
    let expressions = Expressions::of(request);
    expressions.project(&request["ProjectionExpression"], &Item::new())?;
    let mut found = Vec::new();
    for key in keys.iter().rev() {
        if let Some(item) = table.items.get(&table.place_of_key(key)?) {
            found.push(Value::Object(expressions.project(&request["ProjectionExpression"], item)?));
        }
    }
    expressions.finish()?;
    Ok(found)
}

pub(super) fn scan(body: &Value, table: &Table) -> Result<Value, Refusal> {
    let after = match &body["ExclusiveStartKey"] {
        Value::Null => Bound::Unbounded,
        key => Bound::Excluded(table.place_of_key(key)?),
    };
    let limit = body["Limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    if limit == 0 {
        return Err(Refusal::invalid("Limit must be greater than or equal to 1"));
    }
    let page = table.page.min(limit);
    let read: Vec<&Item> =
        table.items.range((after, Bound::Unbounded)).take(page).map(|(_, item)| item).collect();
    let expressions = Expressions::of(body);
    let items = read.iter().map(|item| expressions.project(&body["ProjectionExpression"], item));
    let items: Vec<Item> = items.collect::<Result<_, _>>()?;
    expressions.finish()?;
    let mut answer = json!({ "Items": items, "Count": items.len(), "ScannedCount": items.len() });
    // A full page has this key even if no item follows [DynamoDB API reference, "Scan"].
    if let (true, Some(last)) = (read.len() == page, read.last()) {
        answer["LastEvaluatedKey"] = table.key_of(last);
    }
    Ok(answer)
}
