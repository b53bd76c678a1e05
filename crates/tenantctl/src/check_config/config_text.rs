//! Where a configuration stands in what the operator has at hand.

use router::VARIABLE;
use serde_json::Value;

use crate::explain::input::{named, read};
use crate::error::CommandError;

/// The names under which a text can hold a configuration: the variable's, and those of the Terraform modules' outputs.
const NAMES: [&str; 3] = [VARIABLE, "router_config", "bridge_router_config"];

/// The configuration's own text: the file itself, or what it holds under one of [`NAMES`], however deep: the output
/// of `terraform output -json`, of `aws lambda get-function-configuration`, or a set of environment variables.
pub(crate) fn configuration(file: &str) -> Result<String, CommandError> {
    let text = read(file, "the configuration")?;
    let Ok(json) = serde_json::from_str::<Value>(&text) else {
        // What is wrong with it is told by the configuration's own reader.
        return Ok(text);
    };
    if let Value::String(inside) = json {
        return Ok(inside);
    }
    let mut found = Vec::new();
    if json.get("source").is_none() {
        search(&json, "", &mut found);
    }
    match found.as_slice() {
        [] => Ok(text),
        [(_, inside)] => Ok((*inside).to_owned()),
        several => Err(CommandError::usage(
            named(file),
            format!("it holds {} configurations, at {}", several.len(), places(several)),
            "give one of them alone",
        )),
    }
}

fn places(found: &[(String, &str)]) -> String {
    found.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>().join(" and ")
}

fn search<'v>(value: &'v Value, place: &str, found: &mut Vec<(String, &'v str)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = format!("{place}/{name}");
                // A Terraform output is an object with the value beside its type.
                let inside = value.as_str().or_else(|| value.get("value").and_then(Value::as_str));
                match inside {
                    Some(inside) if NAMES.contains(&name.as_str()) => found.push((place, inside)),
                    _ => search(value, &place, found),
                }
            }
        }
        Value::Array(items) => {
            for (position, value) in items.iter().enumerate() {
                search(value, &format!("{place}/{position}"), found);
            }
        }
        _ => {}
    }
}
