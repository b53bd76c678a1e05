//! Replaces the tenant id in a record, and keeps every other byte. No I/O.
//!
//! The path is one of a selector. If the path continues inside a string, the string is decoded (as base64 first, where
//! the source uses base64), edited as JSON and encoded again. Only the strings on the path are written again.

use std::fmt;

use base64_simd::STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use tenancy::{Grammar, Selector, TenantId};

/// The change of a tenant id.
pub(crate) struct TenantIdChange {
    /// The new tenant id.
    pub(crate) tenant: TenantId,
    pub(crate) path: Selector,
    pub(crate) part: ReplacedPart,
}

/// The part of the text at the path that is replaced.
pub(crate) enum ReplacedPart {
    /// The part that the router's selector takes.
    Selected(Selector),
    /// The whole text, which has to be a tenant id: no selector is known.
    All,
}

/// A record with another tenant id.
#[derive(PartialEq, Eq)]
pub(crate) struct EditedRecord {
    /// The record.
    pub(crate) record: String,
    /// The original tenant id: the text of a string, or another value as it is written in JSON.
    pub(crate) original: String,
}

/// Why the tenant id cannot be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EditFault {
    /// The record has no value at the path.
    Absent,
    /// A text on the path is not JSON, or not base64.
    Undecodable,
    /// A key on the path occurs twice in its object.
    Duplicate,
    /// The value at the path is an object or an array.
    NotAValue,
    /// A field name in the path contains a quote.
    QuotedName,
    /// The text may contain more than a tenant id.
    NotOnlyAnId,
    /// The selector takes nothing from the text.
    NotSelected,
    /// The selector would not take the new id from the changed text.
    NotSelectedAgain,
}

impl fmt::Display for EditFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Absent => "the record has no value at the path",
            Self::Undecodable => "a text on the path is not JSON",
            Self::Duplicate => {
                "a key on the path occurs twice in its object, and parsers differ in which one they take"
            }
            Self::NotAValue => "the value at the path is an object or an array",
            Self::QuotedName => "a field name in the path contains a quote",
            Self::NotOnlyAnId => {
                "the text at the path is not just a tenant id: give --config, so that only the part that the router's \
                 selector takes is replaced"
            }
            Self::NotSelected => "the selector of the configuration takes nothing from the text at the path",
            Self::NotSelectedAgain => "the selector of the configuration would not take the new id from the changed text",
        })
    }
}

/// Replaces the tenant id. Strings at the paths in `base64` are decoded as base64.
///
/// # Errors
/// Why the tenant id cannot be replaced.
pub(crate) fn set_tenant_id(
    record: &str,
    change: &TenantIdChange,
    base64: &[&str],
) -> Result<EditedRecord, EditFault> {
    let steps = parse_steps(&change.path)?;
    let base64: Vec<Vec<EditStep>> = base64
        .iter()
        .filter_map(|path| Selector::parse(path).ok().and_then(|path| parse_steps(&path).ok()))
        .collect();
    RecordEdit { steps: &steps, base64: &base64, change }.edit_json(record, 0)
}

#[derive(Debug, PartialEq, Eq)]
enum EditStep {
    Field(String),
    Item(usize),
}

/// Splits the canonical form of a path, such as `$['a']['b.c'][0]`, into its steps.
fn parse_steps(path: &Selector) -> Result<Vec<EditStep>, EditFault> {
    let canonical = path.canonical_path();
    let inner =
        canonical.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')).ok_or(EditFault::Absent)?;
    inner
        .split("][")
        .map(|step| match step.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
            Some(name) => Ok(EditStep::Field(name.to_owned())),
            // A name with a quote is written in double quotes, or was split at `][`.
            None => step.parse().map(EditStep::Item).map_err(|_| EditFault::QuotedName),
        })
        .collect()
}

impl TenantIdChange {
    /// Returns the text with the new id, and the original id.
    fn replace_in_text(&self, text: &str) -> Result<(String, String), EditFault> {
        let id = match &self.part {
            ReplacedPart::Selected(selector) => selector.id_in(text).ok_or(EditFault::NotSelected)?,
            ReplacedPart::All if TenantId::parse(text, &Grammar::Lambda).is_ok() => text,
            ReplacedPart::All => return Err(EditFault::NotOnlyAnId),
        };
        let start = id.as_ptr().addr() - text.as_ptr().addr();
        let new = format!("{}{}{}", &text[..start], self.tenant.as_str(), &text[start + id.len()..]);
        self.check_found_in(&new)?;
        Ok((new, id.to_owned()))
    }

    /// Returns the text that replaces a value that is not a string.
    fn replace_non_text(&self) -> Result<String, EditFault> {
        let new = self.tenant.as_str();
        self.check_found_in(new)?;
        Ok(new.to_owned())
    }

    fn check_found_in(&self, new: &str) -> Result<(), EditFault> {
        match &self.part {
            ReplacedPart::Selected(selector) if selector.id_in(new) != Some(self.tenant.as_str()) => {
                Err(EditFault::NotSelectedAgain)
            }
            _ => Ok(()),
        }
    }
}

struct RecordEdit<'e> {
    steps: &'e [EditStep],
    base64: &'e [Vec<EditStep>],
    change: &'e TenantIdChange,
}

impl RecordEdit<'_> {
    /// Edits one JSON text, whose root is the value after the first `start` steps.
    fn edit_json(&self, text: &str, start: usize) -> Result<EditedRecord, EditFault> {
        let mut value: &RawValue = serde_json::from_str(text).map_err(|_| EditFault::Undecodable)?;
        let mut at = start;
        while let Some(step) = self.steps.get(at) {
            value = match (value.get().as_bytes().first(), step) {
                (Some(b'{'), EditStep::Field(name)) => find_field(value, name)?,
                (Some(b'['), EditStep::Item(index)) => find_item(value, *index)?,
                // A text that is a JSON string itself (encoded twice) is refused; selectors do not decode it either.
                (Some(b'"'), _) if at > start => return self.edit_string(text, value, at),
                _ => return Err(EditFault::Absent),
            };
            at += 1;
        }
        let (new, original) = match value.get().as_bytes().first() {
            Some(b'{' | b'[') | None => return Err(EditFault::NotAValue),
            Some(b'"') => {
                let string: String = serde_json::from_str(value.get()).map_err(|_| EditFault::Undecodable)?;
                self.change.replace_in_text(&string)?
            }
            Some(_) => (self.change.replace_non_text()?, value.get().to_owned()),
        };
        Ok(EditedRecord { record: splice(text, value, &new), original })
    }

    /// Decodes the string `value` of `text`, edits it and encodes it again.
    fn edit_string(&self, text: &str, value: &RawValue, at: usize) -> Result<EditedRecord, EditFault> {
        let string: String = serde_json::from_str(value.get()).map_err(|_| EditFault::Undecodable)?;
        let is_base64 = self.base64.iter().any(|path| **path == self.steps[..at]);
        if !is_base64 {
            let EditedRecord { record, original } = self.edit_json(&string, at)?;
            return Ok(EditedRecord { record: splice(text, value, &record), original });
        }
        let bytes = STANDARD.decode_to_vec(string.as_bytes()).map_err(|_| EditFault::Undecodable)?;
        let inner = String::from_utf8(bytes).map_err(|_| EditFault::Undecodable)?;
        let EditedRecord { record, original } = self.edit_json(&inner, at)?;
        Ok(EditedRecord { record: splice(text, value, &STANDARD.encode_to_string(record)), original })
    }
}

/// Returns `text` with the JSON string `new` in place of `old`, which is a slice of `text`.
fn splice(text: &str, old: &RawValue, new: &str) -> String {
    let start = old.get().as_ptr().addr() - text.as_ptr().addr();
    let quoted = serde_json::Value::from(new).to_string();
    format!("{}{quoted}{}", &text[..start], &text[start + old.get().len()..])
}

fn find_field<'t>(object: &'t RawValue, name: &str) -> Result<&'t RawValue, EditFault> {
    let ObjectFields(fields) = serde_json::from_str(object.get()).map_err(|_| EditFault::Undecodable)?;
    let mut found = fields.into_iter().filter(|(key, _)| key == name).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => Err(EditFault::Duplicate),
        (None, _) => Err(EditFault::Absent),
    }
}

fn find_item(array: &RawValue, index: usize) -> Result<&RawValue, EditFault> {
    let items: Vec<&RawValue> = serde_json::from_str(array.get()).map_err(|_| EditFault::Undecodable)?;
    items.get(index).copied().ok_or(EditFault::Absent)
}

/// The fields of an object in order, with repeated keys, and each value as it is written.
struct ObjectFields<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for ObjectFields<'t> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct OrderedFieldsVisitor;
        impl<'de> Visitor<'de> for OrderedFieldsVisitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }
        json.deserialize_map(OrderedFieldsVisitor).map(ObjectFields)
    }
}

#[cfg(test)]
mod tests;
