//! The order of delivery.

use super::{Call, Digest, Invocation, bridge};
use crate::history::{CameTo, Event, Kept};
use crate::plan::{Kind, OnReject, Plan};

/// Whether two records have to keep their order: a FIFO queue's group is one line for all tenants, a stream's key one
/// for each tenant, where its records come with the same of the shard's concurrent batches.
pub(crate) fn share_a_line(plan: &Plan, one: usize, other: usize) -> bool {
    let key = plan.have_one_key(one, other);
    match plan.kind {
        Kind::Standard | Kind::EventBridge | Kind::Buffered => false,
        Kind::Fifo => key,
        Kind::Bridge => bridge::share_a_group(plan, one, other),
        Kind::Kinesis | Kind::DynamoDb => {
            let owner = |record: usize| plan.records[record].says.owner();
            let has_one_owner = owner(one).is_some() && owner(one) == owner(other);
            key && has_one_owner && plan.lane(one) == plan.lane(other)
        }
    }
}

/// Whether a record was given up, or somebody had it, before a place.
fn is_out_of_the_way(digest: &Digest<'_>, record: usize, place: usize) -> bool {
    digest.invocations.iter().any(|invocation| digest.receipts(invocation, record, place) > 0)
        || digest.history.events[..place]
            .iter()
            .any(|stamped| matches!(stamped.event, Event::GivenUp { record: of, .. } if of == record))
}

pub(super) fn kept(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let invocation = &digest.invocations[call.invocation];
        if call.accepted.is_some() && digest.history.plan.kind.is_ordered() {
            return Some(format!("the event of Invoke {number} is Lambda's to run, which keeps no order"));
        }
        call.records.iter().enumerate().find_map(|(at, &record)| {
            let along = &call.records[..at];
            let overtaken = overtaken_in_batch(digest, invocation, call, record, along)
                .or_else(|| overtaken_of_all(digest, call, record, along))?;
            Some(format!(
                "Invoke {number} carries record {record} before record {overtaken} is out of its way"
            ))
        })
    })
}

/// One that stands before the record in its batch and line, and has no receipt of this invocation.
fn overtaken_in_batch(
    digest: &Digest<'_>,
    invocation: &Invocation,
    call: &Call,
    record: usize,
    along: &[usize],
) -> Option<usize> {
    let before = invocation.batch.iter().take_while(|&&of| of != record).copied();
    before
        .filter(|&other| share_a_line(&digest.history.plan, record, other))
        .find(|other| !along.contains(other) && digest.receipts(invocation, *other, call.sent.1) == 0)
}

/// One that was sent before the record in its line, and that nobody ever had.
fn overtaken_of_all(digest: &Digest<'_>, call: &Call, record: usize, along: &[usize]) -> Option<usize> {
    if digest.history.plan.kind == Kind::Bridge {
        // Their numbers are the stream's: another promise speaks of that.
        return None;
    }
    let before = digest.history.plan.sent().take_while(|&of| of < record);
    before
        .filter(|&other| share_a_line(&digest.history.plan, record, other))
        .find(|other| !along.contains(other) && !is_out_of_the_way(digest, *other, call.sent.1))
}

/// What failed earlier in a stream will be handed out again with all behind it: to send that now only repeats it. What
/// fails at the very moment is not known yet.
pub(super) fn behind_the_checkpoint(digest: &Digest<'_>) -> Option<String> {
    if !digest.history.plan.kind.is_stream() {
        return None;
    }
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let invocation = &digest.invocations[call.invocation];
        let latest_start = digest.history.plan.terms.latest_start(invocation.began);
        let failed = digest.calls_of(invocation).filter_map(|other| {
            let returned = other.returned.as_ref()?;
            // What did not run may be tried again, as long as there is time.
            let is_over = match returned.came_to {
                CameTo::NotRun(wait) => returned.at.0 + wait > latest_start,
                CameTo::Over | CameTo::Uncertain | CameTo::BackendHalted | CameTo::TenantHalted => true,
            };
            let known = is_over && returned.at.0 < call.sent.0;
            known.then(|| other.records.iter().filter(|record| !returned.receipts.contains(record)))
        });
        let refused = invocation.asides.iter().filter(|(_, place, kept)| {
            matches!(kept, Kept::Not | Kept::Unheard) && digest.history.events[*place].at < call.sent.0
        });
        let failed = failed.flatten().copied().chain(refused.map(|(record, ..)| *record));
        let place = |record: usize| invocation.batch.iter().position(|&of| of == record);
        let end = failed.filter_map(place).min()?;
        let parent = |record: usize| digest.history.plan.parent(record);
        // What came in one aggregate with it comes back with it in any case, and is given up with it in the end.
        let behind = call.records.iter().find(|&&record| {
            place(record).is_some_and(|at| at >= end) && parent(record) != parent(invocation.batch[end])
        })?;
        Some(format!(
            "Invoke {number} carries record {behind}, and record {} before it failed",
            invocation.batch[end]
        ))
    })
}

/// In a FIFO quarantine, what is behind a record that is not there yet would come before it; so it would behind one of
/// its message group that is not settled, since that may be rejected when it is handed out again.
pub(super) fn kept_in_quarantine(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    if plan.terms.on_reject != OnReject::FifoQuarantine || !plan.kind.is_ordered() {
        return None;
    }
    digest.invocations.iter().find_map(|invocation| {
        invocation.asides.iter().filter(|(_, _, kept)| *kept != Kept::Not).find_map(|&(record, place, _)| {
            let before = invocation.batch.iter().take_while(|&&of| of != record);
            let line = before.filter(|&&of| match plan.kind {
                Kind::Bridge => bridge::share_a_group(plan, of, record),
                _ => plan.have_one_key(of, record),
            });
            let has_to_come_first = |of: usize| {
                plan.kind == Kind::Fifo
                    || digest.owner(of).is_none()
                    || invocation.asides.iter().any(|(other, ..)| *other == of)
            };
            let mut line = line.copied().filter(|&of| has_to_come_first(of));
            let overtaken = line.find(|&other| digest.receipts(invocation, other, place) == 0)?;
            Some(format!(
                "record {record} went to quarantine before record {overtaken} of its line was there"
            ))
        })
    })
}
