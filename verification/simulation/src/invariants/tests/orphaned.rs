//! Promises about orphaned runs, about what starts after the response, and about a slow store.

use super::senders::rejected;
use super::*;
use crate::invariants::{OrphanCause, orphan_causes};

/// Returns events in which Invoke 0 with record 0 still runs while the later record 2 runs in the next invocation.
fn overtaking(how: Interruption) -> Vec<Event> {
    let (mut again, mut behind) = (sent(1, 0, &[0]), sent(2, 0, &[2]));
    for event in [&mut again, &mut behind] {
        if let Event::Sent { invocation, .. } = event {
            *invocation = 1;
        }
    }
    vec![
        started(&[0]),
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        Event::Interrupted { invocation: 0, how },
        Event::InvocationStarted { invocation: 1, environment: 1, records: vec![0, 2] },
        again,
        Event::Ran { call: 1 },
        returned(1, &[0]),
        behind,
        Event::Ran { call: 2 },
        Event::OrphanEnded { call: 0 },
        returned(2, &[2]),
        Event::Responded { invocation: 1, named: Vec::new() },
    ]
}

#[test]
fn orphaned_run_is_counted_if_the_router_is_gone() {
    let history = history(plan(Kind::Kinesis), overtaking(Interruption::Crashed));
    assert_eq!(orphan_causes(&Digest::of(&history)), Ok(vec![OrphanCause::RouterGone]));
    for name in ["orphaned_run", "order", "ends_with_response", "repeats"] {
        assert!(!broken(&history).contains(&name), "{name}");
    }
}

#[test]
fn run_abandoned_too_early_is_detected() {
    let mut discarded = overtaking(Interruption::Crashed);
    discarded[3] = responded(&[FailedItem::Record(0)]);
    let early = history(plan(Kind::Kinesis), discarded.clone());
    assert!(broken(&early).contains(&"orphaned_run") && broken(&early).contains(&"ends_with_response"));
    let mut in_time = early;
    in_time.events[3..].iter_mut().for_each(|timed| timed.at += seconds(2));
    assert_eq!(orphan_causes(&Digest::of(&in_time)), Ok(vec![OrphanCause::TimeUp]));
    discarded[3] = returned(0, &[]);
    assert!(broken(&history(plan(Kind::Kinesis), discarded)).contains(&"orphaned_run"));
}

#[test]
fn start_after_the_response_is_detected() {
    let mut late = good();
    late.swap(8, 10);
    late.swap(7, 8);
    assert!(broken(&history(plan(Kind::Standard), late)).contains(&"ends_with_response"));
    let mut late = history(plan(Kind::Standard), rejected());
    let last = late.events.len() - 1;
    late.events[last].event = Event::Quarantined {
        invocation: 0,
        record: 1,
        reason: Reason::Missing,
        sent_at: seconds(1),
        bytes: Bytes::Same,
        result: QuarantineResult::AckLost,
    };
    assert!(broken(&late).contains(&"ends_with_response"));
}

#[test]
fn needless_wait_for_the_store_is_detected() {
    let mut slow = history(plan(Kind::Standard), rejected());
    let Event::Quarantined { sent_at, .. } = &mut slow.events[4].event else {
        panic!("record 1 is quarantined")
    };
    *sent_at = seconds(1);
    assert!(broken(&slow).contains(&"quarantine_delay"));
    slow.plan.records[1].size = Size::Large;
    assert!(!broken(&slow).contains(&"quarantine_delay"));
}
