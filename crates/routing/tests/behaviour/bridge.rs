//! Bridges: a stream's records go to a FIFO queue one by one, and another router drains that.

use crate::world::{World, kinesis, millis, ok, record, throttled};
use routing::bridge::{BridgeGroup, BridgeMessage};
use routing::ports::{Attempt, BridgeRequest, Invocation};
use routing::{RecordOutcome, Payload, AckKind};
use sources::{Kind, Kinesis, Record, Source, Sqs};
use tenancy::{Grammar, Rules, Selector};

fn bridging(world: World) -> World {
    world.policy(|policy| {
        policy.invocation = Invocation::Bridged;
        policy.payload = Payload::Original;
    })
}

#[test]
fn a_bridge_is_sent_records_as_they_came_one_by_one_in_the_order_of_each_key() {
    let event = kinesis(&[("1", "acme", "a"), ("2", "acme", "a"), ("3", "acme", "b"), ("4", "globex", "a")]);
    let outcome = bridging(World::answering(Attempt::Forwarded)).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [RecordOutcome::Acked(AckKind::Bridged); 4]);
    assert_eq!(outcome.most_running, 3, "all keys side by side");
    let first = outcome.calls.iter().position(|call| event.contains(&call.payload)).unwrap();
    assert!(outcome.calls[first].payload.contains("\"sequenceNumber\":\"1\""));
    let second = outcome.calls.iter().find(|call| call.payload.contains("\"sequenceNumber\":\"2\"")).unwrap();
    assert!(second.start >= outcome.calls[first].end.unwrap());
}

#[test]
fn a_bridge_is_sent_what_a_message_can_hold_beside_its_own_and_not_a_byte_more() {
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
fn a_record_that_the_bridges_queue_does_not_take_is_too_large_and_one_byte_less_is_not() {
    let limit = 262_144 - 64;
    let fill = limit + "{\"Records\":[]}".len() - kinesis(&[("1", "acme", "")]).len();
    for (more, rejected) in [(0, vec![]), (1, vec!["too_large"])] {
        let world = bridging(World::answering(Attempt::Forwarded))
            .policy(|policy| policy.max_message_bytes = 262_144);
        let event = kinesis(&[("1", "acme", &"k".repeat(fill + more)), ("2", "acme", "k")]);
        let outcome = world.route_from(Kinesis, &event);
        let reasons: Vec<_> = outcome.quarantined.iter().map(|(_, reason, ..)| reason.as_str()).collect();
        assert_eq!(reasons, rejected);
        assert!(outcome.retried().is_empty(), "it would be refused for ever");
        assert_eq!(outcome.calls.len(), if more == 0 { 2 } else { 1 });
    }
}

#[test]
fn a_queues_limit_is_no_limit_of_invokes() {
    let world = World::answering(ok()).policy(|policy| policy.max_message_bytes = 1024);
    let outcome = world.route_from(Kinesis, &kinesis(&[("1", "acme", &"k".repeat(2048))]));
    assert_eq!((outcome.calls.len(), outcome.quarantined.len()), (1, 0));
}

#[test]
fn a_tenant_whose_throttled_record_is_given_up_goes_on_with_those_before_the_checkpoint() {
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
fn a_throttled_tenant_rests_though_its_own_record_that_was_throttled_will_not_be_sent_again() {
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
fn message_groups_of_a_bridges_queue_share_no_invoke() {
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
