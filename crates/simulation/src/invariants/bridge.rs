//! What a bridge adds: the order from the stream to the backend, and that nobody waits for others.

use std::time::Duration;

use routing::bridge::Group;

use super::{Call, Digest, Invocation, order};
use crate::history::{CameTo, Event, Kept};
use crate::plan::{Kind, Plan};

/// Whether two of the queue's messages are to be in one group.
pub(super) fn share_a_group(plan: &Plan, one: usize, other: usize) -> bool {
    let owner = |record: usize| plan.records[record].says.owner();
    let group = plan.bridge.as_ref().map(|bridge| bridge.group);
    owner(one).is_some()
        && owner(one) == owner(other)
        && (group == Some(BridgeGroup::Tenant) || plan.have_one_key(one, other))
}

/// A record is delivered once those before it in the stream, of its tenant and key, are out of its way.
pub(super) fn order(digest: &Digest<'_>) -> Option<String> {
    let behind = digest.behind.as_deref()?;
    let gone = gone(digest, behind);
    behind.calls.iter().enumerate().find_map(|(number, call)| {
        call.records.iter().enumerate().find_map(|(at, &message)| {
            let record = behind.history.plan.origin(message);
            let along = |other: usize| {
                call.records[..at].iter().any(|&of| behind.history.plan.origin(of) == other)
            };
            let overtaken = digest.history.plan.sent().take_while(|&of| of < record).find(|&other| {
                order::share_a_line(&digest.history.plan, other, record)
                    && !along(other)
                    && gone[other].is_none_or(|gone| gone > call.sent.0)
            })?;
            Some(format!(
                "behind the bridge Invoke {number} carries record {record} before record {overtaken} is out of its way"
            ))
        })
    })
}

/// When somebody first had a record, or it was given up.
fn gone(digest: &Digest<'_>, behind: &Digest<'_>) -> Vec<Option<Duration>> {
    let mut gone: Vec<Option<Duration>> = vec![None; digest.history.plan.records.len()];
    let mut note = |record: usize, at: Duration| {
        gone[record] = Some(gone[record].map_or(at, |before| before.min(at)));
    };
    for (side, is_front) in [(digest, true), (behind, false)] {
        for stamped in &side.history.events {
            match &stamped.event {
                Event::GivenUp { record, .. } => note(side.history.plan.origin(*record), stamped.at),
                Event::SetAside { record, kept: Kept::Acknowledged, .. } => {
                    note(side.history.plan.origin(*record), stamped.at);
                }
                // What the queue has, nobody had yet.
                Event::Returned { receipts, .. } if !is_front => {
                    for &of in receipts {
                        note(side.history.plan.origin(of), stamped.at);
                    }
                }
                _ => {}
            }
        }
    }
    gone
}

/// A message that no other of its group is before comes to be handed out once the messages before it were, of whatever
/// group: whether those fail, and how often they will be handed out retryable, is of no account. A message is hidden from
/// its first receive on for six times as long as an invocation may take; where fewer batches than that are before it,
/// each of the others is handed out once at most, and elsewhere no more often than it may be at all.
pub(super) fn delay(digest: &Digest<'_>) -> Option<String> {
    let (plan, terms) = (&digest.history.plan, &digest.history.plan.terms);
    if plan.kind != Kind::Bridge {
        return None;
    }
    let times = |record: usize, what: fn(&Event, usize) -> bool| {
        digest.history.events.iter().find(|stamped| what(&stamped.event, record)).map(|stamped| stamped.at)
    };
    plan.sent().find_map(|message| {
        let before = plan.sent().filter(|&other| {
            other != message
                && share_a_group(plan, other, message)
                && plan.records[other].sent_at <= plan.records[message].sent_at
        });
        let free = before
            .map(|other| times(other, is_over))
            .try_fold(plan.records[message].sent_at, |free, over| Some(free.max(over?)))?;
        let others = plan.sent().filter(|&other| !share_a_group(plan, other, message)).count();
        let batches = others.div_ceil(terms.batch_size);
        let passes = if batches <= 4 { 1 } else { usize::try_from(terms.tries).ok()? };
        let bound = free + terms.timeout * u32::try_from(1 + batches * passes).ok()?;
        let first = times(
            message,
            |event, record| matches!(event, Event::HandedOut { records, .. } if records.contains(&record)),
        );
        let late = first.is_none_or(|first| first > bound);
        late.then(|| {
            format!("message {message} could go at {free:?} and was handed out at {first:?}, past {bound:?}")
        })
    })
}

fn is_over(event: &Event, record: usize) -> bool {
    matches!(event, Event::Settled { record: of } | Event::GivenUp { record: of, .. } if *of == record)
}

/// Where nothing goes wrong and there is room for all of a batch, a record goes once the one before it has gone, of its
/// tenant and key. At the record at which the stream stopped, all others wait for it.
pub(super) fn side_by_side(digest: &Digest<'_>) -> Option<String> {
    let plan = &digest.history.plan;
    if !plan.forwards() || plan.terms.registry.is_some() {
        return None;
    }
    digest.invocations.iter().enumerate().find_map(|(number, invocation)| {
        if invocation.batch.len() > plan.terms.in_flight || !is_smooth(digest, invocation) {
            return None;
        }
        digest.calls_of(invocation).find_map(|call| {
            let &record = call.records.first()?;
            let first = plan.parent(*invocation.batch.first()?);
            let waits_for = |other: &&Call| {
                other.sent.1 < call.sent.1
                    && other
                        .records
                        .iter()
                        .any(|&of| order::share_a_line(plan, of, record) || plan.parent(of) == first)
            };
            let free = digest
                .calls_of(invocation)
                .filter(waits_for)
                .filter_map(|other| Some(other.returned.as_ref()?.at.0))
                .fold(invocation.began, Duration::max);
            let late = call.sent.0 > free;
            late.then(|| {
                format!(
                    "in invocation {number} record {record} could go at {free:?} and went at {:?}",
                    call.sent.0
                )
            })
        })
    })
}

/// Whether all that an invocation sent was taken at the first try, and nothing was rejected.
fn is_smooth(digest: &Digest<'_>, invocation: &Invocation) -> bool {
    invocation.asides.is_empty()
        && digest.calls_of(invocation).all(|call| {
            call.returned
                .as_ref()
                .is_some_and(|returned| returned.came_to == CameTo::Over && returned.receipts == call.records)
        })
}
