//! Reading a JSON object's fields.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// Reads an object's fields. Fields that `T` does not know are passed over, one that occurs twice is an error.
///
/// Serde by itself also takes an array where a struct is expected.
pub(crate) fn read<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, serde_json::Error> {
    if json.trim_ascii_start().starts_with('{') {
        serde_json::from_str(json)
    } else {
        Err(serde_json::Error::custom("expected an object"))
    }
}

/// Reads the fields of an object inside another one, by the same rule; for `deserialize_with`.
pub(crate) fn inside<'j, T: Deserialize<'j>, D: Deserializer<'j>>(json: D) -> Result<T, D::Error> {
    struct Named<T>(PhantomData<T>);
    impl<'j, T: Deserialize<'j>> Visitor<'j> for Named<T> {
        type Value = T;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<M: MapAccess<'j>>(self, map: M) -> Result<T, M::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    json.deserialize_map(Named(PhantomData))
}

/// A string that is borrowed where it has no escapes, which serde does for a `Cow` by itself but not for one
/// inside an `Option`.
#[derive(Deserialize)]
pub(crate) struct Text<'j>(#[serde(borrow)] pub(crate) Cow<'j, str>);
