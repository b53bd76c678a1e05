//! Streams: the answer is a checkpoint, and what is behind it will be handed out again.

use crate::world::{World, count, failing, kinesis, millis, ok, throttled};
use routing::ports::{QuarantineAck, Attempt, Invocation};
use routing::{Cause, RecordOutcome, RouteError, AckKind};
use sources::Kinesis;

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const BEHIND: RecordOutcome = RecordOutcome::Retry(Cause::BehindCheckpoint);

/// A backend that fails one tenant's records after a while, and answers everybody else at once.
fn failing_tenant(tenant: &'static str) -> World {
    World::new(
        move |call, _| {
            if call.tenant == tenant { (millis(5), Attempt::FunctionError) } else { (millis(1), ok()) }
        },
    )
}

#[test]
fn the_answer_names_the_lowest_unsettled_record_and_no_other() {
    let event =
        kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "acme", "c"), ("4", "globex", "d")]);
    let outcome = failing_tenant("globex").route_from(Kinesis, &event);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn all_settled_names_none() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b")]);
    assert!(World::answering(ok()).route_from(Kinesis, &event).retried().is_empty());
}

#[test]
fn a_batch_whose_first_record_fails_is_failed_as_a_whole_so_that_it_can_be_bisected() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b")]);
    let outcome = failing_tenant("acme").route_from(Kinesis, &event);
    assert_eq!(outcome.retried(), [""]);
}

#[test]
fn whatever_keeps_the_first_record_the_batch_can_be_bisected_so_that_its_neighbours_are_not_given_up_with_it()
{
    let event = kinesis(&[("1", "acme", "a"), ("2", "globex", "b")]);
    let misconfigured = Attempt::Misconfigured("AccessDeniedException".to_owned());
    assert_eq!(World::answering(misconfigured).route_from(Kinesis, &event).retried(), [""]);
    assert_eq!(World::answering(throttled(None)).route_from(Kinesis, &event).retried(), [""]);
}

#[test]
fn nothing_behind_a_record_that_failed_is_sent_any_more() {
    let event =
        kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "initech", "c"), ("4", "acme", "d")]);
    let world = World::answering(Attempt::FunctionError).policy(|policy| policy.in_flight = count(1));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1", "4"])]);
    assert_eq!(outcome.records()[1..3], [BEHIND; 2]);
}

#[test]
fn records_before_one_that_failed_are_still_sent() {
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
fn a_backend_that_names_a_record_has_not_done_what_is_behind_it() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "acme", "b"), ("3", "acme", "c")]);
    let outcome = World::answering(failing(&["2"])).route_from(Kinesis, &event);
    let (failed, not_done) = (RecordOutcome::Retry(Cause::ItemFailure), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [ANSWERED, failed, not_done]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn order_is_kept_by_partition_key_within_a_tenant_and_not_across_tenants() {
    let event =
        kinesis(&[("1", "acme", "k"), ("2", "globex", "k"), ("3", "acme", "k"), ("4", "acme", "other")]);
    let world = World::new(|_, _| (millis(5), ok())).policy(|policy| policy.max_records = count(1));
    let outcome = world.route_from(Kinesis, &event);
    let start = |id: &str| outcome.calls.iter().find(|call| call.ids == [id]).unwrap().start;
    assert_eq!(start("1"), start("2"), "two tenants' records with one key go side by side");
    assert!(start("3") >= outcome.calls[0].end.unwrap());
    assert_eq!(outcome.records(), [ANSWERED; 4]);
}

#[test]
fn a_batch_that_begins_where_the_last_one_stopped_tries_that_record_alone() {
    let first = kinesis(&[("1", "acme", "a"), ("2", "globex", "b"), ("3", "acme", "c"), ("4", "acme", "d")]);
    let again = kinesis(&[("2", "globex", "b"), ("3", "acme", "c"), ("4", "acme", "d")]);
    let outcomes = failing_tenant("globex").route_all(Kinesis, &[&first, &again, &again]);
    assert_eq!(outcomes[0].retried(), ["2"]);
    for outcome in &outcomes[1..] {
        assert_eq!(outcome.sent(), [("globex", vec!["2"])]);
        assert_eq!(outcome.retried(), [""]);
        assert_eq!(outcome.records()[1..], [BEHIND; 2]);
    }
}

#[test]
fn what_is_tried_alone_is_not_followed_by_the_next_record_of_its_key_in_the_same_invoke() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "globex", "a")]);
    let outcomes = failing_tenant("globex").route_all(Kinesis, &[&event, &event]);
    assert_eq!(outcomes[0].sent(), [("globex", vec!["1", "2"])]);
    assert_eq!(outcomes[1].sent(), [("globex", vec!["1"])]);
}

#[test]
fn once_the_record_that_failed_is_settled_all_the_others_are_sent() {
    let first = kinesis(&[("1", "globex", "a"), ("2", "acme", "b")]);
    let again = kinesis(&[("1", "globex", "a"), ("2", "acme", "b"), ("3", "globex", "a")]);
    let failed = std::cell::Cell::new(false);
    let world = World::new(move |call, _| {
        let fails = call.tenant == "globex" && !failed.replace(true);
        if fails { (millis(9), Attempt::FunctionError) } else { (millis(1), ok()) }
    });
    let outcomes = world.route_all(Kinesis, &[&first, &again]);
    assert_eq!(outcomes[1].sent(), [("globex", vec!["1"]), ("acme", vec!["2"]), ("globex", vec!["3"])]);
    assert_eq!(outcomes[1].records(), [ANSWERED; 3]);
}

#[test]
fn a_rejected_record_at_the_checkpoint_opens_the_gate_once_it_is_quarantined() {
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
fn a_rejected_record_behind_the_checkpoint_is_not_quarantined_again_and_again() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "", "b")]);
    let outcomes = failing_tenant("globex").route_all(Kinesis, &[&event, &event]);
    assert_eq!(outcomes[0].quarantined.len(), 1);
    assert!(outcomes[1].quarantined.is_empty());
    assert_eq!(outcomes[1].records()[1], BEHIND);
}

#[test]
fn a_rejected_record_holds_up_nobody_in_a_stream_not_even_its_own_key() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "", "a"), ("3", "acme", "a")]);
    let world = World::answering(ok()).quarantine(|_| (millis(50), QuarantineAck::Taken));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1", "3"])]);
    assert!(outcome.retried().is_empty());
}

#[test]
fn without_a_quarantine_a_rejected_record_is_the_checkpoint_and_nothing_behind_it_is_sent() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "", "a"), ("3", "acme", "a")]);
    let outcome = World::answering(ok()).redrive().route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("acme", vec!["1"])]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn a_tenant_that_is_throttled_for_good_does_not_keep_the_answer_waiting_for_what_is_behind() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "acme", "b")]);
    let world = World::new(|call, _| match call.tenant.as_str() {
        "globex" => (millis(10), Attempt::FunctionError),
        _ => (millis(1), throttled(Some(millis(30_000)))),
    });
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.retried(), [""]);
    assert!(outcome.took < millis(1_000), "waited for {:?}", outcome.took);
}

#[test]
fn async_is_refused_for_a_stream() {
    let world = World::answering(ok()).policy(|policy| policy.invocation = Invocation::Async);
    let outcome = world.route_from(Kinesis, &kinesis(&[("1", "acme", "a")]));
    assert!(matches!(outcome.report, Err(RouteError::AsyncOrdered)));
}

#[test]
fn what_came_in_one_aggregate_with_a_record_that_failed_is_sent_and_nothing_behind_it() {
    // They share their parent's sequence number, and all of them come back with it.
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
fn an_aggregate_that_never_failed_is_sent_without_a_stop() {
    let event = kinesis(&[("1", "acme", "a"), ("1", "acme", "a"), ("2", "acme", "a")]);
    let outcome =
        World::answering(ok()).policy(|policy| policy.max_records = count(1)).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [ANSWERED; 3]);
}

#[test]
fn behind_a_record_that_the_quarantine_does_not_take_nothing_more_is_sent() {
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
fn a_throttled_tenant_is_waited_for_as_long_as_there_is_time_and_the_others_go_on() {
    let event = kinesis(&[("1", "globex", "a"), ("2", "acme", "b"), ("3", "acme", "c")]);
    let world = World::new(|call, before| match (call.tenant.as_str(), before) {
        ("globex", ..12) => (millis(1), throttled(None)),
        _ => (millis(1), ok()),
    });
    let outcome = world.policy(|policy| policy.max_records = count(1)).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [ANSWERED; 3], "{:?}", outcome.sent());
}

#[test]
fn once_a_throttled_tenants_time_is_over_nothing_more_behind_it_is_sent() {
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
fn a_streams_flood_of_rejected_records_is_quarantined_side_by_side() {
    let records: Vec<String> = (0..24).map(|number| number.to_string()).collect();
    let event = kinesis(&records.iter().map(|id| (id.as_str(), "", "a")).collect::<Vec<_>>());
    let world = World::answering(ok()).quarantine(|_| (millis(10), QuarantineAck::Taken));
    let outcome = world.route_from(Kinesis, &event);
    assert_eq!(outcome.quarantined.len(), 24);
    // Eight batches of three, each of thirty milliseconds.
    assert_eq!(outcome.took, millis(30));
}
