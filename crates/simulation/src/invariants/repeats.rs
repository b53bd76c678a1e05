//! Repetitions: a record may run again only where the world forced it, and each has its excuse.

use super::{Call, Digest};
use crate::history::{CutHow, Event, Named};
use crate::world::DEDUPLICATION;

/// Why a record ran again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Excuse {
    /// Its last run failed, named it, or was never heard of.
    NoReceipt,
    /// The router was gone before it had answered, or its answer was lost.
    RouterGone,
    /// The queue handed it out twice.
    Redelivered,
    /// A stream went on from a record before it.
    Replayed,
    /// Lambda ran an event again that it had accepted.
    LambdasOwn,
    /// A record behind it in its aggregate was not settled.
    Aggregated,
    /// It was sent over the bridge more than five minutes before, which the queue does not remember.
    Forgotten,
}

/// Every repetition's excuse.
///
/// # Errors
/// Where one has none: the record, and its Invoke.
pub fn excuses(digest: &Digest<'_>) -> Result<Vec<Excuse>, String> {
    let plan = &digest.history.plan;
    // As they were sent: one that was long on its way may run after one that was sent later.
    let ran = digest.calls.iter().enumerate().filter(|(_, call)| call.arrived_at.is_some());
    let mut last: Vec<Option<usize>> = vec![None; plan.records.len()];
    let mut redelivered: Vec<usize> = vec![0; plan.records.len()];
    let mut excuses = Vec::new();
    for (number, call) in ran {
        let by_lambda = usize::try_from(call.runs.saturating_sub(1)).unwrap_or_default();
        if by_lambda > 0 && call.accepted.is_none() {
            return Err(format!("Invoke {number} runs {} times, and was not accepted for later", call.runs));
        }
        excuses.extend(vec![Excuse::LambdasOwn; by_lambda * call.records.len()]);
        for &record in &call.records {
            if let Some(before) = last[record].replace(number) {
                let excuse = excuse(digest, &digest.calls[before], call, record);
                let excuse = excuse.filter(|_| !digest.history.plan.forwards()).or_else(|| {
                    excuse.filter(|_| is_forgotten(digest, &digest.calls[before], call))?;
                    Some(Excuse::Forgotten)
                });
                let excuse = excuse.or_else(|| {
                    redelivered[record] += 1;
                    let handed_out_again = redeliveries(digest, record, call.sent.1) >= redelivered[record];
                    handed_out_again.then_some(Excuse::Redelivered)
                });
                let excuse = excuse.ok_or_else(|| {
                    format!(
                        "record {record} runs again in Invoke {number}, after {before}, and nothing forced it"
                    )
                })?;
                excuses.push(excuse);
            }
        }
    }
    Ok(excuses)
}

/// Whether a bridge's queue has forgotten by now what it took then.
fn is_forgotten(digest: &Digest<'_>, before: &Call, now: &Call) -> bool {
    let taken = |call: &Call| call.arrived_at.map(|place| digest.history.events[place].at);
    taken(before).zip(taken(now)).is_some_and(|(before, now)| now >= before + DEDUPLICATION)
}

pub(super) fn forced(digest: &Digest<'_>) -> Option<String> {
    excuses(digest).err()
}

/// What forced a record to run once more, other than a queue that handed it out twice.
fn excuse(digest: &Digest<'_>, before: &Call, now: &Call, record: usize) -> Option<Excuse> {
    // In one invocation what may have run is never sent again.
    if before.invocation == now.invocation {
        return None;
    }
    let has_receipt = before.returned.as_ref().is_some_and(|returned| returned.receipts.contains(&record));
    if !has_receipt {
        return Some(Excuse::NoReceipt);
    }
    let invocation = &digest.invocations[before.invocation];
    if matches!(
        invocation.cut,
        Some(CutHow::Crashed | CutHow::Stalled | CutHow::Panicked | CutHow::AnswerLost)
    ) {
        return Some(Excuse::RouterGone);
    }
    // Of a record that was handed out twice in a batch, one copy may have failed: both have one name.
    if invocation.batch.iter().filter(|&&of| of == record).count() > 1 {
        return Some(Excuse::Redelivered);
    }
    let (_, answered, named) = invocation.answer.as_ref()?;
    if !digest.history.plan.kind.is_stream() {
        return None;
    }
    let place = invocation.batch.iter().position(|&of| of == record);
    let from = named.iter().find_map(|name| match name {
        Named::Record(named) => digest.place(invocation, *named),
        Named::Whole => Some(0),
        Named::Stranger => None,
    });
    let is_replayed = from.is_some() && from <= place;
    let is_before = place < digest.unsettled(invocation, *answered).next();
    is_replayed.then_some(if is_before { Excuse::Aggregated } else { Excuse::Replayed })
}

fn redeliveries(digest: &Digest<'_>, record: usize, before: usize) -> usize {
    let again = |event: &Event| matches!(event, Event::Redelivered { record: of } if *of == record);
    digest.history.events[..before].iter().filter(|stamped| again(&stamped.event)).count()
}
