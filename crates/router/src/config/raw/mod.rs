//! The configuration as JSON.

mod backends;
mod on_reject;
mod selector;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ConfigError;
pub(super) use on_reject::{RawLargeRecords, RawOnReject, RawQuarantine, RawQuarantineGroup};
pub(super) use selector::RawSelector;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) source: String,
    pub(super) backend: Option<RawBackend>,
    #[serde(default, deserialize_with = "backends::read")]
    pub(super) backends: BTreeMap<String, RawBackend>,
    pub(super) tenant_id: RawTenantId,
    #[serde(default)]
    pub(super) delivery: RawDelivery,
    #[serde(default)]
    pub(super) on_reject: RawOnReject,
    pub(super) registry: Option<RawRegistry>,
    pub(super) credentials: Option<RawCredentials>,
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
    #[serde(default = "mebibyte")]
    pub(super) max_message_bytes: u64,
}

/// The largest message of SQS.
fn mebibyte() -> u64 {
    1024 * 1024
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawGroup {
    #[default]
    Tenant,
    TenantAndKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegistry {
    pub(super) table: String,
    #[serde(default = "minute")]
    pub(super) fresh_seconds: u64,
    #[serde(default = "quarter_of_an_hour")]
    pub(super) stale_seconds: u64,
    #[serde(default)]
    pub(super) suspended: RawSuspended,
    pub(super) principal: Option<RawSelector>,
}

fn minute() -> u64 {
    60
}

fn quarter_of_an_hour() -> u64 {
    900
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawSuspended {
    #[default]
    Quarantine,
    Hold,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    pub(super) role_arn: String,
    #[serde(default = "hour")]
    pub(super) session_seconds: u64,
}

fn hour() -> u64 {
    3600
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

impl Raw {
    pub(super) fn read(text: &str) -> Result<Self, ConfigError> {
        refuse_arrays(text)?;
        let mut json = serde_json::Deserializer::from_str(text);
        let raw = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            // A field whose name is empty has no path.
            let field = if path.is_empty() { ".".to_owned() } else { path };
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
        ("/registry", "registry"),
        ("/registry/principal", "registry.principal"),
        ("/credentials", "credentials"),
        ("/on_reject", "on_reject"),
        ("/on_reject/large_records", "on_reject.large_records"),
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
