//! Does what a configuration names exist, and may it be used? Nothing is changed and nothing is invoked.
//!
//! - `identity`: as whom AWS is asked; `trouble`: what an AWS error means for a check
//! - `backend`, `registry`, `queues`, `bucket`, `credentials`: one thing each

mod backend;
mod bucket;
mod credentials;
mod identity;
mod queues;
mod registry;
mod aws_error;

use std::fmt::{Display, Formatter};

use router::Config;
use serde::Serialize;

use super::outline::ConfigOutline;
use crate::error::CommandError;
use crate::session::AwsSession;
use identity::CallerIdentity;

/// A tenant that no record can belong to: every grammar refuses an id that begins with a space.
const ABSENT_TENANT_ID: &str = " tenantctl check-config ";

/// A tenant that the configuration's own grammar need not take, for calls that only Lambda and STS look at.
const TEST_TENANT_ID: &str = "tenantctl-check-config";

/// What was looked at.
#[derive(Debug, Serialize)]
pub(super) struct LiveReport {
    /// As whom.
    identity: String,
    /// Whether that is the role that the operator named.
    assumed: IdentityKind,
    pub(super) checks: Vec<LiveCheck>,
}

/// As whom AWS is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum IdentityKind {
    /// The identity of the operator's shell.
    Operator,
    /// The role that the operator named.
    Role,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct LiveCheck {
    /// The field that names it, and what of it.
    #[serde(rename = "check")]
    name: String,
    /// What it is called.
    target: String,
    #[serde(flatten)]
    finding: CheckResult,
}

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
    /// It could not be looked at, which says nothing about the router.
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
    fn of(name: impl Into<String>, target: &str, finding: CheckResult) -> Self {
        Self { name: name.into(), target: target.to_owned(), finding }
    }

    pub(super) fn failed(&self) -> bool {
        matches!(self.finding, CheckResult::Failed { .. })
    }
}

/// Looks at everything that the configuration names.
pub(super) async fn checks(
    config: &Config,
    outline: &ConfigOutline,
    session: &AwsSession,
    role: Option<&str>,
) -> Result<LiveReport, CommandError> {
    let CallerIdentity { arn, aws } = identity::of(session, role).await?;
    let assumed = if role.is_some() { IdentityKind::Role } else { IdentityKind::Operator };
    let mut checks = Vec::new();
    for (field, named) in outline.all_backends().filter(|_| config.bridge.is_none()) {
        checks.extend(backend::check(&aws, &field, named, assumed).await);
    }
    if let Some(registry) = &outline.registry {
        checks.extend(registry::check(&aws, registry).await);
    }
    if let Some(bridge) = &outline.bridge {
        checks.push(queues::bridge(&aws, &bridge.fifo_queue, bridge.max_message_bytes).await);
    }
    if let Some(url) = &outline.on_reject.quarantine {
        checks.push(queues::quarantine(&aws, url, outline.on_reject.max_message_bytes).await);
    }
    if let Some(large) = &outline.on_reject.large_records {
        checks.push(bucket::check(&aws, &large.bucket).await);
    }
    if let Some(tenants) = &outline.credentials {
        checks.push(credentials::check(&aws, &tenants.role_arn, assumed).await);
    }
    Ok(LiveReport { identity: arn, assumed, checks })
}

impl Display for LiveReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "asked AWS as {}", self.identity)?;
        if self.assumed == IdentityKind::Operator {
            writeln!(
                out,
                "(your own permissions, not the router's: --assume-role ARN asks as the router's role)"
            )?;
        }
        self.checks.iter().try_for_each(|check| writeln!(out, "{check}"))
    }
}

impl Display for LiveCheck {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { name, target, finding } = self;
        match finding {
            CheckResult::Ok { detail } => write!(out, "  ok         {name}: {target}: {detail}"),
            CheckResult::Failed { problem, remedy } => {
                write!(out, "  failed     {name}: {target}: {problem}: {remedy}")
            }
            CheckResult::NotTried { why } => write!(out, "  not tried  {name}: {target}: {why}"),
        }
    }
}
