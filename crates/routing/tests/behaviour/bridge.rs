//! Bridges: the records of a stream go to a FIFO queue one by one. Another router drains that queue.

use crate::world::{ReceivedCall, World, kinesis, millis, ok, record, throttled};
use routing::bridge::{BridgeGroup, BridgeMessage};
use routing::ports::{Attempt, BridgeRequest, Invocation};
use routing::{AckKind, Payload, RecordOutcome};
use sources::{Kind, Kinesis, Record, Source, Sqs};
use tenancy::{Grammar, Rules, Selector};

fn bridging(world: World) -> World {
    world.policy(|policy| {
        policy.invocation = Invocation::Bridged;
        policy.payload = Payload::Original;
    })
}

#[test]
fn bridge_forwards_each_record_once_in_key_order() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "acme", "a"), ("3", "acme", "b"), ("4", "globex", "a")]);
    let outcome = bridging(World::answering(Attempt::Forwarded)).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [RecordOutcome::Acked(AckKind::Bridged); 4]);
    assert_eq!(outcome.most_running, 3, "records with different keys are sent in parallel");
    let mut forwarded: Vec<&ReceivedCall> = outcome.calls.iter().collect();
    forwarded.sort_by_key(|call| event.find(&call.payload).unwrap());
    let bodies: Vec<&str> = forwarded.iter().map(|call| call.payload.as_str()).collect();
    assert_eq!(event, format!("{{\"Records\":[{}]}}", bodies.join(",")), "each record once, byte for byte");
    let tenants: Vec<&str> = forwarded.iter().map(|call| call.tenant.as_str()).collect();
    assert_eq!(tenants, ["acme", "acme", "acme", "globex"]);
    let source_arn = Some("arn:aws:kinesis:eu-west-1:111122223333:stream/orders");
    assert!(forwarded.iter().all(|call| call.source_arn.as_deref() == source_arn));
    assert_eq!(outcome.calls[0].payload, forwarded[0].payload);
    assert!(forwarded[1].start >= forwarded[0].end.unwrap(), "both have the key \"a\" of acme");
}

#[test]
fn record_above_the_bridge_message_limit_is_too_large() {
    let limit = 1024 * 1024 - 64;
    let fill = limit + "{\"Records\":[]}".len() - kinesis(&[("1", "acme", "")]).len();
    for (more, rejected) in [(0, vec![]), (1, vec!["too_large"])] {
        let world = bridging(World::answering(Attempt::Forwarded));
        let outcome = world.route_from(Kinesis, &kinesis(&[("1", "acme", &"k".repeat(fill + more))]));
        let reasons: Vec<_> = outcome.quarantined.iter().map(|(_, reason, ..)| reason.as_str()).collect();
        assert_eq!(reasons, rejected);
        let sent: Vec<_> = outcome.calls.iter().map(|call| call.payload.len()).collect();
        assert_eq!(sent, if more == 0 { vec![limit] } else { vec![] });
    }
}

#[test]
fn bridge_queue_limit_makes_larger_record_too_large() {
    let limit = 262_144 - 64;
    let fill = limit + "{\"Records\":[]}".len() - kinesis(&[("1", "acme", "")]).len();
    for (more, rejected) in [(0, vec![]), (1, vec!["too_large"])] {
        let world = bridging(World::answering(Attempt::Forwarded))
            .policy(|policy| policy.max_message_bytes = 262_144);
        let event = kinesis(&[("1", "acme", &"k".repeat(fill + more)), ("2", "acme", "k")]);
        let outcome = world.route_from(Kinesis, &event);
        let reasons: Vec<_> = outcome.quarantined.iter().map(|(_, reason, ..)| reason.as_str()).collect();
        assert_eq!(reasons, rejected);
        assert!(outcome.retried().is_empty(), "the queue would refuse it on every retry");
        assert_eq!(outcome.calls.len(), if more == 0 { 2 } else { 1 });
    }
}

#[test]
fn bridge_queue_limit_does_not_apply_to_invokes() {
    let world = World::answering(ok()).policy(|policy| policy.max_message_bytes = 1024);
    let outcome = world.route_from(Kinesis, &kinesis(&[("1", "acme", &"k".repeat(2048))]));
    assert_eq!((outcome.calls.len(), outcome.quarantined.len()), (1, 0));
}

#[test]
fn throttled_tenant_still_sends_records_before_checkpoint() {
    let event = kinesis(&[("0", "acme", "a"), ("1", "acme", "a"), ("2", "globex", "g"), ("3", "acme", "b")]);
    let is = |payload: &str, id: &str| payload.contains(&format!("\"sequenceNumber\":\"{id}\""));
    let outcome = bridging(World::new(move |call, _| match &call.payload {
        payload if is(payload, "2") => (millis(5), Attempt::Refused("InvalidMessageContents".to_owned())),
        payload if is(payload, "3") => (millis(1), throttled(None)),
        _ => (millis(20), Attempt::Forwarded),
    }))
    .route_from(Kinesis, &event);
    assert_eq!(outcome.records()[..2], [RecordOutcome::Acked(AckKind::Bridged); 2]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn tenant_backs_off_even_if_its_throttled_record_is_dropped() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "acme", "a"), ("3", "globex", "b"), ("4", "acme", "c")]);
    let is = |payload: &str, id: &str| payload.contains(&format!("\"sequenceNumber\":\"{id}\""));
    let outcome = bridging(World::new(move |call, _| match &call.payload {
        payload if is(payload, "3") => (millis(5), Attempt::Refused("InvalidMessageContents".to_owned())),
        payload if is(payload, "4") => (millis(10), throttled(Some(millis(500)))),
        _ => (millis(20), Attempt::Forwarded),
    }))
    .route_from(Kinesis, &event);
    let second = outcome.calls.iter().find(|call| is(&call.payload, "2")).unwrap();
    assert_eq!(second.start, millis(510));
}

#[test]
fn message_groups_of_a_bridge_share_no_invoke() {
    let message = |(id, group): (&str, &str)| {
        let event = kinesis(&[(id, "acme", group)]);
        let body = event.strip_prefix("{\"Records\":[").unwrap().strip_suffix("]}").unwrap();
        record("bridge.fifo", &format!("m{id}"), "", Some(group), body)
    };
    let messages = [("1", "a"), ("2", "b"), ("3", "a")].map(message).join(",");
    let queue = Sqs::default().draining(Kind::Kinesis).unwrap();
    let outcome = World::answering(ok()).route_from(queue, &format!("{{\"Records\":[{messages}]}}"));
    assert_eq!(outcome.sent(), [("acme", vec!["1", "3"]), ("acme", vec!["2"])]);
}

#[test]
fn message_is_the_record_or_refused_for_its_characters() {
    let rules = Rules::new(vec![Selector::parse("$.t").unwrap()], vec![], Grammar::Strict).unwrap();
    let message = |raw: &'static str| {
        let record = Record::new(raw, "1".into());
        let admitted = rules.admit(r#"{"t":"acme"}"#).unwrap();
        let request = BridgeRequest { admitted, record: &record, source_arn: "arn" };
        BridgeMessage::new(&request, BridgeGroup::Tenant).map(|message| (message.body, message.group))
    };
    assert_eq!(message("{\"a\":1}"), Ok(("{\"a\":1}".to_owned(), "acme".to_owned())));
    assert_eq!(message("\u{ffff}"), Err(Attempt::Refused("InvalidMessageContents".to_owned())));
}
