//! Delivery: limits, fairness, retries and the deadline.

use crate::world::{World, count, millis, ok, record, standard, throttled};
use routing::ports::{Attempt, Invocation, QuarantineAck};
use routing::{AckKind, Cause, Payload, RESPONSE_MARGIN, RecordOutcome};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);

/// For each (tenant, number): so many records of the tenant, as pairs of id and tenant.
fn records(tenants: &[(&'static str, usize)]) -> Vec<(String, &'static str)> {
    let each = |(tenant, number): &(&'static str, usize)| {
        let tenant = *tenant;
        (0..*number).map(move |index| (format!("{tenant}-{index}"), tenant)).collect::<Vec<_>>()
    };
    tenants.iter().flat_map(each).collect()
}

fn event(records: &[(String, &'static str)]) -> String {
    standard(&records.iter().map(|(id, tenant)| (id.as_str(), *tenant)).collect::<Vec<_>>())
}

#[test]
fn one_invoke_carries_one_tenants_records_byte_for_byte() {
    let event = standard(&[("m1", "acme"), ("m2", "globex"), ("m3", "acme")]);
    let outcome = World::answering(ok()).route(&event);
    assert_eq!(outcome.sent(), [("acme", vec!["m1", "m3"]), ("globex", vec!["m2"])]);
    for id in ["m1", "m2", "m3"] {
        let raw = record("orders", id, if id == "m2" { "globex" } else { "acme" }, None, "{}");
        assert!(event.contains(&raw));
        assert!(outcome.calls.iter().any(|call| call.payload.contains(&raw)));
    }
    assert!(outcome.calls.iter().all(|call| call.trace_header.as_deref() == Some("Root=1-2-3")));
}

#[test]
fn event_without_records_succeeds() {
    let outcome = World::answering(ok()).route("{\"Records\":[]}");
    assert!(outcome.records().is_empty() && outcome.calls.is_empty());
}

#[test]
fn in_flight_bounds_the_whole_router() {
    let names: Vec<(&str, usize)> = ["a", "b", "c", "d", "e", "f", "g"].map(|name| (name, 1)).to_vec();
    let world = World::new(|_, _| (millis(10), ok())).policy(|policy| policy.in_flight = count(3));
    let outcome = world.route(&event(&records(&names)));
    assert_eq!(outcome.most_running, 3);
    assert_eq!(outcome.records(), [ANSWERED; 7]);
}

#[test]
fn per_tenant_bounds_each_tenant() {
    let world = World::new(|_, _| (millis(10), ok())).policy(|policy| {
        policy.per_tenant = count(2);
        policy.max_records = count(1);
    });
    let outcome = world.route(&event(&records(&[("acme", 6)])));
    assert_eq!((outcome.most_running, outcome.calls.len()), (2, 6));
}

#[test]
fn small_tenant_does_not_wait_behind_a_flood() {
    let world = World::new(|_, _| (millis(10), ok())).policy(|policy| {
        policy.in_flight = count(1);
        policy.max_records = count(10);
    });
    let outcome = world.route(&event(&records(&[("flood", 1000), ("small", 3)])));
    assert_eq!(outcome.calls[1].tenant, "small");
}

#[test]
fn sub_batch_has_at_most_max_records() {
    let world = World::answering(ok()).policy(|policy| policy.max_records = count(4));
    let outcome = world.route(&event(&records(&[("acme", 10)])));
    assert_eq!(outcome.calls.iter().map(|call| call.ids.len()).collect::<Vec<_>>(), [4, 4, 2]);
}

#[test]
fn sub_batch_fills_the_payload_limit_exactly() {
    // Two records that fill a synchronous payload to the last byte, and a third record.
    let limit = 6 * 1024 * 1024;
    let empty = record("orders", "m1", "acme", None, "").len();
    let fill = limit - "{\"Records\":[,]}".len() - 2 * empty;
    for (more, expected) in [(0, vec![2, 1]), (1, vec![1, 2])] {
        let bodies = ["x".repeat(fill / 2), "x".repeat(fill - fill / 2 + more), String::new()];
        let raws: Vec<String> = bodies
            .iter()
            .zip(["m1", "m2", "m3"])
            .map(|(body, id)| record("orders", id, "acme", None, body))
            .collect();
        let outcome = World::answering(ok()).route(&format!("{{\"Records\":[{}]}}", raws.join(",")));
        assert_eq!(outcome.calls.iter().map(|call| call.ids.len()).collect::<Vec<_>>(), expected);
        assert!(outcome.calls.iter().all(|call| call.payload.len() <= limit));
        assert_eq!(outcome.calls[0].payload.len() == limit, more == 0);
    }
}

#[test]
fn record_above_the_payload_limit_is_too_large() {
    let limit = 6 * 1024 * 1024;
    let fill = limit - "{\"Records\":[]}".len() - record("orders", "m1", "acme", None, "").len();
    for (more, rejected) in [(0, vec![]), (1, vec!["too_large"])] {
        let raw = record("orders", "m1", "acme", None, &"x".repeat(fill + more));
        let outcome = World::answering(ok()).route(&format!("{{\"Records\":[{raw}]}}"));
        let reasons: Vec<_> = outcome.quarantined.iter().map(|(_, reason, ..)| reason.as_str()).collect();
        assert_eq!(reasons, rejected);
    }
}

#[test]
fn content_is_measured_without_its_envelope() {
    let limit = 6 * 1024 * 1024;
    for (more, rejected) in [(0, vec![]), (1, vec!["too_large"])] {
        let body = format!("\"{}\"", "x".repeat(limit - 2 + more));
        let raw = record("orders", "m1", "acme", None, &body);
        let world = World::answering(ok()).policy(|policy| policy.payload = Payload::Record);
        let outcome = world.route(&format!("{{\"Records\":[{raw}]}}"));
        let reasons: Vec<_> = outcome.quarantined.iter().map(|(_, reason, ..)| reason.as_str()).collect();
        assert_eq!(reasons, rejected);
        let sent: Vec<_> = outcome.calls.iter().map(|call| call.payload.len()).collect();
        assert_eq!(sent, if more == 0 { vec![limit] } else { vec![] });
    }
}

#[test]
fn invoke_that_did_not_run_is_retried() {
    for attempt in [throttled(None), Attempt::NotStarted("no connection".into())] {
        let world = World::new(move |_, before| (millis(1), if before < 4 { attempt.clone() } else { ok() }));
        let outcome = world.route(&event(&records(&[("acme", 2)])));
        assert_eq!(outcome.records(), [ANSWERED; 2]);
        assert_eq!(outcome.calls.len(), 5);
        let report = outcome.report.unwrap();
        assert_eq!((report.stats().invokes, report.stats().not_run), (5, 4));
    }
}

#[test]
fn retry_after_is_respected() {
    let world = World::new(|_, before| match before {
        0 => (millis(1), throttled(Some(millis(7000)))),
        _ => (millis(1), ok()),
    });
    let outcome = world.route(&event(&records(&[("acme", 1)])));
    assert!(outcome.calls[1].start >= millis(7000));
}

#[test]
fn tenant_throttled_five_times_is_given_up_and_others_go_on() {
    let world = World::new(|call, _| match call.tenant.as_str() {
        "noisy" => (millis(1), throttled(None)),
        _ => (millis(1), ok()),
    });
    let world = world.policy(|policy| policy.in_flight = count(1));
    let outcome = world.route(&event(&records(&[("noisy", 2), ("calm", 2), ("still", 1)])));
    let throttled = RecordOutcome::Retry(Cause::Throttled);
    assert_eq!(outcome.records(), [throttled, throttled, ANSWERED, ANSWERED, ANSWERED]);
    // A tenant that backs off takes no slot: with one Invoke in flight, the others are sent while "noisy" backs off.
    let last_other = outcome.calls.iter().filter(|call| call.tenant != "noisy").map(|call| call.start).max();
    assert!(last_other.unwrap() < millis(50));
    assert_eq!(outcome.calls.iter().filter(|call| call.tenant == "noisy").count(), 5);
    // One anomaly, and only because all retries failed.
    assert_eq!(outcome.anomalies(), [(Cause::Throttled, "TooManyRequestsException".to_owned(), 1)]);
}

#[test]
fn unreachable_backend_is_not_reported_as_throttle() {
    let outcome =
        World::answering(Attempt::NotStarted("no connection".into())).route(&event(&records(&[("acme", 1)])));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Unavailable)]);
    assert_eq!(outcome.anomalies(), [(Cause::Unavailable, "no connection".to_owned(), 1)]);
}

#[test]
fn parallel_throttles_count_as_one_failure() {
    let world = World::new(|_, before| (millis(1), if before < 8 { throttled(None) } else { ok() }));
    let world = world.policy(|policy| {
        policy.per_tenant = count(8);
        policy.max_records = count(1);
    });
    let outcome = world.route(&event(&records(&[("acme", 8)])));
    assert_eq!(outcome.records(), [ANSWERED; 8]);
    assert_eq!(outcome.calls.len(), 16);
    assert!(outcome.anomalies().is_empty());
}

#[test]
fn throttle_delays_its_own_tenant_only() {
    let world = World::new(|call, before| match (call.tenant.as_str(), before) {
        ("acme", 0) => (millis(1), throttled(None)),
        _ => (millis(5), ok()),
    });
    let world = world.policy(|policy| {
        (policy.in_flight, policy.per_tenant, policy.max_records) = (count(2), count(2), count(1));
    });
    let outcome = world.route(&event(&records(&[("acme", 2), ("globex", 2)])));
    assert_eq!(outcome.records(), [ANSWERED; 4]);
    let retries: Vec<_> = outcome.calls.iter().filter(|call| call.tenant == "acme").skip(1).collect();
    assert!(retries.iter().all(|call| call.start >= millis(50)), "{retries:?}");
}

#[test]
fn async_payload_has_at_most_one_mebibyte() {
    let limit = 1024 * 1024;
    let fill = limit - "{\"Records\":[]}".len() - record("orders", "m1", "acme", None, "").len();
    let raws: Vec<String> = [("m1", fill), ("m2", 10), ("m3", fill + 1)]
        .map(|(id, bytes)| record("orders", id, "acme", None, &"x".repeat(bytes)))
        .to_vec();
    let world = World::answering(Attempt::Accepted).policy(|policy| policy.invocation = Invocation::Async);
    let outcome = world.route(&format!("{{\"Records\":[{}]}}", raws.join(",")));
    assert_eq!(outcome.sent(), [("acme", vec!["m1"]), ("acme", vec!["m2"])]);
    assert_eq!(outcome.calls[0].payload.len(), limit);
    assert_eq!((outcome.quarantined[0].0.as_str(), outcome.quarantined[0].1.as_str()), ("m3", "too_large"));
}

#[test]
fn no_invoke_starts_that_could_not_end_before_the_deadline() {
    let world = World::new(|_, _| (millis(4000), ok()))
        .policy(|policy| {
            policy.max_records = count(1);
            policy.longest_call = millis(5000);
        })
        .deadline(millis(10_000));
    let outcome = world.route(&event(&records(&[("acme", 5)])));
    let late = RecordOutcome::Retry(Cause::Deadline);
    assert_eq!(outcome.records(), [ANSWERED, ANSWERED, late, late, late]);
    assert_eq!(outcome.anomalies(), [(Cause::Deadline, "time_ran_out".to_owned(), 1)]);
    assert!(outcome.calls.iter().all(|call| call.start + millis(5000) + RESPONSE_MARGIN <= millis(10_000)));
}

#[test]
fn backend_that_never_answers_does_not_delay_response() {
    let world = World::new(|call, _| match call.tenant.as_str() {
        "stuck" => (millis(1_000_000), ok()),
        _ => (millis(1), ok()),
    });
    let outcome = world.deadline(millis(20_000)).route(&event(&records(&[("stuck", 1), ("calm", 1)])));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Deadline), ANSWERED]);
    assert_eq!(outcome.took + RESPONSE_MARGIN, millis(20_000));
}

#[test]
fn quarantine_that_never_answers_does_not_delay_response() {
    let world = World::answering(ok())
        .quarantine(|_| (millis(1_000_000), QuarantineAck::Taken))
        .deadline(millis(20_000));
    let outcome = world.route(&standard(&[("m1", ""), ("m2", "acme")]));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::NotQuarantined), ANSWERED]);
    assert_eq!(outcome.took + RESPONSE_MARGIN, millis(20_000));
}

#[test]
fn no_time_for_one_invoke_retries_all_as_misconfigured() {
    let outcome = World::answering(ok()).deadline(millis(10_400)).route(&event(&records(&[("acme", 2)])));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Misconfigured); 2]);
    assert!(outcome.calls.is_empty());
    assert_eq!(outcome.anomalies(), [(Cause::Misconfigured, "NoTimeForOneInvoke".to_owned(), 1)]);
}

#[test]
fn retry_after_past_the_deadline_ends_the_batch_at_once() {
    let world = World::answering(throttled(Some(millis(50_000))));
    let outcome = world.deadline(millis(20_000)).route(&event(&records(&[("acme", 1)])));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Throttled)]);
    assert!(outcome.took < millis(100));
}

#[test]
fn thousands_of_rejected_records_are_quarantined() {
    let mut all = records(&[("", 3000)]);
    all.extend(records(&[("acme", 10)]));
    let outcome = World::answering(ok()).route(&event(&all));
    assert_eq!(outcome.quarantined.len(), 3000);
    assert!(outcome.retried().is_empty());
}
