//! A selector: a bare path, or an object.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// A path, or a path with a capture.
pub(in crate::config) struct RawSelector {
    pub(in crate::config) path: String,
    pub(in crate::config) capture: Option<String>,
}

impl RawSelector {
    /// A bare path.
    pub(in crate::config) fn at(path: &str) -> Self {
        Self { path: path.to_owned(), capture: None }
    }
}

impl<'de> Deserialize<'de> for RawSelector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnySelector;
        impl<'de> Visitor<'de> for AnySelector {
            type Value = RawSelector;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a path, or an object with path and capture")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<RawSelector, E> {
                Ok(RawSelector::at(path))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawSelector, M::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Full {
                    path: String,
                    capture: Option<String>,
                }
                let Full { path, capture } = Full::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawSelector { path, capture })
            }
        }
        deserializer.deserialize_any(AnySelector)
    }
}
