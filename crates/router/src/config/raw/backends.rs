//! Further backends: objects under names of one's own.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::RawBackend;

/// Reads them. A name that is there twice is an error, as any other field's is, and so is a list of values.
pub(super) fn read<'de, D: Deserializer<'de>>(json: D) -> Result<BTreeMap<String, RawBackend>, D::Error> {
    json.deserialize_map(ByName)
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = BTreeMap<String, RawBackend>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of backends by name")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut backends = BTreeMap::new();
        while let Some((name, Named(backend))) = map.next_entry::<String, Named>()? {
            if backends.contains_key(&name) {
                return Err(M::Error::custom(format_args!("the backend `{name}` is there twice")));
            }
            backends.insert(name, backend);
        }
        Ok(backends)
    }
}

/// A backend whose fields are named.
struct Named(RawBackend);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = RawBackend;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object with named fields")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawBackend, M::Error> {
                RawBackend::deserialize(MapAccessDeserializer::new(map))
            }
        }
        json.deserialize_map(Fields).map(Named)
    }
}
