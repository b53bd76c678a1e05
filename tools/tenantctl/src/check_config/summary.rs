//! Describes what a router does with its configuration, in a few lines.

use std::fmt::{Display, Formatter, Result};

use router::{BridgeGroup, Config, QuarantineQueue, RegistryConfig};
use routing::ports::Invocation;
use routing::{Payload, RESPONSE_MARGIN};
use serde::Serialize;
use sources::Kind;
use tenancy::{Rules, Selector, Suspended};

/// The lines of the description.
#[derive(Debug, Serialize)]
pub(super) struct ConfigSummary {
    /// The router for the source.
    pub(super) router: &'static str,
    /// The event source.
    source: &'static str,
    tenant_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    backends: Vec<String>,
    delivery: String,
    /// The shortest time-out that the router's function can work with, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    least_timeout_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry: Option<String>,
    rejected: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials: Option<String>,
}

impl ConfigSummary {
    pub(super) fn of(config: &Config) -> Self {
        // Another router invokes the backend for the records of a bridge.
        let backends = config.backends.iter().filter(|_| config.bridge.is_none()).map(|backend| {
            let name = backend.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
            format!("{name}{}, {} s", backend.function, backend.timeout.as_secs())
        });
        Self {
            router: config.source.binary(),
            source: config.source.name(),
            tenant_id: describe_tenant_id(&config.rules),
            backends: backends.collect(),
            delivery: describe_delivery(config),
            least_timeout_seconds: (config.source != Kind::Pipes)
                .then(|| (config.policy.longest_call + RESPONSE_MARGIN).as_millis().div_ceil(1000))
                .and_then(|seconds| u64::try_from(seconds).ok()),
            registry: config.registry.as_ref().map(|RegistryConfig { table, lifetimes, policy }| {
                let (fresh, stale) = (lifetimes.fresh.as_secs(), lifetimes.stale.as_secs());
                let suspended = match policy.suspended() {
                    Suspended::Rejected => "quarantine",
                    Suspended::Held | Suspended::Forwarded => "hold",
                };
                format!("{table}, read again after {fresh} s, at most {stale} s old; suspended tenants: {suspended}")
            }),
            rejected: describe_rejected(config),
            credentials: config.credentials.as_ref().map(|credentials| {
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

fn describe_tenant_id(rules: &Rules) -> String {
    let join = |selectors: &[&Selector], separator: &str| {
        let paths = selectors.iter().map(|selector| match selector.capture() {
            None => selector.path().to_owned(),
            Some(capture) => format!("{} ({capture})", selector.path()),
        });
        paths.collect::<Vec<_>>().join(separator)
    };
    let (from, must_match) = rules.selectors();
    let agree = if from.len() > 1 { "; those present must agree" } else { "" };
    let same = if must_match.is_empty() { "" } else { "; must be the same at " };
    let (from, must_match) = (join(&from, " or "), join(&must_match, " and "));
    format!("{from}{agree}{same}{must_match}; grammar {}", rules.grammar())
}

fn describe_delivery(config: &Config) -> String {
    let policy = &config.policy;
    let (in_flight, per_tenant, max) = (policy.in_flight, policy.per_tenant, policy.max_records);
    match (config.source, policy.invocation, policy.payload) {
        (Kind::Pipes, ..) => "none: admitted records continue in the pipe".to_owned(),
        (Kind::Task, ..) => "one Invoke; its response is the task's result".to_owned(),
        (_, Invocation::Bridged, _) => match &config.bridge {
            Some(bridge) => {
                let group = match bridge.group {
                    BridgeGroup::Tenant => "tenant",
                    BridgeGroup::TenantAndKey => "tenant and key",
                };
                format!("one message for each record to {}, in message groups by {group}", bridge.fifo_queue)
            }
            None => String::new(),
        },
        (_, invocation, payload) => {
            let content = match payload {
                Payload::Event => format!("an Invoke carries up to {max} records of one tenant"),
                Payload::Record | Payload::Original => "an Invoke carries one record".to_owned(),
            };
            let acked = match invocation {
                Invocation::Async => "acknowledged by Lambda's 202",
                Invocation::Sync | Invocation::Bridged => "acknowledged by the backend's response",
            };
            format!("{content}; {in_flight} Invokes at a time, {per_tenant} for a tenant; {acked}")
        }
    }
}

fn describe_rejected(config: &Config) -> String {
    match (&config.quarantine, config.source) {
        (_, Kind::Task) => "the task fails with TenantRejected".to_owned(),
        (None, Kind::Kinesis | Kind::DynamoDb) => {
            "stays with the stream, which is redelivered from it until the event source mapping discards it"
                .to_owned()
        }
        (None, _) => "stays with the source; its redrive policy moves it".to_owned(),
        (Some(QuarantineQueue { url, large_records, .. }), _) => match large_records {
            None => format!("to {url}"),
            Some(large) => format!("to {url}; records too large for a message to s3://{}", large.bucket),
        },
    }
}
