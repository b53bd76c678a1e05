//! The promises of a bridge: the order from the stream to the backend, and message groups that do not delay each other.

use std::time::Duration;

use super::{Call, Digest, Invocation, order};
use crate::history::{Event, InvokeOutcome, QuarantineResult};
use crate::plan::Kind;

/// Checks that a record is delivered only after the earlier records of its ordering group are delivered, quarantined or
/// discarded.
pub(super) fn order(digest: &Digest<'_>) -> Option<String> {
    let behind = digest.behind.as_deref()?;
    let done = first_done(digest, behind);
    behind.calls.iter().enumerate().find_map(|(number, call)| {
        call.records.iter().enumerate().find_map(|(at, &message)| {
            let record = behind.history.plan.origin(message);
            let precedes_in_payload =
                |other: usize| call.records[..at].iter().any(|&of| behind.history.plan.origin(of) == other);
            let overtaken = digest.history.plan.sent().take_while(|&of| of < record).find(|&other| {
                order::share_ordering_group(&digest.history.plan, other, record)
                    && !precedes_in_payload(other)
                    && done[other].is_none_or(|done| done > call.sent.0)
            })?;
            Some(format!(
                "behind the bridge Invoke {number} carries record {record} before record {overtaken} is done"
            ))
        })
    })
}

/// Returns for each record when it was first delivered behind the bridge, quarantined or discarded.
fn first_done(digest: &Digest<'_>, behind: &Digest<'_>) -> Vec<Option<Duration>> {
    let mut done: Vec<Option<Duration>> = vec![None; digest.history.plan.records.len()];
    let mut note = |record: usize, at: Duration| {
        done[record] = Some(done[record].map_or(at, |before| before.min(at)));
    };
    for (side, is_front) in [(digest, true), (behind, false)] {
        for timed in &side.history.events {
            match &timed.event {
                Event::Discarded { record, .. } => note(side.history.plan.origin(*record), timed.at),
                Event::Quarantined { record, result: QuarantineResult::Acked, .. } => {
                    note(side.history.plan.origin(*record), timed.at);
                }
                // In front of the bridge, an acknowledgement only says that the queue has the record.
                Event::Returned { acked, .. } if !is_front => {
                    for &of in acked {
                        note(side.history.plan.origin(of), timed.at);
                    }
                }
                _ => {}
            }
        }
    }
    done
}

/// Checks that a message at the front of its group waits only for one receive of the messages of other groups before
/// it. Failures and retries of those do not count.
///
/// A received message is hidden for six times the timeout of an invocation. Up to four batches of other messages are
/// therefore received once at most; with more batches, each is received at most as often as its number of tries allows.
pub(super) fn delay(digest: &Digest<'_>) -> Option<String> {
    let (plan, settings) = (&digest.history.plan, &digest.history.plan.settings);
    if plan.kind != Kind::Bridge {
        return None;
    }
    let times = |record: usize, what: fn(&Event, usize) -> bool| {
        digest.history.events.iter().find(|timed| what(&timed.event, record)).map(|timed| timed.at)
    };
    plan.sent().find_map(|message| {
        let before = plan.sent().filter(|&other| {
            other != message
                && plan.share_message_group(other, message)
                && plan.records[other].sent_at <= plan.records[message].sent_at
        });
        let free = before
            .map(|other| times(other, is_over))
            .try_fold(plan.records[message].sent_at, |free, over| Some(free.max(over?)))?;
        let others = plan.sent().filter(|&other| !plan.share_message_group(other, message)).count();
        let batches = others.div_ceil(settings.batch_size);
        let passes = if batches <= 4 { 1 } else { usize::try_from(settings.tries).ok()? };
        let bound = free + settings.timeout * u32::try_from(1 + batches * passes).ok()?;
        let first = times(
            message,
            |event, record| matches!(event, Event::InvocationStarted { records, .. } if records.contains(&record)),
        );
        let late = first.is_none_or(|first| first > bound);
        late.then(|| {
            format!("message {message} was free at {free:?} and received at {first:?}, later than {bound:?}")
        })
    })
}

/// Returns whether an event acknowledges or discards a record.
fn is_over(event: &Event, record: usize) -> bool {
    matches!(event, Event::Acked { record: of } | Event::Discarded { record: of, .. } if *of == record)
}

/// Checks that a record is sent over the bridge as soon as the earlier records of its ordering group are taken, if
/// there are no faults and the in-flight limit allows the whole batch. The first record of a batch may be the one at
/// which the stream stopped: then all others wait for it.
pub(super) fn parallel(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    if !plan.forwards() || plan.settings.registry.is_some() {
        return None;
    }
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        if invocation.batch.len() > plan.settings.in_flight || !is_smooth(digest, invocation) {
            return None;
        }
        digest.calls_of(invocation).find_map(|call| {
            let &record = call.records.first()?;
            let first = plan.parent(*invocation.batch.first()?);
            let invocation_type = |other: &&Call| {
                other.sent.1 < call.sent.1
                    && other
                        .records
                        .iter()
                        .any(|&of| order::share_ordering_group(plan, of, record) || plan.parent(of) == first)
            };
            let free = digest
                .calls_of(invocation)
                .filter(invocation_type)
                .filter_map(|other| Some(other.returned.as_ref()?.at.0))
                .fold(invocation.began, Duration::max);
            let late = call.sent.0 > free;
            late.then(|| {
                format!(
                    "in invocation {number} record {record} was free at {free:?} and sent at {:?}",
                    call.sent.0
                )
            })
        })
    })
}

/// Returns whether every record of an invocation was taken at the first try, and none was rejected.
fn is_smooth(digest: &Digest<'_>, invocation: &Invocation) -> bool {
    invocation.quarantined.is_empty()
        && digest.calls_of(invocation).all(|call| {
            call.returned.as_ref().is_some_and(|returned| {
                returned.outcome == InvokeOutcome::Finished && returned.acked == call.records
            })
        })
}
