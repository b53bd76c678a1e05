//! Reading the fields of a JSON object.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// Reads the fields of an object. Unknown fields are skipped, and a known field that occurs twice is an error.
///
/// Serde alone would also accept an array for a struct.
pub(crate) fn read<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, serde_json::Error> {
    if json.trim_ascii_start().starts_with('{') {
        serde_json::from_str(json)
    } else {
        Err(serde_json::Error::custom("expected an object"))
    }
}

/// Reads the fields of a nested object by the same rules, for `deserialize_with`.
pub(crate) fn read_nested<'j, T: Deserialize<'j>, D: Deserializer<'j>>(json: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);
    impl<'j, T: Deserialize<'j>> Visitor<'j> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<M: MapAccess<'j>>(self, map: M) -> Result<T, M::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    json.deserialize_map(ObjectVisitor(PhantomData))
}

/// A JSON string, which is borrowed if it has no escapes. Serde does this for a `Cow`, but not for a `Cow` inside an
/// `Option`.
#[derive(Deserialize)]
pub(crate) struct JsonString<'j>(#[serde(borrow)] pub(crate) Cow<'j, str>);
