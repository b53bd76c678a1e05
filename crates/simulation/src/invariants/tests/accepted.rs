//! Promises of asynchronous Invokes.

use super::*;
use crate::history::EventFate;
use crate::plan::{Accepted, OnFailure};

fn plan_of(kind: Kind, on_failure: OnFailure) -> Plan {
    let mut plan = plan(kind);
    plan.settings.invocation_type = InvocationType::Event;
    plan.settings.accepted = Accepted { tries: 2, age: seconds(60), on_failure };
    plan
}

fn fate(call: usize, what: EventFate) -> Event {
    Event::EventEnded { call, what }
}

/// A record that Lambda accepted, and which ran and failed once before it ran to its end.
fn accepted() -> Vec<Event> {
    vec![
        handed(&[0]),
        sent(0, 0, &[0]),
        Event::Accepted { call: 0 },
        returned(0, &[0]),
        answered(&[]),
        settled(0),
        Event::Ran { call: 0 },
        Event::Ran { call: 0 },
        fate(0, EventFate::Done),
    ]
}

/// Only the first record is sent, to a queue.
fn one_of(on_failure: OnFailure, events: Vec<Event>) -> History {
    let mut plan = plan_of(Kind::Standard, on_failure);
    plan.records.truncate(1);
    history(plan, events)
}

#[test]
fn what_lambda_accepted_is_settled_and_may_run_twice() {
    assert_eq!(broken(&one_of(OnFailure::Destination, accepted())), [""; 0]);
}

#[test]
fn what_fails_for_good_is_in_the_failure_destination_or_lost_where_there_is_none() {
    for (on_failure, what, right) in [
        (OnFailure::Destination, EventFate::InDestination, true),
        (OnFailure::Destination, EventFate::Lost, false),
        (OnFailure::Nothing, EventFate::Lost, true),
        (OnFailure::Nothing, EventFate::InDestination, false),
        (OnFailure::Destination, EventFate::Dropped, true),
        (OnFailure::Destination, EventFate::FailuresUnread, true),
    ] {
        let mut events = accepted();
        events[8] = fate(0, what);
        let broken = broken(&one_of(on_failure, events));
        assert_eq!(broken.is_empty(), right, "{on_failure:?}, {what:?}: {broken:?}");
    }
}

#[test]
fn an_accepted_event_that_comes_to_no_end_never_ran_or_was_given_up_too_early_is_told() {
    let told = |events: Vec<Event>| {
        let broken = broken(&one_of(OnFailure::Destination, events));
        assert!(broken.contains(&"accepted"), "{broken:?}");
    };
    told(accepted()[..8].to_vec());
    told(accepted().into_iter().filter(|event| !matches!(event, Event::Ran { .. })).collect());
    told(accepted().into_iter().filter(|event| !matches!(event, Event::Accepted { .. })).collect());
    let mut early = accepted();
    early.remove(7);
    early[7] = fate(0, EventFate::InDestination);
    told(early);
}

#[test]
fn an_acceptance_that_nobody_heard_of_is_no_receipt() {
    let mut events = accepted();
    events[3] = returned(0, &[]);
    let broken = broken(&one_of(OnFailure::Destination, events));
    assert!(broken.contains(&"acked"), "{broken:?}");
}

#[test]
fn a_second_acceptance_that_nothing_forced_is_told() {
    let mut events = accepted();
    let again = [sent(1, 0, &[0]), Event::Accepted { call: 1 }, returned(1, &[0])];
    events.splice(4..4, again);
    events.extend([Event::Ran { call: 1 }, fate(1, EventFate::Done)]);
    assert!(broken(&one_of(OnFailure::Destination, events)).contains(&"repeats"));
}

#[test]
fn a_second_run_of_what_was_not_accepted_is_told() {
    let mut events = good();
    events.insert(3, Event::Ran { call: 0 });
    assert!(broken(&history(plan(Kind::Standard), events)).contains(&"repeats"));
}

#[test]
fn an_asynchronous_invoke_of_what_is_ordered_is_told() {
    for kind in [Kind::Fifo, Kind::Kinesis, Kind::DynamoDb] {
        let mut plan = plan_of(kind, OnFailure::Destination);
        plan.records.truncate(1);
        assert_eq!(broken(&history(plan.clone(), accepted())), ["always_responds", "order"], "{kind:?}");
        plan.settings.invocation_type = InvocationType::RequestResponse;
        assert_eq!(broken(&history(plan, accepted())), ["order"], "{kind:?}");
    }
}

#[test]
fn a_batch_whose_order_the_terms_cannot_keep_is_to_be_refused() {
    let refused = vec![handed(&[0]), Event::InvocationFailed { invocation: 0 }];
    let of = |kind| broken(&history(plan_of(kind, OnFailure::Destination), refused.clone()));
    assert!(!of(Kind::Fifo).contains(&"always_responds"));
    assert!(of(Kind::Standard).contains(&"always_responds"));
}

#[test]
fn a_batch_that_is_left_over_for_what_lambda_would_run_later_is_told() {
    let mut calm = plan_of(Kind::Standard, OnFailure::Destination);
    calm.faults_end_at = Duration::ZERO;
    calm.records[0].poison = Some(crate::plan::Poison::FailsAll);
    let mut late = history(calm, vec![handed(&[0]), answered(&[FailedItem::Record(0)])]);
    late.events.iter_mut().for_each(|timed| timed.at += seconds(60));
    assert!(broken(&late).contains(&"fault_free"));
}
