//! Order: the records of a FIFO queue with the same `MessageGroupId` are delivered one after the other.

use crate::world::{World, count, failing, fifo, millis, ok, record, standard, throttled};
use routing::ports::{Attempt, Invocation, QuarantineAck};
use routing::{AckKind, Cause, Payload, RecordOutcome, RouteError};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);

#[test]
fn groups_of_one_tenant_share_an_invoke_and_keep_their_order() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "acme", "b"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let outcome = World::answering(ok()).route(&event);
    assert_eq!(outcome.sent(), [("acme", vec!["m1", "m2", "m3", "m4"])]);
    assert_eq!(outcome.records(), [ANSWERED; 4]);
}

#[test]
fn group_of_several_tenants_is_sent_one_by_one() {
    let event = fifo(&[("m1", "acme", "g"), ("m2", "globex", "g"), ("m3", "acme", "g")]);
    let outcome = World::answering(ok()).route(&event);
    assert_eq!(outcome.sent(), [("acme", vec!["m1"]), ("globex", vec!["m2"]), ("acme", vec!["m3"])]);
    assert!(outcome.calls.windows(2).all(|pair| pair[0].end.unwrap() <= pair[1].start));
}

#[test]
fn failed_record_stops_its_fifo_group_only() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "acme", "b"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let world = World::new(|call, _| {
        (millis(1), if call.ids.contains(&"m1".to_owned()) { failing(&["m1"]) } else { ok() })
    });
    let outcome = world.policy(|policy| policy.max_records = count(1)).route(&event);
    let (failed, stopped) =
        (RecordOutcome::Retry(Cause::ItemFailure), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [failed, ANSWERED, stopped, ANSWERED]);
    assert!(!outcome.calls.iter().any(|call| call.ids.contains(&"m3".to_owned())));
}

#[test]
fn throttled_sub_batch_returns_to_front_of_its_group() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "acme", "a"), ("m3", "acme", "a")]);
    let world = World::new(|_, before| match before {
        0 | 2 => (millis(1), throttled(None)),
        _ => (millis(1), ok()),
    });
    let outcome = world.policy(|policy| policy.max_records = count(2)).route(&event);
    let ids: Vec<_> = outcome.sent().into_iter().map(|(_, ids)| ids).collect();
    assert_eq!(ids, [vec!["m1", "m2"], vec!["m1", "m2"], vec!["m3"], vec!["m3"]]);
    assert_eq!(outcome.records(), [ANSWERED; 3]);
}

#[test]
fn throttled_tenant_given_up_stops_its_own_groups_only() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "globex", "a"), ("m3", "globex", "b")]);
    let world = World::new(|call, _| match call.tenant.as_str() {
        "acme" => (millis(1), throttled(None)),
        _ => (millis(1), ok()),
    });
    let outcome = world.route(&event);
    let (throttled, stopped) =
        (RecordOutcome::Retry(Cause::Throttled), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [throttled, stopped, ANSWERED]);
}

#[test]
fn records_behind_rejected_one_wait_for_its_quarantine() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "", "a"), ("m3", "acme", "a")]);
    let world = World::answering(ok()).quarantine(|_| (millis(700), QuarantineAck::Taken));
    let outcome = world.route(&event);
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Acked(AckKind::Quarantined), ANSWERED]);
    assert_eq!(outcome.sent(), [("acme", vec!["m1"]), ("acme", vec!["m3"])]);
    assert!(outcome.calls[1].start >= outcome.quarantined[0].3);
}

#[test]
fn failed_quarantine_stops_group_behind_rejected_record() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "", "a"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let world =
        World::answering(ok()).quarantine(|_| (millis(1), QuarantineAck::Failed("AccessDenied".into())));
    let outcome = world.route(&event);
    let (failed, stopped) =
        (RecordOutcome::Retry(Cause::NotQuarantined), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [ANSWERED, failed, stopped, ANSWERED]);
}

#[test]
fn with_redrive_records_behind_rejected_one_wait() {
    let event = fifo(&[("m1", "", "a"), ("m2", "acme", "a"), ("m3", "acme", "b")]);
    let outcome = World::answering(ok()).redrive().route(&event);
    let (redrive, stopped) =
        (RecordOutcome::Retry(Cause::Redrive), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [redrive, stopped, ANSWERED]);
}

#[test]
fn fifo_tenant_has_one_invoke_at_a_time() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "acme", "b"), ("m3", "acme", "c"), ("m4", "globex", "d")]);
    let world = World::new(|_, _| (millis(100), ok()));
    let world = world.policy(|policy| {
        policy.per_tenant = count(10);
        policy.payload = Payload::Record;
    });
    let outcome = world.route(&event);
    assert_eq!(outcome.records(), [ANSWERED; 4]);
    assert_eq!(outcome.most_running, 2);
}

#[test]
fn standard_queue_with_message_group_ids_is_not_ordered() {
    let records: Vec<String> =
        ["m1", "m2"].iter().map(|id| record("orders", id, "acme", Some("g"), "{}")).collect();
    let world = World::new(|_, _| (millis(100), ok())).policy(|policy| {
        policy.per_tenant = count(2);
        policy.max_records = count(1);
    });
    let outcome = world.route(&format!("{{\"Records\":[{}]}}", records.join(",")));
    assert_eq!(outcome.most_running, 2);
}

#[test]
fn async_is_refused_for_a_fifo_queue() {
    let world = World::answering(Attempt::Accepted).policy(|policy| policy.invocation = Invocation::Async);
    let outcome = world.route(&fifo(&[("m1", "acme", "a")]));
    assert!(matches!(outcome.report, Err(RouteError::AsyncOrdered)));
    assert!(outcome.calls.is_empty());
}

#[test]
fn failure_in_a_standard_queue_stops_nothing() {
    let world = World::new(|_, before| (millis(1), if before == 0 { Attempt::FunctionError } else { ok() }));
    let outcome = world.policy(|policy| policy.max_records = count(1)).route(&standard(&[
        ("m1", "acme"),
        ("m2", "acme"),
        ("m3", "acme"),
    ]));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::FunctionError), ANSWERED, ANSWERED]);
}
