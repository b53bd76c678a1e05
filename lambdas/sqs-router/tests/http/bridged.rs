//! Tests the queue of a bridge: its messages are a stream's records, and the backend gets the stream's own event.

use serde_json::json;
use testbed::{Answer, Message, Queue, Setup, World};

use crate::setup::{Deliver, ROUTER};

/// A Kinesis record as a stream's router sends it, with formatting that parsing and serializing it again would lose.
fn kinesis(sequence_number: &str, tenant: &str) -> String {
    let data = base64_simd::STANDARD.encode_to_string(json!({ "tenantId": tenant }).to_string());
    format!(
        r#"{{ "kinesis":{{"partitionKey":"k","sequenceNumber":"{sequence_number}","data":"{data}","n":1.50}},
"eventSource":"aws:kinesis","eventID":"shardId-000000000000:{sequence_number}",
"eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/orders" }}"#
    )
}

fn draining(setup: Setup) -> World {
    let setup = setup.set(&["bridged_from"], json!("kinesis"));
    setup.set(&["tenant_id", "from"], json!(["$.kinesis.data.tenantId"])).start()
}

fn deliver(world: &mut World, messages: &[(&str, &str, String)]) -> Vec<String> {
    let messages: Vec<Message> =
        messages.iter().map(|(id, group, body)| Message::new(*id, body).group(*group)).collect();
    world.deliver_fifo(&messages)
}

#[test]
fn backend_gets_the_streams_own_event() {
    let mut world = draining(ROUTER.with_default_backend());
    let (first, second) = (kinesis("41", "acme"), kinesis("42", "acme"));
    let retried = deliver(&mut world, &[("m1", "acme", first.clone()), ("m2", "acme", second.clone())]);
    assert!(retried.is_empty());
    let calls = world.lambda.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].call.tenant(), "acme");
    assert_eq!(
        String::from_utf8_lossy(&calls[0].call.payload),
        format!("{{\"Records\":[{first},{second}]}}")
    );
}

#[test]
fn named_sequence_number_becomes_message_ids() {
    let mut world = draining(ROUTER.backend(|call| match call.tenant() {
        "acme" => Answer::refusing(["42"]),
        _ => Answer::ok("null"),
    }));
    let retried = deliver(
        &mut world,
        &[
            ("m1", "acme", kinesis("41", "acme")),
            ("m2", "globex", kinesis("50", "globex")),
            ("m3", "acme", kinesis("42", "acme")),
            ("m4", "acme", kinesis("43", "acme")),
        ],
    );
    assert_eq!(retried, ["m3", "m4"]);
}

#[test]
fn failure_stops_its_bridged_group_only() {
    let mut world = draining(
        ROUTER
            .backend(|call| match call.record_ids().as_slice() {
                [first, ..] if first == "41" => Answer::function_error("Oops", "x"),
                _ => Answer::ok("null"),
            })
            .set(&["delivery"], json!({ "max_records": 1 })),
    );
    let retried = deliver(
        &mut world,
        &[
            ("m1", "acme", kinesis("41", "acme")),
            ("m2", "acme", kinesis("42", "acme")),
            ("m3", "globex", kinesis("43", "globex")),
        ],
    );
    assert_eq!(retried, ["m1", "m2"]);
    let sent: Vec<_> = world.lambda.calls().iter().flat_map(|call| call.call.record_ids()).collect();
    assert!(!sent.contains(&"42".to_owned()) && sent.contains(&"43".to_owned()), "{sent:?}");
}

#[test]
fn message_of_no_bridge_is_quarantined_whole() {
    let mut world = draining(ROUTER.with_default_backend());
    let other = json!({ "tenantId": "acme" }).to_string();
    assert!(deliver(&mut world, &[("m1", "acme", other), ("m2", "acme", "hello".to_owned())]).is_empty());
    let queued = world.sqs.queued();
    assert_eq!(queued.len(), 2);
    for (entry, id) in queued.iter().zip(["m1", "m2"]) {
        assert_eq!(entry.attribute("reason"), Some("undecodable"));
        assert!(entry.message_body.contains(&format!("\"messageId\":\"{id}\"")), "{}", entry.message_body);
    }
    assert!(world.lambda.calls().is_empty());
}

#[test]
fn bridged_record_is_admitted_by_its_content() {
    let mut world = draining(ROUTER.with_default_backend());
    assert!(deliver(&mut world, &[("m1", "globex", kinesis("41", "acme"))]).is_empty());
    assert_eq!(world.lambda.calls()[0].call.tenant(), "acme");
    assert!(deliver(&mut world, &[("m2", "acme", kinesis("42", "no good"))]).is_empty());
    let queued = world.sqs.queued();
    assert_eq!((queued.len(), queued[0].attribute("reason")), (1, Some("bad_grammar")));
    assert_eq!(queued[0].message_body, kinesis("42", "no good"), "it must be the stream's whole record");
}

#[test]
fn bridged_record_payload_is_the_decoded_data() {
    let mut world =
        draining(ROUTER.with_default_backend().set(&["delivery"], json!({ "payload": "record" })));
    assert!(deliver(&mut world, &[("m1", "acme", kinesis("41", "acme"))]).is_empty());
    assert_eq!(world.lambda.calls()[0].call.payload, br#"{"tenantId":"acme"}"#);
}

#[test]
fn stream_event_is_refused_behind_a_bridge() {
    let mut world = draining(ROUTER.with_default_backend());
    let event = format!("{{\"Records\":[{}]}}", kinesis("41", "acme"));
    let (_, message) = world.error(event);
    assert!(message.contains("kinesis-router"), "{message}");
    assert!(world.failures(Queue::fifo("orders").event(&[])).is_empty());
}

#[test]
fn failing_group_stops_no_group_of_its_tenant() {
    let mut world = draining(ROUTER.backend(|call| {
        if call.record_ids().contains(&"41".to_owned()) {
            Answer::refusing(["41"])
        } else {
            Answer::ok("null")
        }
    }));
    let retried = deliver(
        &mut world,
        &[
            ("m1", "acme-k1", kinesis("41", "acme")),
            ("m2", "acme-k2", kinesis("42", "acme")),
            ("m3", "acme-k1", kinesis("43", "acme")),
        ],
    );
    assert_eq!(retried, ["m1", "m3"]);
}
