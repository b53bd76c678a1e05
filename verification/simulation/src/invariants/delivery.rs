//! The tenant to which a record is delivered, and its bytes.

use tenancy::Reason;

use super::Digest;
use crate::history::{Bytes, Event};
use crate::plan::OnReject;

pub(super) fn own_tenant(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let wrong_record = call.records.iter().find(|&&record| {
            let owner = digest.owner(record);
            owner.is_none() || owner != call.tenant
        });
        if let Some(&record) = wrong_record {
            let (owner, tenant) = (digest.owner(record), call.tenant);
            return Some(format!(
                "Invoke {number} is for tenant {tenant:?} and carries record {record} of {owner:?}"
            ));
        }
        let wrong = call.tenant.is_none_or(|tenant| call.backend != digest.backend(tenant));
        wrong.then(|| format!("Invoke {number} went to backend {}, which is not its tenant's", call.backend))
    })
}

pub(super) fn bytes(digest: &Digest<'_>) -> Option<String> {
    digest.history.events.iter().find_map(|timed| match &timed.event {
        Event::Sent { call, bytes: Bytes::Changed, .. } => {
            Some(format!("Invoke {call} carries bytes that the source did not deliver"))
        }
        Event::Quarantined { record, bytes: Bytes::Changed, .. } => {
            Some(format!("record {record} went to quarantine with changed bytes"))
        }
        _ => None,
    })
}

/// Returns whether a rejection with this reason needs the registry.
pub(super) const fn is_from_registry(reason: Reason) -> bool {
    matches!(reason, Reason::UnknownTenant | Reason::Suspended | Reason::Offboarded | Reason::Unauthorized)
}

pub(super) fn quarantined_correctly(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    digest.history.events.iter().find_map(|timed| match timed.event {
        Event::Quarantined { record, .. } if plan.settings.on_reject == OnReject::Redrive => {
            Some(format!("record {record} was quarantined, and must stay with the source"))
        }
        Event::Quarantined { record, reason, .. } => {
            let by_itself = !is_from_registry(reason);
            let has_owner = digest.owner(record).is_some();
            (by_itself == has_owner)
                .then(|| format!("record {record} of {:?} was quarantined as {reason}", digest.owner(record)))
        }
        _ => None,
    })
}
