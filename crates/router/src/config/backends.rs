//! The fields `backend` and `backends`: the functions that the router invokes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use routing::ports::Invocation;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use sources::Kind;

use super::checks::{check_arn, check_function, check_range};
use super::{ConfigContext, ConfigError};

/// The part of an Invoke's duration that the function's own timeout does not cover: up to ten seconds for a cold start
/// [Lambda developer guide, "Understanding the Lambda execution environment lifecycle"], and one second for the network.
/// With tenant isolation, cold starts are frequent.
pub(crate) const COLD_START: Duration = Duration::from_secs(11);

/// The longest wait for Lambda to accept an asynchronous event, in addition to a cold start. The backend's own duration
/// does not count.
pub(super) const ACCEPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest timeout of a backend, in seconds. A function's longest timeout is 900 seconds, and the router must outlast
/// the backend.
const MAX_TIMEOUT_SECONDS: u64 = 888;

/// A checked tenant-isolated function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendConfig {
    /// Its name in `backends`; `None` for the common backend.
    pub name: Option<Arc<str>>,
    /// The function's name or ARN, exactly as given, with its version or alias.
    pub function: String,
    /// The function's own timeout.
    pub timeout: Duration,
    pub(super) failure_destination: Option<String>,
}

impl BackendConfig {
    /// Returns the path of its field in the configuration.
    #[must_use]
    pub fn field(&self) -> String {
        field_of(self.name.as_deref())
    }

    /// Returns the longest duration of one Invoke, cold start included.
    #[must_use]
    pub fn call_timeout(&self, invocation: Invocation) -> Duration {
        match invocation {
            Invocation::Sync | Invocation::Bridged => COLD_START + self.timeout,
            Invocation::Async => COLD_START + self.timeout.min(ACCEPT_TIMEOUT),
        }
    }
}

fn field_of(name: Option<&str>) -> String {
    name.map_or("backend".to_owned(), |name| format!("backends.{name}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBackend {
    function: String,
    #[serde(default = "default_timeout_seconds")]
    timeout_seconds: u64,
    failure_destination: Option<String>,
}

fn default_timeout_seconds() -> u64 {
    30
}

impl RawBackend {
    fn check(self, name: Option<Arc<str>>) -> Result<BackendConfig, ConfigError> {
        let field = field_of(name.as_deref());
        check_function(&format!("{field}.function"), &self.function)?;
        let timeout_field = format!("{field}.timeout_seconds");
        let seconds = check_range(&timeout_field, self.timeout_seconds, 1, MAX_TIMEOUT_SECONDS)?;
        if let Some(destination) = &self.failure_destination {
            check_arn(&format!("{field}.failure_destination"), destination)?;
        }
        Ok(BackendConfig {
            name,
            function: self.function,
            timeout: Duration::from_secs(seconds.get() as u64),
            failure_destination: self.failure_destination,
        })
    }
}

/// Checks the field `backend`, which every source but `pipes` requires.
pub(super) fn check_common(
    raw: Option<RawBackend>,
    source: Kind,
) -> Result<Option<BackendConfig>, ConfigError> {
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
        (Some(raw), _) => raw.check(None).map(Some),
    }
}

/// The field `backends`: further functions by name, which a tenant's item in the registry may select.
#[derive(Default)]
pub(super) struct RawBackends(BTreeMap<String, RawBackend>);

impl RawBackends {
    /// Checks the further backends. Returns their names and configurations, sorted by name.
    pub(super) fn check(
        self,
        context: &ConfigContext,
    ) -> Result<(Vec<Arc<str>>, Vec<BackendConfig>), ConfigError> {
        let refused = |problem: &str, remedy: &str| Err(ConfigError::new("backends", problem, remedy));
        if self.0.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        if context.source == Kind::Pipes {
            return refused("a pipe's enrichment invokes nothing", "leave them out");
        }
        if context.has_bridge {
            return refused(
                "records go over a bridge, and its own router invokes",
                "leave them out, and give them to that router",
            );
        }
        if !context.has_registry {
            return refused(
                "without a registry no tenant can select one of them",
                "add a registry, or leave them out",
            );
        }
        let (mut names, mut backends) = (Vec::new(), Vec::new());
        for (name, raw) in self.0 {
            let is_name = (1..=32).contains(&name.len())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
            if !is_name {
                return refused(&format!("\"{name}\" is not a valid name"), "use 1 to 32 of a-z 0-9 _ -");
            }
            let name: Arc<str> = name.into();
            names.push(Arc::clone(&name));
            backends.push(raw.check(Some(name))?);
        }
        Ok((names, backends))
    }
}

/// Serde's own maps accept a name twice and arrays as structs. This implementation refuses both.
impl<'de> Deserialize<'de> for RawBackends {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(BackendsVisitor)
    }
}

struct BackendsVisitor;

impl<'de> Visitor<'de> for BackendsVisitor {
    type Value = RawBackends;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of backends by name")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<RawBackends, M::Error> {
        let mut backends = BTreeMap::new();
        while let Some((name, BackendObject(backend))) = map.next_entry::<String, BackendObject>()? {
            if backends.contains_key(&name) {
                return Err(M::Error::custom(format_args!("the backend `{name}` is there twice")));
            }
            backends.insert(name, backend);
        }
        Ok(RawBackends(backends))
    }
}

/// A backend that is an object with named fields, and no array.
struct BackendObject(RawBackend);

impl<'de> Deserialize<'de> for BackendObject {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct BackendVisitor;
        impl<'de> Visitor<'de> for BackendVisitor {
            type Value = RawBackend;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object with named fields")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawBackend, M::Error> {
                RawBackend::deserialize(MapAccessDeserializer::new(map))
            }
        }
        json.deserialize_map(BackendVisitor).map(BackendObject)
    }
}
