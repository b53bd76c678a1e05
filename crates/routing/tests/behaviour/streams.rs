//! Streams: the response is a checkpoint, and Lambda redelivers every record from there on.

use crate::world::{World, count, failing, kinesis, millis, ok, throttled};
use routing::ports::{Attempt, Invocation, QuarantineAck};
use routing::{AckKind, Cause, RecordOutcome, RouteError};
use sources::Kinesis;

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const BEHIND: RecordOutcome = RecordOutcome::Retry(Cause::BehindCheckpoint);

/// A backend that fails for one tenant, after 5 ms, and succeeds for all others, after 1 ms.
fn failing_tenant(tenant: &'static str) -> World {
    World::new(
        move |call, _| {
            if call.tenant == tenant { (millis(5), Attempt::FunctionError) } else { (millis(1), ok()) }
        },
    )
}

#[test]
fn response_names_the_lowest_unacked_record_only() {
    let event =
        kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "acme", "c"), ("4", "globex", "d")]);
    let outcome = failing_tenant("globex").route_from(Kinesis, &event);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn fully_acknowledged_stream_names_no_record() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b")]);
    assert!(World::answering(ok()).route_from(Kinesis, &event).retried().is_empty());
}

#[test]
fn failed_first_record_fails_the_batch_for_bisection() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b")]);
    let outcome = failing_tenant("acme").route_from(Kinesis, &event);
    assert_eq!(outcome.retried(), [""]);
}

#[test]
fn unsent_first_record_fails_the_batch_for_bisection() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b")]);
    let misconfigured = Attempt::Misconfigured("AccessDeniedException".to_owned());
    assert_eq!(World::answering(misconfigured).route_from(Kinesis, &event).retried(), [""]);
    assert_eq!(World::answering(throttled(None)).route_from(Kinesis, &event).retried(), [""]);
}

#[test]
fn nothing_is_sent_behind_a_failed_record() {
    let event =
        kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "initech", "c"), ("4", "acme", "d")]);
    let world = World::answering(Attempt::FunctionError).policy(|policy| policy.in_flight = count(1));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1", "4"])]);
    assert_eq!(outcome.records()[1..3], [BEHIND; 2]);
}

#[test]
fn records_before_a_failed_one_are_still_sent() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "acme", "a"), ("4", "acme", "a")]);
    let world = World::new(|call, _| match call.tenant.as_str() {
        "globex" => (millis(1), Attempt::FunctionError),
        _ => (millis(9), ok()),
    });
    let outcome = world.policy(|policy| policy.max_records = count(1)).route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1"]), ("globex", vec!["2"])]);
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::FunctionError), BEHIND, BEHIND]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn records_behind_a_named_one_are_retried() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "acme", "b"), ("3", "acme", "c")]);
    let outcome = World::answering(failing(&["2"])).route_from(Kinesis, &event);
    let (failed, stopped) =
        (RecordOutcome::Retry(Cause::ItemFailure), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [ANSWERED, failed, stopped]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn order_is_kept_by_key_within_a_tenant_only() {
    let event =
        kinesis(&[("1", "acme", "k"), ("2", "globex", "k"), ("3", "acme", "k"), ("4", "acme", "other")]);
    let world = World::new(|_, _| (millis(5), ok())).policy(|policy| policy.max_records = count(1));
    let outcome = world.route_from(Kinesis, &event);
    let start = |id: &str| outcome.calls.iter().find(|call| call.ids == [id]).unwrap().start;
    assert_eq!(start("1"), start("2"), "records of two tenants with the same key are sent in parallel");
    assert!(start("3") >= outcome.calls[0].end.unwrap());
    assert_eq!(outcome.records(), [ANSWERED; 4]);
}

#[test]
fn record_at_the_checkpoint_is_probed_alone() {
    let first = kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "acme", "c"), ("4", "acme", "d")]);
    let second = kinesis(&[("2", "globex", "b"), ("3", "acme", "c"), ("4", "acme", "d")]);
    let outcomes = failing_tenant("globex").route_all(Kinesis, &[&first, &second, &second]);
    assert_eq!(outcomes[0].retried(), ["2"]);
    for outcome in &outcomes[1..] {
        assert_eq!(outcome.sent(), [("globex", vec!["2"])]);
        assert_eq!(outcome.retried(), [""]);
        assert_eq!(outcome.records()[1..], [BEHIND; 2]);
    }
}

#[test]
fn probed_record_shares_no_invoke_with_its_key() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "globex", "a")]);
    let outcomes = failing_tenant("globex").route_all(Kinesis, &[&event, &event]);
    assert_eq!(outcomes[0].sent(), [("globex", vec!["1", "2"])]);
    assert_eq!(outcomes[1].sent(), [("globex", vec!["1"])]);
}

#[test]
fn others_are_sent_once_the_probed_record_is_acked() {
    let first = kinesis(&[("1", "globex", "a"), ("2", "acme", "b")]);
    let second = kinesis(&[("1", "globex", "a"), ("2", "acme", "b"), ("3", "globex", "a")]);
    let failed = std::cell::Cell::new(false);
    let world = World::new(move |call, _| {
        let fails = call.tenant == "globex" && !failed.replace(true);
        if fails { (millis(9), Attempt::FunctionError) } else { (millis(1), ok()) }
    });
    let outcomes = world.route_all(Kinesis, &[&first, &second]);
    assert_eq!(outcomes[1].sent(), [("globex", vec!["1"]), ("acme", vec!["2"]), ("globex", vec!["3"])]);
    assert_eq!(outcomes[1].records(), [ANSWERED; 3]);
}

#[test]
fn quarantined_record_at_the_checkpoint_ends_the_probe() {
    let event = kinesis(&[("1", "", "a"), ("2", "acme", "b"), ("3", "", "b")]);
    let tries = std::cell::Cell::new(0);
    let world = World::answering(ok()).quarantine(move |_| {
        tries.set(tries.get() + 1);
        let code = "QueueDoesNotExist".to_owned();
        (millis(1), if tries.get() <= 2 { QuarantineAck::Failed(code) } else { QuarantineAck::Taken })
    });
    let outcomes = world.route_all(Kinesis, &[&event, &event]);
    assert_eq!(outcomes[0].retried(), [""]);
    assert!(outcomes[1].retried().is_empty());
    assert_eq!(outcomes[1].sent(), [("acme", vec!["2"])]);
}

#[test]
fn rejected_record_behind_the_probe_is_quarantined_once() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "", "b")]);
    let outcomes = failing_tenant("globex").route_all(Kinesis, &[&event, &event]);
    assert_eq!(outcomes[0].quarantined.len(), 1);
    assert!(outcomes[1].quarantined.is_empty());
    assert_eq!(outcomes[1].records()[1], BEHIND);
}

#[test]
fn rejected_record_delays_no_record_of_a_stream() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "", "a"), ("3", "acme", "a")]);
    let world = World::answering(ok()).quarantine(|_| (millis(50), QuarantineAck::Taken));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1", "3"])]);
    assert!(outcome.retried().is_empty());
}

#[test]
fn rejected_record_without_quarantine_is_the_checkpoint() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "", "a"), ("3", "acme", "a")]);
    let outcome = World::answering(ok()).redrive().route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1"])]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn throttled_record_behind_a_failure_delays_no_response() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "acme", "b")]);
    let world = World::new(|call, _| match call.tenant.as_str() {
        "globex" => (millis(10), Attempt::FunctionError),
        _ => (millis(1), throttled(Some(millis(30_000)))),
    });
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.retried(), [""]);
    assert!(outcome.took < millis(1_000), "took {:?}", outcome.took);
}

#[test]
fn async_is_refused_for_a_stream() {
    let world = World::answering(ok()).policy(|policy| policy.invocation = Invocation::Async);
    let outcome = world.route_from(Kinesis, &kinesis(&[("1", "acme", "a")]));
    assert!(matches!(outcome.report, Err(RouteError::AsyncOrdered)));
}

#[test]
fn aggregate_of_a_failed_record_is_sent_nothing_behind_it() {
    // The records of an aggregate share its sequence number, and are redelivered together.
    let event = kinesis(&[
        ("1", "acme", "a"),
        ("1", "globex", "b"),
        ("1", "acme", "c"),
        ("1", "globex", "b"),
        ("2", "acme", "d"),
    ]);
    let world = failing_tenant("globex").policy(|policy| policy.max_records = count(1));
    let outcomes = world.route_all(Kinesis, &[&event, &event]);
    for outcome in &outcomes {
        assert_eq!(outcome.retried(), [""]);
        let failed = [RecordOutcome::Retry(Cause::FunctionError), RecordOutcome::Retry(Cause::OrderStopped)];
        assert_eq!(outcome.records()[..4], [ANSWERED, failed[0], ANSWERED, failed[1]]);
    }
    assert_eq!(outcomes[1].records()[4], BEHIND);
}

#[test]
fn aggregate_without_failure_is_sent_whole() {
    let event = kinesis(&[("1", "acme", "a"), ("1", "acme", "a"), ("2", "acme", "a")]);
    let outcome =
        World::answering(ok()).policy(|policy| policy.max_records = count(1)).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [ANSWERED; 3]);
}

#[test]
fn nothing_is_sent_behind_a_record_not_quarantined() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "", "b"), ("3", "acme", "c"), ("4", "acme", "d")]);
    let world = World::new(|_, _| (millis(20), ok()))
        .policy(|policy| policy.max_records = count(1))
        .quarantine(|_| (millis(5), QuarantineAck::Failed("QueueDoesNotExist".to_owned())));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1"])]);
    assert_eq!(outcome.retried(), ["2"]);
    assert_eq!(outcome.anomalies(), [(Cause::NotQuarantined, "QueueDoesNotExist".to_owned(), 1)]);
}

#[test]
fn stream_retries_a_throttled_tenant_while_there_is_time() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "acme", "b"), ("3", "acme", "c")]);
    let world = World::new(|call, before| match (call.tenant.as_str(), before) {
        ("globex", ..12) => (millis(1), throttled(None)),
        _ => (millis(1), ok()),
    });
    let outcome = world.policy(|policy| policy.max_records = count(1)).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [ANSWERED; 3], "{:?}", outcome.sent());
}

#[test]
fn nothing_is_sent_behind_a_throttled_tenant_given_up() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "acme", "b"), ("3", "acme", "c")]);
    let world = World::new(|call, _| match call.tenant.as_str() {
        "globex" => (millis(1), throttled(Some(millis(3_600_000)))),
        _ => (millis(30_000), ok()),
    });
    let world = world.policy(|policy| policy.max_records = count(1)).deadline(millis(120_000));
    let outcome = world.route_from(Kinesis, &event);
    assert!(outcome.calls.iter().all(|call| call.ids != ["3"]), "{:?}", outcome.sent());
    assert_eq!(outcome.retried(), [""]);
}

#[test]
fn rejected_stream_records_are_quarantined_in_parallel() {
    let records: Vec<String> = (0..24).map(|number| number.to_string()).collect();
    let event = kinesis(&records.iter().map(|id| (id.as_str(), "", "a")).collect::<Vec<_>>());
    let world = World::answering(ok()).quarantine(|_| (millis(10), QuarantineAck::Taken));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.quarantined.len(), 24);
    // Eight batches of three records, of 30 ms each.
    assert_eq!(outcome.took, millis(30));
}
