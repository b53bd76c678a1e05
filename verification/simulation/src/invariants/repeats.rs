//! Repeated runs: a record may run again only if the world forced it, so each repeat has a cause.

use aws_model::sqs::DEDUPLICATION_INTERVAL;

use super::{Call, Digest};
use crate::history::{Event, FailedItem, Interruption};

/// Why a record ran again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RepeatCause {
    /// Its last run failed, named it as failed, or gave no response.
    NoAck,
    /// The router was gone before it responded, or its response was lost.
    RouterGone,
    /// The source delivered it twice.
    Redelivered,
    /// The stream continued from an earlier record.
    Replayed,
    /// Lambda retried an event that it had accepted.
    LambdaRetry,
    /// A later record of its aggregate was not acknowledged.
    Aggregated,
    /// It was sent over the bridge before, and its deduplication id had expired.
    DeduplicationExpired,
}

/// Returns the cause of every repeated run.
///
/// # Errors
/// If a repeat has no cause: the record, and its Invoke.
pub fn repeat_causes(digest: &Digest<'_>) -> Result<Vec<RepeatCause>, String> {
    let plan = &digest.history.plan;
    // In the order in which they were sent: a delayed Invoke may run after one that was sent later.
    let ran = digest.calls.iter().enumerate().filter(|(_, call)| call.arrived_at.is_some());
    let mut last: Vec<Option<usize>> = vec![None; plan.records.len()];
    let mut redelivered: Vec<usize> = vec![0; plan.records.len()];
    let mut repeat_causes = Vec::new();
    for (number, call) in ran {
        let by_lambda = usize::try_from(call.runs.saturating_sub(1)).unwrap_or_default();
        if by_lambda > 0 && call.accepted.is_none() {
            return Err(format!(
                "Invoke {number} runs {} times, but Lambda did not accept it for later",
                call.runs
            ));
        }
        repeat_causes.extend(vec![RepeatCause::LambdaRetry; by_lambda * call.records.len()]);
        for &record in &call.records {
            if let Some(before) = last[record].replace(number) {
                let cause = cause(digest, &digest.calls[before], call, record);
                let cause = cause.filter(|_| !digest.history.plan.forwards()).or_else(|| {
                    cause.filter(|_| is_expired(digest, &digest.calls[before], call))?;
                    Some(RepeatCause::DeduplicationExpired)
                });
                let cause = cause.or_else(|| {
                    redelivered[record] += 1;
                    let is_redelivered = redeliveries(digest, record, call.sent.1) >= redelivered[record];
                    is_redelivered.then_some(RepeatCause::Redelivered)
                });
                let cause = cause.ok_or_else(|| {
                    format!(
                        "record {record} runs again in Invoke {number} after Invoke {before} without a cause"
                    )
                })?;
                repeat_causes.push(cause);
            }
        }
    }
    Ok(repeat_causes)
}

/// Returns whether the deduplication id of an earlier message of a bridge has expired.
fn is_expired(digest: &Digest<'_>, before: &Call, now: &Call) -> bool {
    let taken = |call: &Call| call.arrived_at.map(|position| digest.history.events[position].at);
    taken(before).zip(taken(now)).is_some_and(|(before, now)| now >= before + DEDUPLICATION_INTERVAL)
}

pub(super) fn forced(digest: &Digest<'_>) -> Option<String> {
    repeat_causes(digest).err()
}

/// Returns what forced a record to run once more, other than a second delivery by a queue.
fn cause(digest: &Digest<'_>, before: &Call, now: &Call, record: usize) -> Option<RepeatCause> {
    // Within one invocation, a record that may have run is never sent again.
    if before.invocation == now.invocation {
        return None;
    }
    let is_acked = before.returned.as_ref().is_some_and(|returned| returned.acked.contains(&record));
    if !is_acked {
        return Some(RepeatCause::NoAck);
    }
    let invocation = &digest.invocations[before.invocation];
    if matches!(
        invocation.interruption,
        Some(
            Interruption::Crashed
                | Interruption::Stalled
                | Interruption::Panicked
                | Interruption::ResponseLost
        )
    ) {
        return Some(RepeatCause::RouterGone);
    }
    // If a record is twice in a batch, one copy may have failed, and a response cannot name only one of them.
    if invocation.batch.iter().filter(|&&of| of == record).count() > 1 {
        return Some(RepeatCause::Redelivered);
    }
    let (_, responded, named) = invocation.response.as_ref()?;
    if !digest.history.plan.kind.is_stream() {
        return None;
    }
    let position = invocation.batch.iter().position(|&of| of == record);
    let from = named.iter().find_map(|name| match name {
        FailedItem::Record(named) => digest.position(invocation, *named),
        FailedItem::WholeBatch => Some(0),
        FailedItem::Unknown => None,
    });
    let is_replayed = from.is_some() && from <= position;
    let is_before = position < digest.unacked(invocation, *responded).next();
    is_replayed.then_some(if is_before { RepeatCause::Aggregated } else { RepeatCause::Replayed })
}

fn redeliveries(digest: &Digest<'_>, record: usize, before: usize) -> usize {
    let again = |event: &Event| matches!(event, Event::Redelivered { record: of } if *of == record);
    digest.history.events[..before].iter().filter(|timed| again(&timed.event)).count()
}
