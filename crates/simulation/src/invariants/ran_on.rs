//! Runs for which nobody waits any more. What they carry may be delivered again meanwhile, and what is behind it in its
//! line after that: then the order of the backends' runs is not that of delivery. Nobody can prevent that whose
//! environment is gone or whose connection was cut; a router must not make it worse by giving up an Invoke before its
//! time.

use super::order::share_a_line;
use super::{Call, Digest};
use crate::history::{CameTo, CutHow, Event};

/// Why a run went on beside a later delivery of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RanOn {
    /// The router was gone before it was answered.
    RouterGone,
    /// What the router was told in place of an answer left open whether it runs.
    Unheard,
    /// It was not answered within the time that it had.
    TimeUp,
}

/// Why each of them did that went on beside a later Invoke with the same record, or with one behind it in its line.
///
/// # Errors
/// Where nothing forced it: both Invokes.
pub fn ran_on(digest: &Digest<'_>) -> Result<Vec<RanOn>, String> {
    let mut all = Vec::new();
    for (number, call) in digest.calls.iter().enumerate() {
        let Some(end) = call.ran_on_to else { continue };
        let beside = |other: &Call| call.sent.1 < other.sent.1 && other.arrived_at.is_some_and(|at| at < end);
        let Some(later) = digest.calls.iter().position(|of| beside(of) && goes_behind(digest, call, of))
        else {
            continue;
        };
        let why = excuse(digest, call);
        all.push(why.ok_or_else(|| {
            format!(
                "Invoke {number} still runs while Invoke {later} of its line does, and was given up too early"
            )
        })?);
    }
    Ok(all)
}

/// Whether an Invoke carries a record of another, or one behind it in its line.
fn goes_behind(digest: &Digest<'_>, before: &Call, behind: &Call) -> bool {
    let follows = |one: usize, other: usize| {
        one == other || one < other && share_a_line(&digest.history.plan, one, other)
    };
    before.records.iter().any(|&one| behind.records.iter().any(|&other| follows(one, other)))
}

fn excuse(digest: &Digest<'_>, call: &Call) -> Option<RanOn> {
    if let Some(returned) = &call.returned {
        return (returned.came_to == CameTo::Uncertain).then_some(RanOn::Unheard);
    }
    let invocation = &digest.invocations[call.invocation];
    if matches!(invocation.cut, Some(CutHow::Crashed | CutHow::Stalled | CutHow::Panicked)) {
        return Some(RanOn::RouterGone);
    }
    is_given_up_in_time(digest, call).then_some(RanOn::TimeUp)
}

/// Whether its invocation, where that answered, left it all its time.
fn is_given_up_in_time(digest: &Digest<'_>, call: &Call) -> bool {
    let end = call.sent.0 + digest.history.plan.terms.call_timeout;
    digest.invocations[call.invocation].answer.as_ref().is_none_or(|(at, ..)| *at >= end)
}

pub(super) fn excused(digest: &Digest<'_>) -> Option<String> {
    ran_on(digest).err()
}

/// No Invoke is given up before its time, and nothing begins once the answer is given: Lambda freezes the environment,
/// and what is begun then would go on within another invocation [Lambda developer guide, "Understanding the Lambda
/// execution environment lifecycle"].
pub(super) fn over_once_answered(digest: &Digest<'_>) -> Option<String> {
    for (number, call) in digest.calls.iter().enumerate() {
        let Some((at, place, _)) = &digest.invocations[call.invocation].answer else { continue };
        if call.sent.1 > *place {
            return Some(format!("Invoke {number} started after its invocation's answer at {at:?}"));
        }
        if call.returned.is_none() && !is_given_up_in_time(digest, call) {
            return Some(format!("Invoke {number} was given up at {at:?}, before its time was up"));
        }
    }
    digest.history.events.iter().find_map(|stamped| {
        let Event::SetAside { invocation, record, sent_at, .. } = stamped.event else { return None };
        let (at, ..) = digest.invocations[invocation].answer.as_ref()?;
        (sent_at > *at).then(|| format!("record {record} was sent to quarantine after the answer at {at:?}"))
    })
}
