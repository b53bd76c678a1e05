//! The order of delivery, and of records in quarantine.

use super::{Call, Digest, Invocation};
use crate::history::{Event, InvokeOutcome, QuarantineResult};
use crate::plan::{Kind, OnReject, Plan};

/// Returns whether two records belong to one ordering group, whose records are delivered in order.
///
/// A message group of a FIFO queue is one ordering group for all tenants. A key of a stream is one for each tenant, as
/// far as its records are in the same of the shard's concurrent batches.
pub(crate) fn share_ordering_group(plan: &Plan, one: usize, other: usize) -> bool {
    let key = plan.have_one_key(one, other);
    match plan.kind {
        Kind::Standard | Kind::EventBridge | Kind::Buffered => false,
        Kind::Fifo => key,
        Kind::Bridge => plan.share_message_group(one, other),
        Kind::Kinesis | Kind::DynamoDb => {
            let owner = |record: usize| plan.records[record].stated.owner();
            let has_one_owner = owner(one).is_some() && owner(one) == owner(other);
            key && has_one_owner && plan.partition(one) == plan.partition(other)
        }
    }
}

/// Returns whether a record was delivered, quarantined or discarded before a position.
fn is_done(digest: &Digest<'_>, record: usize, position: usize) -> bool {
    digest.invocations.iter().any(|invocation| digest.acks(invocation, record, position) > 0)
        || digest.history.events[..position]
            .iter()
            .any(|timed| matches!(timed.event, Event::Discarded { record: of, .. } if of == record))
}

pub(super) fn kept(digest: &Digest<'_>) -> Option<String> {
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let invocation = &digest.invocations[call.invocation];
        if call.accepted.is_some() && digest.history.plan.kind.is_ordered() {
            return Some(format!(
                "Invoke {number} of an ordered source is asynchronous, which keeps no order"
            ));
        }
        call.records.iter().enumerate().find_map(|(at, &record)| {
            let earlier = &call.records[..at];
            let overtaken = overtaken_in_batch(digest, invocation, call, record, earlier)
                .or_else(|| overtaken_of_all(digest, call, record, earlier))?;
            Some(format!("Invoke {number} carries record {record} before record {overtaken} is done"))
        })
    })
}

/// Returns an earlier record of the same ordering group and batch that this invocation has not acknowledged.
fn overtaken_in_batch(
    digest: &Digest<'_>,
    invocation: &Invocation,
    call: &Call,
    record: usize,
    earlier: &[usize],
) -> Option<usize> {
    let before = invocation.batch.iter().take_while(|&&of| of != record).copied();
    before
        .filter(|&other| share_ordering_group(&digest.history.plan, record, other))
        .find(|other| !earlier.contains(other) && digest.acks(invocation, *other, call.sent.1) == 0)
}

/// Returns an earlier record of the same ordering group that was not delivered, quarantined or discarded in any
/// invocation.
fn overtaken_of_all(digest: &Digest<'_>, call: &Call, record: usize, earlier: &[usize]) -> Option<usize> {
    if digest.history.plan.kind == Kind::Bridge {
        // Messages are numbered as in the stream, not as in the queue: `bridge_order` checks these.
        return None;
    }
    let before = digest.history.plan.sent().take_while(|&of| of < record);
    before
        .filter(|&other| share_ordering_group(&digest.history.plan, record, other))
        .find(|other| !earlier.contains(other) && !is_done(digest, *other, call.sent.1))
}

/// Checks that no record is sent after an earlier record of a stream failed. The stream delivers that record and all
/// later ones again, so sending them now would only repeat them. A failure at the moment of the next Invoke does not
/// count.
pub(super) fn behind_the_checkpoint(digest: &Digest<'_>) -> Option<String> {
    if !digest.history.plan.kind.is_stream() {
        return None;
    }
    digest.calls.iter().enumerate().find_map(|(number, call)| {
        let invocation = &digest.invocations[call.invocation];
        let latest_start = digest.history.plan.settings.latest_start(invocation.began);
        let failed = digest.calls_of(invocation).filter_map(|other| {
            let returned = other.returned.as_ref()?;
            // An Invoke that did not run may be retried while there is time.
            let is_over = match returned.outcome {
                InvokeOutcome::NotRun(wait) => returned.at.0 + wait > latest_start,
                InvokeOutcome::Finished
                | InvokeOutcome::Uncertain
                | InvokeOutcome::BackendMisconfigured
                | InvokeOutcome::NoCredentials => true,
            };
            let known = is_over && returned.at.0 < call.sent.0;
            known.then(|| other.records.iter().filter(|record| !returned.acked.contains(record)))
        });
        let not_stored = invocation.quarantined.iter().filter(|(_, position, result)| {
            matches!(result, QuarantineResult::NotStored | QuarantineResult::AckLost)
                && digest.history.events[*position].at < call.sent.0
        });
        let failed = failed.flatten().copied().chain(not_stored.map(|(record, ..)| *record));
        let position = |record: usize| invocation.batch.iter().position(|&of| of == record);
        let end = failed.filter_map(position).min()?;
        let parent = |record: usize| digest.history.plan.parent(record);
        // The rest of the same aggregate is delivered again in any case, and discarded together with the failed record.
        let behind = call.records.iter().find(|&&record| {
            position(record).is_some_and(|at| at >= end) && parent(record) != parent(invocation.batch[end])
        })?;
        Some(format!(
            "Invoke {number} carries record {behind} after the earlier record {} failed",
            invocation.batch[end]
        ))
    })
}

/// Checks that a FIFO quarantine gets the records of one ordering group in order. A record must also wait for earlier
/// records of its message group that are not acknowledged, since those may be rejected when they are delivered again.
pub(super) fn kept_in_quarantine(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    if plan.settings.on_reject != OnReject::FifoQuarantine || !plan.kind.is_ordered() {
        return None;
    }
    digest.invocations.iter().find_map(|invocation| {
        invocation.quarantined.iter().filter(|(_, _, kept)| *kept != QuarantineResult::NotStored).find_map(
            |&(record, position, _)| {
                let before = invocation.batch.iter().take_while(|&&of| of != record);
                let group = before.filter(|&&of| match plan.kind {
                    Kind::Bridge => plan.share_message_group(of, record),
                    _ => plan.have_one_key(of, record),
                });
                let must_come_first = |of: usize| {
                    plan.kind == Kind::Fifo
                        || digest.owner(of).is_none()
                        || invocation.quarantined.iter().any(|(other, ..)| *other == of)
                };
                let mut group = group.copied().filter(|&of| must_come_first(of));
                let overtaken = group.find(|&other| digest.acks(invocation, other, position) == 0)?;
                Some(format!(
                    "record {record} went to quarantine before record {overtaken} of its ordering group"
                ))
            },
        )
    })
}
