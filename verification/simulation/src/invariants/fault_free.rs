//! Without faults, every record of a batch is acknowledged.

use std::time::Duration;

use tenancy::{Status, Suspended};

use super::{Digest, Invocation};
use crate::plan::{InvocationType, OnReject};

/// The time after the last fault after which no rejection from before it is cached.
const CACHE_EXPIRY: Duration = Duration::from_secs(5);

/// Enough time for every Invoke of a batch, one after the other.
const ENOUGH_TIME: Duration = Duration::from_millis(1_500);

pub(super) fn acks_at_once(digest: &Digest<'_>) -> Option<String> {
    let (plan, settings) = (&digest.history.plan, &digest.history.plan.settings);
    if settings.timeout < settings.call_timeout + routing::RESPONSE_MARGIN + ENOUGH_TIME {
        return None;
    }
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, _, named) = invocation.response.as_ref()?;
        let fault_free =
            invocation.began >= plan.faults_end_at + CACHE_EXPIRY && can_be_acked(digest, invocation);
        (fault_free && !named.is_empty())
            .then(|| format!("invocation {number} names {named:?} as failed without a fault"))
    })
}

/// Returns whether every record of the batch can be acknowledged.
fn can_be_acked(digest: &Digest<'_>, invocation: &Invocation) -> bool {
    let plan = &digest.history.plan;
    invocation.batch.iter().all(|&record| {
        let can_be_rejected = plan.settings.on_reject != OnReject::Redrive;
        let allowed = match (digest.owner(record), plan.settings.registry) {
            (None, _) => can_be_rejected,
            (Some(_), None) => true,
            (Some(tenant), Some(settings)) => match (plan.tenants[tenant].status[1], settings.suspended) {
                (Some(Status::Active), _) | (Some(Status::Suspended), Suspended::Forwarded) => {
                    can_be_rejected || plan.sender_is_always_allowed(record)
                }
                (Some(Status::Suspended), Suspended::Held) => false,
                _ => can_be_rejected,
            },
        };
        // An asynchronous Invoke succeeds before a poison record can fail it.
        let runs_later = plan.settings.invocation_type == InvocationType::Event;
        allowed && (plan.records[record].poison.is_none() || runs_later)
    })
}
