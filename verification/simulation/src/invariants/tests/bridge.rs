//! Promises about bridges.

use routing::bridge::BridgeGroup;

use super::super::{RepeatCause, repeat_causes};
use super::*;
use crate::plan::bridge::{Bridge, COPIES};
use crate::world::bridge::taken;

/// Returns the good history in front of a bridge, with these events behind it, one second apart.
fn bridged(behind: Vec<Event>) -> History {
    let mut plan = plan(Kind::Kinesis);
    plan.settings.in_flight = 3;
    let drain = plan.settings.clone();
    plan.bridge = Some(Bridge { stream: Kind::Kinesis, group: BridgeGroup::Tenant, drain });
    let mut of_drain = plan.behind().expect("it has a bridge");
    let timed = |(at, event): (u64, Event)| TimedEvent { at: seconds(10 + at), event };
    let events: Vec<TimedEvent> = (0..).zip(behind).map(timed).collect();
    of_drain.keep_taken(taken(&events));
    let behind = History { plan: of_drain, events, end: End::Finished, behind: None };
    History { behind: Some(Box::new(behind)), ..history(plan, good()) }
}

fn queued(record: usize) -> Event {
    Event::Bridged { record }
}

fn broken_behind(history: &History) -> Vec<&'static str> {
    history.behind.as_deref().map(broken).unwrap_or_default()
}

#[test]
fn overtaking_behind_the_bridge_is_detected() {
    let (first, second) = ([sent(0, 0, &[0]), returned(0, &[0])], [sent(1, 0, &[2]), returned(1, &[2])]);
    let in_order = bridged([&first[..], &second[..]].concat());
    assert!(!broken(&in_order).contains(&"bridge_order"));
    assert!(broken(&bridged([&second[..], &first[..]].concat())).contains(&"bridge_order"));
    // The delivery of a second message of the first record counts as well.
    let copy = [sent(0, 0, &[3]), returned(0, &[3])];
    assert!(!broken(&bridged([&copy[..], &second[..]].concat())).contains(&"bridge_order"));
}

#[test]
fn message_delayed_by_another_group_is_detected() {
    let prompt = bridged(vec![queued(0), queued(1), started(&[0, 1])]);
    assert!(!broken_behind(&prompt).contains(&"bridge_delay"));
    let mut late = bridged(vec![queued(0), queued(1), started(&[0]), acked(0), started(&[1])]);
    late.behind.as_mut().expect("it has a bridge").events[4].at = seconds(500);
    assert!(broken_behind(&late).contains(&"bridge_delay"));
    // Records of one tenant belong to one group, so they may wait.
    let mut own = bridged(vec![queued(0), queued(2), started(&[0]), acked(0), started(&[2])]);
    own.behind.as_mut().expect("it has a bridge").events[3].at = seconds(499);
    own.behind.as_mut().expect("it has a bridge").events[4].at = seconds(500);
    assert!(!broken_behind(&own).contains(&"bridge_delay"));
}

#[test]
fn record_delayed_by_another_key_is_detected() {
    // In the good history, each record is sent after the earlier one was taken.
    let mut waits = bridged(Vec::new());
    assert!(broken(&waits).contains(&"bridge_parallel"), "record 1 belongs to another tenant than record 0");
    waits.plan.records.iter_mut().for_each(|record| record.stated = StatedTenant::Tenant(0));
    waits.events.iter_mut().for_each(|timed| timed.at = seconds(0));
    assert!(!broken(&waits).contains(&"bridge_parallel"));
}

#[test]
fn second_message_is_allowed_only_after_five_minutes() {
    let mut again = bridged(Vec::new());
    again.events[10].event = responded(&[FailedItem::Record(0)]);
    let once_more = [
        Event::InvocationStarted { invocation: 1, environment: 0, records: vec![0] },
        Event::Sent {
            invocation: 1,
            call: 3,
            tenant: Some(0),
            backend: 0,
            records: vec![0],
            bytes: Bytes::Same,
        },
        Event::Ran { call: 3 },
    ];
    let position = again.events.len();
    for event in once_more {
        again.events.push(TimedEvent { at: seconds(200), event });
    }
    assert!(broken(&again).contains(&"repeats"));
    again.events[position..].iter_mut().for_each(|timed| timed.at = seconds(400));
    assert_eq!(repeat_causes(&Digest::of(&again)), Ok(vec![RepeatCause::DeduplicationExpired]));
}

#[test]
fn every_message_of_a_record_has_its_origin() {
    let behind = bridged(Vec::new()).plan.behind().expect("it has a bridge");
    assert_eq!(behind.records.len(), 3 * COPIES);
    assert_eq!([1, 4, 11].map(|message| behind.origin(message)), [1, 1, 2]);
}
