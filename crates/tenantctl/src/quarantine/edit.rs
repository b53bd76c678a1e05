//! Another tenant id in a record, and every other byte as it was. Pure.
//!
//! The path is a selector's. Where it goes on past a string, the string is opened (base64 first, where the source has
//! base64), edited inside and closed again: only what is on the way is written anew.

use std::fmt;

use base64_simd::STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use tenancy::{Grammar, Selector, TenantId};

/// What is set.
pub(crate) struct TenantIdChange {
    pub(crate) tenant: TenantId,
    /// Where.
    pub(crate) path: Selector,
    pub(crate) part: ReplacedPart,
}

/// How much of the text at the path is the tenant id.
pub(crate) enum ReplacedPart {
    /// What the router's selector takes.
    Selected(Selector),
    /// All of it, if it can be: no selector is known.
    All,
}

/// A record with another tenant id.
#[derive(PartialEq, Eq)]
pub(crate) struct EditedRecord {
    /// The record.
    pub(crate) record: String,
    /// What stood there: the string's text, or how the value is written that was none.
    pub(crate) original: String,
}

/// Why there is no such record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EditFault {
    /// The path leads nowhere.
    Absent,
    /// A text on the path is not JSON, or not base64.
    Undecodable,
    /// A key on the path stands twice in its object.
    Duplicate,
    /// An object or an array stands there.
    NotAValue,
    /// A field's name has a quote in it.
    QuotedName,
    /// The text may be more than a tenant id.
    NotOnlyAnId,
    /// The selector takes nothing there.
    NotSelected,
    /// The selector would not take the new id there.
    NotSelectedAgain,
}

impl fmt::Display for EditFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Absent => "nothing stands at the path",
            Self::Undecodable => "a text on the path is not JSON",
            Self::Duplicate => {
                "a key on the path stands twice in its object, and readers differ in which they take"
            }
            Self::NotAValue => "an object or an array stands at the path",
            Self::QuotedName => "a field's name in the path has a quote in it",
            Self::NotOnlyAnId => {
                "what stands there is not a tenant id and nothing else: give --config, so that only what the \
                 router's selector takes is replaced"
            }
            Self::NotSelected => "the selector of the configuration takes nothing of what stands there",
            Self::NotSelectedAgain => "the selector of the configuration would not take the new id there",
        })
    }
}

/// Sets the tenant id; at the paths of `base64`, texts are opened as base64.
pub(crate) fn set_tenant_id(record: &str, change: &TenantIdChange, base64: &[&str]) -> Result<EditedRecord, EditFault> {
    let steps = parse_steps(&change.path)?;
    let base64: Vec<Vec<PathStep>> = base64
        .iter()
        .filter_map(|path| Selector::parse(path).ok().and_then(|path| parse_steps(&path).ok()))
        .collect();
    RecordEdit { steps: &steps, base64: &base64, change }.edit_json(record, 0)
}

#[derive(Debug, PartialEq, Eq)]
enum PathStep {
    Field(String),
    Item(usize),
}

/// The steps of a path, read off its one spelling `$['a']['b.c'][0]`.
fn parse_steps(path: &Selector) -> Result<Vec<PathStep>, EditFault> {
    let canonical = path.canonical_path();
    let inner = canonical.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')).ok_or(EditFault::Absent)?;
    inner
        .split("][")
        .map(|step| match step.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
            Some(name) => Ok(PathStep::Field(name.to_owned())),
            // A name with a quote in it stands in others, or falls apart here.
            None => step.parse().map(PathStep::TransferItem).map_err(|_| EditFault::QuotedName),
        })
        .collect()
}

impl TenantIdChange {
    /// The text with the new id, and the one that stood there.
    fn within(&self, text: &str) -> Result<(String, String), EditFault> {
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

    /// What stands there instead of a value that is no text.
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
    steps: &'e [PathStep],
    base64: &'e [Vec<PathStep>],
    change: &'e TenantIdChange,
}

impl RecordEdit<'_> {
    /// Edits one JSON text, whose root stands where the first `start` steps lead.
    fn within(&self, text: &str, start: usize) -> Result<EditedRecord, EditFault> {
        let mut value: &RawValue = serde_json::from_str(text).map_err(|_| EditFault::Undecodable)?;
        let mut at = start;
        while let Some(step) = self.steps.get(at) {
            value = match (value.get().as_bytes().first(), step) {
                (Some(b'{'), PathStep::Field(name)) => find_field(value, name)?,
                (Some(b'['), PathStep::Item(index)) => find_item(value, *index)?,
                // A text that is itself a string (JSON encoded twice) is opened by no selector either.
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

    /// Opens the string `value` of `text`, edits inside and closes it again.
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

/// `text` with the string `new` in place of `old`, which is a part of it.
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

/// An object's fields in order, each value as it is written, keys that repeat included.
struct ObjectFields<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for ObjectFields<'t> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
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
        json.deserialize_map(ObjectVisitor).map(ObjectFields)
    }
}

#[cfg(test)]
mod tests;
