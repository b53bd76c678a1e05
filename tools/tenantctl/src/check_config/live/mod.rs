//! Checks in AWS that the resources of a configuration exist and may be used. Changes and invokes nothing.
//!
//! - `identity`: the identity of the checks; `aws_error`: classifies AWS errors
//! - `backend`, `registry`, `queues`, `bucket`, `credentials`: the checks of one kind of resource

mod aws_error;
mod backend;
mod bucket;
mod credentials;
mod identity;
mod queues;
mod registry;

use std::fmt::{Display, Formatter};

use router::Config;
use serde::Serialize;

use crate::error::CommandError;
use crate::session::AwsSession;
use identity::CallerIdentity;

/// A tenant id that no record can have: every grammar refuses an id that begins with a space.
const ABSENT_TENANT_ID: &str = " tenantctl check-config ";

/// A tenant id for requests to Lambda and STS. The configuration's own grammar may refuse it.
const TEST_TENANT_ID: &str = "tenantctl-check-config";

/// The report of the live checks.
#[derive(Debug, Serialize)]
pub(super) struct LiveReport {
    /// The ARN of the caller.
    identity: String,
    /// Whose identity that is.
    assumed: IdentityKind,
    pub(super) checks: Vec<LiveCheck>,
}

/// Whose identity the checks use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum IdentityKind {
    /// The identity of the operator's shell.
    Operator,
    /// The role of --assume-role.
    Role,
}

/// One check of one resource.
#[derive(Debug, Serialize)]
pub(super) struct LiveCheck {
    /// The configuration's field, and what is checked.
    #[serde(rename = "check")]
    name: String,
    /// The name of the resource.
    target: String,
    #[serde(flatten)]
    result: CheckResult,
}

/// The result of a check.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum CheckResult {
    Ok {
        detail: String,
    },
    Failed {
        problem: String,
        remedy: String,
    },
    /// The check could not be made. This is no fault of the configuration.
    NotTried {
        why: String,
    },
}

impl CheckResult {
    fn ok(detail: impl Into<String>) -> Self {
        Self::Ok { detail: detail.into() }
    }

    fn failed(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Failed { problem: problem.into(), remedy: remedy.into() }
    }

    fn not_tried(why: impl Into<String>) -> Self {
        Self::NotTried { why: why.into() }
    }
}

impl LiveCheck {
    fn of(name: impl Into<String>, target: &str, result: CheckResult) -> Self {
        Self { name: name.into(), target: target.to_owned(), result }
    }

    pub(super) fn failed(&self) -> bool {
        matches!(self.result, CheckResult::Failed { .. })
    }
}

/// Checks every resource of the configuration.
pub(super) async fn run_checks(
    config: &Config,
    session: &AwsSession,
    role: Option<&str>,
) -> Result<LiveReport, CommandError> {
    let CallerIdentity { arn, aws } = identity::load(session, role).await?;
    let identity = if role.is_some() { IdentityKind::Role } else { IdentityKind::Operator };
    let mut checks = Vec::new();
    for backend in config.backends.iter().filter(|_| config.bridge.is_none()) {
        checks.extend(backend::check(&aws, backend, identity).await);
    }
    if let Some(registry) = &config.registry {
        checks.extend(registry::check(&aws, &registry.table).await);
    }
    if let Some(bridge) = &config.bridge {
        checks.push(queues::check_bridge(&aws, &bridge.fifo_queue, bridge.max_message_bytes).await);
    }
    if let Some(quarantine) = &config.quarantine {
        checks.push(queues::check_quarantine(&aws, &quarantine.url, quarantine.max_message_bytes).await);
        if let Some(large) = &quarantine.large_records {
            checks.push(bucket::check(&aws, &large.bucket).await);
        }
    }
    if let Some(tenants) = &config.credentials {
        checks.push(credentials::check(&aws, &tenants.role_arn, identity).await);
    }
    Ok(LiveReport { identity: arn, assumed: identity, checks })
}

impl Display for LiveReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "checked in AWS as {}", self.identity)?;
        if self.assumed == IdentityKind::Operator {
            writeln!(
                out,
                "(with your permissions, not the router's: --assume-role ARN checks with the router's role)"
            )?;
        }
        self.checks.iter().try_for_each(|check| writeln!(out, "{check}"))
    }
}

impl Display for LiveCheck {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { name, target, result } = self;
        match result {
            CheckResult::Ok { detail } => write!(out, "  ok         {name}: {target}: {detail}"),
            CheckResult::Failed { problem, remedy } => {
                write!(out, "  failed     {name}: {target}: {problem}: {remedy}")
            }
            CheckResult::NotTried { why } => write!(out, "  not tried  {name}: {target}: {why}"),
        }
    }
}
