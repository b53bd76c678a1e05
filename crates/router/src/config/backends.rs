//! The functions that records go to, as the configuration says it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use routing::ports::Invocation;
use sources::Kind;

use super::ConfigError;
use super::checks::{check_arn, check_function};
use super::delivery::within;
use super::raw::RawBackend;

/// What an Invoke may take beside the function's own time-out: up to ten seconds to start an environment, which do not
/// count into it [Lambda developer guide, "Understanding the Lambda execution environment lifecycle"], and one on the
/// way. With tenant isolation, starting environments is everyday business.
const COLD_START: Duration = Duration::from_secs(11);

/// The most that Lambda is waited for to accept an asynchronous event; the backend's own time does not count there.
pub(super) const ACCEPT_TIMEOUT: Duration = Duration::from_secs(10);

/// A function's longest time-out is 900 seconds, and the router has to outlast the backend.
const MAX_TIMEOUT_SECONDS: u64 = 888;

/// A tenant-isolated function, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// The function as it was given: name or ARN, version or alias kept.
    pub function: String,
    /// Its own time-out.
    pub timeout: Duration,
    pub(super) failure_destination: Option<String>,
}

impl Backend {
    /// How long one Invoke may take, a cold start included.
    #[must_use]
    pub fn call_timeout(&self, invocation: Invocation) -> Duration {
        match invocation {
            Invocation::Sync | Invocation::Bridged => COLD_START + self.timeout,
            Invocation::Async => COLD_START + self.timeout.min(ACCEPT_TIMEOUT),
        }
    }
}

/// The function that gets the records, if any is invoked: a pipe's enrichment invokes none.
pub(super) fn common(raw: Option<RawBackend>, source: Kind) -> Result<Option<Backend>, ConfigError> {
    match (raw, source) {
        (None, Kind::Pipes) => Ok(None),
        (Some(_), Kind::Pipes) => {
            Err(ConfigError::new("backend", "a pipe's enrichment invokes nothing", "leave it out"))
        }
        (None, _) => Err(ConfigError::new(
            "backend",
            "missing field `backend`",
            "write { \"function\": ARN } of the tenant-isolated function",
        )),
        (Some(raw), _) => backend("backend", raw).map(Some),
    }
}

/// Those that a tenant's item in the registry may name instead, in the order of their names.
pub(super) fn others(
    raw: BTreeMap<String, RawBackend>,
    source: Kind,
    is_bridge: bool,
    has_registry: bool,
) -> Result<(Vec<Arc<str>>, Vec<Backend>), ConfigError> {
    let refused = |problem: &str, remedy: &str| Err(ConfigError::new("backends", problem, remedy));
    if raw.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    if source == Kind::Pipes {
        return refused("a pipe's enrichment invokes nothing", "leave them out");
    }
    if is_bridge {
        return refused(
            "records go over a bridge, and its own router invokes",
            "leave them out, and give them to that router",
        );
    }
    if !has_registry {
        return refused("nothing says which tenant has which", "add a registry, or leave them out");
    }
    let (mut names, mut backends) = (Vec::new(), Vec::new());
    for (name, raw) in raw {
        let is_name = (1..=32).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
        if !is_name {
            return refused(&format!("\"{name}\" is no name for one"), "use 1 to 32 of a-z 0-9 _ -");
        }
        backends.push(backend(&format!("backends.{name}"), raw)?);
        names.push(name.into());
    }
    Ok((names, backends))
}

fn backend(field: &str, raw: RawBackend) -> Result<Backend, ConfigError> {
    check_function(&format!("{field}.function"), &raw.function)?;
    let seconds = within(&format!("{field}.timeout_seconds"), raw.timeout_seconds, 1, MAX_TIMEOUT_SECONDS)?;
    if let Some(destination) = &raw.failure_destination {
        check_arn(&format!("{field}.failure_destination"), destination)?;
    }
    Ok(Backend {
        function: raw.function,
        timeout: Duration::from_secs(seconds.get() as u64),
        failure_destination: raw.failure_destination,
    })
}
