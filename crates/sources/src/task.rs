//! A Step Functions task: one object that names its tenant and holds a payload.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::envelope::recognise;
use crate::kind::Kind;
use crate::object::Text;

/// Why an input is no task.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TaskInvalid {
    /// Not an object at all.
    #[error("the task's input is not a JSON object: {}", remedy(*.0))]
    NoObject(Option<Kind>),
    /// Nothing stands where the payload should be.
    #[error(
        "the task's input has no payload: field {0}: give it there, or say in task.payload of the router's configuration \
         where it stands"
    )]
    NoPayload(String),
    /// A name on the way to the payload occurs twice: readers differ in which one they take.
    #[error("the task's input has a field twice: field {0}: write it once")]
    Twice(String),
}

fn remedy(kind: Option<Kind>) -> String {
    match kind {
        Some(kind) => format!("use {}, which is built for such events", kind.binary()),
        None => "give the task an input such as {\"tenant_id\":…,\"payload\":…}".to_owned(),
    }
}

/// The payload at the end of these field names, byte for byte.
///
/// # Errors
/// When there is none, or more than one.
pub fn payload<'e>(input: &'e str, names: &[String]) -> Result<&'e str, TaskInvalid> {
    let no_object = || {
        let kind = recognise(input);
        TaskInvalid::NoObject(kind)
    };
    if !input.trim_ascii_start().starts_with('{') || serde_json::from_str::<IgnoredAny>(input).is_err() {
        return Err(no_object());
    }
    let mut here = input;
    for (depth, name) in names.iter().enumerate() {
        let path = || names[..=depth].join(".");
        here = match field(here, name) {
            Found::Once(value) => value,
            Found::Twice => return Err(TaskInvalid::Twice(path())),
            // An event of another source is better told by its name.
            Found::Nowhere => match recognise(input) {
                kind @ Some(Kind::Sqs | Kind::Kinesis | Kind::DynamoDb | Kind::EventBridge) => {
                    return Err(TaskInvalid::NoObject(kind));
                }
                _ => return Err(TaskInvalid::NoPayload(path())),
            },
        };
    }
    Ok(here)
}

enum Found<'e> {
    Once(&'e str),
    Twice,
    Nowhere,
}

/// The value of the field `name` of an object.
fn field<'e>(object: &'e str, name: &str) -> Found<'e> {
    let mut json = serde_json::Deserializer::from_str(object);
    json.deserialize_map(Wanted(name)).unwrap_or(Found::Nowhere)
}

struct Wanted<'n>(&'n str);

impl<'e> Visitor<'e> for Wanted<'_> {
    type Value = Found<'e>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<M: MapAccess<'e>>(self, mut map: M) -> Result<Found<'e>, M::Error> {
        let mut found = Found::Nowhere;
        while let Some(Text(key)) = map.next_key::<Text<'e>>()? {
            let value: &'e RawValue = map.next_value()?;
            found = match found {
                _ if key != Cow::Borrowed(self.0) => found,
                Found::Nowhere => Found::Once(value.get()),
                Found::Once(_) | Found::Twice => Found::Twice,
            };
        }
        Ok(found)
    }

    fn visit_unit<E: Error>(self) -> Result<Found<'e>, E> {
        Ok(Found::Nowhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'e>(input: &'e str, path: &str) -> Result<&'e str, TaskInvalid> {
        payload(input, &path.split('.').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_payload_keeps_every_byte() {
        let input = r#" { "tenant_id":"a", "payload" : {"n": 1.50, "s":"\u0041"} , "x":1} "#;
        assert_eq!(found(input, "payload"), Ok(r#"{"n": 1.50, "s":"\u0041"}"#));
        assert_eq!(found(r#"{"a":{"b c":null}}"#, "a.b c"), Ok("null"));
    }

    #[test]
    fn a_payload_that_is_not_there_or_there_twice_is_told_with_its_place() {
        assert_eq!(found("{}", "a.b"), Err(TaskInvalid::NoPayload("a".to_owned())));
        for input in [r#"{"a":{}}"#, r#"{"a":null}"#, r#"{"a":[]}"#, r#"{"a":"b"}"#] {
            assert_eq!(found(input, "a.b"), Err(TaskInvalid::NoPayload("a.b".to_owned())), "{input}");
        }
        assert_eq!(found(r#"{"a":1,"\u0061":1}"#, "a"), Err(TaskInvalid::Twice("a".to_owned())));
    }

    #[test]
    fn what_is_no_task_is_told_with_the_name_of_the_right_router() {
        for input in ["", "null", "\"a\"", "{", "{} {}"] {
            assert!(matches!(found(input, "payload"), Err(TaskInvalid::NoObject(None))), "{input}");
        }
        for (input, router) in [
            ("[]", "pipes-enricher"),
            (r#"{"Records":[{"eventSource":"aws:sqs"}]}"#, "sqs-router"),
            (r#"{"detail-type":"a","detail":{}}"#, "eventbridge-router"),
        ] {
            let error = found(input, "payload").unwrap_err().to_string();
            assert!(error.contains(router), "{error}");
        }
    }
}
