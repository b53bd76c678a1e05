//! The verdict table, row by row.

use std::borrow::Cow;

use crate::world::{World, count, failing, fifo, millis, ok, record, standard};
use routing::ports::{QuarantineAck, Attempt, Invocation};
use routing::{Cause, RecordOutcome, Payload, AckKind};
use sources::{Batch, EventError, Kind, Record, Source, Sqs, Undecodable};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);

fn three() -> String {
    standard(&[("m1", "acme"), ("m2", "acme"), ("m3", "globex")])
}

#[test]
fn answered_without_error_and_not_named_is_settled() {
    let outcome = World::answering(ok()).route(&three());
    assert_eq!(outcome.records(), [ANSWERED; 3]);
    assert!(outcome.retried().is_empty());
}

#[test]
fn every_way_of_saying_nothing_failed_settles() {
    for answer in
        ["", "null", "{}", "{\"batchItemFailures\":null}", "{\"batchItemFailures\":[]}", " {\"other\":1} "]
    {
        let outcome = World::answering(Attempt::Answered(answer.into())).route(&three());
        assert_eq!(outcome.records(), [ANSWERED; 3], "{answer:?}");
    }
}

#[test]
fn named_in_batch_item_failures_is_retried_and_the_others_are_settled() {
    let world =
        World::new(|call, _| (millis(1), if call.tenant == "acme" { failing(&["m2"]) } else { ok() }));
    let outcome = world.route(&three());
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::ItemFailure), ANSWERED]);
    assert_eq!(outcome.retried(), ["m2"]);
}

#[test]
fn an_unusable_answer_retries_its_sub_batch_only() {
    for answer in [
        "garbage",
        "[]",
        "\"ok\"",
        "42",
        "true",
        "{\"batchItemFailures\":{}}",
        "{\"batchItemFailures\":[42]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
        "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
        "{\"batchItemFailures\":[{\"id\":\"m1\"}]}",
        "{\"batchItemFailures\":[],\"batchItemFailures\":[]}",
        "{\"batchItemFailures\":[[\"m1\"]]}",
        "{\"batchItemFailures\":[]}}",
    ] {
        let world = World::new(move |call, _| {
            (millis(1), if call.tenant == "acme" { Attempt::Answered(answer.into()) } else { ok() })
        });
        let outcome = world.route(&three());
        let retry = RecordOutcome::Retry(Cause::UnusableAnswer);
        assert_eq!(outcome.records(), [retry, retry, ANSWERED], "{answer}");
    }
}

#[test]
fn a_foreign_identifier_retries_its_sub_batch_only() {
    let world =
        World::new(|call, _| (millis(1), if call.tenant == "acme" { failing(&["m3"]) } else { ok() }));
    let outcome = world.route(&three());
    let retry = RecordOutcome::Retry(Cause::ForeignIdentifier);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
}

#[test]
fn a_function_error_and_whatever_is_ambiguous_is_retried_by_the_source_and_never_in_here() {
    for (attempt, cause) in [
        (Attempt::FunctionError, Cause::FunctionError),
        (Attempt::Uncertain("ServiceException".into()), Cause::Uncertain),
        (Attempt::Refused("RequestTooLargeException".into()), Cause::Refused),
        (Attempt::Accepted, Cause::UnusableAnswer),
    ] {
        let script = attempt.clone();
        let world =
            World::new(move |call, _| (millis(1), if call.tenant == "acme" { script.clone() } else { ok() }));
        let outcome = world.route(&three());
        assert_eq!(outcome.records(), [RecordOutcome::Retry(cause), RecordOutcome::Retry(cause), ANSWERED], "{attempt:?}");
        assert_eq!(outcome.calls.len(), 2, "{attempt:?} must not be tried again");
        let anomalies: Vec<_> = outcome.report.unwrap().stats().anomalies.keys().map(|a| a.cause).collect();
        assert_eq!(anomalies, [cause]);
    }
}

#[test]
fn a_misconfigured_estate_stops_further_invokes_and_blames_no_record() {
    let world = World::new(|call, _| {
        (
            millis(1),
            if call.tenant == "acme" { Attempt::Misconfigured("AccessDeniedException".into()) } else { ok() },
        )
    });
    let outcome = world.policy(|policy| policy.in_flight = count(1)).route(&three());
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Misconfigured); 3]);
    assert_eq!(outcome.calls.len(), 1);
}

#[test]
fn a_tenant_without_credentials_is_not_tried_again_and_the_others_go_on() {
    let world = World::new(|call, _| match call.tenant.as_str() {
        "acme" => (millis(1), Attempt::NoCredentials("AccessDenied".into())),
        _ => (millis(1), ok()),
    });
    let world = world.policy(|policy| (policy.in_flight, policy.max_records) = (count(1), count(1)));
    let outcome = world.route(&three());
    let retry = RecordOutcome::Retry(Cause::Misconfigured);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
    assert_eq!(outcome.sent(), [("acme", vec!["m1"]), ("globex", vec!["m3"])]);
}

#[test]
fn what_is_under_way_when_the_estate_is_found_misconfigured_still_counts() {
    let world = World::new(|call, _| match call.tenant.as_str() {
        "acme" => (millis(1), Attempt::Misconfigured("AccessDeniedException".into())),
        _ => (millis(500), ok()),
    });
    let outcome = world.route(&three());
    let retry = RecordOutcome::Retry(Cause::Misconfigured);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
}

#[test]
fn rejected_and_quarantined_is_settled_and_carries_the_record_whole() {
    let event = standard(&[("m1", "acme"), ("m2", ""), ("m3", "bad id")]);
    let outcome = World::answering(ok()).route(&event);
    let quarantined = RecordOutcome::Acked(AckKind::Quarantined);
    assert_eq!(outcome.records(), [ANSWERED, quarantined, quarantined]);
    let seen: Vec<_> =
        outcome.quarantined.iter().map(|(id, reason, ..)| (id.as_str(), reason.as_str())).collect();
    assert_eq!(seen, [("m2", "missing"), ("m3", "bad_grammar")]);
    assert!(outcome.quarantined.iter().all(|(_, _, raw, _)| event.contains(raw.as_str())));
}

#[test]
fn rejected_and_not_quarantined_is_retried() {
    let world = World::answering(ok()).quarantine(|id| {
        let failed = QuarantineAck::Failed("InternalError".into());
        (millis(0), if id == "m2" { failed } else { QuarantineAck::Taken })
    });
    let outcome = world.route(&standard(&[("m1", "acme"), ("m2", ""), ("m3", "")]));
    assert_eq!(
        outcome.records(),
        [ANSWERED, RecordOutcome::Retry(Cause::NotQuarantined), RecordOutcome::Acked(AckKind::Quarantined)]
    );
}

#[test]
fn rejected_without_a_quarantine_is_left_to_the_sources_redrive() {
    let outcome = World::answering(ok()).redrive().route(&standard(&[("m1", "acme"), ("m2", "")]));
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::Redrive)]);
    assert!(outcome.quarantined.is_empty());
}

#[test]
fn async_is_settled_by_lambdas_202_and_by_nothing_else() {
    for (attempt, entry) in [
        (Attempt::Accepted, RecordOutcome::Acked(AckKind::Queued)),
        (ok(), RecordOutcome::Retry(Cause::UnusableAnswer)),
        (Attempt::Forwarded, RecordOutcome::Retry(Cause::UnusableAnswer)),
        (Attempt::Uncertain("500".into()), RecordOutcome::Retry(Cause::Uncertain)),
    ] {
        let world = World::answering(attempt).policy(|policy| policy.invocation = Invocation::Async);
        let outcome = world.route(&three());
        assert_eq!(outcome.records(), [entry; 3]);
        assert!(outcome.calls.iter().all(|call| call.invocation == Invocation::Async));
    }
}

#[test]
fn a_panic_over_one_invoke_is_the_retry_of_its_records_only() {
    let world = World::new(|call, _| {
        assert_ne!(call.tenant, "acme", "this panic is part of the test");
        (millis(1), ok())
    });
    let outcome = world.route(&three());
    let retry = RecordOutcome::Retry(Cause::Panicked);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
}

#[test]
fn a_panic_in_the_quarantine_settles_nothing() {
    let world = World::answering(ok()).quarantine(|_| panic!("this panic is part of the test"));
    let outcome = world.route(&standard(&[("m1", "acme"), ("m2", "")]));
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::NotQuarantined)]);
}

#[test]
fn with_payload_record_each_invoke_carries_one_body_and_any_answer_settles() {
    let records = [
        record("orders", "m1", "acme", None, "{\"n\": 1.0}"),
        record("orders", "m2", "acme", None, "not json"),
        record("orders", "m3", "acme", None, "\"text\""),
    ];
    let world = World::answering(Attempt::Answered(b"whatever".to_vec()));
    let world = world.policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route(&format!("{{\"Records\":[{}]}}", records.join(",")));
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Acked(AckKind::Quarantined), ANSWERED]);
    assert_eq!(outcome.quarantined[0].1, "undecodable");
    let payloads: Vec<_> = outcome.calls.iter().map(|call| call.payload.as_str()).collect();
    assert_eq!(payloads, ["{\"n\": 1.0}", "\"text\""]);
}

/// A source that trips over one record's content.
#[derive(Clone, Copy)]
struct Tripping;

impl Source for Tripping {
    const KIND: Kind = Kind::Sqs;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        Sqs::default().decode(event)
    }

    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        assert_ne!(record.id(), "m2", "this panic is part of the test");
        Sqs::default().content(record)
    }
}

#[test]
fn a_panic_over_one_record_is_that_records_retry_and_not_the_batchs() {
    let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route_from(Tripping, &three());
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::Panicked), ANSWERED]);
    assert_eq!(outcome.anomalies(), [(Cause::Panicked, "admission".to_owned(), 1)]);
}

#[test]
fn a_panic_over_a_record_of_a_group_stops_the_group() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "acme", "a"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route_from(Tripping, &event);
    let (panicked, stopped) = (RecordOutcome::Retry(Cause::Panicked), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [ANSWERED, panicked, stopped, ANSWERED]);
}

#[test]
fn with_payload_record_undecodable_is_told_before_anything_else() {
    let raw = record("orders", "m1", "bad id", None, "not json");
    let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route(&format!("{{\"Records\":[{raw}]}}"));
    assert_eq!(outcome.quarantined[0].1, "undecodable");
}

#[test]
fn a_message_that_came_twice_in_one_batch_is_settled_only_when_both_are() {
    let world = World::new(|_, before| (millis(1), if before == 0 { ok() } else { Attempt::FunctionError }));
    let world = world.policy(|policy| policy.max_records = count(1));
    let outcome = world.route(&standard(&[("m1", "acme"), ("m1", "acme")]));
    assert_eq!(outcome.retried(), ["m1"]);
}
