use std::time::Duration;

use super::{RecordCounts, Wrong};
use crate::executor::End;
use crate::history::{Bytes, DiscardReason, Event, History, InvokeOutcome, TimedEvent};
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
    let counts = RecordCounts::of(&history(events));
    [counts.lost, counts.misdelivered, counts.out_of_order, counts.dead_lettered, counts.repeated]
}

#[test]
fn delivery_once_in_order_counts_nothing() {
    let events = vec![
        sent(0, 0, &[0, 1]),
        Event::Ran { call: 0 },
        Event::Returned { call: 0, acked: vec![0, 1], outcome: InvokeOutcome::Finished },
        sent(1, 0, &[2]),
        Event::Ran { call: 1 },
    ];
    assert_eq!(wrong(events.clone()), [0; 5]);
    let counts = RecordCounts::of(&history(events));
    assert_eq!((counts.records, counts.done, counts.invokes), (3, 3, 2));
    assert_eq!(counts.waited, Duration::from_secs(2 + 2 + 5));
}

#[test]
fn undelivered_record_is_lost_unless_stored() {
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
fn poison_record_is_not_needlessly_dead_lettered() {
    let mut poisoned = history(vec![Event::Discarded { record: 1, why: DiscardReason::Tries }]);
    poisoned.plan.records[1].poison = Some(Poison::FailsAll);
    let counts = RecordCounts::of(&poisoned);
    assert_eq!((counts.dead_lettered, counts.lost, counts.poisoned), (0, 2, 1));
}

#[test]
fn later_record_done_first_is_out_of_order() {
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
fn misdelivery_and_repeat_count_once() {
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
fn wrong_tenant_depends_on_both_places() {
    let ran_for = |tenant, stated| {
        let call =
            Event::Sent { invocation: 0, call: 0, tenant, backend: 0, records: vec![1], bytes: Bytes::Same };
        let mut history = history(vec![call, Event::Ran { call: 0 }]);
        history.plan.records[1].stated = stated;
        let counts = RecordCounts::of(&history);
        (counts.misdelivered, counts.without_tenant)
    };
    assert_eq!(ran_for(Some(0), StatedTenant::Tenant(0)), (0, 0));
    assert_eq!(ran_for(Some(0), StatedTenant::Conflict(0, 1)), (1, 1));
    assert_eq!(ran_for(Some(0), StatedTenant::NotAString), (1, 1));
    assert_eq!(ran_for(None, StatedTenant::BadGrammar), (0, 1));
    assert_eq!(ran_for(Some(0), StatedTenant::BadGrammar), (1, 1));
}
