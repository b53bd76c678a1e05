//! What becomes of records, and what the source is told.

use super::{Digest, Invocation};
use crate::executor::End;
use crate::history::{CutHow, Event, GivenUp, Named};
use crate::plan::{Bisect, Kind, WaitsFor};

/// Positions in a batch that an answer lets the source be done with, as the source reads it.
fn done(digest: &Digest<'_>, invocation: &Invocation, named: &[Named]) -> Vec<usize> {
    let batch = &invocation.batch;
    let place = |named: &Named| match named {
        Named::Record(named) => digest.place(invocation, *named),
        Named::Whole | Named::Stranger => None,
    };
    let Some(places) = named.iter().map(place).collect::<Option<Vec<usize>>>() else { return Vec::new() };
    let end = places.iter().min().copied().unwrap_or(batch.len());
    if digest.history.plan.kind.is_stream() {
        return (0..end).collect();
    }
    (0..batch.len()).filter(|&at| !named.contains(&Named::Record(batch[at]))).collect()
}

pub(super) fn comes_to_an_end(digest: &Digest<'_>) -> Option<String> {
    (digest.history.end == End::Stuck).then(|| "somebody waits for what never comes".to_owned())
}

pub(super) fn nothing_lost(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    plan.sent().find_map(|record| {
        let mut fate = None;
        for (place, stamped) in digest.history.events.iter().enumerate() {
            match stamped.event {
                Event::Settled { record: of } if of == record => fate = Some((place, None)),
                Event::GivenUp { record: of, why } if of == record => fate = Some((place, Some(why))),
                _ => {}
            }
        }
        let handed_out = |of: &&Invocation| of.batch.contains(&record);
        match fate {
            None => Some(format!("record {record} is neither settled nor given up in the end")),
            Some((place, None)) => {
                let has = |of: &Invocation| digest.receipts(of, record, place) > 0;
                let lost = !digest.invocations.iter().any(has);
                lost.then(|| format!("record {record} was settled, and nobody ever had it"))
            }
            Some((_, Some(GivenUp::Undelivered))) => {
                let wrong = !matches!(plan.kind, Kind::EventBridge | Kind::Buffered);
                wrong.then(|| format!("record {record} was given up by a rule, and there is none"))
            }
            Some((_, Some(GivenUp::Tries))) if !plan.kind.is_stream() => {
                let tries = digest.invocations.iter().filter(handed_out).count();
                let early = tries < usize::try_from(plan.terms.tries).unwrap_or(usize::MAX);
                early.then(|| format!("record {record} was given up after {tries} tries"))
            }
            Some((_, Some(GivenUp::Tries))) if plan.terms.bisect == Bisect::On => {
                let last = digest.invocations.iter().rfind(handed_out);
                let alone =
                    |of: &Invocation| of.batch.iter().all(|&other| plan.parent(other) == plan.parent(record));
                let together = !last.is_some_and(alone);
                together.then(|| {
                    format!("record {record} was given up together with others, and could be bisected")
                })
            }
            Some((_, Some(_))) => {
                let never = digest.invocations.iter().filter(handed_out).count() == 0;
                (never && plan.terms.record_age.is_none())
                    .then(|| format!("record {record} was given up and never handed out"))
            }
        }
    })
}

pub(super) fn settled_on_a_receipt(digest: &Digest<'_>) -> Option<String> {
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, place, named) = invocation.answer.as_ref()?;
        let done = done(digest, invocation, named);
        let without = digest.unsettled(invocation, *place).find(|at| done.contains(at))?;
        let record = invocation.batch[without];
        Some(format!(
            "invocation {number} tells the source to be done with record {record}, which has no receipt"
        ))
    })
}

pub(super) fn answer_is_exact(digest: &Digest<'_>) -> Option<String> {
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, place, named) = invocation.answer.as_ref()?;
        let unsettled: Vec<usize> =
            digest.unsettled(invocation, *place).map(|at| invocation.batch[at]).collect();
        let kind = digest.history.plan.kind;
        let right = if kind == Kind::EventBridge {
            // There is one event, which is settled or not.
            named.is_empty() == unsettled.is_empty() && named.iter().all(|name| *name == Named::Whole)
        } else if kind.is_stream() {
            match unsettled.first() {
                None => named.is_empty(),
                Some(&lowest) => {
                    let parent = digest.history.plan.parent(lowest);
                    // As a whole it is bisected: what is behind the record must not be given up with it.
                    let is_first = digest.place(invocation, parent) == Some(0);
                    *named == [if is_first { Named::Whole } else { Named::Record(parent) }]
                }
            }
        } else {
            let is_unsettled =
                |name: &Named| matches!(name, Named::Record(record) if unsettled.contains(record));
            named.iter().all(is_unsettled)
                && unsettled.iter().all(|record| named.contains(&Named::Record(*record)))
        };
        (!right)
            .then(|| format!("invocation {number} names {named:?}, and without receipt are {unsettled:?}"))
    })
}

pub(super) fn no_stranger(digest: &Digest<'_>) -> Option<String> {
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        let (_, _, named) = invocation.answer.as_ref()?;
        let strange = |name: &&Named| match name {
            Named::Record(record) => digest.place(invocation, *record).is_none(),
            Named::Stranger => true,
            Named::Whole => false,
        };
        let stranger = named.iter().find(strange)?;
        Some(format!("invocation {number} names {stranger:?}, which is not in its batch"))
    })
}

pub(super) fn always_answered(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    let is_refused = plan.kind.is_ordered() && plan.terms.waits_for == WaitsFor::Acceptance;
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        if is_refused {
            let taken = invocation.answer.is_some();
            return taken.then(|| format!("invocation {number} takes what Lambda's queue keeps in no order"));
        }
        if invocation.refused.is_some() {
            return Some(format!("invocation {number} failed its batch as a whole"));
        }
        if invocation.cut == Some(CutHow::TimedOut) {
            return Some(format!("invocation {number} was ended by Lambda at its deadline"));
        }
        let (at, ..) = invocation.answer.as_ref()?;
        let latest = plan.terms.answer_by(invocation.began);
        (*at > latest).then(|| format!("invocation {number} answered at {at:?}, later than {latest:?}"))
    })
}
