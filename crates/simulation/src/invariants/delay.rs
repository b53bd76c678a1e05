//! How long others' faults may delay a tenant that has none, within one batch of a queue.
//!
//! Where there is room for all tenants' Invokes at a time: not at all. Elsewhere each of its Invokes waits at most
//! until every other tenant had one turn, and a turn takes as long as the longest of the batch's Invokes. In a stream
//! a tenant waits for whatever is before it (`docs/head-of-line.md`), so no bound is promised there.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Call, Digest, Invocation};
use crate::history::{CameTo, Event};
use crate::plan::Kind;

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
    let asked = digest.history.events[invocation.began_at..]
        .iter()
        .any(|stamped| matches!(stamped.event, Event::Asked { environment } if environment == invocation.environment));
    let admitted = invocation.began + if asked { REGISTRY } else { Duration::ZERO };
    let records = invocation.batch.iter().filter(|&&of| digest.owner(of) == Some(tenant)).count();
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
    // The registry's word is one for all of its records.
    let is_admitted = terms.registry.is_none() || !own.is_empty();
    let left = is_admitted && sent < records && bound <= latest_start;
    left.then(|| ("the end".to_owned(), bound))
}

fn is_without_fault(own: &[&Call]) -> bool {
    own.iter().all(|call| {
        call.returned
            .as_ref()
            .is_some_and(|returned| call.records.iter().all(|of| returned.receipts.contains(of)))
    })
}

/// Whether it owes another's record, or nobody's, its order.
fn shares_a_line(digest: &Digest<'_>, invocation: &Invocation, tenant: usize) -> bool {
    let plan = &digest.history.plan;
    let is_own = |record: usize| digest.owner(record) == Some(tenant);
    let key = |record: usize| plan.records[record].key;
    plan.kind == Kind::Fifo
        && invocation.batch.iter().any(|&one| {
            is_own(one) && invocation.batch.iter().any(|&other| !is_own(other) && key(one) == key(other))
        })
}
