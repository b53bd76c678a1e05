//! How records are delivered, as the configuration says it: by Invoke, or over a bridge.

use std::num::NonZeroUsize;
use std::time::Duration;

use routing::bridge::Group;
use routing::ports::Invocation;
use routing::sqs::MAX_BYTES;
use routing::{Payload, DeliveryPolicy};
use sources::Kind;

use super::ConfigError;
use super::backends::{ACCEPT_TIMEOUT, Backend};
use super::checks::check_fifo_queue_url;
use super::raw::{RawBridge, RawDelivery, RawGroup, RawInvocation, RawPayload};

/// Each Invoke needs a connection, and an environment has 1,024 file descriptors [Lambda developer guide, "Lambda
/// quotas"].
const MAX_IN_FLIGHT: u64 = 900;

/// The queue that a stream's records go through, so that no tenant holds up a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// URL of the FIFO queue.
    pub fifo_queue: String,
    /// What its message groups are.
    pub group: BridgeGroup,
    /// The largest message that it takes, in bytes.
    pub max_message_bytes: usize,
}

/// The bridge, which only a stream has.
pub(super) fn bridge(raw: RawBridge, source: Kind) -> Result<Bridge, ConfigError> {
    if !matches!(source, Kind::Kinesis | Kind::DynamoDb) {
        return Err(ConfigError::new(
            "bridge",
            format!("\"{}\" is no stream, and nothing in it is held up by its neighbours", source.name()),
            "leave it out",
        ));
    }
    let group = match raw.group {
        RawGroup::Tenant => BridgeGroup::Tenant,
        RawGroup::TenantAndKey => BridgeGroup::TenantAndKey,
    };
    let fifo_queue = check_fifo_queue_url(raw.fifo_queue)?;
    let max_message_bytes = message_bytes("bridge.max_message_bytes", raw.max_message_bytes)?;
    Ok(Bridge { fifo_queue, group, max_message_bytes })
}

/// The stream at the other end of the bridge that this queue is.
pub(super) fn bridged_from(stream: &str, source: Kind) -> Result<Kind, ConfigError> {
    match Kind::named(stream) {
        Some(stream @ (Kind::Kinesis | Kind::DynamoDb)) if source == Kind::Sqs => Ok(stream),
        _ => Err(ConfigError::new(
            "bridged_from",
            format!("the source is \"{}\" and the stream \"{stream}\"", source.name()),
            "write \"kinesis\" or \"dynamodb\" for the router of the bridge's SQS queue, or leave it out",
        )),
    }
}

pub(super) fn policy(
    raw: &RawDelivery,
    backends: &[Backend],
    source: Kind,
    bridge: Option<&Bridge>,
    bridged_from: Option<Kind>,
) -> Result<DeliveryPolicy, ConfigError> {
    let invocation = match raw.invocation {
        _ if bridge.is_some() => Invocation::Bridged,
        RawInvocation::Sync => Invocation::Sync,
        RawInvocation::Async => asynchronous(backends, source, bridged_from)?,
    };
    Ok(DeliveryPolicy {
        payload: match raw.payload {
            _ if bridge.is_some() => Payload::Original,
            // These carry one record, which is all there is to send.
            _ if matches!(source, Kind::EventBridge | Kind::Task) => Payload::Record,
            RawPayload::Event => Payload::Event,
            RawPayload::Record => Payload::Record,
        },
        invocation,
        in_flight: within("delivery.in_flight", raw.in_flight, 1, MAX_IN_FLIGHT)?,
        per_tenant: within("delivery.per_tenant", raw.per_tenant, 1, MAX_IN_FLIGHT)?,
        max_records: within("delivery.max_records", raw.max_records, 1, 10_000)?,
        max_message_bytes: bridge.map_or(MAX_BYTES, |bridge| bridge.max_message_bytes),
        call_timeout: match invocation {
            // Nothing is waited for but the quarantine.
            _ if source == Kind::Pipes => Duration::ZERO,
            Invocation::Bridged => ACCEPT_TIMEOUT,
            // One deadline for all: what is started last may be the slowest.
            _ => backends.iter().map(|backend| backend.call_timeout(invocation)).max().unwrap_or_default(),
        },
    })
}

fn asynchronous(
    backends: &[Backend],
    source: Kind,
    bridged_from: Option<Kind>,
) -> Result<Invocation, ConfigError> {
    let refused = |problem: &str, remedy: &str| Err(ConfigError::new("delivery.invocation", problem, remedy));
    match source {
        _ if bridged_from.is_some() => {
            refused("\"async\" for a bridge: Lambda's asynchronous queue keeps no order", "write \"sync\"")
        }
        Kind::Kinesis | Kind::DynamoDb => {
            refused("\"async\" for a stream: Lambda's asynchronous queue keeps no order", "write \"sync\"")
        }
        Kind::Task => refused("\"async\" for a task, which answers the backend's result", "write \"sync\""),
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

/// The largest message of a queue [Amazon SQS API reference, `SetQueueAttributes`, `MaximumMessageSize`].
pub(super) fn message_bytes(field: &str, value: u64) -> Result<usize, ConfigError> {
    within(field, value, 1024, 1024 * 1024).map(NonZeroUsize::get)
}

pub(super) fn within(field: &str, value: u64, least: u64, most: u64) -> Result<NonZeroUsize, ConfigError> {
    let checked =
        (least..=most).contains(&value).then(|| usize::try_from(value).ok().and_then(NonZeroUsize::new));
    checked.flatten().ok_or_else(|| {
        ConfigError::new(
            field,
            format!("the number is {value}"),
            format!("write a whole number from {least} to {most}"),
        )
    })
}
