//! What becomes of events that Lambda accepted for an asynchronous invocation. The router has its acknowledgement by
//! then and plays no further part.

use super::{Call, Digest};
use crate::history::EventFate;
use crate::plan::OnFailure;

pub(super) fn accepted_event_ends(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let problem = problem(digest, call)?;
        Some(format!("the event of Invoke {number} {problem}"))
    })
}

/// Returns what is wrong with the event of an Invoke.
fn problem(digest: &Digest<'_>, call: &Call) -> Option<&'static str> {
    let settings = &digest.history.plan.settings.event_invoke;
    let Some(accepted_at) = call.accepted else {
        return call.fate.is_some().then_some("was not accepted, but ended");
    };
    let Some((at, fate)) = call.fate else { return Some("was accepted, but never ended") };
    let for_good = call.runs >= settings.tries || at >= accepted_at + settings.age;
    match fate {
        EventFate::Done | EventFate::FailuresUnread if call.runs == 0 => Some("is done, but never ran"),
        EventFate::InDestination | EventFate::Lost if !for_good => Some("was discarded too early"),
        EventFate::InDestination if settings.on_failure == OnFailure::Nothing => {
            Some("is in a failure destination, but none is configured")
        }
        EventFate::Lost if settings.on_failure == OnFailure::Destination => {
            Some("is lost, but a failure destination is configured")
        }
        EventFate::Done
        | EventFate::FailuresUnread
        | EventFate::InDestination
        | EventFate::Lost
        | EventFate::Dropped => None,
    }
}
