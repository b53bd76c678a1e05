//! Promises about a rule of EventBridge, which invokes the router with one event at a time.

use super::*;
use crate::history::DiscardReason;

fn of_a_rule(events: Vec<Event>) -> Vec<&'static str> {
    let mut plan = plan(Kind::EventBridge);
    plan.records.truncate(1);
    plan.settings.payload = InvokePayload::Content;
    broken(&history(plan, events))
}

fn delivered() -> Vec<Event> {
    vec![started(&[0]), sent(0, 0, &[0]), Event::Ran { call: 0 }, returned(0, &[0]), responded(&[]), acked(0)]
}

#[test]
fn event_is_acked_or_fails_its_invocation() {
    assert_eq!(of_a_rule(delivered()), [""; 0]);
    let mut failed = delivered();
    failed[3] = returned(0, &[]);
    failed[4] = responded(&[FailedItem::WholeBatch]);
    failed[5] = Event::Discarded { record: 0, why: DiscardReason::Undelivered };
    assert_eq!(of_a_rule(failed), [""; 0]);
}

#[test]
fn success_without_an_acked_event_is_detected() {
    let mut events = delivered();
    events[3] = returned(0, &[]);
    let broken = of_a_rule(events);
    assert!(broken.contains(&"acked") && broken.contains(&"exact_response"), "{broken:?}");
}

#[test]
fn failure_of_an_acked_event_is_detected() {
    for named in [FailedItem::WholeBatch, FailedItem::Record(0)] {
        let mut events = delivered();
        events[4] = responded(&[named]);
        assert!(of_a_rule(events).contains(&"exact_response"), "{named:?}");
    }
}

#[test]
fn undelivered_needs_a_rule() {
    let undelivered = Event::Discarded { record: 2, why: DiscardReason::Undelivered };
    breaks("nothing_lost", Kind::Standard, 13, undelivered);
}
