//! A Step Functions task: a JSON object that names its tenant and has a payload.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::envelope::recognise;
use crate::kind::Kind;
use crate::object::JsonString;

/// Why an input is not a task.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TaskInvalid {
    /// The input is not a JSON object, or is an event of another source.
    #[error("the task's input is not a JSON object: {}", remedy(*.0))]
    NoObject(Option<Kind>),
    /// The input has no payload at the configured path.
    #[error(
        "the task's input has no payload: field {0}: add the field, or set task.payload of the router's configuration to \
         the path of the payload"
    )]
    NoPayload(String),
    /// A key on the path to the payload occurs twice. JSON readers differ in which value they use.
    #[error("the task's input has a field twice: field {0}: write it once")]
    Twice(String),
}

fn remedy(kind: Option<Kind>) -> String {
    match kind {
        Some(kind) => format!("use {}, which is built for such events", kind.binary()),
        None => "use an input such as {\"tenant_id\":…,\"payload\":…}".to_owned(),
    }
}

/// Returns the JSON text of the payload, byte for byte. `names` are the fields on the path to it.
///
/// # Errors
/// If the input is not a JSON object, or a field of the path is missing or occurs twice.
///
/// ```
/// use sources::task::payload;
///
/// let input = r#"{"tenant_id":"blue","payload":{"n": 1.50}}"#;
/// assert_eq!(payload(input, &["payload".to_owned()])?, r#"{"n": 1.50}"#);
/// # Ok::<(), sources::task::TaskInvalid>(())
/// ```
pub fn payload<'e>(input: &'e str, names: &[String]) -> Result<&'e str, TaskInvalid> {
    if !input.trim_ascii_start().starts_with('{') || serde_json::from_str::<IgnoredAny>(input).is_err() {
        return Err(TaskInvalid::NoObject(recognise(input)));
    }
    let mut value = input;
    for (depth, name) in names.iter().enumerate() {
        let path = || names[..=depth].join(".");
        value = match find_field(value, name) {
            FieldLookup::Once(field) => field,
            FieldLookup::Twice => return Err(TaskInvalid::Twice(path())),
            // For an event of another source, naming that source helps more than naming the missing field.
            FieldLookup::Missing => match recognise(input) {
                kind @ Some(Kind::Sqs | Kind::Kinesis | Kind::DynamoDb | Kind::EventBridge) => {
                    return Err(TaskInvalid::NoObject(kind));
                }
                _ => return Err(TaskInvalid::NoPayload(path())),
            },
        };
    }
    Ok(value)
}

/// How often an object has a field.
enum FieldLookup<'e> {
    Once(&'e str),
    Twice,
    Missing,
}

/// Finds the field `name` of an object. A value that is not an object has no fields.
fn find_field<'e>(object: &'e str, name: &str) -> FieldLookup<'e> {
    let mut json = serde_json::Deserializer::from_str(object);
    json.deserialize_map(FieldVisitor(name)).unwrap_or(FieldLookup::Missing)
}

struct FieldVisitor<'n>(&'n str);

impl<'e> Visitor<'e> for FieldVisitor<'_> {
    type Value = FieldLookup<'e>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<M: MapAccess<'e>>(self, mut map: M) -> Result<FieldLookup<'e>, M::Error> {
        let mut found = FieldLookup::Missing;
        while let Some(JsonString(key)) = map.next_key::<JsonString<'e>>()? {
            let value: &'e RawValue = map.next_value()?;
            found = match found {
                _ if key != Cow::Borrowed(self.0) => found,
                FieldLookup::Missing => FieldLookup::Once(value.get()),
                FieldLookup::Once(_) | FieldLookup::Twice => FieldLookup::Twice,
            };
        }
        Ok(found)
    }

    fn visit_unit<E: Error>(self) -> Result<FieldLookup<'e>, E> {
        Ok(FieldLookup::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload_at<'e>(input: &'e str, path: &str) -> Result<&'e str, TaskInvalid> {
        payload(input, &path.split('.').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn payload_keeps_every_byte() {
        let input = r#" { "tenant_id":"a", "payload" : {"n": 1.50, "s":"\u0041"} , "x":1} "#;
        assert_eq!(payload_at(input, "payload"), Ok(r#"{"n": 1.50, "s":"\u0041"}"#));
        assert_eq!(payload_at(r#"{"a":{"b c":null}}"#, "a.b c"), Ok("null"));
    }

    #[test]
    fn missing_or_repeated_payload_is_reported_with_path() {
        assert_eq!(payload_at("{}", "a.b"), Err(TaskInvalid::NoPayload("a".to_owned())));
        for input in [r#"{"a":{}}"#, r#"{"a":null}"#, r#"{"a":[]}"#, r#"{"a":"b"}"#] {
            assert_eq!(payload_at(input, "a.b"), Err(TaskInvalid::NoPayload("a.b".to_owned())), "{input}");
        }
        assert_eq!(payload_at(r#"{"a":1,"\u0061":1}"#, "a"), Err(TaskInvalid::Twice("a".to_owned())));
    }

    #[test]
    fn event_of_another_source_names_its_router() {
        for input in ["", "null", "\"a\"", "{", "{} {}"] {
            assert!(matches!(payload_at(input, "payload"), Err(TaskInvalid::NoObject(None))), "{input}");
        }
        for (input, router) in [
            ("[]", "pipes-enricher"),
            (r#"{"Records":[{"eventSource":"aws:sqs"}]}"#, "sqs-router"),
            (r#"{"detail-type":"a","detail":{}}"#, "eventbridge-router"),
        ] {
            let error = payload_at(input, "payload").unwrap_err().to_string();
            assert!(error.contains(router), "{error}");
        }
    }
}
