//! Every promise can be broken: a good history keeps all of them, and there is a bad one for each.

use std::time::Duration;

use tenancy::{Reason, Status, Suspended};

use super::{ALL, Digest, LIVENESS};
use crate::executor::End;
use crate::history::{
    Bytes, Event, FailedItem, History, Interruption, InvokeOutcome, QuarantineResult, TableAnswer, TimedEvent,
};
use crate::plan::{
    AllowedSenders, FaultExposure, InvocationType, InvokePayload, Kind, OnReject, Packing, Plan,
    PlannedRecord, RegistrySettings, Sender, Size, StatedTenant, Tenant,
};

mod accepted;
mod aggregates;
mod bridge;
mod eventbridge;
mod limits;
mod orphaned;
mod regressions;
mod senders;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns a plan with three records of one key, of tenants 0, 1 and 0. It allows two Invokes at a time, with two
/// records each.
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
    (settings.in_flight, settings.per_tenant, settings.max_records, settings.payload) =
        (2, 1, 2, InvokePayload::Event);
    (settings.timeout, settings.call_timeout, settings.on_reject) =
        (seconds(10), seconds(2), OnReject::Quarantine);
    (settings.registry, settings.record_age, settings.invocation_type) =
        (None, None, InvocationType::RequestResponse);
    plan
}

/// Returns a history of these events: for a stream 100 ms apart, otherwise all at one time.
fn history(plan: Plan, events: Vec<Event>) -> History {
    let moment = Duration::from_millis(if plan.kind.is_stream() { 100 } else { 0 });
    let timed = |(at, event): (u32, Event)| TimedEvent { at: moment * at, event };
    History { plan, events: (0..).zip(events).map(timed).collect(), end: End::Finished, behind: None }
}

fn started(records: &[usize]) -> Event {
    Event::InvocationStarted { invocation: 0, environment: 0, records: records.to_vec() }
}

fn sent(call: usize, tenant: usize, records: &[usize]) -> Event {
    let (records, bytes) = (records.to_vec(), Bytes::Same);
    Event::Sent { invocation: 0, call, tenant: Some(tenant), backend: 0, records, bytes }
}

fn returned(call: usize, acked: &[usize]) -> Event {
    Event::Returned { call, acked: acked.to_vec(), outcome: InvokeOutcome::Finished }
}

fn responded(named: &[FailedItem]) -> Event {
    Event::Responded { invocation: 0, named: named.to_vec() }
}

fn quarantined(record: usize, reason: Reason, result: QuarantineResult) -> Event {
    let (sent_at, bytes) = (Duration::ZERO, Bytes::Same);
    Event::Quarantined { invocation: 0, record, reason, sent_at, bytes, result }
}

fn acked(record: usize) -> Event {
    Event::Acked { record }
}

/// Returns the events of a batch whose three records are delivered one after the other and acknowledged.
fn good() -> Vec<Event> {
    vec![
        started(&[0, 1, 2]),
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        returned(0, &[0]),
        sent(1, 1, &[1]),
        Event::Ran { call: 1 },
        returned(1, &[1]),
        sent(2, 0, &[2]),
        Event::Ran { call: 2 },
        returned(2, &[2]),
        responded(&[]),
        acked(0),
        acked(1),
        acked(2),
    ]
}

/// Returns the promises that a history breaks.
fn broken(history: &History) -> Vec<&'static str> {
    let digest = Digest::of(history);
    ALL.iter().chain(&LIVENESS).filter(|of| (of.check)(&digest).is_some()).map(|of| of.name).collect()
}

/// Replaces one event of the good history, and asserts that this breaks the promise.
fn breaks(name: &str, kind: Kind, position: usize, event: Event) {
    let mut events = good();
    events[position] = event;
    let broken = broken(&history(plan(kind), events));
    assert!(broken.contains(&name), "{name} is not among {broken:?}");
}

#[test]
fn good_history_breaks_no_promise() {
    for kind in [Kind::Fifo, Kind::Standard] {
        assert_eq!(broken(&history(plan(kind), good())), [""; 0]);
    }
}

#[test]
fn stuck_history_is_detected() {
    let endless = History { end: End::Stuck, ..history(plan(Kind::Fifo), good()) };
    assert_eq!(broken(&endless), ["terminates"]);
}

#[test]
fn lost_record_is_detected() {
    breaks("nothing_lost", Kind::Fifo, 13, acked(1));
    breaks("nothing_lost", Kind::Fifo, 9, returned(2, &[]));
    breaks(
        "nothing_lost",
        Kind::Fifo,
        13,
        Event::Discarded { record: 2, why: crate::history::DiscardReason::Tries },
    );
}

#[test]
fn success_without_an_acknowledgement_is_detected() {
    breaks("acked", Kind::Fifo, 9, returned(2, &[]));
    breaks("acked", Kind::Kinesis, 9, returned(2, &[]));
}

#[test]
fn response_with_wrong_items_is_detected() {
    breaks("exact_response", Kind::Fifo, 10, responded(&[FailedItem::Record(2)]));
    breaks("exact_response", Kind::Kinesis, 10, responded(&[FailedItem::Record(0)]));
    breaks("no_unknown_item", Kind::Fifo, 10, responded(&[FailedItem::Unknown]));
}

#[test]
fn failed_or_late_batch_is_detected() {
    breaks("always_responds", Kind::Fifo, 10, Event::InvocationFailed { invocation: 0 });
    breaks(
        "always_responds",
        Kind::Fifo,
        10,
        Event::Interrupted { invocation: 0, how: Interruption::TimedOut },
    );
    let mut late = history(plan(Kind::Fifo), good());
    late.events[10].at = seconds(10);
    assert!(broken(&late).contains(&"always_responds"));
}

#[test]
fn wrong_tenant_or_backend_is_detected() {
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
fn changed_bytes_are_detected() {
    let (records, bytes) = (vec![1], Bytes::Changed);
    breaks(
        "bytes",
        Kind::Standard,
        4,
        Event::Sent { invocation: 0, call: 1, tenant: Some(1), backend: 0, records, bytes },
    );
}

#[test]
fn good_record_in_quarantine_is_detected() {
    breaks("rejected", Kind::Standard, 4, quarantined(1, Reason::Conflict, QuarantineResult::Acked));
    breaks(
        "registry_rejection",
        Kind::Standard,
        4,
        quarantined(1, Reason::Suspended, QuarantineResult::Acked),
    );
}

#[test]
fn admission_without_a_valid_answer_is_detected() {
    let mut asking = plan(Kind::Standard);
    let (fresh, stale) = (seconds(5), seconds(60));
    asking.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    assert!(broken(&history(asking.clone(), good())).contains(&"registry"));
    for (status, known) in [(Status::Active, true), (Status::Suspended, false)] {
        let answered = |tenant| Event::RegistryAnswered {
            environment: 0,
            tenant,
            asked_at: Duration::ZERO,
            answer: TableAnswer::Listed(Some((status, AllowedSenders::Anyone))),
        };
        let mut events = vec![answered(0), answered(1)];
        events.extend(good());
        let history = history(asking.clone(), events);
        assert_eq!(!broken(&history).contains(&"registry"), known, "{status:?}");
    }
}

#[test]
fn overtaking_record_is_detected() {
    breaks("order", Kind::Fifo, 3, Event::Ran { call: 0 });
    let mut swapped = good();
    swapped.swap(1, 7);
    assert!(broken(&history(plan(Kind::DynamoDb), swapped)).contains(&"order"));
}

#[test]
fn sending_behind_a_failed_stream_record_is_detected() {
    breaks("checkpoint", Kind::Kinesis, 3, returned(0, &[]));
}

#[test]
fn quarantine_out_of_order_is_detected() {
    let mut plan = plan(Kind::Fifo);
    plan.settings.on_reject = OnReject::FifoQuarantine;
    plan.records.iter_mut().for_each(|record| record.stated = StatedTenant::Missing);
    let first = quarantined(0, Reason::Missing, QuarantineResult::NotStored);
    let second = quarantined(1, Reason::Missing, QuarantineResult::Acked);
    let events = vec![started(&[0, 1]), first, second, responded(&[FailedItem::Record(0)])];
    assert!(broken(&history(plan, events)).contains(&"quarantine_order"));
}

#[test]
fn repeat_without_a_cause_is_detected() {
    breaks("repeats", Kind::Standard, 7, sent(2, 1, &[1]));
}

#[test]
fn unacked_record_without_a_fault_is_detected() {
    let mut calm = plan(Kind::Standard);
    calm.faults_end_at = Duration::ZERO;
    let named = responded(&[FailedItem::Record(0)]);
    let mut late = history(calm, vec![started(&[0]), named]);
    late.events.iter_mut().for_each(|timed| timed.at += seconds(60));
    assert!(broken(&late).contains(&"fault_free"));
}
