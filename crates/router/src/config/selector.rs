//! A selector in JSON: a path, or an object with a path and a capture.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use tenancy::Selector;

use super::ConfigError;

/// A selector before its check.
pub(super) struct RawSelector {
    path: String,
    capture: Option<String>,
}

impl RawSelector {
    /// Creates a selector without a capture.
    pub(super) fn of_path(path: &str) -> Self {
        Self { path: path.to_owned(), capture: None }
    }

    /// Parses the selector in this field.
    pub(super) fn check(&self, field: &str) -> Result<Selector, ConfigError> {
        let selector = Selector::parse(&self.path).and_then(|selector| match &self.capture {
            Some(capture) => selector.with_capture(capture),
            None => Ok(selector),
        });
        selector.map_err(|error| {
            ConfigError::new(field, error.to_string(), "see \"Selectors\" in the configuration's docs")
        })
    }
}

/// Parses the list of selectors in this field.
pub(super) fn check_list(field: &str, raw: Vec<RawSelector>) -> Result<Vec<Selector>, ConfigError> {
    let check = |(index, raw): (usize, RawSelector)| raw.check(&format!("{field}[{index}]"));
    raw.into_iter().enumerate().map(check).collect()
}

impl<'de> Deserialize<'de> for RawSelector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SelectorVisitor;
        impl<'de> Visitor<'de> for SelectorVisitor {
            type Value = RawSelector;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a path, or an object with path and capture")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<RawSelector, E> {
                Ok(RawSelector::of_path(path))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawSelector, M::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct SelectorObject {
                    path: String,
                    capture: Option<String>,
                }
                let SelectorObject { path, capture } =
                    SelectorObject::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawSelector { path, capture })
            }
        }
        deserializer.deserialize_any(SelectorVisitor)
    }
}
