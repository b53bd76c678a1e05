//! Every promise can be broken: a history that is as it should be, and one bad one for each.

use std::time::Duration;

use tenancy::{Reason, Status, Suspended};

use super::{ALL, Digest, LIVENESS};
use crate::executor::End;
use crate::history::{Bytes, InvokeOutcome, Interruption, Event, History, QuarantineResult, FailedItem, TimedEvent, TableAnswer};
use crate::plan::{
    InvokePayload, Kind, FaultExposure, OnReject, Packing, Plan, PlannedRecord, RegistrySettings, StatedTenant, Sender, AllowedSenders, Size,
    Tenant, InvocationType,
};

mod accepted;
mod aftermath;
mod aggregates;
mod bridge;
mod bus;
mod sharper;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Three records of one key, of tenants 0, 1 and 0; the terms allow one Invoke of two records at a time.
fn plan(kind: Kind) -> Plan {
    let mut plan = Plan::of(1, Some(kind));
    let tenant = Tenant {
        status: [Some(Status::Active); 2],
        senders: [AllowedSenders::Anyone; 2],
        changes_at: Duration::ZERO,
        premium: false,
        exposure: FaultExposure::Spared,
    };
    let record = |tenant| PlannedRecord {
        key: 0,
        stated: StatedTenant::Tenant(tenant),
        sender: Sender::Tenant,
        size: Size::Ordinary,
        sent_at: Duration::ZERO,
        poison: None,
        sent_twice: false,
        packing: Packing::Alone,
        left_out: false,
    };
    plan.tenants = vec![tenant.clone(), tenant];
    plan.records = vec![record(0), record(1), record(0)];
    plan.outages.clear();
    plan.faults_end_at = seconds(1_000);
    let settings = &mut plan.settings;
    (settings.in_flight, settings.per_tenant, settings.max_records, settings.payload) = (2, 1, 2, InvokePayload::Event);
    (settings.timeout, settings.call_timeout, settings.on_reject) = (seconds(10), seconds(2), OnReject::Quarantine);
    (settings.registry, settings.record_age, settings.invocation_type) = (None, None, InvocationType::RequestResponse);
    plan
}

/// A history of these events, in a stream each a moment after the one before, elsewhere all at once.
fn history(plan: Plan, events: Vec<Event>) -> History {
    let moment = Duration::from_millis(if plan.kind.is_stream() { 100 } else { 0 });
    let timed = |(at, event): (u32, Event)| TimedEvent { at: moment * at, event };
    History { plan, events: (0..).zip(events).map(timed).collect(), end: End::Finished, behind: None }
}

fn handed(records: &[usize]) -> Event {
    Event::InvocationStarted { invocation: 0, environment: 0, records: records.to_vec() }
}

fn sent(call: usize, tenant: usize, records: &[usize]) -> Event {
    let (records, bytes) = (records.to_vec(), Bytes::Same);
    Event::Sent { invocation: 0, call, tenant: Some(tenant), backend: 0, records, bytes }
}

fn returned(call: usize, acked: &[usize]) -> Event {
    Event::Returned { call, acked: acked.to_vec(), outcome: InvokeOutcome::Finished }
}

fn answered(named: &[FailedItem]) -> Event {
    Event::Responded { invocation: 0, named: named.to_vec() }
}

fn aside(record: usize, reason: Reason, result: QuarantineResult) -> Event {
    let (sent_at, bytes) = (Duration::ZERO, Bytes::Same);
    Event::Quarantined { invocation: 0, record, reason, sent_at, bytes, result }
}

fn settled(record: usize) -> Event {
    Event::Acked { record }
}

/// Both records of a batch delivered, one after the other, and the source told so.
fn good() -> Vec<Event> {
    vec![
        handed(&[0, 1, 2]),
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        returned(0, &[0]),
        sent(1, 1, &[1]),
        Event::Ran { call: 1 },
        returned(1, &[1]),
        sent(2, 0, &[2]),
        Event::Ran { call: 2 },
        returned(2, &[2]),
        answered(&[]),
        settled(0),
        settled(1),
        settled(2),
    ]
}

/// The promises that a history breaks.
fn broken(history: &History) -> Vec<&'static str> {
    let digest = Digest::of(history);
    ALL.iter().chain(&LIVENESS).filter(|of| (of.check)(&digest).is_some()).map(|of| of.name).collect()
}

/// The good history with one event in another's place, in which the promise has to be broken.
fn breaks(name: &str, kind: Kind, position: usize, event: Event) {
    let mut events = good();
    events[position] = event;
    let broken = broken(&history(plan(kind), events));
    assert!(broken.contains(&name), "{name} is not among {broken:?}");
}

#[test]
fn a_good_history_breaks_no_promise() {
    for kind in [Kind::Fifo, Kind::Standard] {
        assert_eq!(broken(&history(plan(kind), good())), [""; 0]);
    }
}

#[test]
fn a_history_without_end_is_told() {
    let endless = History { end: End::Stuck, ..history(plan(Kind::Fifo), good()) };
    assert_eq!(broken(&endless), ["terminates"]);
}

#[test]
fn what_is_lost_is_told() {
    breaks("nothing_lost", Kind::Fifo, 13, settled(1));
    breaks("nothing_lost", Kind::Fifo, 9, returned(2, &[]));
    breaks("nothing_lost", Kind::Fifo, 13, Event::Discarded { record: 2, why: crate::history::DiscardReason::Tries });
}

#[test]
fn a_success_without_a_receipt_is_told() {
    breaks("acked", Kind::Fifo, 9, returned(2, &[]));
    breaks("acked", Kind::Kinesis, 9, returned(2, &[]));
}

#[test]
fn an_answer_that_names_too_much_or_a_stranger_is_told() {
    breaks("exact_response", Kind::Fifo, 10, answered(&[FailedItem::Record(2)]));
    breaks("exact_response", Kind::Kinesis, 10, answered(&[FailedItem::Record(0)]));
    breaks("no_unknown_item", Kind::Fifo, 10, answered(&[FailedItem::Unknown]));
}

#[test]
fn a_batch_that_is_failed_or_answered_late_is_told() {
    breaks("always_responds", Kind::Fifo, 10, Event::InvocationFailed { invocation: 0 });
    breaks("always_responds", Kind::Fifo, 10, Event::Interrupted { invocation: 0, how: Interruption::TimedOut });
    let mut late = history(plan(Kind::Fifo), good());
    late.events[10].at = seconds(10);
    assert!(broken(&late).contains(&"always_responds"));
}

#[test]
fn a_record_that_reaches_another_tenant_or_backend_is_told() {
    breaks("own_tenant", Kind::Standard, 4, sent(1, 0, &[1]));
    let (records, bytes) = (vec![1], Bytes::Same);
    breaks(
        "own_tenant",
        Kind::Standard,
        4,
        Event::Sent { invocation: 0, call: 1, tenant: Some(1), backend: 1, records, bytes },
    );
}

#[test]
fn bytes_that_changed_are_told() {
    let (records, bytes) = (vec![1], Bytes::Changed);
    breaks(
        "bytes",
        Kind::Standard,
        4,
        Event::Sent { invocation: 0, call: 1, tenant: Some(1), backend: 0, records, bytes },
    );
}

#[test]
fn a_good_record_in_quarantine_is_told() {
    breaks("rejected", Kind::Standard, 4, aside(1, Reason::Conflict, QuarantineResult::Acked));
    breaks("registry_rejection", Kind::Standard, 4, aside(1, Reason::Suspended, QuarantineResult::Acked));
}

#[test]
fn a_tenant_that_is_admitted_without_a_word_or_on_one_that_is_too_old_is_told() {
    let mut asking = plan(Kind::Standard);
    let (fresh, stale) = (seconds(5), seconds(60));
    asking.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    assert!(broken(&history(asking.clone(), good())).contains(&"registry"));
    for (status, known) in [(Status::Active, true), (Status::Suspended, false)] {
        let told = |tenant| Event::RegistryAnswered {
            environment: 0,
            tenant,
            asked_at: Duration::ZERO,
            answer: TableAnswer::Listed(Some((status, AllowedSenders::Anyone))),
        };
        let mut events = vec![told(0), told(1)];
        events.extend(good());
        let history = history(asking.clone(), events);
        assert_eq!(!broken(&history).contains(&"registry"), known, "{status:?}");
    }
}

#[test]
fn a_record_that_overtakes_another_is_told() {
    breaks("order", Kind::Fifo, 3, Event::Ran { call: 0 });
    let mut swapped = good();
    swapped.swap(1, 7);
    assert!(broken(&history(plan(Kind::DynamoDb), swapped)).contains(&"order"));
}

#[test]
fn what_is_sent_behind_a_streams_record_that_failed_is_told() {
    breaks("checkpoint", Kind::Kinesis, 3, returned(0, &[]));
}

#[test]
fn a_quarantine_out_of_order_is_told() {
    let mut plan = plan(Kind::Fifo);
    plan.settings.on_reject = OnReject::FifoQuarantine;
    plan.records.iter_mut().for_each(|record| record.stated = StatedTenant::Missing);
    let first = aside(0, Reason::Missing, QuarantineResult::NotStored);
    let second = aside(1, Reason::Missing, QuarantineResult::Acked);
    let events = vec![handed(&[0, 1]), first, second, answered(&[FailedItem::Record(0)])];
    assert!(broken(&history(plan, events)).contains(&"quarantine_order"));
}

#[test]
fn limits_that_are_passed_are_told() {
    let mut side_by_side = good();
    side_by_side.swap(3, 6);
    let mut narrow = plan(Kind::Standard);
    narrow.settings.in_flight = 1;
    assert!(broken(&history(narrow, side_by_side.clone())).contains(&"limits"));
    side_by_side[4] = sent(1, 0, &[1]);
    assert!(broken(&history(plan(Kind::Standard), side_by_side)).contains(&"limits"));
    breaks("limits", Kind::Standard, 4, sent(1, 1, &[1, 1, 1]));
}

#[test]
fn an_invoke_that_cannot_end_before_the_deadline_is_told() {
    let mut late = history(plan(Kind::Standard), good());
    late.events[7..].iter_mut().for_each(|timed| timed.at = seconds(8));
    assert!(broken(&late).contains(&"deadline"));
}

#[test]
fn a_try_that_comes_too_early_or_is_in_vain_is_told() {
    for outcome in [InvokeOutcome::NotRun(seconds(3)), InvokeOutcome::NoCredentials, InvokeOutcome::BackendMisconfigured] {
        let mut early = history(plan(Kind::Standard), good());
        early.events[3].event = Event::Returned { call: 0, acked: vec![], outcome };
        early.events[4..].iter_mut().for_each(|timed| timed.at = seconds(1));
        assert!(broken(&early).contains(&"backoff"), "{came_to:?}");
    }
}

#[test]
fn a_tenant_that_waits_for_others_is_told() {
    let mut slow = history(plan(Kind::Standard), good());
    for timed in &mut slow.events[3..] {
        timed.at += seconds(2);
    }
    assert!(broken(&slow).contains(&"delay"), "tenant 1 has a place of its own and waited for tenant 0");
}

#[test]
fn a_record_that_runs_again_unforced_is_told() {
    breaks("repeats", Kind::Standard, 7, sent(2, 1, &[1]));
}

#[test]
fn a_router_that_leaves_over_what_it_could_settle_is_told() {
    let mut calm = plan(Kind::Standard);
    calm.faults_end_at = Duration::ZERO;
    let named = answered(&[FailedItem::Record(0)]);
    let mut late = history(calm, vec![handed(&[0]), named]);
    late.events.iter_mut().for_each(|timed| timed.at += seconds(60));
    assert!(broken(&late).contains(&"fault_free"));
}
