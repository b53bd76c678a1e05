//! Promises to a rule of EventBridge, whose events are settled or not, one by one.

use super::*;
use crate::history::DiscardReason;

fn of_a_rule(events: Vec<Event>) -> Vec<&'static str> {
    let mut plan = plan(Kind::EventBridge);
    plan.records.truncate(1);
    plan.settings.payload = InvokePayload::Content;
    broken(&history(plan, events))
}

fn delivered() -> Vec<Event> {
    vec![handed(&[0]), sent(0, 0, &[0]), Event::Ran { call: 0 }, returned(0, &[0]), answered(&[]), settled(0)]
}

#[test]
fn an_event_is_settled_or_fails_its_invocation() {
    assert_eq!(of_a_rule(delivered()), [""; 0]);
    let mut failed = delivered();
    failed[3] = returned(0, &[]);
    failed[4] = answered(&[FailedItem::WholeBatch]);
    failed[5] = Event::Discarded { record: 0, why: DiscardReason::Undelivered };
    assert_eq!(of_a_rule(failed), [""; 0]);
}

#[test]
fn an_event_that_is_not_settled_and_answered_as_if_it_were_is_told() {
    let mut events = delivered();
    events[3] = returned(0, &[]);
    let broken = of_a_rule(events);
    assert!(broken.contains(&"acked") && broken.contains(&"exact_response"), "{broken:?}");
}

#[test]
fn an_event_that_is_settled_and_failed_all_the_same_is_told() {
    for named in [FailedItem::WholeBatch, FailedItem::Record(0)] {
        let mut events = delivered();
        events[4] = answered(&[named]);
        assert!(of_a_rule(events).contains(&"exact_response"), "{named:?}");
    }
}

#[test]
fn what_no_rule_delivers_is_not_given_up_by_one() {
    let undelivered = Event::Discarded { record: 2, why: DiscardReason::Undelivered };
    breaks("nothing_lost", Kind::Standard, 13, undelivered);
}
