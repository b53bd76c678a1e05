//! Bridges: each of their promises can be broken.

use routing::bridge::BridgeGroup;

use super::super::{RepeatCause, repeat_causes};
use super::*;
use crate::plan::bridge::{Bridge, COPIES};

/// The good history in front of a bridge, with these events behind it, a second after the one before each.
fn bridged(behind: Vec<Event>) -> History {
    let mut plan = plan(Kind::Kinesis);
    plan.settings.in_flight = 3;
    let drain = plan.settings.clone();
    plan.bridge = Some(Bridge { stream: Kind::Kinesis, group: BridgeGroup::Tenant, drain });
    let mut of_drain = plan.behind().expect("it has a bridge");
    let timed = |(at, event): (u64, Event)| TimedEvent { at: seconds(10 + at), event };
    let events: Vec<TimedEvent> = (0..).zip(behind).map(timed).collect();
    of_drain.keep_taken(&events);
    let behind = History { plan: of_drain, events, end: End::Finished, behind: None };
    History { behind: Some(Box::new(behind)), ..history(plan, good()) }
}

fn taken(record: usize) -> Event {
    Event::Bridged { record }
}

fn behind_is_broken(history: &History) -> Vec<&'static str> {
    history.behind.as_deref().map(broken).unwrap_or_default()
}

#[test]
fn a_record_that_overtakes_another_behind_the_bridge_is_told() {
    let (first, second) = ([sent(0, 0, &[0]), returned(0, &[0])], [sent(1, 0, &[2]), returned(1, &[2])]);
    let in_order = bridged([&first[..], &second[..]].concat());
    assert!(!broken(&in_order).contains(&"bridge_order"));
    assert!(broken(&bridged([&second[..], &first[..]].concat())).contains(&"bridge_order"));
    // A second message of the first record is out of no one's way.
    let copy = [sent(0, 0, &[3]), returned(0, &[3])];
    assert!(!broken(&bridged([&copy[..], &second[..]].concat())).contains(&"bridge_order"));
}

#[test]
fn a_message_that_waits_for_another_tenants_is_told() {
    let prompt = bridged(vec![taken(0), taken(1), handed(&[0, 1])]);
    assert!(!behind_is_broken(&prompt).contains(&"bridge_delay"));
    let mut late = bridged(vec![taken(0), taken(1), handed(&[0]), settled(0), handed(&[1])]);
    late.behind.as_mut().expect("it has a bridge").events[4].at = seconds(500);
    assert!(behind_is_broken(&late).contains(&"bridge_delay"));
    // Of one tenant they are one group.
    let mut own = bridged(vec![taken(0), taken(2), handed(&[0]), settled(0), handed(&[2])]);
    own.behind.as_mut().expect("it has a bridge").events[3].at = seconds(499);
    own.behind.as_mut().expect("it has a bridge").events[4].at = seconds(500);
    assert!(!behind_is_broken(&own).contains(&"bridge_delay"));
}

#[test]
fn a_record_that_waits_for_one_of_another_key_on_its_way_over_the_bridge_is_told() {
    // In the good history each is sent once the one before it is taken.
    let mut waits = bridged(Vec::new());
    assert!(broken(&waits).contains(&"bridge_parallel"), "record 1 is another tenant's than record 0");
    waits.plan.records.iter_mut().for_each(|record| record.stated = StatedTenant::Tenant(0));
    waits.events.iter_mut().for_each(|timed| timed.at = seconds(0));
    assert!(!broken(&waits).contains(&"bridge_parallel"));
}

#[test]
fn a_record_that_the_queue_takes_twice_within_five_minutes_is_told_and_later_it_is_excused() {
    let mut again = bridged(Vec::new());
    again.events[10].event = answered(&[FailedItem::Record(0)]);
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
fn a_message_tells_its_record_and_a_later_one_of_it_as_well() {
    let behind = bridged(Vec::new()).plan.behind().expect("it has a bridge");
    assert_eq!(behind.records.len(), 3 * COPIES);
    assert_eq!([1, 4, 11].map(|message| behind.origin(message)), [1, 1, 2]);
}
