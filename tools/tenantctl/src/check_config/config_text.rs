//! Finds the configuration in the operator's file.

use router::VARIABLE;
use serde_json::Value;

use crate::error::CommandError;
use crate::explain::input::{self, display_name};

/// The names of a configuration in a file: the environment variable, and the outputs of the Terraform modules.
const NAMES: [&str; 3] = [VARIABLE, "router_config", "bridge_router_config"];

/// Reads the text of the configuration: the whole file, or the value of one of [`NAMES`] at any depth. The file may thus
/// be the output of `terraform output -json` or `aws lambda get-function-configuration`, or a set of environment
/// variables.
pub(crate) fn read(file: &str) -> Result<String, CommandError> {
    let text = input::read(file, "the configuration")?;
    let Ok(json) = serde_json::from_str::<Value>(&text) else {
        // The configuration's own parser reports what is wrong.
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
            display_name(file),
            format!("it has {} configurations, at {}", several.len(), places(several)),
            "give only one of them",
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
