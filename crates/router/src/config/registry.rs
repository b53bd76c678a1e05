//! The field `registry`: the table that lists the tenants.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use aws::{Clients, TableRegistry};
use routing::Lifetimes;
use serde::Deserialize;
use sources::Kind;
use tenancy::{RegistryPolicy, Selector, Suspended};

use super::checks::{check_range, is_plain};
use super::selector::RawSelector;
use super::{ConfigContext, ConfigError};

/// Where SQS writes the sender of a message.
const SQS_SENDER: &str = "$.attributes.SenderId";

/// The longest `fresh_seconds`, within which the router notices a suspension: an hour.
const MAX_FRESH_SECONDS: u64 = 3600;

/// The longest `stale_seconds`, during which a tenant is served while the table is unavailable: a day.
const MAX_STALE_SECONDS: u64 = 86_400;

/// A checked registry.
#[derive(Debug)]
pub struct RegistryConfig {
    /// The table's name or ARN.
    pub table: String,
    /// How long the router uses an answer.
    pub lifetimes: Lifetimes,
    /// How the router applies an answer.
    pub policy: RegistryPolicy,
}

impl RegistryConfig {
    /// Creates the registry with these clients.
    #[must_use]
    pub(crate) fn open(self, clients: &Clients) -> routing::Registry<TableRegistry> {
        routing::Registry::new(TableRegistry::new(clients, self.table), self.policy, self.lifetimes)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRegistry {
    table: String,
    #[serde(default = "default_fresh_seconds")]
    fresh_seconds: u64,
    #[serde(default = "default_stale_seconds")]
    stale_seconds: u64,
    #[serde(default)]
    suspended: RawSuspended,
    principal: Option<RawSelector>,
}

fn default_fresh_seconds() -> u64 {
    60
}

fn default_stale_seconds() -> u64 {
    900
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawSuspended {
    #[default]
    Quarantine,
    Hold,
}

impl RawRegistry {
    /// Checks the registry. `backends` are the names that a tenant's item may select.
    pub(super) fn check(
        self,
        context: &ConfigContext,
        backends: Vec<Arc<str>>,
    ) -> Result<RegistryConfig, ConfigError> {
        check_table(&self.table)?;
        let fresh = check_range("registry.fresh_seconds", self.fresh_seconds, 1, MAX_FRESH_SECONDS)?;
        let stale = check_range("registry.stale_seconds", self.stale_seconds, 1, MAX_STALE_SECONDS)?;
        if stale < fresh {
            return Err(ConfigError::new(
                "registry.stale_seconds",
                format!("it is {stale}, less than registry.fresh_seconds ({fresh})"),
                "use at least as many seconds",
            ));
        }
        let suspended = self.suspended.check(context)?;
        let sender = match self.principal {
            Some(raw) => Some(check_sender(&raw, context)?),
            // The sender of a bridged message is the router in front of the bridge.
            None if context.source == Kind::Sqs && context.bridged_from.is_none() => {
                Selector::parse(SQS_SENDER).ok()
            }
            None => None,
        };
        let seconds = |count: NonZeroUsize| Duration::from_secs(count.get() as u64);
        let invokes = !context.has_bridge && context.source != Kind::Pipes;
        Ok(RegistryConfig {
            table: self.table,
            lifetimes: Lifetimes { fresh: seconds(fresh), stale: seconds(stale) },
            policy: RegistryPolicy::new(suspended, sender, invokes.then_some(backends)),
        })
    }
}

impl RawSuspended {
    fn check(self, context: &ConfigContext) -> Result<Suspended, ConfigError> {
        match self {
            Self::Quarantine => Ok(Suspended::Rejected),
            // The router behind the bridge holds the records.
            Self::Hold if context.has_bridge => Ok(Suspended::Forwarded),
            Self::Hold if matches!(context.source, Kind::Kinesis | Kind::DynamoDb) => Err(ConfigError::new(
                "registry.suspended",
                "a suspended tenant's records would hold up their shard, and all other tenants in it",
                "use \"quarantine\", or give the stream a bridge",
            )),
            Self::Hold => Ok(Suspended::Held),
        }
    }
}

/// Checks that the source, and not a producer, writes what this selector reads.
fn check_sender(raw: &RawSelector, context: &ConfigContext) -> Result<Selector, ConfigError> {
    let sender = raw.check("registry.principal")?;
    let is_same = |path: &&str| {
        Selector::parse(path).is_ok_and(|selector| selector.canonical_path() == sender.canonical_path())
    };
    match sender_paths(context) {
        Some(paths) if !paths.iter().any(is_same) => Err(ConfigError::new(
            "registry.principal",
            format!("{} is written by the producer, who could name any sender there", sender.path()),
            if paths.is_empty() {
                "leave it out: this source does not say who sent a record".to_owned()
            } else {
                format!("use {} (the last one only where EventBridge alone may write)", paths.join(" or "))
            },
        )),
        _ => Ok(sender),
    }
}

/// Returns the paths at which the source itself writes the sender. `None` allows any path: whoever starts a state machine
/// decides what a task's input is.
fn sender_paths(context: &ConfigContext) -> Option<&'static [&'static str]> {
    match context.record_kind() {
        Kind::Sqs | Kind::Pipes => Some(&["$.attributes.SenderId", "$.body.account"]),
        Kind::EventBridge => Some(&["$.account"]),
        Kind::DynamoDb => Some(&["$.userIdentity.principalId"]),
        Kind::Kinesis => Some(&[]),
        Kind::Task => None,
    }
}

/// Checks a table's name or ARN [Amazon DynamoDB API reference, `BatchGetItem`].
fn check_table(table: &str) -> Result<(), ConfigError> {
    let name = match table.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "dynamodb", _, _, resource] if partition.starts_with("aws") => {
            resource.strip_prefix("table/").unwrap_or_default()
        }
        _ => table,
    };
    let is_name = is_plain(table)
        && (3..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_name {
        return Ok(());
    }
    Err(ConfigError::new(
        "registry.table",
        "the text is neither a DynamoDB table's name nor its ARN",
        "write the table's name, or arn:aws:dynamodb:<region>:<account>:table/<name>",
    ))
}
