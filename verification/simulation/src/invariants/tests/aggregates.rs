//! Promises about aggregates: the source knows an aggregate, the promises concern the records in it.

use super::super::{RepeatCause, repeat_causes};
use super::*;

/// Returns a plan with three records of one aggregate.
fn packed() -> Plan {
    let mut plan = plan(Kind::Kinesis);
    plan.records.iter_mut().for_each(|record| record.packing = Packing::In(0));
    plan
}

/// Returns a history in which record 0 is delivered and record 1 did not run, and the stream delivers both again.
fn repeated(named: FailedItem) -> History {
    let outcome = InvokeOutcome::NotRun(Duration::ZERO);
    let events = vec![
        started(&[0, 1, 2]),
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        returned(0, &[0]),
        sent(1, 1, &[1]),
        Event::Returned { call: 1, acked: vec![], outcome },
        responded(&[named]),
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
fn aggregate_is_named_by_its_first_record() {
    let mut plan = packed();
    plan.records[0].packing = Packing::Alone;
    plan.records[1..].iter_mut().for_each(|record| record.packing = Packing::In(1));
    let stopped = |named| {
        let events = vec![
            started(&[0, 1, 2]),
            sent(0, 0, &[0]),
            returned(0, &[0]),
            sent(1, 1, &[1]),
            returned(1, &[1]),
            responded(&[named]),
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
fn acked_part_of_a_failed_aggregate_may_repeat() {
    assert_eq!(
        repeat_causes(&Digest::of(&repeated(FailedItem::WholeBatch))),
        Ok(vec![RepeatCause::Aggregated])
    );
    assert!(broken(&repeated(FailedItem::Unknown)).contains(&"repeats"));
}
