//! The configuration as JSON.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::ConfigError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) source: String,
    pub(super) backend: Option<RawBackend>,
    pub(super) tenant_id: RawTenantId,
    #[serde(default)]
    pub(super) delivery: RawDelivery,
    #[serde(default)]
    pub(super) on_reject: RawOnReject,
    #[serde(default)]
    pub(super) log_tenants: bool,
    pub(super) bridge: Option<RawBridge>,
    pub(super) bridged_from: Option<String>,
    pub(super) task: Option<RawTask>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBridge {
    pub(super) fifo_queue: String,
    #[serde(default)]
    pub(super) group: RawGroup,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawGroup {
    #[default]
    Tenant,
    TenantAndKey,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawTask {
    pub(super) payload: String,
}

impl Default for RawTask {
    fn default() -> Self {
        Self { payload: "$.payload".to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBackend {
    pub(super) function: String,
    #[serde(default = "thirty")]
    pub(super) timeout_seconds: u64,
    pub(super) failure_destination: Option<String>,
}

fn thirty() -> u64 {
    30
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTenantId {
    pub(super) from: Vec<RawSelector>,
    #[serde(default)]
    pub(super) must_match: Vec<RawSelector>,
    #[serde(default = "strict")]
    pub(super) grammar: String,
}

fn strict() -> String {
    "strict".to_owned()
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawDelivery {
    pub(super) payload: RawPayload,
    pub(super) invocation: RawInvocation,
    pub(super) in_flight: u64,
    pub(super) per_tenant: u64,
    pub(super) max_records: u64,
}

impl Default for RawDelivery {
    fn default() -> Self {
        Self {
            payload: RawPayload::Event,
            invocation: RawInvocation::Sync,
            in_flight: 100,
            per_tenant: 1,
            max_records: 1000,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawPayload {
    Event,
    Record,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawInvocation {
    Sync,
    Async,
}

/// A path, or a path with a capture.
pub(super) struct RawSelector {
    pub(super) path: String,
    pub(super) capture: Option<String>,
}

impl RawSelector {
    /// A bare path.
    pub(super) fn at(path: &str) -> Self {
        Self { path: path.to_owned(), capture: None }
    }
}

/// What to do with rejected records.
#[derive(Default)]
pub(super) enum RawOnReject {
    #[default]
    Redrive,
    Quarantine(String),
}

impl Raw {
    pub(super) fn read(text: &str) -> Result<Self, ConfigError> {
        refuse_arrays(text)?;
        let mut json = serde_json::Deserializer::from_str(text);
        let raw = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let field = error.path().to_string();
            let problem = error.into_inner().to_string();
            ConfigError {
                field,
                problem,
                remedy: "correct it; the configuration's docs list every field".to_owned(),
            }
        })?;
        json.end().map_err(|error| {
            ConfigError::new(".", error.to_string(), "leave nothing after the closing brace")
        })?;
        Ok(raw)
    }
}

/// Serde takes an array where a struct is expected, field after field, and nobody would see which value is which.
fn refuse_arrays(text: &str) -> Result<(), ConfigError> {
    // What is no JSON at all is told by the reader proper, with the place.
    let Ok(config) = serde_json::from_str::<serde_json::Value>(text) else {
        return Ok(());
    };
    for (pointer, field) in [
        ("", "."),
        ("/backend", "backend"),
        ("/tenant_id", "tenant_id"),
        ("/delivery", "delivery"),
        ("/bridge", "bridge"),
        ("/task", "task"),
    ] {
        if config.pointer(pointer).is_some_and(serde_json::Value::is_array) {
            return Err(ConfigError::new(
                field,
                "the value is an array",
                "write an object with named fields",
            ));
        }
    }
    Ok(())
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
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Full {
                    quarantine: String,
                }
                let Full { quarantine } = Full::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawOnReject::Quarantine(quarantine))
            }
        }
        deserializer.deserialize_any(AnyOnReject)
    }
}
