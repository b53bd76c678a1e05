//! The primary key of an item of DynamoDB, which tells whose order a change keeps.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::object;

/// A record's `Keys`, however they are written, as one text. Of keys as DynamoDB has them, each a string, a number or
/// binary data [DynamoDB developer guide, "Data types"], equal ones have equal texts, and no others.
pub(crate) struct ItemKey<'e>(pub(crate) Cow<'e, str>);

impl<'e> ItemKey<'e> {
    /// Of `Keys` as it is written.
    pub(crate) fn of(keys: &'e str) -> Result<Self, serde_json::Error> {
        // Nobody promises that attributes come in one order.
        let sorted: BTreeMap<String, Value> = object::read(keys)?;
        let text = serde_json::to_string(&sorted)?;
        Ok(Self(if text == keys { Cow::Borrowed(keys) } else { Cow::Owned(text) }))
    }
}

impl<'de: 'e, 'e> Deserialize<'de> for ItemKey<'e> {
    fn deserialize<D: Deserializer<'de>>(keys: D) -> Result<Self, D::Error> {
        Self::of(<&RawValue>::deserialize(keys)?.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keys: &str) -> Option<(String, bool)> {
        let key = ItemKey::of(keys).ok()?.0;
        let as_it_is = matches!(key, Cow::Borrowed(_));
        Some((key.into_owned(), as_it_is))
    }

    #[test]
    fn an_item_has_one_key_however_it_is_written() {
        let one = r#"{"pk":{"S":"ü/1"}}"#;
        let two = r#"{"pk":{"S":"1"},"sk":{"N":"2"}}"#;
        for (expected, written) in [
            (one, one),
            (one, r#"{"pk":{"S":"\u00fc\/1"}}"#),
            (one, r#" { "pk" : { "S" : "ü/1" } } "#),
            (one, r#"{"p\u006b":{"\u0053":"ü/1"}}"#),
            (one, r#"{"pk":{"S":"another"},"pk":{"S":"ü/1"}}"#),
            (one, r#"{"pk":{"S":"another","S":"ü/1"}}"#),
            (two, two),
            (two, r#"{"sk":{"N":"2"},"pk":{"S":"1"}}"#),
            (two, r#"{"sk":{"N":"1"},"pk":{"S":"1"},"sk":{"N":"2"}}"#),
            ("{}", "{}"),
            (r#"{"pk":{"S":" "}}"#, r#"{"pk":{"S":" "}}"#),
            (r#"{"pk":{"N":"1","S":"1"}}"#, r#"{"pk":{"S":"1","N":"1"}}"#),
            (r#"{"pk":{}}"#, r#"{"pk":{}}"#),
            (r#"{"pk":12}"#, r#"{"pk":{"$serde_json::private::RawValue":"12"}}"#),
            (r#"{"pk":1.0}"#, r#"{"pk":1.00}"#),
            (r#"{"pk":{"L":[{"S":"\""}]}}"#, r#"{"pk":{"L":[{"S":"\u0022"}]}}"#),
        ] {
            assert_eq!(of(written), Some((expected.to_owned(), written == expected)), "{written}");
        }
    }

    #[test]
    fn what_is_no_object_is_no_key() {
        for broken in [
            "[]",
            "null",
            "1",
            "",
            r#"{"pk":}"#,
            r#"{"pk":{"S":"1"}"#,
            r#"{"pk":{"S":"1"}}x"#,
            r#"{"pk":{"S":"\ud800"}}"#,
        ] {
            assert_eq!(of(broken), None, "{broken}");
        }
    }
}
