//! The fields `bridge` and `bridged_from`: the two ends of the queue between a stream and the backend.

use routing::bridge::BridgeGroup;
use serde::Deserialize;
use sources::Kind;

use super::ConfigError;
use super::checks::{check_bridge_url, check_message_bytes, default_message_bytes};

/// The checked queue that a stream's records go through, so that no tenant delays a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeConfig {
    /// The FIFO queue's URL.
    pub fifo_queue: String,
    /// Which records share a message group.
    pub group: BridgeGroup,
    /// The queue's maximum message size, in bytes.
    pub max_message_bytes: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBridge {
    fifo_queue: String,
    #[serde(default)]
    group: RawBridgeGroup,
    #[serde(default = "default_message_bytes")]
    max_message_bytes: u64,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawBridgeGroup {
    #[default]
    Tenant,
    TenantAndKey,
}

impl RawBridge {
    /// Checks the bridge. Only streams may have one.
    pub(super) fn check(self, source: Kind) -> Result<BridgeConfig, ConfigError> {
        if !matches!(source, Kind::Kinesis | Kind::DynamoDb) {
            return Err(ConfigError::new(
                "bridge",
                format!(
                    "\"{}\" is not a stream, so its records do not wait for other tenants",
                    source.name()
                ),
                "leave it out",
            ));
        }
        let group = match self.group {
            RawBridgeGroup::Tenant => BridgeGroup::Tenant,
            RawBridgeGroup::TenantAndKey => BridgeGroup::TenantAndKey,
        };
        let fifo_queue = check_bridge_url(self.fifo_queue)?;
        let max_message_bytes = check_message_bytes("bridge.max_message_bytes", self.max_message_bytes)?;
        Ok(BridgeConfig { fifo_queue, group, max_message_bytes })
    }
}

/// Checks the field `bridged_from`: the stream whose records the source's queue holds.
pub(super) fn check_bridged_from(stream: &str, source: Kind) -> Result<Kind, ConfigError> {
    match Kind::named(stream) {
        Some(stream @ (Kind::Kinesis | Kind::DynamoDb)) if source == Kind::Sqs => Ok(stream),
        _ => Err(ConfigError::new(
            "bridged_from",
            format!("the source is \"{}\" and the stream \"{stream}\"", source.name()),
            "write \"kinesis\" or \"dynamodb\" for the router of the bridge's SQS queue, or leave it out",
        )),
    }
}
