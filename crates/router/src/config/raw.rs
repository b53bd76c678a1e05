//! The configuration as JSON, before its checks. Each field's raw type is in the file that checks the field.

use serde::Deserialize;

use super::ConfigError;
use super::backends::{RawBackend, RawBackends};
use super::bridge::RawBridge;
use super::credentials::RawCredentials;
use super::delivery::RawDelivery;
use super::on_reject::RawOnReject;
use super::registry::RawRegistry;
use super::task::RawTask;
use super::tenant_id::RawTenantId;

/// The whole configuration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    pub(super) source: String,
    pub(super) backend: Option<RawBackend>,
    #[serde(default)]
    pub(super) backends: RawBackends,
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

impl RawConfig {
    /// Parses a configuration.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        refuse_arrays(text)?;
        let mut json = serde_json::Deserializer::from_str(text);
        let raw = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            // A field whose name is empty has no path.
            let field = if path.is_empty() { ".".to_owned() } else { path };
            let problem = error.into_inner().to_string();
            let remedy = remedy_for(&field).to_owned();
            ConfigError { field, problem, remedy }
        })?;
        json.end().map_err(|error| {
            ConfigError::new(".", error.to_string(), "leave nothing after the closing brace")
        })?;
        Ok(raw)
    }
}

/// Returns what to do about a value that does not have the form of its field.
fn remedy_for(field: &str) -> &'static str {
    match field {
        "on_reject" => {
            "write \"redrive\" or {\"quarantine\": \"https://sqs…\"}; the configuration's docs list its other fields"
        }
        _ => "correct it; the configuration's docs list every field",
    }
}

/// Refuses arrays where objects are expected. Serde accepts an array as a struct, field by field, and a reader could not
/// see which value is which.
fn refuse_arrays(text: &str) -> Result<(), ConfigError> {
    // The parser reports invalid JSON, with its position.
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
