//! Aggregates: the source knows the whole, the promises are about what lies in it.

use super::super::{RepeatCause, repeat_causes};
use super::*;

/// Three records of one aggregate.
fn packed() -> Plan {
    let mut plan = plan(Kind::Kinesis);
    plan.records.iter_mut().for_each(|record| record.packing = Packing::In(0));
    plan
}

/// Record 0 is done and record 1 did not run, so that both come again.
fn again(named: FailedItem) -> History {
    let outcome = InvokeOutcome::NotRun(Duration::ZERO);
    let events = vec![
        handed(&[0, 1, 2]),
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        returned(0, &[0]),
        sent(1, 1, &[1]),
        Event::Returned { call: 1, acked: vec![], outcome },
        answered(&[named]),
        Event::InvocationStarted { invocation: 1, environment: 0, records: vec![0, 1, 2] },
        Event::Sent {
            invocation: 1,
            call: 2,
            tenant: Some(0),
            backend: 0,
            records: vec![0],
            bytes: Bytes::Same,
        },
        Event::Ran { call: 2 },
    ];
    history(packed(), events)
}

#[test]
fn an_aggregate_is_named_by_its_first_record_wherever_it_stopped() {
    let mut plan = packed();
    plan.records[0].packing = Packing::Alone;
    plan.records[1..].iter_mut().for_each(|record| record.packing = Packing::In(1));
    let stopped = |named| {
        let events = vec![
            handed(&[0, 1, 2]),
            sent(0, 0, &[0]),
            returned(0, &[0]),
            sent(1, 1, &[1]),
            returned(1, &[1]),
            answered(&[named]),
        ];
        broken(&history(plan.clone(), events))
    };
    assert!(!stopped(FailedItem::Record(1)).contains(&"exact_response"));
    assert!(stopped(FailedItem::WholeBatch).contains(&"exact_response"));
    for other in [FailedItem::Record(2), FailedItem::Unknown] {
        assert!(stopped(other).contains(&"no_unknown_item"), "{other:?}");
    }
}

#[test]
fn what_is_before_an_aggregates_record_that_failed_comes_again_and_has_an_excuse_of_its_own() {
    assert_eq!(repeat_causes(&Digest::of(&again(FailedItem::WholeBatch))), Ok(vec![RepeatCause::Aggregated]));
    assert!(broken(&again(FailedItem::Unknown)).contains(&"repeats"));
}
