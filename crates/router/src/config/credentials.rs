//! The field `credentials`: the role that the router assumes for each tenant.

use std::time::Duration;

use aws::SESSION_TIMEOUT;
use routing::DeliveryPolicy;
use routing::ports::Invocation;
use serde::Deserialize;
use sources::Kind;

use super::ConfigError;
use super::checks::{check_range, is_plain};

/// The checked role that the router assumes for each tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialsConfig {
    /// The role's ARN.
    pub role_arn: String,
    /// The duration of a session.
    pub session: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    role_arn: String,
    #[serde(default = "default_session_seconds")]
    session_seconds: u64,
}

fn default_session_seconds() -> u64 {
    3600
}

impl RawCredentials {
    /// Checks the credentials, and adds the time to get them to the policy's call timeout.
    pub(super) fn check(
        self,
        source: Kind,
        policy: &mut DeliveryPolicy,
    ) -> Result<CredentialsConfig, ConfigError> {
        check_invocation(source, policy.invocation)?;
        check_role(&self.role_arn)?;
        // A role that assumes another gets an hour at most [IAM user guide, "Roles terms and concepts", "Role chaining"].
        let seconds = check_range("credentials.session_seconds", self.session_seconds, 900, 3600)?;
        let session = Duration::from_secs(seconds.get() as u64);
        // The router gets the credentials within the time of an Invoke.
        policy.longest_call += SESSION_TIMEOUT;
        let least = policy.longest_call + Duration::from_mins(5);
        if session < least {
            return Err(ConfigError::new(
                "credentials.session_seconds",
                format!(
                    "they would expire while the backend runs, or be requested for every Invoke: it is {seconds}"
                ),
                format!("use at least {}, or a shorter backend.timeout_seconds", least.as_secs()),
            ));
        }
        Ok(CredentialsConfig { role_arn: self.role_arn, session })
    }
}

fn check_invocation(source: Kind, invocation: Invocation) -> Result<(), ConfigError> {
    let refused = |problem: &str, remedy: &str| Err(ConfigError::new("credentials", problem, remedy));
    match invocation {
        _ if source == Kind::Pipes => refused("a pipe's enrichment invokes nothing", "leave them out"),
        Invocation::Sync => Ok(()),
        Invocation::Async => refused(
            "Lambda stores an asynchronous event, and would store them with it",
            "leave them out, or write delivery.invocation \"sync\"",
        ),
        Invocation::Bridged => refused(
            "records go over a bridge, and its own router invokes",
            "leave them out, and give them to that router",
        ),
    }
}

fn check_role(role_arn: &str) -> Result<(), ConfigError> {
    match role_arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "iam", "", account, resource]
            if is_plain(role_arn)
                && partition.starts_with("aws")
                && account.len() == 12
                && resource.starts_with("role/") =>
        {
            Ok(())
        }
        _ => Err(ConfigError::new(
            "credentials.role_arn",
            "the text is not the ARN of a role",
            "write the ARN of the role that the router assumes for a tenant, such as \
             arn:aws:iam::111122223333:role/orders-tenant",
        )),
    }
}
