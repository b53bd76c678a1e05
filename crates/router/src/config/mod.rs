//! The configuration: one environment variable, read once at init, refused whole when anything in it is wrong.
//!
//! - [`Config::parse`]: from text to something that can only be right
//! - `rules`: whose record is this; `registry`: who confirms it; `trust`: quarantine and tenants' credentials
//! - `backends`: where records go; `delivery`: how; `checks`: names of AWS things
//! - `raw`: the JSON shape, unknown fields denied; `fields`: the one list of fields, from which the docs are made

mod backends;
mod checks;
mod delivery;
mod fields;
mod raw;
mod registry;
mod rules;
mod task;
mod trust;

use routing::DeliveryPolicy;
use sources::Kind;
use tenancy::Rules;

pub use aws::QuarantineQueue;
pub use backends::Backend;
pub use delivery::Bridge;
pub use fields::{FIELDS, Field};
use raw::Raw;
use registry::Around;
pub use registry::Registry;
pub use routing::bridge::Group;
pub use task::PayloadPath;
pub use trust::Credentials;

/// The environment variable that holds the configuration.
pub const VARIABLE: &str = "TENANT_ROUTER_CONFIG";

/// Environment variables of one function, in bytes, all together [Lambda developer guide, "Lambda quotas"].
const MAX_BYTES: usize = 4 * 1024;

/// A configuration that was checked.
#[derive(Debug)]
pub struct Config {
    /// The event source.
    pub source: Kind,
    /// The common backend, then those that a registry may name, in the order of their names; none where nothing is
    /// invoked.
    pub backends: Vec<Backend>,
    /// Whose record is this?
    pub rules: Rules,
    /// Who confirms it.
    pub registry: Option<Registry>,
    /// How records are delivered.
    pub policy: DeliveryPolicy,
    /// The quarantine queue.
    pub quarantine: Option<QuarantineQueue>,
    /// The role that is assumed for each tenant.
    pub credentials: Option<Credentials>,
    /// Whether tenant ids may stand in log lines.
    pub tenant_lines: TenantLines,
    /// The queue that a stream's records go through.
    pub bridge: Option<Bridge>,
    /// The stream whose records the queue's messages are.
    pub bridged_from: Option<Kind>,
    /// Where a task's payload stands.
    pub task_payload: PayloadPath,
}

/// Whether a batch's log says which tenants it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantLines {
    /// No tenant id in any log line.
    Off,
    /// One line for each tenant of a batch, for a Contributor Insights rule.
    On,
}

/// What is wrong with a configuration, where, and what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the configuration is wrong: {VARIABLE}: {field}: {problem}: {remedy}")]
pub struct ConfigError {
    /// The field, as a path; `.` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl ConfigError {
    pub(crate) fn new(field: &str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: field.to_owned(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl Config {
    /// Reads and checks a configuration for the router of `source`.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(text: &str, source: Kind) -> Result<Self, ConfigError> {
        let raw = Self::raw(text)?;
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

    /// Reads and checks a configuration, whichever router it is for.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse_any(text: &str) -> Result<Self, ConfigError> {
        let raw = Self::raw(text)?;
        let source = Kind::named(&raw.source).ok_or_else(|| {
            let names = Kind::ALL.map(|kind| format!("\"{}\"", kind.name())).join(", ");
            ConfigError::new("source", format!("it is \"{}\"", raw.source), format!("write one of {names}"))
        })?;
        Self::check(raw, source)
    }

    fn raw(text: &str) -> Result<Raw, ConfigError> {
        if text.len() > MAX_BYTES {
            let problem = format!(
                "it has {} bytes, more than the {MAX_BYTES} that a function's environment holds",
                text.len()
            );
            return Err(ConfigError::new(".", problem, "use fewer selectors or shorter captures"));
        }
        Raw::read(text)
    }

    fn check(raw: Raw, source: Kind) -> Result<Self, ConfigError> {
        let bridge = raw.bridge.map(|bridge| delivery::bridge(bridge, source)).transpose()?;
        let bridged_from =
            raw.bridged_from.map(|stream| delivery::bridged_from(&stream, source)).transpose()?;
        let common = backends::common(raw.backend, source)?;
        let (names, others) =
            backends::others(raw.backends, source, bridge.is_some(), raw.registry.is_some())?;
        let backends: Vec<Backend> = common.into_iter().chain(others).collect();
        let mut policy = delivery::policy(&raw.delivery, &backends, source, bridge.as_ref(), bridged_from)?;
        let around = Around { source, bridge: bridge.is_some(), bridged_from };
        let registry = raw.registry.map(|raw| registry::registry(raw, &around, names)).transpose()?;
        let credentials =
            raw.credentials.map(|raw| trust::credentials(raw, source, &mut policy)).transpose()?;
        Ok(Self {
            source,
            policy,
            backends,
            rules: rules::rules(raw.tenant_id, bridged_from.unwrap_or(source))?,
            registry,
            quarantine: trust::quarantine(raw.on_reject, source, bridge.as_ref())?,
            credentials,
            tenant_lines: if raw.log_tenants { TenantLines::On } else { TenantLines::Off },
            bridge,
            bridged_from,
            task_payload: task::payload_path(raw.task, source)?,
        })
    }
}
