//! The registry answers on which tenants are admitted and rejected. An answer counts as the environment received it.

use std::time::Duration;

use routing::REFUSAL_FRESH;
use tenancy::{Reason, Status, Suspended};

use super::delivery::is_from_registry;
use super::{Digest, Invocation};
use crate::history::{Event, TableAnswer};
use crate::plan::{AllowedSenders, RegistrySettings};

/// The time for which a stale answer is used without asking again after a failed read, and two seconds for the read.
const SINCE_FAILURE: Duration = Duration::from_secs(7);

/// The registry's entry for a tenant; `None`: no item.
type RegistryEntry = Option<(Status, AllowedSenders)>;

/// Returns the last answer that an environment got for a tenant before a position, and when it had asked.
pub(super) fn last_answer(
    digest: &Digest<'_>,
    of: usize,
    about: usize,
    before: usize,
) -> Option<(RegistryEntry, Duration)> {
    digest.history.events[..before].iter().rev().find_map(|timed| match timed.event {
        Event::RegistryAnswered { environment, tenant, asked_at, answer }
            if environment == of && tenant == about =>
        {
            match answer {
                TableAnswer::Listed(entry) => Some(Some((entry, asked_at))),
                // A malformed item makes the earlier answer invalid.
                TableAnswer::Malformed => Some(None),
                TableAnswer::Failed => None,
            }
        }
        _ => None,
    })?
}

/// Returns whether a recent read of the environment failed, or is still running.
fn is_unreadable(digest: &Digest<'_>, invocation: &Invocation, before: usize) -> bool {
    let since = invocation.began.saturating_sub(SINCE_FAILURE);
    let mut waiting = false;
    for timed in digest.history.events[..before].iter().filter(|timed| timed.at >= since) {
        match timed.event {
            Event::RegistryAsked { environment } if environment == invocation.environment => {
                if waiting {
                    return true;
                }
                waiting = true;
            }
            Event::RegistryAnswered { environment, answer, .. } if environment == invocation.environment => {
                if answer == TableAnswer::Failed {
                    return true;
                }
                waiting = false;
            }
            _ => {}
        }
    }
    waiting
}

/// Returns whether the last answer before a position admits the tenant.
fn admits(
    digest: &Digest<'_>,
    settings: RegistrySettings,
    invocation: &Invocation,
    tenant: usize,
    position: usize,
) -> bool {
    let Some((entry, asked_at)) = last_answer(digest, invocation.environment, tenant, position) else {
        return false;
    };
    let age = invocation.began.saturating_sub(asked_at);
    match entry.map(|(status, _)| status) {
        Some(Status::Active) if age < settings.fresh => true,
        Some(Status::Active) => age < settings.stale && is_unreadable(digest, invocation, position),
        Some(Status::Suspended) => settings.suspended == Suspended::Forwarded && age < REFUSAL_FRESH,
        Some(Status::Offboarded) | None => false,
    }
}

pub(super) fn admitted_on_answer(digest: &Digest<'_>) -> Option<String> {
    let settings = digest.history.plan.settings.registry?;
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let tenant = call.tenant?;
        let invocation = &digest.invocations[call.invocation];
        let malformed = digest.history.events[invocation.began_at..call.sent.1].iter().any(|timed| {
            matches!(timed.event, Event::RegistryAnswered { environment, tenant: of, answer: TableAnswer::Malformed, .. }
                if environment == invocation.environment && of == tenant)
        });
        let wrong = malformed || !admits(digest, settings, invocation, tenant, call.sent.1);
        wrong.then(|| {
            format!("Invoke {number} is for tenant {tenant}, which no registry answer admits")
        })
    })
}

pub(super) fn rejected_on_answer(digest: &Digest<'_>) -> Option<String> {
    let settings = digest.history.plan.settings.registry;
    digest.history.events.iter().find_map(|timed| {
        let Event::Quarantined { invocation, record, reason, sent_at, .. } = timed.event else { return None };
        // `senders` checks rejections of unauthorized senders.
        let about_status = is_from_registry(reason) && reason != Reason::Unauthorized;
        let tenant = digest.owner(record).filter(|_| about_status)?;
        let invocation = &digest.invocations[invocation];
        let is_justified = settings.is_some_and(|settings| {
            last_answer(digest, invocation.environment, tenant, digest.position_at(sent_at)).is_some_and(
                |(entry, asked_at)| {
                    let fresh = invocation.began.saturating_sub(asked_at) < REFUSAL_FRESH;
                    let status = entry.map(|(status, _)| status);
                    let right = match reason {
                        Reason::Suspended => {
                            status == Some(Status::Suspended) && settings.suspended == Suspended::Rejected
                        }
                        Reason::Offboarded => status == Some(Status::Offboarded),
                        _ => status.is_none(),
                    };
                    fresh && right
                },
            )
        });
        (!is_justified).then(|| {
            format!(
                "record {record} was quarantined as {reason} without a fresh registry answer that says so"
            )
        })
    })
}
