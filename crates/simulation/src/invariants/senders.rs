//! From whom the records of tenants are taken that are bound to a sender.

use tenancy::{Reason, Status, Suspended};

use super::Digest;
use super::registry::last_word;
use crate::history::Event;
use crate::plan::Senders;

/// A record of a tenant that is bound to its role is never delivered from a stranger, and is refused as a stranger's
/// only on a fresh word and if it is one.
pub(super) fn are_told_apart(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    let Some(terms) = plan.terms.registry else { return refused_without_a_registry(digest) };
    let stray = digest.calls.iter().enumerate().find_map(|(number, call)| {
        let environment = digest.invocations[call.invocation].environment;
        let (said, _) = last_word(digest, environment, call.tenant?, call.sent.1)?;
        let (_, senders) = said?;
        let mut records = call.records.iter().filter(|&&record| !plan.is_from_its_sender(record));
        let stranger = records.find(|_| senders == Senders::Its)?;
        Some(format!("Invoke {number} carries record {stranger}, which a stranger sent"))
    });
    stray.or_else(|| {
        digest.history.events.iter().find_map(|stamped| {
            let Event::SetAside { invocation, record, reason: Reason::Unauthorized, sent_at, .. } =
                stamped.event
            else {
                return None;
            };
            let invocation = &digest.invocations[invocation];
            let word =
                last_word(digest, invocation.environment, digest.owner(record)?, digest.place_at(sent_at));
            let is_strange = word.is_some_and(|(said, asked_at)| {
                let fresh = invocation.began.saturating_sub(asked_at) < terms.fresh;
                let serves = match said {
                    Some((Status::Active, Senders::Its)) => true,
                    Some((Status::Suspended, Senders::Its)) => terms.suspended == Suspended::Forwarded,
                    _ => false,
                };
                fresh && serves && !plan.is_from_its_sender(record)
            });
            (!is_strange)
                .then(|| format!("record {record} was refused as a stranger's, and no fresh word says so"))
        })
    })
}

fn refused_without_a_registry(digest: &Digest<'_>) -> Option<String> {
    digest.history.events.iter().find_map(|stamped| match stamped.event {
        Event::SetAside { record, reason: Reason::Unauthorized, .. } => {
            Some(format!("record {record} was refused as a stranger's, and nobody is bound to a sender"))
        }
        _ => None,
    })
}
