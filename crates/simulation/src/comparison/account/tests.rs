use std::time::Duration;

use super::{RecordCounts, Wrong};
use crate::executor::End;
use crate::history::{Bytes, InvokeOutcome, Event, DiscardReason, History, TimedEvent};
use crate::plan::{Kind, Plan, Poison, StatedTenant};

/// Three records of tenant 0 and one message group, and what happens to them, second by second.
fn history(events: Vec<Event>) -> History {
    let mut plan = (0..50).map(|seed| Plan::of(seed, Some(Kind::Fifo))).find(|plan| plan.records.len() >= 3);
    let mut plan = plan.take().expect("of fifty histories some have three records");
    plan.records.truncate(3);
    for record in &mut plan.records {
        (record.stated, record.key, record.poison) = (StatedTenant::Tenant(0), 0, None);
        record.sent_at = Duration::ZERO;
    }
    let stamp = |(second, event)| TimedEvent { at: Duration::from_secs(second), event };
    History { plan, events: (1..).zip(events).map(stamp).collect(), end: End::Finished, behind: None }
}

fn sent(call: usize, tenant: usize, records: &[usize]) -> Event {
    let (tenant, records) = (Some(tenant), records.to_vec());
    Event::Sent { invocation: 0, call, tenant, backend: 0, records, bytes: Bytes::Same }
}

fn failed(call: usize, records: &[usize]) -> Event {
    Event::Failed { call, records: records.to_vec() }
}

/// What went wrong, in the order of [`Wrong::ALL`]: how many of the three records.
fn wrong(events: Vec<Event>) -> [u64; 5] {
    let tally = RecordCounts::of(&history(events));
    [tally.lost, tally.misdelivered, tally.out_of_order, tally.dead_lettered, tally.repeated]
}

#[test]
fn what_is_done_once_and_in_order_counts_as_nothing() {
    let events = vec![
        sent(0, 0, &[0, 1]),
        Event::Ran { call: 0 },
        Event::Returned { call: 0, acked: vec![0, 1], outcome: InvokeOutcome::Finished },
        sent(1, 0, &[2]),
        Event::Ran { call: 1 },
    ];
    assert_eq!(wrong(events.clone()), [0; 5]);
    let tally = RecordCounts::of(&history(events));
    assert_eq!((tally.records, tally.done, tally.invokes), (3, 3, 2));
    assert_eq!(tally.waited, Duration::from_secs(2 + 2 + 5));
}

#[test]
fn what_was_never_done_is_lost_unless_somebody_has_it() {
    let events = vec![
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        // Events that share a moment keep their order; here the failure is the next one.
        failed(0, &[0]),
        Event::Acked { record: 0 },
        Event::Discarded { record: 1, why: DiscardReason::Tries },
    ];
    assert_eq!(
        wrong(events),
        [2, 0, 0, 1, 0],
        "records 0 and 2 are lost, and 1 was needlessly dead-lettered"
    );
}

#[test]
fn what_can_never_be_done_is_not_dead_lettered_in_vain() {
    let mut poisoned = history(vec![Event::Discarded { record: 1, why: DiscardReason::Tries }]);
    poisoned.plan.records[1].poison = Some(Poison::FailsAll);
    let tally = RecordCounts::of(&poisoned);
    assert_eq!((tally.dead_lettered, tally.lost, tally.poisoned), (0, 2, 1));
}

#[test]
fn a_later_record_that_is_done_first_is_out_of_order_unless_the_backend_passed_over_the_earlier_one() {
    let apart = vec![sent(0, 0, &[1]), Event::Ran { call: 0 }, sent(1, 0, &[0, 2]), Event::Ran { call: 1 }];
    assert_eq!(wrong(apart), [0, 0, 1, 0, 0]);
    let together = vec![
        sent(0, 0, &[0, 1, 2]),
        Event::Ran { call: 0 },
        failed(0, &[0]),
        sent(1, 0, &[0]),
        Event::Ran { call: 1 },
    ];
    assert_eq!(wrong(together), [0; 5]);
}

#[test]
fn what_runs_for_somebody_else_or_twice_is_counted_once() {
    let ran = |call| Event::Ran { call };
    let events = vec![
        sent(0, 1, &[0]),
        ran(0),
        sent(1, 1, &[0]),
        ran(1),
        sent(2, 0, &[1, 2]),
        ran(2),
        sent(3, 0, &[2]),
        ran(3),
    ];
    assert_eq!(wrong(events), [0, 1, 0, 0, 2]);
    assert_eq!(RecordCounts::of(&history(Vec::new())).of_a_million(Wrong::Lost), 1_000_000);
}

#[test]
fn a_record_goes_to_a_wrong_tenant_where_it_names_another_too_and_not_where_lambda_takes_the_id_that_both_places_name()
 {
    let ran_for = |tenant, stated| {
        let call =
            Event::Sent { invocation: 0, call: 0, tenant, backend: 0, records: vec![1], bytes: Bytes::Same };
        let mut history = history(vec![call, Event::Ran { call: 0 }]);
        history.plan.records[1].stated = stated;
        let tally = RecordCounts::of(&history);
        (tally.misdelivered, tally.nobodys)
    };
    assert_eq!(ran_for(Some(0), StatedTenant::Tenant(0)), (0, 0));
    assert_eq!(ran_for(Some(0), StatedTenant::Conflict(0, 1)), (1, 1));
    assert_eq!(ran_for(Some(0), StatedTenant::NotAString), (1, 1));
    assert_eq!(ran_for(None, StatedTenant::BadGrammar), (0, 1));
    assert_eq!(ran_for(Some(0), StatedTenant::BadGrammar), (1, 1));
}
