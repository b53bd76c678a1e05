//! Classification: what each kind of attempt means for the records that it carried.

use std::borrow::Cow;

use crate::world::{World, count, failing, fifo, millis, ok, record, standard};
use routing::ports::{Attempt, Invocation, QuarantineAck};
use routing::{AckKind, Cause, Payload, RecordOutcome};
use sources::{Batch, EventError, Kind, Record, Source, Sqs, Undecodable};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);

/// Two records of acme and one of globex.
fn three_records() -> String {
    standard(&[("m1", "acme"), ("m2", "acme"), ("m3", "globex")])
}

#[test]
fn answered_and_not_named_is_acknowledged() {
    let outcome = World::answering(ok()).route(&three_records());
    assert_eq!(outcome.records(), [ANSWERED; 3]);
    assert!(outcome.retried().is_empty());
}

#[test]
fn every_answer_without_failures_acknowledges() {
    for answer in
        ["", "null", "{}", "{\"batchItemFailures\":null}", "{\"batchItemFailures\":[]}", " {\"other\":1} "]
    {
        let outcome = World::answering(Attempt::Answered(answer.into())).route(&three_records());
        assert_eq!(outcome.records(), [ANSWERED; 3], "{answer:?}");
    }
}

#[test]
fn named_record_is_retried_and_others_are_acknowledged() {
    let world =
        World::new(|call, _| (millis(1), if call.tenant == "acme" { failing(&["m2"]) } else { ok() }));
    let outcome = world.route(&three_records());
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::ItemFailure), ANSWERED]);
    assert_eq!(outcome.retried(), ["m2"]);
}

#[test]
fn unusable_answer_retries_its_sub_batch_only() {
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
        let outcome = world.route(&three_records());
        let retry = RecordOutcome::Retry(Cause::UnusableAnswer);
        assert_eq!(outcome.records(), [retry, retry, ANSWERED], "{answer}");
    }
}

#[test]
fn foreign_identifier_retries_its_sub_batch_only() {
    let world =
        World::new(|call, _| (millis(1), if call.tenant == "acme" { failing(&["m3"]) } else { ok() }));
    let outcome = world.route(&three_records());
    let retry = RecordOutcome::Retry(Cause::ForeignIdentifier);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
}

#[test]
fn failed_or_uncertain_invoke_is_left_to_the_source() {
    for (attempt, cause) in [
        (Attempt::FunctionError, Cause::FunctionError),
        (Attempt::Uncertain("ServiceException".into()), Cause::Uncertain),
        (Attempt::Refused("RequestTooLargeException".into()), Cause::Refused),
        (Attempt::Accepted, Cause::UnusableAnswer),
    ] {
        let script = attempt.clone();
        let world =
            World::new(move |call, _| (millis(1), if call.tenant == "acme" { script.clone() } else { ok() }));
        let outcome = world.route(&three_records());
        assert_eq!(
            outcome.records(),
            [RecordOutcome::Retry(cause), RecordOutcome::Retry(cause), ANSWERED],
            "{attempt:?}"
        );
        assert_eq!(outcome.calls.len(), 2, "{attempt:?} must not be retried");
        let anomalies: Vec<_> =
            outcome.report.unwrap().stats().anomalies.keys().map(|anomaly| anomaly.cause).collect();
        assert_eq!(anomalies, [cause]);
    }
}

#[test]
fn misconfiguration_stops_invokes_and_rejects_nothing() {
    let world = World::new(|call, _| {
        (
            millis(1),
            if call.tenant == "acme" { Attempt::Misconfigured("AccessDeniedException".into()) } else { ok() },
        )
    });
    let outcome = world.policy(|policy| policy.in_flight = count(1)).route(&three_records());
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Misconfigured); 3]);
    assert_eq!(outcome.calls.len(), 1);
}

#[test]
fn tenant_without_credentials_stops_and_others_go_on() {
    let world = World::new(|call, _| match call.tenant.as_str() {
        "acme" => (millis(1), Attempt::NoCredentials("AccessDenied".into())),
        _ => (millis(1), ok()),
    });
    let world = world.policy(|policy| (policy.in_flight, policy.max_records) = (count(1), count(1)));
    let outcome = world.route(&three_records());
    let retry = RecordOutcome::Retry(Cause::Misconfigured);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
    assert_eq!(outcome.sent(), [("acme", vec!["m1"]), ("globex", vec!["m3"])]);
}

#[test]
fn invokes_in_flight_count_despite_a_misconfiguration() {
    let world = World::new(|call, _| match call.tenant.as_str() {
        "acme" => (millis(1), Attempt::Misconfigured("AccessDeniedException".into())),
        _ => (millis(500), ok()),
    });
    let outcome = world.route(&three_records());
    let retry = RecordOutcome::Retry(Cause::Misconfigured);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
}

#[test]
fn quarantined_record_is_acknowledged_and_kept_whole() {
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
fn rejected_record_without_quarantine_is_left_to_redrive() {
    let outcome = World::answering(ok()).redrive().route(&standard(&[("m1", "acme"), ("m2", "")]));
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::Redrive)]);
    assert!(outcome.quarantined.is_empty());
}

#[test]
fn async_is_acknowledged_by_202_only() {
    for (attempt, expected) in [
        (Attempt::Accepted, RecordOutcome::Acked(AckKind::Queued)),
        (ok(), RecordOutcome::Retry(Cause::UnusableAnswer)),
        (Attempt::Forwarded, RecordOutcome::Retry(Cause::UnusableAnswer)),
        (Attempt::Uncertain("500".into()), RecordOutcome::Retry(Cause::Uncertain)),
    ] {
        let world = World::answering(attempt).policy(|policy| policy.invocation = Invocation::Async);
        let outcome = world.route(&three_records());
        assert_eq!(outcome.records(), [expected; 3]);
        assert!(outcome.calls.iter().all(|call| call.invocation == Invocation::Async));
    }
}

#[test]
fn panic_in_an_invoke_retries_its_records_only() {
    let world = World::new(|call, _| {
        assert_ne!(call.tenant, "acme", "this panic is part of the test");
        (millis(1), ok())
    });
    let outcome = world.route(&three_records());
    let retry = RecordOutcome::Retry(Cause::Panicked);
    assert_eq!(outcome.records(), [retry, retry, ANSWERED]);
}

#[test]
fn panic_in_the_quarantine_acknowledges_nothing() {
    let world = World::answering(ok()).quarantine(|_| panic!("this panic is part of the test"));
    let outcome = world.route(&standard(&[("m1", "acme"), ("m2", "")]));
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::NotQuarantined)]);
}

#[test]
fn payload_record_sends_one_body_and_accepts_any_answer() {
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

/// A source that panics while it reads the content of one record.
#[derive(Clone, Copy)]
struct PanickingSource;

impl Source for PanickingSource {
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
fn panic_over_a_record_retries_that_record_only() {
    let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route_from(PanickingSource, &three_records());
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::Panicked), ANSWERED]);
    assert_eq!(outcome.anomalies(), [(Cause::Panicked, "admission".to_owned(), 1)]);
}

#[test]
fn panic_over_a_record_stops_its_group() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "acme", "a"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route_from(PanickingSource, &event);
    let (panicked, stopped) =
        (RecordOutcome::Retry(Cause::Panicked), RecordOutcome::Retry(Cause::OrderStopped));
    assert_eq!(outcome.records(), [ANSWERED, panicked, stopped, ANSWERED]);
}

#[test]
fn undecodable_is_reported_before_other_reasons() {
    let raw = record("orders", "m1", "bad id", None, "not json");
    let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
    let outcome = world.route(&format!("{{\"Records\":[{raw}]}}"));
    assert_eq!(outcome.quarantined[0].1, "undecodable");
}

#[test]
fn duplicate_message_is_retried_unless_both_succeed() {
    let world = World::new(|_, before| (millis(1), if before == 0 { ok() } else { Attempt::FunctionError }));
    let world = world.policy(|policy| policy.max_records = count(1));
    let outcome = world.route(&standard(&[("m1", "acme"), ("m1", "acme")]));
    assert_eq!(outcome.retried(), ["m1"]);
}
