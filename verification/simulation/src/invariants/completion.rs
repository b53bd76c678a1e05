//! What becomes of records, and the responses to the source.

use super::{Digest, Invocation};
use crate::executor::End;
use crate::history::{DiscardReason, Event, FailedItem, Interruption};
use crate::plan::{Bisect, InvocationType, Kind};

/// Returns the indexes of the records in a batch that a response acknowledges, as the source reads it.
fn done(digest: &Digest<'_>, invocation: &Invocation, named: &[FailedItem]) -> Vec<usize> {
    let batch = &invocation.batch;
    let position = |named: &FailedItem| match named {
        FailedItem::Record(named) => digest.position(invocation, *named),
        FailedItem::WholeBatch | FailedItem::Unknown => None,
    };
    let Some(positions) = named.iter().map(position).collect::<Option<Vec<usize>>>() else {
        return Vec::new();
    };
    let end = positions.iter().min().copied().unwrap_or(batch.len());
    if digest.history.plan.kind.is_stream() {
        return (0..end).collect();
    }
    (0..batch.len()).filter(|&at| !named.contains(&FailedItem::Record(batch[at]))).collect()
}

pub(super) fn terminates(digest: &Digest<'_>) -> Option<String> {
    (digest.history.end == End::Stuck).then(|| "a task waits for an event that never comes".to_owned())
}

pub(super) fn nothing_lost(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    plan.sent().find_map(|record| {
        let mut fate = None;
        for (position, timed) in digest.history.events.iter().enumerate() {
            match timed.event {
                Event::Acked { record: of } if of == record => fate = Some((position, None)),
                Event::Discarded { record: of, why } if of == record => fate = Some((position, Some(why))),
                _ => {}
            }
        }
        let has_record = |of: &&Invocation| of.batch.contains(&record);
        match fate {
            None => Some(format!("record {record} is neither acknowledged nor discarded in the end")),
            Some((position, None)) => {
                let has = |of: &Invocation| digest.acks(of, record, position) > 0;
                let lost = !digest.invocations.iter().any(has);
                lost.then(|| format!("record {record} was acknowledged to the source, but never delivered"))
            }
            Some((_, Some(DiscardReason::Undelivered))) => {
                let wrong = !matches!(plan.kind, Kind::EventBridge | Kind::Buffered);
                wrong.then(|| format!("record {record} was discarded by a rule, but there is none"))
            }
            Some((_, Some(DiscardReason::Tries))) if !plan.kind.is_stream() => {
                let tries = digest.invocations.iter().filter(has_record).count();
                let early = tries < usize::try_from(plan.settings.tries).unwrap_or(usize::MAX);
                early.then(|| format!("record {record} was discarded after {tries} tries"))
            }
            Some((_, Some(DiscardReason::Tries))) if plan.settings.bisect == Bisect::On => {
                let last = digest.invocations.iter().rfind(has_record);
                let alone =
                    |of: &Invocation| of.batch.iter().all(|&other| plan.parent(other) == plan.parent(record));
                let together = !last.is_some_and(alone);
                together.then(|| {
                    format!("record {record} was discarded together with others, but could be bisected")
                })
            }
            Some((_, Some(_))) => {
                let never = digest.invocations.iter().filter(has_record).count() == 0;
                (never && plan.settings.record_age.is_none())
                    .then(|| format!("record {record} was discarded before it was delivered"))
            }
        }
    })
}

pub(super) fn acked_when_delivered(digest: &Digest<'_>) -> Option<String> {
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, position, named) = invocation.response.as_ref()?;
        let done = done(digest, invocation, named);
        let without = digest.unacked(invocation, *position).find(|at| done.contains(at))?;
        let record = invocation.batch[without];
        Some(format!(
            "invocation {number} lets the source be done with record {record}, which is not acknowledged"
        ))
    })
}

pub(super) fn response_is_exact(digest: &Digest<'_>) -> Option<String> {
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, position, named) = invocation.response.as_ref()?;
        let unacked: Vec<usize> =
            digest.unacked(invocation, *position).map(|at| invocation.batch[at]).collect();
        let kind = digest.history.plan.kind;
        let right = if kind == Kind::EventBridge {
            // The batch is one event: the response is a success or a failure as a whole.
            named.is_empty() == unacked.is_empty() && named.iter().all(|name| *name == FailedItem::WholeBatch)
        } else if kind.is_stream() {
            match unacked.first() {
                None => named.is_empty(),
                Some(&lowest) => {
                    let parent = digest.history.plan.parent(lowest);
                    // Only a batch that fails as a whole is bisected. Otherwise later records would be discarded
                    // together with the first one.
                    let is_first = digest.position(invocation, parent) == Some(0);
                    *named == [if is_first { FailedItem::WholeBatch } else { FailedItem::Record(parent) }]
                }
            }
        } else {
            let is_unacked =
                |name: &FailedItem| matches!(name, FailedItem::Record(record) if unacked.contains(record));
            named.iter().all(is_unacked)
                && unacked.iter().all(|record| named.contains(&FailedItem::Record(*record)))
        };
        (!right).then(|| format!("invocation {number} names {named:?}, but {unacked:?} are not acknowledged"))
    })
}

pub(super) fn no_unknown_record(digest: &Digest<'_>) -> Option<String> {
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, _, named) = invocation.response.as_ref()?;
        let is_unknown = |name: &&FailedItem| match name {
            FailedItem::Record(record) => digest.position(invocation, *record).is_none(),
            FailedItem::Unknown => true,
            FailedItem::WholeBatch => false,
        };
        let unknown = named.iter().find(is_unknown)?;
        Some(format!("invocation {number} names {unknown:?}, which is not in its batch"))
    })
}

pub(super) fn always_responds(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    let must_fail = plan.kind.is_ordered() && plan.settings.invocation_type == InvocationType::Event;
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        if must_fail {
            let responded = invocation.response.is_some();
            return responded
                .then(|| format!("invocation {number} accepts an ordered batch for asynchronous Invokes"));
        }
        if invocation.failed_at.is_some() {
            return Some(format!("invocation {number} failed its batch as a whole"));
        }
        if invocation.interruption == Some(Interruption::TimedOut) {
            return Some(format!("invocation {number} was ended by Lambda at its deadline"));
        }
        let (at, ..) = invocation.response.as_ref()?;
        let latest = plan.settings.respond_by(invocation.began);
        (*at > latest).then(|| format!("invocation {number} responded at {at:?}, later than {latest:?}"))
    })
}
