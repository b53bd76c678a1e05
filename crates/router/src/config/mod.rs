//! Reads the configuration from one environment variable, once at init. Any error refuses the whole configuration.
//!
//! - [`Config::parse`]: parses and checks a configuration
//! - `raw`: the JSON document; unknown fields are refused
//! - `tenant_id`, `registry`, `on_reject`, `backends`, `credentials`, `delivery`, `bridge`, `task`: one file for each field,
//!   with its raw type, its check and the checked type
//! - `selector`: selectors in JSON; `checks`: checks of single values
//! - `fields`: the list of all fields; `docs/configuration.md` is generated from it

mod backends;
mod bridge;
mod checks;
mod credentials;
mod delivery;
mod fields;
mod on_reject;
mod raw;
mod registry;
mod selector;
mod task;
mod tenant_id;

use routing::DeliveryPolicy;
use sources::Kind;
use tenancy::Rules;

pub use aws::QuarantineQueue;
pub use backends::BackendConfig;
pub(crate) use backends::COLD_START;
pub use bridge::BridgeConfig;
pub use credentials::CredentialsConfig;
pub use fields::{ConfigField, FIELDS};
use raw::RawConfig;
pub use registry::RegistryConfig;
pub use routing::bridge::BridgeGroup;
pub use task::PayloadPath;

/// The environment variable that holds the configuration.
pub const VARIABLE: &str = "TENANT_ROUTER_CONFIG";

/// The most bytes of all environment variables of a function together [Lambda developer guide, "Lambda quotas"].
const MAX_ENVIRONMENT_BYTES: usize = 4 * 1024;

/// A checked configuration.
#[derive(Debug)]
pub struct Config {
    /// The event source.
    pub source: Kind,
    /// The common backend, then the further backends, sorted by name. Empty if nothing is invoked.
    pub backends: Vec<BackendConfig>,
    /// How the router finds the tenant of a record.
    pub rules: Rules,
    /// The registry that lists the tenants.
    pub registry: Option<RegistryConfig>,
    /// How records are delivered.
    pub policy: DeliveryPolicy,
    /// The quarantine queue. Without it, rejected records stay with the source.
    pub quarantine: Option<QuarantineQueue>,
    /// The role that the router assumes for each tenant.
    pub credentials: Option<CredentialsConfig>,
    /// Whether log lines may contain tenant ids.
    pub tenant_lines: TenantLines,
    /// The queue that a stream's records go through.
    pub bridge: Option<BridgeConfig>,
    /// The stream whose records the source's queue holds.
    pub bridged_from: Option<Kind>,
    /// Where a task's payload is in its input.
    pub task_payload: PayloadPath,
}

/// Whether the log has a line for each tenant of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantLines {
    /// No log line contains a tenant id.
    Off,
    /// One line for each tenant of a batch, for a Contributor Insights rule.
    On,
}

/// An error in a configuration: what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the configuration is wrong: {}: {problem}: {remedy}", location(.field))]
pub struct ConfigError {
    /// The path of the field; `.` for the whole configuration.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// Returns the variable and the field that an error is about. The whole configuration is the variable alone.
fn location(field: &str) -> String {
    if field == "." { VARIABLE.to_owned() } else { format!("{VARIABLE}: {field}") }
}

impl ConfigError {
    pub(crate) fn new(field: &str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: field.to_owned(), problem: problem.into(), remedy: remedy.into() }
    }
}

/// What the check of one field needs to know about other fields.
struct ConfigContext {
    source: Kind,
    /// Whether records go over a bridge to another router.
    has_bridge: bool,
    /// The stream whose records the source's queue holds.
    bridged_from: Option<Kind>,
    has_registry: bool,
}

impl ConfigContext {
    /// Returns the kind of the records: that of the stream behind a bridge, or of the source.
    fn record_kind(&self) -> Kind {
        self.bridged_from.unwrap_or(self.source)
    }
}

impl Config {
    /// Parses and checks a configuration for the router of `source`.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn parse(text: &str, source: Kind) -> Result<Self, ConfigError> {
        let raw = Self::parse_raw(text)?;
        if raw.source != source.name() {
            return Err(ConfigError::new(
                "source",
                format!("it is \"{}\", and this is the router for \"{}\"", raw.source, source.name()),
                match Kind::named(&raw.source) {
                    Some(other) => {
                        format!("write \"{}\", or deploy the artifact {}", source.name(), other.binary())
                    }
                    None => format!("write \"{}\"", source.name()),
                },
            ));
        }
        Self::check(raw, source)
    }

    /// Parses and checks a configuration for any router.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn parse_any(text: &str) -> Result<Self, ConfigError> {
        let raw = Self::parse_raw(text)?;
        let source = Kind::named(&raw.source).ok_or_else(|| {
            let names = Kind::ALL.map(|kind| format!("\"{}\"", kind.name())).join(", ");
            ConfigError::new("source", format!("it is \"{}\"", raw.source), format!("write one of {names}"))
        })?;
        Self::check(raw, source)
    }

    fn parse_raw(text: &str) -> Result<RawConfig, ConfigError> {
        if text.len() > MAX_ENVIRONMENT_BYTES {
            let problem = format!(
                "it has {} bytes, more than the {MAX_ENVIRONMENT_BYTES} that a function's environment holds",
                text.len()
            );
            return Err(ConfigError::new(".", problem, "use fewer selectors or shorter captures"));
        }
        RawConfig::parse(text)
    }

    fn check(raw: RawConfig, source: Kind) -> Result<Self, ConfigError> {
        let bridge = raw.bridge.map(|bridge| bridge.check(source)).transpose()?;
        let bridged_from =
            raw.bridged_from.map(|stream| bridge::check_bridged_from(&stream, source)).transpose()?;
        let context = ConfigContext {
            source,
            has_bridge: bridge.is_some(),
            bridged_from,
            has_registry: raw.registry.is_some(),
        };
        let common = backends::check_common(raw.backend, source)?;
        let (names, further) = raw.backends.check(&context)?;
        let backends: Vec<BackendConfig> = common.into_iter().chain(further).collect();
        let mut policy = raw.delivery.check(&backends, bridge.as_ref(), &context)?;
        let registry = raw.registry.map(|registry| registry.check(&context, names)).transpose()?;
        let credentials =
            raw.credentials.map(|credentials| credentials.check(source, &mut policy)).transpose()?;
        Ok(Self {
            source,
            policy,
            backends,
            rules: raw.tenant_id.check(context.record_kind())?,
            registry,
            quarantine: raw.on_reject.check(source, bridge.as_ref())?,
            credentials,
            tenant_lines: if raw.log_tenants { TenantLines::On } else { TenantLines::Off },
            bridge,
            bridged_from,
            task_payload: task::check_payload_path(raw.task, source)?,
        })
    }
}
