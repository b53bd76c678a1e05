//! The verdict table: what an attempt to invoke the backend means for the records that it carried.

use std::time::Duration;

use sources::FailureSemantics;
use sources::partial_batch::{UnusableAnswer, failed_positions};

use crate::ledger::{Cause, Ack, AckKind};
use crate::policy::Payload;
use crate::ports::{Attempt, Invocation};

/// What an attempt means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is over for every record of the sub-batch: there is a receipt, or a cause to hand it out again.
    Over { receipts: Vec<Ack>, retries: Vec<(usize, Cause)> },
    /// It did not run and may be tried again. `trouble` is worth a line only if nothing comes of that.
    Again { retry_after: Option<Duration>, trouble: Anomaly },
    /// No Invoke of this kind can succeed until someone mends the estate.
    Halt(Halted),
}

/// For whom no Invoke can succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halted {
    /// All tenants of the sub-batch's backend.
    Backend,
    /// The sub-batch's tenant.
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

/// What was asked of the backend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) payload: Payload,
    pub(crate) invocation: Invocation,
    pub(crate) failure_semantics: FailureSemantics,
}

/// Judges an attempt that carried the records at `indexes`, whose identifiers are `ids`.
pub(crate) fn judge(
    attempt: Attempt,
    indexes: &[usize],
    ids: &[&str],
    asked: Asked,
) -> (Verdict, Option<Anomaly>) {
    let Asked { payload, invocation, naming } = asked;
    let all = |cause, code: String| (retry_all(indexes, cause), Some(Anomaly { cause, code }));
    match attempt {
        Attempt::Answered(answer) if invocation == Invocation::Sync => match payload {
            Payload::Record | Payload::Original => (settle_all(indexes, AckKind::Answered), None),
            Payload::Event => match failed_positions(&answer, ids) {
                Ok(failed) => (settle_but(indexes, &failed, naming), None),
                Err(unusable) => {
                    let cause = match unusable {
                        UnusableAnswer::Foreign => Cause::ForeignIdentifier,
                        UnusableAnswer::Shape | UnusableAnswer::NoIdentifier => Cause::UnusableAnswer,
                    };
                    all(cause, unusable.to_string())
                }
            },
        },
        Attempt::Accepted if invocation == Invocation::Async => {
            (settle_all(indexes, AckKind::Queued), None)
        }
        Attempt::Forwarded if invocation == Invocation::Bridged => {
            (settle_all(indexes, AckKind::Bridged), None)
        }
        Attempt::Answered(_) | Attempt::Accepted | Attempt::Forwarded => {
            all(Cause::UnusableAnswer, "answered as another kind of invocation".to_owned())
        }
        Attempt::FunctionError => all(Cause::FunctionError, "FunctionError".to_owned()),
        Attempt::TimedOut => all(Cause::Uncertain, "timed out".to_owned()),
        Attempt::Throttled { retry_after, code } => {
            (Verdict::Again { retry_after, trouble: Anomaly { cause: Cause::Throttled, code } }, None)
        }
        Attempt::NotStarted(code) => {
            let trouble = Anomaly { cause: Cause::Unavailable, code };
            (Verdict::Again { retry_after: None, trouble }, None)
        }
        Attempt::Refused(code) => all(Cause::Refused, code),
        Attempt::Uncertain(code) => all(Cause::Uncertain, code),
        Attempt::Misconfigured(code) => halt(Halted::Backend, code),
        Attempt::NoCredentials(code) => halt(Halted::Tenant, code),
    }
}

fn halt(halted: Halted, code: String) -> (Verdict, Option<Anomaly>) {
    (Verdict::Halt(halted), Some(Anomaly { cause: Cause::Misconfigured, code }))
}

pub(crate) fn retry_all(indexes: &[usize], cause: Cause) -> Verdict {
    Verdict::Over { receipts: Vec::new(), retries: indexes.iter().map(|&index| (index, cause)).collect() }
}

fn settle_all(indexes: &[usize], settlement: AckKind) -> Verdict {
    let receipts = indexes.iter().map(|&index| Ack::new(index, settlement)).collect();
    Verdict::Over { receipts, retries: Vec::new() }
}

/// `failed`: positions in `indexes`, ascending.
///
/// A handler of a stream stops at the first record that fails and names it; what is behind it may not have been looked
/// at, though nobody says so.
fn settle_but(indexes: &[usize], failed: &[usize], failure_semantics: FailureSemantics) -> Verdict {
    let end = match (naming, failed.first()) {
        (FailureSemantics::FromLowest, Some(&lowest)) => lowest,
        _ => indexes.len(),
    };
    let mut receipts = Vec::with_capacity(indexes.len() - failed.len());
    let mut retries = Vec::with_capacity(failed.len());
    for (position, &index) in indexes.iter().enumerate() {
        if failed.binary_search(&position).is_ok() {
            retries.push((index, Cause::ItemFailure));
        } else if position >= end {
            retries.push((index, Cause::OrderStopped));
        } else {
            receipts.push(Ack::new(index, AckKind::Answered));
        }
    }
    Verdict::Over { receipts, retries }
}
