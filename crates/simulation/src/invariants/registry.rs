//! On what word tenants are admitted and refused. The word is the table's own, as that environment got it.

use std::time::Duration;

use routing::REFUSAL_FRESH;
use tenancy::{Reason, Status, Suspended};

use super::delivery::is_the_registrys;
use super::{Digest, Invocation};
use crate::history::{Event, Word};
use crate::plan::{RegistryTerms, Senders};

/// After a failed read a stale word serves without asking again for this long; a read may take two seconds more.
const SINCE_FAILURE: Duration = Duration::from_secs(7);

/// What stands in the registry of a tenant.
type Said = Option<(Status, Senders)>;

/// The last that an environment heard of a tenant before a place, and when it had asked.
pub(super) fn last_word(
    digest: &Digest<'_>,
    of: usize,
    about: usize,
    before: usize,
) -> Option<(Said, Duration)> {
    digest.history.events[..before].iter().rev().find_map(|stamped| match stamped.event {
        Event::Told { environment, tenant, asked_at, word } if environment == of && tenant == about => {
            match word {
                Word::Listed(said) => Some(Some((said, asked_at))),
                // What it said before must not serve any more.
                Word::Malformed => Some(None),
                Word::Failed => None,
            }
        }
        _ => None,
    })?
}

/// Whether an environment could not read the table lately, or has not heard of it yet.
fn was_blind(digest: &Digest<'_>, invocation: &Invocation, before: usize) -> bool {
    let since = invocation.began.saturating_sub(SINCE_FAILURE);
    let mut waiting = false;
    for stamped in digest.history.events[..before].iter().filter(|stamped| stamped.at >= since) {
        match stamped.event {
            Event::Asked { environment } if environment == invocation.environment => {
                if waiting {
                    return true;
                }
                waiting = true;
            }
            Event::Told { environment, word, .. } if environment == invocation.environment => {
                if word == Word::Failed {
                    return true;
                }
                waiting = false;
            }
            _ => {}
        }
    }
    waiting
}

fn serves(
    digest: &Digest<'_>,
    terms: RegistryTerms,
    invocation: &Invocation,
    tenant: usize,
    place: usize,
) -> bool {
    let Some((said, asked_at)) = last_word(digest, invocation.environment, tenant, place) else {
        return false;
    };
    let age = invocation.began.saturating_sub(asked_at);
    match said.map(|(status, _)| status) {
        Some(Status::Active) if age < terms.fresh => true,
        Some(Status::Active) => age < terms.stale && was_blind(digest, invocation, place),
        Some(Status::Suspended) => terms.suspended == Suspended::Forwarded && age < REFUSAL_FRESH,
        Some(Status::Offboarded) | None => false,
    }
}

pub(super) fn admitted_on_a_word(digest: &Digest<'_>) -> Option<String> {
    let terms = digest.history.plan.terms.registry?;
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let tenant = call.tenant?;
        let invocation = &digest.invocations[call.invocation];
        let malformed = digest.history.events[invocation.began_at..call.sent.1].iter().any(|stamped| {
            matches!(stamped.event, Event::Told { environment, tenant: of, word: Word::Malformed, .. }
                if environment == invocation.environment && of == tenant)
        });
        let wrong = malformed || !serves(digest, terms, invocation, tenant, call.sent.1);
        wrong.then(|| {
            format!("Invoke {number} is for tenant {tenant}, for whom no word of the registry serves")
        })
    })
}

pub(super) fn refused_on_a_word(digest: &Digest<'_>) -> Option<String> {
    let terms = digest.history.plan.terms.registry;
    digest.history.events.iter().find_map(|stamped| {
        let Event::SetAside { invocation, record, reason, sent_at, .. } = stamped.event else { return None };
        // Of strangers' records another promise speaks.
        let about_status = is_the_registrys(reason) && reason != Reason::Unauthorized;
        let tenant = digest.owner(record).filter(|_| about_status)?;
        let invocation = &digest.invocations[invocation];
        let refused = terms.is_some_and(|terms| {
            last_word(digest, invocation.environment, tenant, digest.place_at(sent_at)).is_some_and(
                |(said, asked_at)| {
                    let fresh = invocation.began.saturating_sub(asked_at) < REFUSAL_FRESH;
                    let status = said.map(|(status, _)| status);
                    let right = match reason {
                        Reason::Suspended => {
                            status == Some(Status::Suspended) && terms.suspended == Suspended::Rejected
                        }
                        Reason::Offboarded => status == Some(Status::Offboarded),
                        _ => status.is_none(),
                    };
                    fresh && right
                },
            )
        });
        (!refused).then(|| {
            format!("record {record} was set aside as {reason}, which the registry did not say freshly")
        })
    })
}
