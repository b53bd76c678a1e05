//! Who confirms tenants, as the configuration says it.

use std::sync::Arc;
use std::time::Duration;

use aws::{Clients, TableRegistry};
use routing::Lifetimes;
use sources::Kind;
use tenancy::{RegistryPolicy, Selector, Suspended};

use super::ConfigError;
use super::checks::is_plain;
use super::delivery::within;
use super::raw::{RawRegistry, RawSelector, RawSuspended};
use super::rules::selector;

/// Where SQS itself writes who sent a message.
const SQS_SENDER: &str = "$.attributes.SenderId";

/// The longest that a suspension may take to be noticed: an hour.
const MAX_FRESH_SECONDS: u64 = 3600;

/// The longest that a tenant may go on while its table is down: a day.
const MAX_STALE_SECONDS: u64 = 86_400;

/// The registry, checked.
#[derive(Debug)]
pub struct Registry {
    /// The table's name or ARN.
    pub table: String,
    /// For how long answers serve.
    pub lifetimes: Lifetimes,
    /// How they are applied.
    pub authority: RegistryPolicy,
}

impl Registry {
    /// The registry behind these clients.
    #[must_use]
    pub(crate) fn open(self, clients: &Clients) -> routing::Registry<TableRegistry> {
        routing::Registry::new(TableRegistry::new(clients, self.table), self.authority, self.lifetimes)
    }
}

/// What stands around a registry and decides what it may say.
pub(super) struct Around {
    pub(super) source: Kind,
    /// Its records go over a bridge, where another router holds them.
    pub(super) bridge: bool,
    /// The stream whose records come over a bridge.
    pub(super) bridged_from: Option<Kind>,
}

impl Around {
    fn invokes(&self) -> bool {
        !self.bridge && self.source != Kind::Pipes
    }

    /// Where a record's sender may stand: what the source itself writes, and no producer. `None`: whoever starts a state
    /// machine says what a task's input is.
    fn asserted(&self) -> Option<&'static [&'static str]> {
        match self.bridged_from.unwrap_or(self.source) {
            Kind::Sqs | Kind::Pipes => Some(&["$.attributes.SenderId", "$.body.account"]),
            Kind::EventBridge => Some(&["$.account"]),
            Kind::DynamoDb => Some(&["$.userIdentity.principalId"]),
            Kind::Kinesis => Some(&[]),
            Kind::Task => None,
        }
    }

    fn sender(&self, raw: &RawSelector) -> Result<Selector, ConfigError> {
        let sender = selector("registry.principal", raw)?;
        let is_same = |path: &&str| {
            Selector::parse(path).is_ok_and(|it| it.canonical_path() == sender.canonical_path())
        };
        match self.asserted() {
            Some(paths) if !paths.iter().any(is_same) => Err(ConfigError::new(
                "registry.principal",
                format!("{} is written by the producer, who could name any sender there", sender.path()),
                if paths.is_empty() {
                    "leave it out: this source does not say who sent a record".to_owned()
                } else {
                    format!(
                        "use {} (the last one only where EventBridge alone may write)",
                        paths.join(" or ")
                    )
                },
            )),
            _ => Ok(sender),
        }
    }
}

pub(super) fn registry(
    raw: RawRegistry,
    around: &Around,
    backends: Vec<Arc<str>>,
) -> Result<Registry, ConfigError> {
    check_table(&raw.table)?;
    let fresh = within("registry.fresh_seconds", raw.fresh_seconds, 1, MAX_FRESH_SECONDS)?;
    let stale = within("registry.stale_seconds", raw.stale_seconds, 1, MAX_STALE_SECONDS)?;
    if stale < fresh {
        return Err(ConfigError::new(
            "registry.stale_seconds",
            format!("it is {stale}, less than registry.fresh_seconds ({fresh})"),
            "use at least as many seconds",
        ));
    }
    let suspended = match raw.suspended {
        RawSuspended::Quarantine => Suspended::Rejected,
        RawSuspended::Hold if around.bridge => Suspended::Forwarded,
        RawSuspended::Hold if matches!(around.source, Kind::Kinesis | Kind::DynamoDb) => {
            return Err(ConfigError::new(
                "registry.suspended",
                "a suspended tenant's records would hold up their shard, and everybody behind them",
                "use \"quarantine\", or give the stream a bridge",
            ));
        }
        RawSuspended::Hold => Suspended::Held,
    };
    let sender = match raw.principal {
        Some(raw) => Some(around.sender(&raw)?),
        // The sender of a bridge's message is the router in front of it.
        None if around.source == Kind::Sqs && around.bridged_from.is_none() => {
            Selector::parse(SQS_SENDER).ok()
        }
        None => None,
    };
    let seconds = |count: std::num::NonZeroUsize| Duration::from_secs(count.get() as u64);
    Ok(Registry {
        table: raw.table,
        lifetimes: Lifetimes { fresh: seconds(fresh), stale: seconds(stale) },
        authority: RegistryPolicy::new(suspended, sender, around.invokes().then_some(backends)),
    })
}

/// A name, or an ARN [Amazon DynamoDB API reference, `BatchGetItem`].
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
