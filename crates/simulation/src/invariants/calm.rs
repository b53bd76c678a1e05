//! Where nothing goes wrong, nothing is left over.

use std::time::Duration;

use tenancy::{Status, Suspended};

use super::{Digest, Invocation};
use crate::plan::{OnReject, WaitsFor};

/// What was remembered of a refusal before all was calm is forgotten by then.
const SETTLING: Duration = Duration::from_secs(5);

/// Time enough for every Invoke of a batch, one after the other.
const ROOM: Duration = Duration::from_millis(1_500);

pub(super) fn settles_at_once(digest: &Digest<'_>) -> Option<String> {
    let (plan, terms) = (&digest.history.plan, &digest.history.plan.terms);
    if terms.timeout < terms.call_timeout + routing::RESPONSE_MARGIN + ROOM {
        return None;
    }
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, _, named) = invocation.answer.as_ref()?;
        let calm = invocation.began >= plan.calm_at + SETTLING && is_plain(digest, invocation);
        (calm && !named.is_empty())
            .then(|| format!("invocation {number} leaves {named:?} over, though nothing goes wrong"))
    })
}

/// Whether every record of the batch can be settled.
fn is_plain(digest: &Digest<'_>, invocation: &Invocation) -> bool {
    let plan = &digest.history.plan;
    invocation.batch.iter().all(|&record| {
        let can_be_rejected = plan.terms.on_reject != OnReject::Redrive;
        let allowed = match (digest.owner(record), plan.terms.registry) {
            (None, _) => can_be_rejected,
            (Some(_), None) => true,
            (Some(tenant), Some(terms)) => match (plan.tenants[tenant].status[1], terms.suspended) {
                (Some(Status::Active), _) | (Some(Status::Suspended), Suspended::Forwarded) => {
                    can_be_rejected || plan.is_never_a_strangers(record)
                }
                (Some(Status::Suspended), Suspended::Held) => false,
                _ => can_be_rejected,
            },
        };
        // What Lambda runs later cannot fail the batch.
        let answered_later = plan.terms.waits_for == WaitsFor::Acceptance;
        allowed && (plan.records[record].poison.is_none() || answered_later)
    })
}
