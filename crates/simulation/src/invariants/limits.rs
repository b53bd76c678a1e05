//! Limits, and the deadline.

use super::Digest;
use crate::plan::{Carries, Kind};

pub(super) fn kept(digest: &Digest<'_>) -> Option<String> {
    let (plan, terms) = (&digest.history.plan, &digest.history.plan.terms);
    let per_tenant = if plan.kind == Kind::Standard { terms.per_tenant } else { 1 };
    let most_records = if terms.payload == Carries::Content { 1 } else { terms.max_records };
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
