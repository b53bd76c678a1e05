//! The configuration: one environment variable, read once at init, refused whole when anything in it is wrong.
//!
//! - [`Config::parse`]: from text to something that can only be right
//! - `rules`: whose record is this; `checks`: names of AWS things; `delivery`: how records are delivered
//! - `raw`: the JSON shape, unknown fields denied; `fields`: the one list of fields, from which the docs are made

mod checks;
mod delivery;
mod fields;
mod raw;
mod rules;
mod task;

use routing::Policy;
use sources::Kind;
use tenancy::Rules;

pub use aws::Group;
pub use delivery::Bridge;
pub use fields::{FIELDS, Field};
use raw::{Raw, RawOnReject};
pub use task::PayloadPath;

/// The environment variable that holds the configuration.
pub const VARIABLE: &str = "TENANT_ROUTER_CONFIG";

/// Environment variables of one function, in bytes, all together [Lambda developer guide, "Lambda quotas"].
const MAX_BYTES: usize = 4 * 1024;

/// A configuration that was checked.
#[derive(Debug)]
pub struct Config {
    /// The event source.
    pub source: Kind,
    /// The backend as it was given: name or ARN, version or alias kept; empty where nothing is invoked.
    pub function: String,
    /// Whose record is this?
    pub rules: Rules,
    /// How records are delivered.
    pub policy: Policy,
    /// URL of the quarantine queue.
    pub quarantine: Option<String>,
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
        let backend = delivery::backend(raw.backend, source)?;
        let bridge = raw.bridge.map(|bridge| delivery::bridge(bridge, source)).transpose()?;
        let bridged_from =
            raw.bridged_from.map(|stream| delivery::bridged_from(&stream, source)).transpose()?;
        let quarantine = match raw.on_reject {
            RawOnReject::Redrive => None,
            RawOnReject::Quarantine(url) => Some(checks::check_queue_url(url)?),
        };
        if source == Kind::Pipes
            && quarantine.as_deref().is_some_and(|url| url.strip_suffix(".fifo").is_some())
        {
            // Its records may have no names of their own, and a FIFO queue keeps one of those that seem the same.
            return Err(ConfigError::new(
                "on_reject.quarantine",
                "a FIFO queue cannot tell a pipe's records apart",
                "use a standard queue",
            ));
        }
        if quarantine.is_some() && quarantine.as_ref() == bridge.as_ref().map(|bridge| &bridge.fifo_queue) {
            return Err(ConfigError::new(
                "on_reject.quarantine",
                "it is the bridge's queue, so rejected records would be delivered",
                "use another queue",
            ));
        }
        if quarantine.is_some() && source == Kind::Task {
            return Err(ConfigError::new(
                "on_reject.quarantine",
                "a rejected task is told to its state machine and not kept",
                "leave it out, and catch TenantRejected",
            ));
        }
        Ok(Self {
            source,
            policy: delivery::policy(&raw.delivery, &backend, source, bridge.as_ref(), bridged_from)?,
            function: backend.function,
            rules: rules::rules(raw.tenant_id, bridged_from.unwrap_or(source))?,
            quarantine,
            tenant_lines: if raw.log_tenants { TenantLines::On } else { TenantLines::Off },
            bridge,
            bridged_from,
            task_payload: task::payload_path(raw.task, source)?,
        })
    }
}
