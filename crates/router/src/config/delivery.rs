//! The field `delivery`: how records are delivered to the backend.

use std::time::Duration;

use routing::ports::Invocation;
use routing::sqs::MAX_MESSAGE_BYTES;
use routing::{DeliveryPolicy, Payload};
use serde::Deserialize;
use sources::Kind;

use super::backends::{ACCEPT_TIMEOUT, BackendConfig};
use super::bridge::BridgeConfig;
use super::checks::check_range;
use super::{ConfigContext, ConfigError};

/// The most concurrent Invokes. Each one needs a connection, and an environment has 1,024 file descriptors [Lambda
/// developer guide, "Lambda quotas"].
const MAX_IN_FLIGHT: u64 = 900;

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawDelivery {
    payload: RawPayload,
    invocation: RawInvocation,
    in_flight: u64,
    per_tenant: u64,
    max_records: u64,
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
enum RawPayload {
    Event,
    Record,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawInvocation {
    Sync,
    Async,
}

impl RawDelivery {
    /// Checks the delivery of records to these backends, or over this bridge.
    pub(super) fn check(
        &self,
        backends: &[BackendConfig],
        bridge: Option<&BridgeConfig>,
        context: &ConfigContext,
    ) -> Result<DeliveryPolicy, ConfigError> {
        let source = context.source;
        let invocation = match self.invocation {
            _ if bridge.is_some() => Invocation::Bridged,
            RawInvocation::Sync => Invocation::Sync,
            RawInvocation::Async => check_async(backends, context)?,
        };
        Ok(DeliveryPolicy {
            payload: match self.payload {
                _ if bridge.is_some() => Payload::Original,
                // These events are one record each, which is sent as it is.
                _ if matches!(source, Kind::EventBridge | Kind::Task) => Payload::Record,
                RawPayload::Event => Payload::Event,
                RawPayload::Record => Payload::Record,
            },
            invocation,
            in_flight: check_range("delivery.in_flight", self.in_flight, 1, MAX_IN_FLIGHT)?,
            per_tenant: check_range("delivery.per_tenant", self.per_tenant, 1, MAX_IN_FLIGHT)?,
            max_records: check_range("delivery.max_records", self.max_records, 1, 10_000)?,
            max_message_bytes: bridge.map_or(MAX_MESSAGE_BYTES, |bridge| bridge.max_message_bytes),
            longest_call: match invocation {
                // An enrichment invokes nothing, and waits for the quarantine only.
                _ if source == Kind::Pipes => Duration::ZERO,
                Invocation::Bridged => ACCEPT_TIMEOUT,
                // All backends share one deadline, because the last Invoke may go to the slowest one.
                _ => {
                    backends.iter().map(|backend| backend.call_timeout(invocation)).max().unwrap_or_default()
                }
            },
        })
    }
}

fn check_async(backends: &[BackendConfig], context: &ConfigContext) -> Result<Invocation, ConfigError> {
    let refused = |problem: &str, remedy: &str| Err(ConfigError::new("delivery.invocation", problem, remedy));
    match context.source {
        _ if context.bridged_from.is_some() => {
            refused("\"async\" for a bridge: Lambda's asynchronous queue keeps no order", "write \"sync\"")
        }
        Kind::Kinesis | Kind::DynamoDb => {
            refused("\"async\" for a stream: Lambda's asynchronous queue keeps no order", "write \"sync\"")
        }
        Kind::Task => refused("\"async\" for a task, which returns the backend's result", "write \"sync\""),
        Kind::Sqs | Kind::EventBridge | Kind::Pipes
            if backends.iter().all(|backend| backend.failure_destination.is_some()) =>
        {
            Ok(Invocation::Async)
        }
        Kind::Sqs | Kind::EventBridge | Kind::Pipes => refused(
            "\"async\" without backend.failure_destination: an event that the backend fails would be lost",
            "give each backend an on-failure destination or dead-letter queue and name its ARN in \
             failure_destination, or write \"sync\"",
        ),
    }
}
