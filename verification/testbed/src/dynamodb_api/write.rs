//! The writing operations: `PutItem`, `UpdateItem`.

use serde_json::{Value, json};

use super::Item;
use super::expression::Expressions;
use super::table::{Refusal, Table, check_value};

pub(super) fn put_item(body: &Value, table: &mut Table) -> Result<Value, Refusal> {
    let item = body["Item"].as_object().ok_or_else(|| Refusal::invalid("The item is required"))?;
    let place = table.place(&body["Item"])?;
    let expressions = Expressions::of(body);
    check(body, expressions, table.items.get(&place))?;
    let old = table.items.get(&place).cloned();
    table.put(item.clone())?;
    Ok(returned(body, old, None))
}

/// Updates an item. As in DynamoDB, this creates a missing item unless a condition forbids it.
pub(super) fn update_item(body: &Value, table: &mut Table) -> Result<Value, Refusal> {
    let place = table.place_of_key(&body["Key"])?;
    let expressions = Expressions::of(body);
    let old = table.items.get(&place).cloned();
    let text = body["UpdateExpression"].as_str().unwrap_or_default();
    let changes = expressions.changes(text)?;
    check(body, expressions, old.as_ref())?;
    let mut new = old.clone().or_else(|| body["Key"].as_object().cloned()).unwrap_or_default();
    for (name, value) in changes {
        if table.is_key(&name) {
            return Err(Refusal::invalid(format!(
                "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is \
                 part of the key"
            )));
        }
        match value {
            Some(value) => {
                check_value(&value)?;
                new.insert(name, value);
            }
            None => {
                new.remove(&name);
            }
        }
    }
    table.put(new.clone())?;
    Ok(returned(body, old, Some(new)))
}

/// Checks the expressions and then the condition. An invalid expression is reported before a failed condition.
fn check(body: &Value, expressions: Expressions<'_>, item: Option<&Item>) -> Result<(), Refusal> {
    let condition = body["ConditionExpression"].as_str();
    let holds = condition.map_or(Ok(true), |condition| expressions.holds(condition, item))?;
    expressions.finish()?;
    if holds {
        return Ok(());
    }
    let wanted = body["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD";
    Err(Refusal {
        item: item.filter(|_| wanted).cloned(),
        ..Refusal::new("ConditionalCheckFailedException", "The conditional request failed")
    })
}

fn returned(body: &Value, old: Option<Item>, new: Option<Item>) -> Value {
    let attributes = match body["ReturnValues"].as_str() {
        Some("ALL_OLD") => old,
        Some("ALL_NEW") => new,
        _ => None,
    };
    attributes.map_or_else(|| json!({}), |item| json!({ "Attributes": item }))
}
