//! The bound on how long the faults of other tenants delay a tenant without faults, within one batch of a queue.
//!
//! If the in-flight limit allows the Invokes of all tenants at a time, the bound is zero. Otherwise each of its Invokes
//! waits until every other tenant had one turn at most; a turn is as long as the longest Invoke of the batch. In a
//! stream a tenant waits for all earlier records (`docs/head-of-line.md`), so there is no bound.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Call, Digest, Invocation};
use crate::history::{Event, InvokeOutcome};
use crate::plan::{Kind, OnReject, Size};

/// The maximum time that a batch waits for the registry.
const REGISTRY: Duration = Duration::from_secs(2);

pub(super) fn bounded(digest: &Digest<'_>) -> Option<String> {
    if digest.history.plan.kind.is_stream() {
        return None;
    }
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        invocation.response.as_ref()?;
        // There is no bound if an Invoke gets no response.
        if digest.calls_of(invocation).any(|call| call.returned.is_none()) {
            return None;
        }
        let owners: BTreeSet<usize> = invocation.batch.iter().filter_map(|&of| digest.owner(of)).collect();
        owners.iter().find_map(|&tenant| {
            let (last, bound) = late(digest, invocation, tenant, owners.len())?;
            Some(format!(
                "in invocation {number} tenant {tenant} has no fault and waits until {last}, later than {bound:?}"
            ))
        })
    })
}

/// Returns when the last Invoke of a tenant started, and the bound, if it started after the bound.
fn late(
    digest: &Digest<'_>,
    invocation: &Invocation,
    tenant: usize,
    tenants: usize,
) -> Option<(String, Duration)> {
    let settings = &digest.history.plan.settings;
    let own: Vec<&Call> = digest.calls_of(invocation).filter(|call| call.tenant == Some(tenant)).collect();
    if !is_without_fault(&own) || waits_in_order(digest, invocation, tenant) {
        return None;
    }
    let is_configured = |call: &Call| {
        call.backend != digest.backend(tenant)
            || call
                .returned
                .as_ref()
                .is_some_and(|returned| returned.outcome != InvokeOutcome::BackendMisconfigured)
    };
    if !digest.calls_of(invocation).all(is_configured) {
        return None;
    }
    let per_tenant = if digest.history.plan.kind.is_ordered() { 1 } else { settings.per_tenant };
    let turns =
        if tenants * per_tenant <= settings.in_flight { 0 } else { tenants.div_ceil(settings.in_flight) };
    let took = |call: &Call| Some(call.returned.as_ref()?.at.0.saturating_sub(call.sent.0));
    let longest = digest.calls_of(invocation).filter_map(took).max().unwrap_or_default();
    let turn = longest * u32::try_from(turns).unwrap_or(u32::MAX);
    let admitted = invocation.began + asking(digest, invocation);
    let must_be_sent =
        |of: usize| digest.owner(of) == Some(tenant) && digest.history.plan.sender_is_always_allowed(of);
    let records = invocation.batch.iter().filter(|&&of| must_be_sent(of)).count();
    let sent: usize = own.iter().map(|call| call.records.len()).sum();
    let working: Duration =
        own.iter().filter_map(|call| Some(call.returned.as_ref()?.at.0.saturating_sub(call.sent.0))).sum();
    let mut bound = admitted + working + turn * u32::try_from(own.len()).unwrap_or(u32::MAX);
    if let Some(last) = own.iter().map(|call| call.sent.0).max().filter(|last| *last > bound) {
        return Some((format!("{last:?}"), bound));
    }
    // A record that was not sent at all would have had one more turn.
    bound += turn;
    let latest_start = settings.latest_start(invocation.began);
    // All records of a tenant share one registry answer, except those from other senders.
    let is_admitted = settings.registry.is_none() || !own.is_empty();
    let left = is_admitted && sent < records && bound <= latest_start;
    left.then(|| ("the end".to_owned(), bound))
}

/// The number of quarantine requests at a time, each with at least one record.
const QUARANTINE_REQUESTS: usize = 8;

/// Checks that a rejected record that fits into a message is sent to a standard quarantine queue as soon as its batch
/// is admitted, even if the store for large records is slow. A stream's record waits for its turn.
pub(super) fn of_quarantine(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    if plan.kind.is_stream() || plan.settings.on_reject != OnReject::Quarantine {
        return None;
    }
    let ordinary = digest.history.events.iter().filter_map(|timed| match timed.event {
        Event::Quarantined { invocation, record, sent_at, .. }
            if plan.records[record].size == Size::Ordinary =>
        {
            Some((invocation, record, sent_at))
        }
        _ => None,
    });
    ordinary.clone().find_map(|(number, record, sent_at)| {
        let invocation = &digest.invocations[number];
        // All records of a batch are admitted or rejected at one moment, when the first rejected one is sent.
        let first = first_quarantined(digest, number).unwrap_or(sent_at);
        let bound = first.min(invocation.began + asking(digest, invocation));
        if sent_at <= bound {
            return None;
        }
        let before = ordinary.clone().filter(|(of, _, at)| *of == number && *at < sent_at).count();
        (before < QUARANTINE_REQUESTS)
            .then(|| format!("record {record} was sent to quarantine at {sent_at:?}, later than {bound:?}"))
    })
}

/// Returns when an invocation sent its first record to quarantine.
fn first_quarantined(digest: &Digest<'_>, number: usize) -> Option<Duration> {
    let of_it = |event: &Event| match *event {
        Event::Quarantined { invocation, sent_at, .. } if invocation == number => Some(sent_at),
        _ => None,
    };
    digest.history.events.iter().filter_map(|timed| of_it(&timed.event)).min()
}

/// Returns how long a batch may wait for the registry.
fn asking(digest: &Digest<'_>, invocation: &Invocation) -> Duration {
    let asked = digest.history.events[invocation.began_at..]
        .iter()
        .any(|timed| matches!(timed.event, Event::RegistryAsked { environment } if environment == invocation.environment));
    if asked { REGISTRY } else { Duration::ZERO }
}

fn is_without_fault(own: &[&Call]) -> bool {
    own.iter().all(|call| {
        call.returned
            .as_ref()
            .is_some_and(|returned| call.records.iter().all(|of| returned.acked.contains(of)))
    })
}

/// Returns whether a record of the tenant waits in order for a record of another tenant, for one without a tenant, or
/// for one of its own that is rejected.
fn waits_in_order(digest: &Digest<'_>, invocation: &Invocation, tenant: usize) -> bool {
    let (plan, batch) = (&digest.history.plan, &invocation.batch);
    let is_own = |record: usize| digest.owner(record) == Some(tenant);
    let is_rejected = |record: usize| {
        !plan.sender_is_always_allowed(record) || invocation.quarantined.iter().any(|(of, ..)| *of == record)
    };
    let holds_up = |record: usize| !is_own(record) || is_rejected(record);
    let key = |record: usize| plan.records[record].key;
    let waits = |at: usize, one: usize| {
        let others = batch.iter().enumerate().filter(|(other, _)| *other != at);
        others.map(|(_, &other)| other).any(|other| holds_up(other) && key(one) == key(other))
    };
    plan.kind == Kind::Fifo && batch.iter().enumerate().any(|(at, &one)| is_own(one) && waits(at, one))
}
