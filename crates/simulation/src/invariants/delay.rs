//! How long others' faults may delay a tenant that has none, within one batch of a queue.
//!
//! Where there is room for all tenants' Invokes at a time: not at all. Elsewhere each of its Invokes waits at most
//! until every other tenant had one turn, and a turn takes as long as the longest of the batch's Invokes. In a stream
//! a tenant waits for whatever is before it (`docs/head-of-line.md`), so no bound is promised there.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Call, Digest, Invocation};
use crate::history::{CameTo, Event};
use crate::plan::{Kind, OnReject, Size};

/// The longest that a batch waits for the registry.
const REGISTRY: Duration = Duration::from_secs(2);

pub(super) fn bounded(digest: &Digest<'_>) -> Option<String> {
    if digest.history.plan.kind.is_stream() {
        return None;
    }
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        invocation.answer.as_ref()?;
        // Nothing is heard of one: then nothing is promised.
        if digest.calls_of(invocation).any(|call| call.returned.is_none()) {
            return None;
        }
        let owners: BTreeSet<usize> = invocation.batch.iter().filter_map(|&of| digest.owner(of)).collect();
        owners.iter().find_map(|&tenant| {
            let (last, bound) = late(digest, invocation, tenant, owners.len())?;
            Some(format!(
                "in invocation {number} tenant {tenant} has no fault and waits until {last}, past {bound:?}"
            ))
        })
    })
}

fn late(
    digest: &Digest<'_>,
    invocation: &Invocation,
    tenant: usize,
    tenants: usize,
) -> Option<(String, Duration)> {
    let terms = &digest.history.plan.terms;
    let own: Vec<&Call> = digest.calls_of(invocation).filter(|call| call.tenant == Some(tenant)).collect();
    if !is_without_fault(&own) || shares_a_line(digest, invocation, tenant) {
        return None;
    }
    let is_set_up = |call: &Call| {
        call.backend != digest.backend(tenant)
            || call.returned.as_ref().is_some_and(|returned| returned.came_to != CameTo::BackendHalted)
    };
    if !digest.calls_of(invocation).all(is_set_up) {
        return None;
    }
    let per_tenant = if digest.history.plan.kind.is_ordered() { 1 } else { terms.per_tenant };
    let turns = if tenants * per_tenant <= terms.in_flight { 0 } else { tenants.div_ceil(terms.in_flight) };
    let took = |call: &Call| Some(call.returned.as_ref()?.at.0.saturating_sub(call.sent.0));
    let longest = digest.calls_of(invocation).filter_map(took).max().unwrap_or_default();
    let turn = longest * u32::try_from(turns).unwrap_or(u32::MAX);
    let admitted = invocation.began + asking(digest, invocation);
    let is_to_go =
        |of: usize| digest.owner(of) == Some(tenant) && digest.history.plan.is_never_a_strangers(of);
    let records = invocation.batch.iter().filter(|&&of| is_to_go(of)).count();
    let sent: usize = own.iter().map(|call| call.records.len()).sum();
    let working: Duration =
        own.iter().filter_map(|call| Some(call.returned.as_ref()?.at.0.saturating_sub(call.sent.0))).sum();
    let mut bound = admitted + working + turn * u32::try_from(own.len()).unwrap_or(u32::MAX);
    if let Some(last) = own.iter().map(|call| call.sent.0).max().filter(|last| *last > bound) {
        return Some((format!("{last:?}"), bound));
    }
    // What was not sent at all would have had a turn of its own.
    bound += turn;
    let latest_start = terms.latest_start(invocation.began);
    // The registry's word is one for all of its records, but for strangers'.
    let is_admitted = terms.registry.is_none() || !own.is_empty();
    let left = is_admitted && sent < records && bound <= latest_start;
    left.then(|| ("the end".to_owned(), bound))
}

/// Requests of the quarantine that are under way at a time, each with a record at least.
const AT_A_TIME: usize = 8;

/// A record that a message can hold is on its way to a quarantine without lines once its batch is admitted, however
/// slow the store is through which others have to go. In a stream it waits for its turn.
pub(super) fn of_quarantine(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    if plan.kind.is_stream() || plan.terms.on_reject != OnReject::Quarantine {
        return None;
    }
    let ordinary = digest.history.events.iter().filter_map(|stamped| match stamped.event {
        Event::SetAside { invocation, record, sent_at, .. }
            if plan.records[record].size == Size::Ordinary =>
        {
            Some((invocation, record, sent_at))
        }
        _ => None,
    });
    ordinary.clone().find_map(|(number, record, sent_at)| {
        let invocation = &digest.invocations[number];
        // Whatever is admitted or not is so at one moment, at which the first of them goes.
        let first = first_aside(digest, number).unwrap_or(sent_at);
        let bound = first.min(invocation.began + asking(digest, invocation));
        if sent_at <= bound {
            return None;
        }
        let before = ordinary.clone().filter(|(of, _, at)| *of == number && *at < sent_at).count();
        (before < AT_A_TIME)
            .then(|| format!("record {record} went to quarantine at {sent_at:?}, past {bound:?}"))
    })
}

/// When an invocation sent the first of what it set aside.
fn first_aside(digest: &Digest<'_>, number: usize) -> Option<Duration> {
    let of_it = |event: &Event| match *event {
        Event::SetAside { invocation, sent_at, .. } if invocation == number => Some(sent_at),
        _ => None,
    };
    digest.history.events.iter().filter_map(|stamped| of_it(&stamped.event)).min()
}

/// How long a batch may wait for the registry.
fn asking(digest: &Digest<'_>, invocation: &Invocation) -> Duration {
    let asked = digest.history.events[invocation.began_at..]
        .iter()
        .any(|stamped| matches!(stamped.event, Event::Asked { environment } if environment == invocation.environment));
    if asked { REGISTRY } else { Duration::ZERO }
}

fn is_without_fault(own: &[&Call]) -> bool {
    own.iter().all(|call| {
        call.returned
            .as_ref()
            .is_some_and(|returned| call.records.iter().all(|of| returned.receipts.contains(of)))
    })
}

/// Whether it owes its order to another's record, to nobody's, or to one of its own that is refused.
fn shares_a_line(digest: &Digest<'_>, invocation: &Invocation, tenant: usize) -> bool {
    let (plan, batch) = (&digest.history.plan, &invocation.batch);
    let is_own = |record: usize| digest.owner(record) == Some(tenant);
    let is_refused = |record: usize| {
        !plan.is_never_a_strangers(record) || invocation.asides.iter().any(|(of, ..)| *of == record)
    };
    let is_in_the_way = |record: usize| !is_own(record) || is_refused(record);
    let key = |record: usize| plan.records[record].key;
    let waits = |at: usize, one: usize| {
        let others = batch.iter().enumerate().filter(|(other, _)| *other != at);
        others.map(|(_, &other)| other).any(|other| is_in_the_way(other) && key(one) == key(other))
    };
    plan.kind == Kind::Fifo && batch.iter().enumerate().any(|(at, &one)| is_own(one) && waits(at, one))
}
