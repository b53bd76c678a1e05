//! Promises about asynchronous Invokes.

use super::*;
use crate::history::EventFate;
use crate::plan::{EventInvokeConfig, OnFailure};

fn plan_of(kind: Kind, on_failure: OnFailure) -> Plan {
    let mut plan = plan(kind);
    plan.settings.invocation_type = InvocationType::Event;
    plan.settings.event_invoke = EventInvokeConfig { tries: 2, age: seconds(60), on_failure };
    plan
}

fn ended(call: usize, fate: EventFate) -> Event {
    Event::EventEnded { call, fate }
}

/// Returns the events of a record that Lambda accepted, that failed once, and that succeeded at the second try.
fn accepted() -> Vec<Event> {
    vec![
        started(&[0]),
        sent(0, 0, &[0]),
        Event::Accepted { call: 0 },
        returned(0, &[0]),
        responded(&[]),
        acked(0),
        Event::Ran { call: 0 },
        Event::Ran { call: 0 },
        ended(0, EventFate::Done),
    ]
}

/// Returns a history of a standard queue with one record.
fn one_of(on_failure: OnFailure, events: Vec<Event>) -> History {
    let mut plan = plan_of(Kind::Standard, on_failure);
    plan.records.truncate(1);
    history(plan, events)
}

#[test]
fn accepted_event_is_acked_and_may_run_twice() {
    assert_eq!(broken(&one_of(OnFailure::Destination, accepted())), [""; 0]);
}

#[test]
fn failed_event_goes_to_the_destination_if_there_is_one() {
    for (on_failure, fate, right) in [
        (OnFailure::Destination, EventFate::InDestination, true),
        (OnFailure::Destination, EventFate::Lost, false),
        (OnFailure::Nothing, EventFate::Lost, true),
        (OnFailure::Nothing, EventFate::InDestination, false),
        (OnFailure::Destination, EventFate::Dropped, true),
        (OnFailure::Destination, EventFate::FailuresUnread, true),
    ] {
        let mut events = accepted();
        events[8] = ended(0, fate);
        let broken = broken(&one_of(on_failure, events));
        assert_eq!(broken.is_empty(), right, "{on_failure:?}, {fate:?}: {broken:?}");
    }
}

#[test]
fn accepted_event_without_a_valid_end_is_detected() {
    let breaks_it = |events: Vec<Event>| {
        let broken = broken(&one_of(OnFailure::Destination, events));
        assert!(broken.contains(&"accepted"), "{broken:?}");
    };
    breaks_it(accepted()[..8].to_vec());
    breaks_it(accepted().into_iter().filter(|event| !matches!(event, Event::Ran { .. })).collect());
    breaks_it(accepted().into_iter().filter(|event| !matches!(event, Event::Accepted { .. })).collect());
    let mut early = accepted();
    early.remove(7);
    early[7] = ended(0, EventFate::InDestination);
    breaks_it(early);
}

#[test]
fn lost_acceptance_does_not_acknowledge() {
    let mut events = accepted();
    events[3] = returned(0, &[]);
    let broken = broken(&one_of(OnFailure::Destination, events));
    assert!(broken.contains(&"acked"), "{broken:?}");
}

#[test]
fn second_acceptance_without_a_cause_is_detected() {
    let mut events = accepted();
    let again = [sent(1, 0, &[0]), Event::Accepted { call: 1 }, returned(1, &[0])];
    events.splice(4..4, again);
    events.extend([Event::Ran { call: 1 }, ended(1, EventFate::Done)]);
    assert!(broken(&one_of(OnFailure::Destination, events)).contains(&"repeats"));
}

#[test]
fn second_run_without_acceptance_is_detected() {
    let mut events = good();
    events.insert(3, Event::Ran { call: 0 });
    assert!(broken(&history(plan(Kind::Standard), events)).contains(&"repeats"));
}

#[test]
fn asynchronous_invoke_of_ordered_source_is_detected() {
    for kind in [Kind::Fifo, Kind::Kinesis, Kind::DynamoDb] {
        let mut plan = plan_of(kind, OnFailure::Destination);
        plan.records.truncate(1);
        assert_eq!(broken(&history(plan.clone(), accepted())), ["always_responds", "order"], "{kind:?}");
        plan.settings.invocation_type = InvocationType::RequestResponse;
        assert_eq!(broken(&history(plan, accepted())), ["order"], "{kind:?}");
    }
}

#[test]
fn ordered_batch_fails_with_asynchronous_invokes() {
    let rejected = vec![started(&[0]), Event::InvocationFailed { invocation: 0 }];
    let of = |kind| broken(&history(plan_of(kind, OnFailure::Destination), rejected.clone()));
    assert!(!of(Kind::Fifo).contains(&"always_responds"));
    assert!(of(Kind::Standard).contains(&"always_responds"));
}

#[test]
fn poison_record_does_not_excuse_an_async_batch() {
    let mut calm = plan_of(Kind::Standard, OnFailure::Destination);
    calm.faults_end_at = Duration::ZERO;
    calm.records[0].poison = Some(crate::plan::Poison::FailsAll);
    let mut late = history(calm, vec![started(&[0]), responded(&[FailedItem::Record(0)])]);
    late.events.iter_mut().for_each(|timed| timed.at += seconds(60));
    assert!(broken(&late).contains(&"fault_free"));
}
