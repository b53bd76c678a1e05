//! The primary key of a DynamoDB item. The changes of one item are delivered in order.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::object;

/// The `Keys` of a stream record as a canonical text.
///
/// Two keys have the same text exactly if they are equal. This holds for the keys that DynamoDB allows: strings, numbers
/// and binary data [DynamoDB developer guide, "Data types"].
pub(crate) struct ItemKey<'e>(pub(crate) Cow<'e, str>);

impl<'e> ItemKey<'e> {
    /// Parses the JSON text of `Keys`.
    pub(crate) fn parse(keys: &'e str) -> Result<Self, serde_json::Error> {
        // The order of the attributes is not specified, so they are sorted.
        let sorted: BTreeMap<String, Value> = object::read(keys)?;
        let text = serde_json::to_string(&sorted)?;
        Ok(Self(if text == keys { Cow::Borrowed(keys) } else { Cow::Owned(text) }))
    }
}

impl<'de: 'e, 'e> Deserialize<'de> for ItemKey<'e> {
    fn deserialize<D: Deserializer<'de>>(keys: D) -> Result<Self, D::Error> {
        Self::parse(<&RawValue>::deserialize(keys)?.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(keys: &str) -> Option<(String, bool)> {
        let key = ItemKey::parse(keys).ok()?.0;
        let is_borrowed = matches!(key, Cow::Borrowed(_));
        Some((key.into_owned(), is_borrowed))
    }

    #[test]
    fn equal_keys_have_one_text() {
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
            assert_eq!(parsed(written), Some((expected.to_owned(), written == expected)), "{written}");
        }
    }

    #[test]
    fn keys_that_are_no_object_are_refused() {
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
            assert_eq!(parsed(broken), None, "{broken}");
        }
    }
}
