//! What a router does by its configuration, in a few lines.

use std::fmt::{Display, Formatter, Result};

use router::{Config, Group};
use routing::ports::Invocation;
use routing::{RESPONSE_MARGIN, Payload};
use serde::Serialize;
use sources::Kind;

use super::outline::{ConfigOutline, OutlinedSelector};

/// The lines, each with its name.
#[derive(Debug, Serialize)]
pub(super) struct ConfigSummary {
    /// The function that is built for the source.
    pub(super) router: &'static str,
    /// The event source.
    source: &'static str,
    tenant_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    backends: Vec<String>,
    delivery: String,
    /// The shortest time-out, in seconds, with which the router's function can do its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    least_timeout_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry: Option<String>,
    rejected: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials: Option<String>,
}

impl ConfigSummary {
    pub(super) fn of(config: &Config, outline: &ConfigOutline) -> Self {
        // What goes over a bridge is invoked by another router.
        let backends = outline.all_backends().filter(|_| config.bridge.is_none()).map(|(name, backend)| {
            let name = name.strip_prefix("backends.").map(|name| format!("{name}: ")).unwrap_or_default();
            format!("{name}{}, {} s", backend.function, backend.timeout_seconds)
        });
        Self {
            router: config.source.binary(),
            source: config.source.name(),
            tenant_id: tenant_id(outline),
            backends: backends.collect(),
            delivery: delivery(config),
            least_timeout_seconds: (config.source != Kind::Pipes)
                .then(|| (config.policy.call_timeout + RESPONSE_MARGIN).as_millis().div_ceil(1000))
                .and_then(|seconds| u64::try_from(seconds).ok()),
            registry: outline.registry.as_ref().map(|registry| {
                let (fresh, stale) = (registry.fresh_seconds, registry.stale_seconds);
                let suspended = registry.suspended.as_deref().unwrap_or("quarantine");
                let (fresh, stale) = (fresh.unwrap_or(60), stale.unwrap_or(900));
                let table = &registry.table;
                format!("{table}, read again after {fresh} s, at most {stale} s old; suspended tenants: {suspended}")
            }),
            rejected: rejected(config, outline),
            credentials: outline.credentials.as_ref().map(|credentials| {
                format!("{}, with the session tag tenant_id", credentials.role_arn)
            }),
        }
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![("source", self.source.to_owned()), ("tenant", self.tenant_id.clone())];
        lines.extend(self.registry.iter().map(|line| ("registry", line.clone())));
        lines.extend(self.backends.iter().map(|line| ("backend", line.clone())));
        lines.push(("delivery", self.delivery.clone()));
        lines.extend(self.credentials.iter().map(|line| ("credentials", line.clone())));
        lines.push(("rejected", self.rejected.clone()));
        let least = self.least_timeout_seconds;
        lines.extend(
            least.map(|seconds| ("time-out", format!("the router's function needs {seconds} s or more"))),
        );
        lines
    }
}

impl Display for ConfigSummary {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        self.lines().iter().try_for_each(|(name, line)| writeln!(out, "  {name:11}  {line}"))
    }
}

fn tenant_id(outline: &ConfigOutline) -> String {
    let told = |places: &[OutlinedSelector], joint: &str| {
        let told = places.iter().map(|place| match place.capture() {
            None => place.path().to_owned(),
            Some(capture) => format!("{} ({capture})", place.path()),
        });
        told.collect::<Vec<_>>().join(joint)
    };
    let tenant_id = &outline.tenant_id;
    let from = match tenant_id.from.as_slice() {
        [one] => told(std::slice::from_ref(one), ""),
        several => format!("{}, and what is there of these has to agree", told(several, " or ")),
    };
    let must_match = match tenant_id.must_match.as_slice() {
        [] => String::new(),
        places => format!("; must be the same at {}", told(places, " and ")),
    };
    format!("{from}{must_match}; grammar {}", tenant_id.grammar)
}

fn delivery(config: &Config) -> String {
    let policy = &config.policy;
    let (in_flight, per_tenant, max) = (policy.in_flight, policy.per_tenant, policy.max_records);
    match (config.source, policy.invocation, policy.payload) {
        (Kind::Pipes, ..) => "none: what is admitted goes on in the pipe".to_owned(),
        (Kind::Task, ..) => "one Invoke, whose answer is the task's".to_owned(),
        (_, Invocation::Bridged, _) => match &config.bridge {
            Some(bridge) => {
                let group = match bridge.group {
                    Group::Tenant => "tenant",
                    Group::TenantAndKey => "tenant and key",
                };
                format!("record by record to {}, in message groups by {group}", bridge.fifo_queue)
            }
            None => String::new(),
        },
        (_, invocation, payload) => {
            let carries = match payload {
                Payload::Event => format!("an Invoke carries up to {max} records of one tenant"),
                Payload::Record | Payload::Original => "an Invoke carries one record".to_owned(),
            };
            let settles = match invocation {
                Invocation::Async => "Lambda's 202 settles",
                Invocation::Sync | Invocation::Bridged => "the backend's answer settles",
            };
            format!("{carries}; {in_flight} Invokes at a time, {per_tenant} for a tenant; {settles}")
        }
    }
}

fn rejected(config: &Config, outline: &ConfigOutline) -> String {
    match (&outline.on_reject.quarantine, config.source) {
        (_, Kind::Task) => "the task fails with TenantRejected".to_owned(),
        (None, _) => "stays with the source, whose redrive policy moves it".to_owned(),
        (Some(url), _) => match &outline.on_reject.large_records {
            None => format!("to {url}"),
            Some(large) => format!("to {url}, what no message holds to s3://{}", large.bucket),
        },
    }
}
