//! Limits, and the deadline.

use std::time::Duration;

use super::Digest;
use crate::history::CameTo;
use crate::plan::Carries;

pub(super) fn kept(digest: &Digest<'_>) -> Option<String> {
    let (plan, terms) = (&digest.history.plan, &digest.history.plan.terms);
    let per_tenant = match plan.kind {
        _ if plan.forwards() => terms.in_flight,
        kind if kind.is_ordered() => 1,
        _ => terms.per_tenant,
    };
    let one = terms.payload == Carries::Content || plan.forwards();
    let most_records = if one { 1 } else { terms.max_records };
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let invocation = &digest.invocations[call.invocation];
        let beside = digest.calls_of(invocation).filter(|other| {
            other.sent.1 <= call.sent.1 && other.returned.as_ref().is_none_or(|end| end.at.1 > call.sent.1)
        });
        let (mut all, mut own) = (0, 0);
        for other in beside {
            all += 1;
            own += usize::from(other.tenant == call.tenant);
        }
        if all > terms.in_flight {
            return Some(format!(
                "with Invoke {number} there are {all} at a time, and {} may be",
                terms.in_flight
            ));
        }
        if own > per_tenant {
            return Some(format!(
                "with Invoke {number} there are {own} of its tenant, and {per_tenant} may be"
            ));
        }
        let records = call.records.len();
        (records > most_records)
            .then(|| format!("Invoke {number} carries {records} records, and {most_records} may be"))
    })
}

pub(super) fn deadline(digest: &Digest<'_>) -> Option<String> {
    let terms = &digest.history.plan.terms;
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let latest = terms.latest_start(digest.invocations[call.invocation].began);
        let late = call.sent.0 > latest;
        late.then(|| format!("Invoke {number} started at {:?}, later than {latest:?}", call.sent.0))
    })
}

/// The shortest wait before what did not run is tried again, where Lambda asks for none: half of the first one.
const LEAST_WAIT: Duration = Duration::from_millis(50);

/// What did not run is tried again after a while, and what cannot run until someone sees to it is not. What returns at
/// the very moment is not known yet.
pub(super) fn backs_off(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let others = digest.calls_of(&digest.invocations[call.invocation]);
        let mut known = others.filter_map(|other| Some((other, other.returned.as_ref()?)));
        known.find_map(|(other, returned)| {
            if returned.at.0 >= call.sent.0 {
                return None;
            }
            let (same_tenant, same_backend) = (other.tenant == call.tenant, other.backend == call.backend);
            match returned.came_to {
                CameTo::NotRun(wait) if same_tenant => {
                    let until = returned.at.0 + wait.max(LEAST_WAIT);
                    let early = call.sent.0 < until;
                    early.then(|| format!("Invoke {number} started at {:?}, before {until:?}", call.sent.0))
                }
                CameTo::BackendHalted if same_backend => {
                    Some(format!("Invoke {number} went to backend {}, which is not set up", call.backend))
                }
                CameTo::TenantHalted if same_tenant => {
                    Some(format!("Invoke {number} is for tenant {:?}, who has no credentials", call.tenant))
                }
                _ => None,
            }
        })
    })
}
