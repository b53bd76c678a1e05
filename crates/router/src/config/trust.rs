//! Where rejected records are set aside, and whose credentials the backend gets, as the configuration says it.

use std::time::Duration;

use aws::{LargeRecords, QuarantineGroup, QuarantineQueue, SESSION_TIMEOUT};
use routing::DeliveryPolicy;
use routing::ports::Invocation;
use sources::Kind;

use super::ConfigError;
use super::checks::{check_queue_url, is_plain};
use super::delivery::{Bridge, message_bytes, within};
use super::raw::{RawCredentials, RawLargeRecords, RawOnReject, RawQuarantine, RawQuarantineGroup};

/// The role that is assumed for a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The role's ARN.
    pub role_arn: String,
    /// How long a session lasts.
    pub session: Duration,
}

pub(super) fn quarantine(
    raw: RawOnReject,
    source: Kind,
    bridge: Option<&Bridge>,
) -> Result<Option<QuarantineQueue>, ConfigError> {
    let RawOnReject::Quarantine(RawQuarantine { quarantine, group, max_message_bytes, large_records }) = raw
    else {
        return Ok(None);
    };
    let refused =
        |problem: &str, remedy: &str| Err(ConfigError::new("on_reject.quarantine", problem, remedy));
    let url = check_queue_url(quarantine)?;
    if source == Kind::Pipes && url.strip_suffix(".fifo").is_some() {
        // Its records may have no names of their own, and a FIFO queue keeps one of those that seem the same.
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
            "a rejected task is told to its state machine and not kept",
            "leave it out, and catch TenantRejected",
        );
    }
    let group = match group {
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
    Ok(Some(QuarantineQueue {
        url,
        group,
        max_message_bytes: message_bytes("on_reject.max_message_bytes", max_message_bytes)?,
        large_records: large_records.map(bucket).transpose()?,
    }))
}

fn bucket(raw: RawLargeRecords) -> Result<LargeRecords, ConfigError> {
    // [Amazon S3 user guide, "General purpose bucket naming rules"]
    let is_bucket = (3..=63).contains(&raw.bucket.len())
        && raw
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
    let is_prefix = raw.prefix.len() <= 512
        && raw.prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if !is_prefix {
        return Err(ConfigError::new(
            "on_reject.large_records.prefix",
            "the text does not keep to the characters that every tool takes in keys",
            "use A-Z a-z 0-9 - _ . /, such as \"quarantine/\"",
        ));
    }
    Ok(LargeRecords { bucket: raw.bucket, prefix: raw.prefix })
}

pub(super) fn credentials(
    raw: RawCredentials,
    source: Kind,
    policy: &mut DeliveryPolicy,
) -> Result<Credentials, ConfigError> {
    let refused = |problem: &str, remedy: &str| Err(ConfigError::new("credentials", problem, remedy));
    match policy.invocation {
        _ if source == Kind::Pipes => {
            return refused("a pipe's enrichment invokes nothing", "leave them out");
        }
        Invocation::Sync => {}
        Invocation::Async => {
            return refused(
                "an asynchronous event is stored by Lambda, and they would be stored with it",
                "leave them out, or write delivery.invocation \"sync\"",
            );
        }
        Invocation::Bridged => {
            return refused(
                "records go over a bridge, and its own router invokes",
                "leave them out, and give them to that router",
            );
        }
    }
    let is_role = match raw.role_arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "iam", "", account, resource] => {
            is_plain(&raw.role_arn)
                && partition.starts_with("aws")
                && account.len() == 12
                && resource.starts_with("role/")
        }
        _ => false,
    };
    if !is_role {
        return Err(ConfigError::new(
            "credentials.role_arn",
            "the text is not the ARN of a role",
            "write the ARN of the role that the router assumes for a tenant, such as \
             arn:aws:iam::111122223333:role/orders-tenant",
        ));
    }
    // A role that assumes another gets an hour at most [IAM user guide, "Roles terms and concepts", "Role chaining"].
    let seconds = within("credentials.session_seconds", raw.session_seconds, 900, 3600)?;
    let session = Duration::from_secs(seconds.get() as u64);
    // They are asked for within the time of an Invoke.
    policy.call_timeout += SESSION_TIMEOUT;
    let least = policy.call_timeout + Duration::from_mins(5);
    if session < least {
        return Err(ConfigError::new(
            "credentials.session_seconds",
            format!(
                "they would end while the backend runs, or be asked for at every Invoke: it is {seconds}"
            ),
            format!("use at least {}, or a shorter backend.timeout_seconds", least.as_secs()),
        ));
    }
    Ok(Credentials { role_arn: raw.role_arn, session })
}
