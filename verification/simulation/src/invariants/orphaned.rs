//! Orphaned runs: runs of a backend for which the router no longer waits.
//!
//! Their records may be delivered again meanwhile, and then later records of the ordering group. So the backend's runs
//! may overlap although delivery is in order. A router whose environment is gone or whose connection was cut cannot
//! prevent that, but it must not abandon an Invoke before its time.

use super::order::share_ordering_group;
use super::{Call, Digest};
use crate::history::{Event, Interruption, InvokeOutcome};

/// Why an orphaned run overlapped a later delivery of its ordering group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrphanCause {
    /// The router was gone before the response.
    RouterGone,
    /// The router got an error or a panic that left open whether the backend still runs.
    Uncertain,
    /// No response came within the timeout of the Invoke.
    TimeUp,
}

/// Returns the cause of each orphaned run that overlapped a later Invoke with the same record, or with a later record
/// of its ordering group.
///
/// # Errors
/// If a run has no cause: both Invokes.
pub fn orphan_causes(digest: &Digest<'_>) -> Result<Vec<OrphanCause>, String> {
    let mut all = Vec::new();
    for (number, call) in digest.calls.iter().enumerate() {
        let Some(end) = call.orphan_ended_at else { continue };
        let overlaps =
            |other: &Call| call.sent.1 < other.sent.1 && other.arrived_at.is_some_and(|at| at < end);
        let Some(later) = digest.calls.iter().position(|of| overlaps(of) && follows(digest, call, of)) else {
            continue;
        };
        let why = cause(digest, call);
        all.push(why.ok_or_else(|| {
            format!(
                "Invoke {number} was abandoned too early: it overlaps Invoke {later} of its ordering group"
            )
        })?);
    }
    Ok(all)
}

/// Returns whether an Invoke carries a record of an earlier one, or a later record of its ordering group.
fn follows(digest: &Digest<'_>, before: &Call, behind: &Call) -> bool {
    let is_later = |one: usize, other: usize| {
        one == other || one < other && share_ordering_group(&digest.history.plan, one, other)
    };
    before.records.iter().any(|&one| behind.records.iter().any(|&other| is_later(one, other)))
}

fn cause(digest: &Digest<'_>, call: &Call) -> Option<OrphanCause> {
    if let Some(returned) = &call.returned {
        return (returned.outcome == InvokeOutcome::Uncertain).then_some(OrphanCause::Uncertain);
    }
    let invocation = &digest.invocations[call.invocation];
    if matches!(
        invocation.interruption,
        Some(Interruption::Crashed | Interruption::Stalled | Interruption::Panicked)
    ) {
        return Some(OrphanCause::RouterGone);
    }
    had_its_time(digest, call).then_some(OrphanCause::TimeUp)
}

/// Returns whether the invocation responded only after the timeout of the Invoke, or did not respond.
fn had_its_time(digest: &Digest<'_>, call: &Call) -> bool {
    let end = call.sent.0 + digest.history.plan.settings.call_timeout;
    digest.invocations[call.invocation].response.as_ref().is_none_or(|(at, ..)| *at >= end)
}

pub(super) fn has_cause(digest: &Digest<'_>) -> Option<String> {
    orphan_causes(digest).err()
}

/// Checks that no Invoke is abandoned before its time, and that nothing starts after the response. Lambda freezes the
/// environment then, and a request of this invocation would continue in the next one [Lambda developer guide,
/// "Understanding the Lambda execution environment lifecycle"].
pub(super) fn ends_with_response(digest: &Digest<'_>) -> Option<String> {
    for (number, call) in digest.calls.iter().enumerate() {
        let Some((at, position, _)) = &digest.invocations[call.invocation].response else { continue };
        if call.sent.1 > *position {
            return Some(format!("Invoke {number} started after the response of its invocation at {at:?}"));
        }
        if call.returned.is_none() && !had_its_time(digest, call) {
            return Some(format!("Invoke {number} was abandoned at {at:?}, before its timeout"));
        }
    }
    digest.history.events.iter().find_map(|timed| {
        let Event::Quarantined { invocation, record, sent_at, .. } = timed.event else { return None };
        let (at, ..) = digest.invocations[invocation].response.as_ref()?;
        (sent_at > *at)
            .then(|| format!("record {record} was sent to quarantine after the response at {at:?}"))
    })
}
