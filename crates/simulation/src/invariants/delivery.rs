//! To whom records are delivered, and as what.

use tenancy::Reason;

use super::Digest;
use crate::history::{Bytes, Event};
use crate::plan::OnReject;

pub(super) fn own_tenant(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let stray = call.records.iter().find(|&&record| {
            let owner = digest.owner(record);
            owner.is_none() || owner != call.tenant
        });
        if let Some(&record) = stray {
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
    digest.history.events.iter().find_map(|stamped| match &stamped.event {
        Event::Sent { call, bytes: Bytes::Changed, .. } => {
            Some(format!("Invoke {call} carries what was not handed out like that"))
        }
        Event::SetAside { record, bytes: Bytes::Changed, .. } => {
            Some(format!("record {record} went to quarantine otherwise than it was handed out"))
        }
        _ => None,
    })
}

/// Whether a reason is the registry's, and not the record's own.
pub(super) const fn is_the_registrys(reason: Reason) -> bool {
    matches!(reason, Reason::UnknownTenant | Reason::Suspended | Reason::Offboarded | Reason::Unauthorized)
}

pub(super) fn set_aside_rightly(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    digest.history.events.iter().find_map(|stamped| match stamped.event {
        Event::SetAside { record, .. } if plan.terms.on_reject == OnReject::Redrive => {
            Some(format!("record {record} was set aside, and is to stay with the source"))
        }
        Event::SetAside { record, reason, .. } => {
            let by_itself = !is_the_registrys(reason);
            let has_owner = digest.owner(record).is_some();
            (by_itself == has_owner)
                .then(|| format!("record {record} of {:?} was set aside as {reason}", digest.owner(record)))
        }
        _ => None,
    })
}
