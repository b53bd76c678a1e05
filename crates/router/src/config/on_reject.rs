//! The field `on_reject`: what happens to rejected records. It is a string or an object.

use std::fmt;

use aws::{LargeRecordsLocation, QuarantineGroup, QuarantineQueue};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use sources::Kind;

use super::ConfigError;
use super::bridge::BridgeConfig;
use super::checks::{check_message_bytes, check_quarantine_url, default_message_bytes};

/// The field before its check.
#[derive(Default)]
pub(super) enum RawOnReject {
    #[default]
    Redrive,
    Quarantine(RawQuarantine),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQuarantine {
    quarantine: String,
    #[serde(default)]
    group: RawQuarantineGroup,
    #[serde(default = "default_message_bytes")]
    max_message_bytes: u64,
    large_records: Option<RawLargeRecords>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawQuarantineGroup {
    #[default]
    OrderKey,
    Tenant,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLargeRecords {
    bucket: String,
    #[serde(default)]
    prefix: String,
}

impl RawOnReject {
    /// Checks the field. Returns `None` if rejected records stay with the source.
    pub(super) fn check(
        self,
        source: Kind,
        bridge: Option<&BridgeConfig>,
    ) -> Result<Option<QuarantineQueue>, ConfigError> {
        match self {
            Self::Redrive => Ok(None),
            Self::Quarantine(raw) => raw.check(source, bridge).map(Some),
        }
    }
}

impl RawQuarantine {
    fn check(self, source: Kind, bridge: Option<&BridgeConfig>) -> Result<QuarantineQueue, ConfigError> {
        let refused =
            |problem: &str, remedy: &str| Err(ConfigError::new("on_reject.quarantine", problem, remedy));
        let url = check_quarantine_url(self.quarantine)?;
        if source == Kind::Pipes && url.strip_suffix(".fifo").is_some() {
            // A pipe's records may have no ids. A FIFO queue would drop equal records as duplicates.
            return refused("a FIFO queue cannot tell a pipe's records apart", "use a standard queue");
        }
        if Some(&url) == bridge.map(|bridge| &bridge.fifo_queue) {
            return refused(
                "it is the bridge's queue, so rejected records would be delivered",
                "use another queue",
            );
        }
        if source == Kind::Task {
            return refused(
                "a rejected task is reported to its state machine and not quarantined",
                "leave it out, and catch TenantRejected",
            );
        }
        let group = match self.group {
            RawQuarantineGroup::OrderKey => QuarantineGroup::OrderKey,
            RawQuarantineGroup::Tenant if url.strip_suffix(".fifo").is_none() => {
                return Err(ConfigError::new(
                    "on_reject.group",
                    "the quarantine is a standard queue, which has no message groups",
                    "leave it out, or use a FIFO queue",
                ));
            }
            RawQuarantineGroup::Tenant => QuarantineGroup::Tenant,
        };
        Ok(QuarantineQueue {
            url,
            group,
            max_message_bytes: check_message_bytes("on_reject.max_message_bytes", self.max_message_bytes)?,
            large_records: self.large_records.map(RawLargeRecords::check).transpose()?,
        })
    }
}

impl RawLargeRecords {
    fn check(self) -> Result<LargeRecordsLocation, ConfigError> {
        // [Amazon S3 user guide, "General purpose bucket naming rules"]
        let is_bucket = (3..=63).contains(&self.bucket.len())
            && self
                .bucket
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte));
        if !is_bucket {
            return Err(ConfigError::new(
                "on_reject.large_records.bucket",
                "the text is not the name of a bucket",
                "write the bucket's name, not its ARN",
            ));
        }
        let is_prefix = self.prefix.len() <= 512
            && self.prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        if !is_prefix {
            return Err(ConfigError::new(
                "on_reject.large_records.prefix",
                "the text has characters that some tools do not accept in keys, or more than 512 characters",
                "use up to 512 of A-Z a-z 0-9 - _ . /, such as \"quarantine/\"",
            ));
        }
        Ok(LargeRecordsLocation { bucket: self.bucket, prefix: self.prefix })
    }
}

impl<'de> Deserialize<'de> for RawOnReject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnRejectVisitor;
        impl<'de> Visitor<'de> for OnRejectVisitor {
            type Value = RawOnReject;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("\"redrive\", or an object with the URL of a quarantine queue")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<RawOnReject, E> {
                match word {
                    "redrive" => Ok(RawOnReject::Redrive),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<RawOnReject, M::Error> {
                RawQuarantine::deserialize(MapAccessDeserializer::new(map)).map(RawOnReject::Quarantine)
            }
        }
        deserializer.deserialize_any(OnRejectVisitor)
    }
}
