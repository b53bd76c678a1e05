//! Where nothing goes wrong, nothing is left over.

use std::time::Duration;

use tenancy::Status;

use super::{Digest, Invocation};
use crate::plan::{OnReject, Senders, WaitsFor};

/// What was remembered of a refusal before all was calm is forgotten by then.
const SETTLING: Duration = Duration::from_secs(5);

/// Time enough for every Invoke of a batch, one after the other.
const ROOM: Duration = Duration::from_millis(1_500);

pub(super) fn settles_at_once(digest: &Digest<'_>) -> Option<String> {
    let (plan, terms) = (&digest.history.plan, &digest.history.plan.terms);
    if terms.timeout < terms.call_timeout + routing::MARGIN + ROOM {
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
        let allowed = match digest.owner(record) {
            None => plan.terms.on_reject != OnReject::Redrive,
            Some(tenant) => {
                let of = &plan.tenants[tenant];
                // Who may send for it is remembered for as long as its listing is.
                let taken = of.senders == [Senders::Anyone; 2] || plan.is_from_its_sender(record);
                plan.terms.registry.is_none() || of.status[1] == Some(Status::Active) && taken
            }
        };
        // What Lambda runs later cannot fail the batch.
        let answered_later = plan.terms.waits_for == WaitsFor::Acceptance;
        allowed && (plan.records[record].poison.is_none() || answered_later)
    })
}
