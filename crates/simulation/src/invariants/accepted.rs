//! What becomes of events that Lambda accepted for an asynchronous invocation. The router has its receipt by then, and
//! has no part in it any more.

use super::{Call, Digest};
use crate::history::Became;
use crate::plan::OnFailure;

pub(super) fn comes_to_its_end(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let problem = problem(digest, call)?;
        Some(format!("the event of Invoke {number} {problem}"))
    })
}

fn problem(digest: &Digest<'_>, call: &Call) -> Option<&'static str> {
    let terms = &digest.history.plan.terms.accepted;
    let Some(accepted_at) = call.accepted else {
        return call.became.is_some().then_some("was not accepted, and something became of it");
    };
    let Some((at, became)) = call.became else { return Some("was accepted, and nothing became of it") };
    let for_good = call.runs >= terms.tries || at >= accepted_at + terms.age;
    match became {
        Became::Done | Became::Unread if call.runs == 0 => Some("is done, and never ran"),
        Became::InDestination | Became::Lost if !for_good => Some("was given up too early"),
        Became::InDestination if terms.on_failure == OnFailure::Nothing => {
            Some("is in a failure destination that there is not")
        }
        Became::Lost if terms.on_failure == OnFailure::Destination => {
            Some("is lost, and there is a failure destination")
        }
        Became::Done | Became::Unread | Became::InDestination | Became::Lost | Became::Dropped => None,
    }
}
