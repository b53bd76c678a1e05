//! What to do with rejected records: a word, or an object.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::mebibyte;

/// What to do with rejected records.
#[derive(Default)]
pub(in crate::config) enum RawOnReject {
    #[default]
    Redrive,
    Quarantine(RawQuarantine),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawQuarantine {
    pub(in crate::config) quarantine: String,
    #[serde(default)]
    pub(in crate::config) group: RawQuarantineGroup,
    #[serde(default = "mebibyte")]
    pub(in crate::config) max_message_bytes: u64,
    pub(in crate::config) large_records: Option<RawLargeRecords>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum RawQuarantineGroup {
    #[default]
    OrderKey,
    Tenant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct RawLargeRecords {
    pub(in crate::config) bucket: String,
    #[serde(default)]
    pub(in crate::config) prefix: String,
}

impl<'de> Deserialize<'de> for RawOnReject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyOnReject;
        impl<'de> Visitor<'de> for AnyOnReject {
            type Value = RawOnReject;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("\"redrive\", or an object with the URL of a quarantine queue")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<RawOnReject, E> {
                match word {
                    "redrive" => Ok(RawOnReject::Redrive),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawOnReject, M::Error> {
                RawQuarantine::deserialize(MapAccessDeserializer::new(map)).map(RawOnReject::Quarantine)
            }
        }
        deserializer.deserialize_any(AnyOnReject)
    }
}
