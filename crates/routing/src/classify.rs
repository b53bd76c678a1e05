//! What an attempt to invoke the backend means for the records that it carried. Pure.

use std::time::Duration;

use sources::FailureSemantics;
use sources::partial_batch::{UnusableAnswer, failed_positions};

use crate::outcome::{Ack, AckKind, Cause};
use crate::policy::Payload;
use crate::ports::{Attempt, Invocation};

/// What an attempt means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InvokeOutcome {
    /// Every record of the sub-batch has an acknowledgement, or a cause to be redelivered.
    Finished { acks: Vec<Ack>, retries: Vec<(usize, Cause)> },
    /// It did not run and may be tried again. The anomaly is logged only if this invocation gives up on the tenant.
    NotRun { retry_after: Option<Duration>, anomaly: Anomaly },
    /// No Invoke in this scope can succeed until the deployment is fixed.
    Misconfigured(StopScope),
}

/// For which tenants no Invoke can succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopScope {
    /// All tenants of the sub-batch's backend.
    Backend,
    /// The tenant of the sub-batch.
    Tenant,
}

/// Something worth a log line, without any tenant's data.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Anomaly {
    /// What it meant for the records.
    pub cause: Cause,
    /// AWS's error code, or what was found.
    pub code: String,
}

/// How the backend was invoked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InvokeMode {
    pub(crate) payload: Payload,
    pub(crate) invocation: Invocation,
    pub(crate) failure_semantics: FailureSemantics,
}

/// Classifies an attempt that carried the records at `indexes`, whose identifiers are `ids`.
pub(crate) fn classify(
    attempt: Attempt,
    indexes: &[usize],
    ids: &[&str],
    mode: InvokeMode,
) -> (InvokeOutcome, Option<Anomaly>) {
    let InvokeMode { payload, invocation, failure_semantics } = mode;
    let all = |cause, code: String| (retry_all(indexes, cause), Some(Anomaly { cause, code }));
    match attempt {
        Attempt::Answered(answer) if invocation == Invocation::Sync => match payload {
            Payload::Record | Payload::Original => (ack_all(indexes, AckKind::Answered), None),
            Payload::Event => match failed_positions(&answer, ids) {
                Ok(failed) => (ack_all_but(indexes, &failed, failure_semantics), None),
                Err(unusable) => {
                    let cause = match unusable {
                        UnusableAnswer::Foreign => Cause::ForeignIdentifier,
                        UnusableAnswer::Shape | UnusableAnswer::NoIdentifier => Cause::UnusableAnswer,
                    };
                    all(cause, unusable.to_string())
                }
            },
        },
        Attempt::Accepted if invocation == Invocation::Async => (ack_all(indexes, AckKind::Queued), None),
        Attempt::Forwarded if invocation == Invocation::Bridged => (ack_all(indexes, AckKind::Bridged), None),
        Attempt::InResponse => (ack_all(indexes, AckKind::Answered), None),
        Attempt::Answered(_) | Attempt::Accepted | Attempt::Forwarded => {
            all(Cause::UnusableAnswer, "answered as another kind of invocation".to_owned())
        }
        Attempt::FunctionError => all(Cause::FunctionError, "FunctionError".to_owned()),
        Attempt::TimedOut => all(Cause::Uncertain, "timed out".to_owned()),
        Attempt::Throttled { retry_after, code } => {
            let anomaly = Anomaly { cause: Cause::Throttled, code };
            (InvokeOutcome::NotRun { retry_after, anomaly }, None)
        }
        Attempt::NotStarted(code) => {
            let anomaly = Anomaly { cause: Cause::Unavailable, code };
            (InvokeOutcome::NotRun { retry_after: None, anomaly }, None)
        }
        Attempt::Refused(code) => all(Cause::Refused, code),
        Attempt::Uncertain(code) => all(Cause::Uncertain, code),
        Attempt::Misconfigured(code) => misconfigured(StopScope::Backend, code),
        Attempt::NoCredentials(code) => misconfigured(StopScope::Tenant, code),
    }
}

fn misconfigured(scope: StopScope, code: String) -> (InvokeOutcome, Option<Anomaly>) {
    (InvokeOutcome::Misconfigured(scope), Some(Anomaly { cause: Cause::Misconfigured, code }))
}

pub(crate) fn retry_all(indexes: &[usize], cause: Cause) -> InvokeOutcome {
    let retries = indexes.iter().map(|&index| (index, cause)).collect();
    InvokeOutcome::Finished { acks: Vec::new(), retries }
}

fn ack_all(indexes: &[usize], kind: AckKind) -> InvokeOutcome {
    let acks = indexes.iter().map(|&index| Ack::new(index, kind)).collect();
    InvokeOutcome::Finished { acks, retries: Vec::new() }
}

/// Acknowledges all records except those that failed. `failed`: their positions in `indexes`, ascending.
///
/// The handler of a stream stops at the first record that fails, and names it. It may not have processed the records behind it,
/// and does not name those.
fn ack_all_but(indexes: &[usize], failed: &[usize], failure_semantics: FailureSemantics) -> InvokeOutcome {
    let end = match (failure_semantics, failed.first()) {
        (FailureSemantics::FromLowest, Some(&lowest)) => lowest,
        _ => indexes.len(),
    };
    let mut acks = Vec::with_capacity(indexes.len() - failed.len());
    let mut retries = Vec::with_capacity(failed.len());
    for (position, &index) in indexes.iter().enumerate() {
        if failed.binary_search(&position).is_ok() {
            retries.push((index, Cause::ItemFailure));
        } else if position >= end {
            retries.push((index, Cause::OrderStopped));
        } else {
            acks.push(Ack::new(index, AckKind::Answered));
        }
    }
    InvokeOutcome::Finished { acks, retries }
}
