//! The senders from which records of a tenant are accepted.

use tenancy::{Reason, Status, Suspended};

use super::Digest;
use super::registry::last_answer;
use crate::history::Event;
use crate::plan::AllowedSenders;

/// Checks that a record of a tenant with allowed senders is never delivered from another sender, and that it is
/// rejected as unauthorized only on a fresh registry answer and only from another sender.
pub(super) fn are_distinguished(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    let Some(settings) = plan.settings.registry else { return rejected_without_registry(digest) };
    let wrongly_delivered = digest.calls.iter().enumerate().find_map(|(number, call)| {
        let environment = digest.invocations[call.invocation].environment;
        let (entry, _) = last_answer(digest, environment, call.tenant?, call.sent.1)?;
        let (_, senders) = entry?;
        let mut records = call.records.iter().filter(|&&record| !plan.is_sent_by_tenant(record));
        let record = records.find(|_| senders == AllowedSenders::TenantOnly)?;
        Some(format!("Invoke {number} carries record {record} of an unauthorized sender"))
    });
    wrongly_delivered.or_else(|| {
        digest.history.events.iter().find_map(|timed| {
            let Event::Quarantined { invocation, record, reason: Reason::Unauthorized, sent_at, .. } =
                timed.event
            else {
                return None;
            };
            let invocation = &digest.invocations[invocation];
            let answer = last_answer(
                digest,
                invocation.environment,
                digest.owner(record)?,
                digest.position_at(sent_at),
            );
            let is_unauthorized = answer.is_some_and(|(entry, asked_at)| {
                let fresh = invocation.began.saturating_sub(asked_at) < settings.fresh;
                let admits = match entry {
                    Some((Status::Active, AllowedSenders::TenantOnly)) => true,
                    Some((Status::Suspended, AllowedSenders::TenantOnly)) => {
                        settings.suspended == Suspended::Forwarded
                    }
                    _ => false,
                };
                fresh && admits && !plan.is_sent_by_tenant(record)
            });
            (!is_unauthorized).then(|| {
                format!("record {record} was rejected as unauthorized without a fresh answer that says so")
            })
        })
    })
}

fn rejected_without_registry(digest: &Digest<'_>) -> Option<String> {
    digest.history.events.iter().find_map(|timed| match timed.event {
        Event::Quarantined { record, reason: Reason::Unauthorized, .. } => {
            Some(format!("record {record} was rejected as unauthorized without a registry"))
        }
        _ => None,
    })
}
