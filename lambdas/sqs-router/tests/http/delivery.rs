//! Tests what an Invoke carries: one tenant, the configured function, the trace header, and the records' own bytes.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use testbed::{Answer, Invocation, Message, Queue, events};

use crate::setup::{Deliver, FUNCTION, ROUTER, message};

#[test]
fn tenants_get_their_own_records_only() {
    let mut world = ROUTER.with_default_backend().start();
    let messages: Vec<Message> =
        (0..60).map(|index| message(&format!("m{index}"), &format!("tenant-{}", index % 7))).collect();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let mut delivered = world.invokes();
    delivered.sort();
    let expected: Vec<(String, Vec<String>)> = (0..7)
        .map(|of| (format!("tenant-{of}"), (of..60).step_by(7).map(|index| format!("m{index}")).collect()))
        .collect();
    assert_eq!(delivered, expected);
}

#[test]
fn tenant_id_is_sent_unchanged() {
    let grammar = json!("lambda");
    let mut world = ROUTER.with_default_backend().set(&["tenant_id", "grammar"], grammar).start();
    for id in ["a", "A", "a.b_c:d/e=f+g-h@i j", &"x".repeat(256)] {
        assert_eq!(world.deliver(&[message("1", id)]), [""; 0], "for {id}");
        assert_eq!(world.invokes().pop().unwrap().0, id);
    }
}

#[test]
fn function_is_invoked_with_its_alias() {
    for function in [FUNCTION, "arn:aws:lambda:eu-west-1:111122223333:function:orders:7", "orders"] {
        let mut world = ROUTER.with_default_backend().set(&["backend", "function"], json!(function)).start();
        assert_eq!(world.deliver(&[message("1", "a")]), [""; 0]);
        let call = &world.lambda.calls()[0].call;
        let named = match &call.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", call.function),
            None => call.function.clone(),
        };
        assert_eq!(named, function);
        assert_ne!(call.invocation_type.as_deref(), Some("Event"));
    }
}

#[test]
fn trace_header_is_passed_once_and_unchanged() {
    let trace =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:0";
    let mut world = ROUTER.with_default_backend().start();
    let event = Queue::standard("orders").event(&[message("1", "a"), message("2", "b")]);
    world.failures(Invocation::of(event.clone()).with_trace_header(trace));
    world.failures(Invocation::of(event));
    let traces: Vec<Vec<String>> =
        world.lambda.calls().iter().map(|recorded| recorded.call.trace_headers.clone()).collect();
    assert_eq!(traces[..2], [[trace], [trace]]);
    assert!(
        traces[2..].iter().flatten().all(|header| header != trace),
        "a trace must not be used by the next invocation: {traces:?}"
    );
}

#[test]
fn event_payload_keeps_records_byte_for_byte() {
    let odd = r#"{ "messageId" : "1","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders",
  "unknown":[1e400,-0,123456789012345678901234567890.10,null], "z":1,"a":2,"body":"{\"tenantId\":\"a\",\"\u00e4\":\"\/\"}"}"#;
    let plain = message("2", "a").record(&Queue::standard("orders"));
    let mut world = ROUTER.with_default_backend().start();
    assert_eq!(world.failures(Invocation::of(events::event_of(&[odd.to_owned(), plain.clone()]))), [""; 0]);
    let payload = String::from_utf8(world.lambda.calls()[0].call.payload.clone()).unwrap();
    assert!(payload.contains(odd), "{payload}");
    assert!(payload.contains(&plain), "{payload}");
    assert_eq!(world.lambda.calls()[0].call.record_ids(), ["1", "2"]);
}

#[test]
fn record_payload_sends_each_content_alone() {
    let bodies = [r#"{"tenantId":"a", "n":1e400 ,"n":2}"#, " \"just text\" ", "[1,2]"];
    let messages: Vec<Message> = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| Message::new(index.to_string(), *body).group("a"))
        .collect();
    let mut world = ROUTER
        .with_default_backend()
        .set(&["tenant_id", "from"], json!(["$.attributes.MessageGroupId"]))
        .set(&["delivery"], json!({ "payload": "record" }))
        .start();
    assert_eq!(world.deliver(&messages), [""; 0]);
    let mut payloads: Vec<String> = world
        .lambda
        .calls()
        .iter()
        .map(|recorded| String::from_utf8(recorded.call.payload.clone()).unwrap())
        .collect();
    payloads.sort();
    let mut expected = bodies.to_vec();
    expected.sort_unstable();
    assert_eq!(payloads, expected);
}

#[test]
fn record_payload_accepts_any_response() {
    let mut world = ROUTER
        .backend(|call| match call.tenant() {
            "failing" => Answer::function_error("RuntimeError", "no"),
            "wordy" => Answer::ok(json!({ "batchItemFailures": [{ "itemIdentifier": "9" }] }).to_string()),
            _ => Answer::ok("no JSON"),
        })
        .set(&["delivery"], json!({ "payload": "record" }))
        .start();
    assert_eq!(world.deliver(&[message("1", "a"), message("2", "failing"), message("3", "wordy")]), ["2"]);
}

#[test]
fn first_present_selector_gives_the_tenant() {
    let from = json!([
        "$.messageAttributes.tenantId.stringValue",
        { "path": "$.attributes.MessageGroupId", "capture": "^TENANT#([^#]+)" },
        "$.body.Message.tenantId",
    ]);
    let mut world = ROUTER.with_default_backend().set(&["tenant_id", "from"], from).start();
    let sns = json!({ "Type": "Notification", "Message": json!({ "tenantId": "by-topic" }).to_string() });
    let messages = [
        Message::new("1", "{}").message_attribute("tenantId", "by-attribute"),
        Message::new("2", "{}").group("TENANT#by-group#9"),
        Message::new("3", sns.to_string()),
    ];
    assert_eq!(world.deliver(&messages), [""; 0]);
    let mut delivered = world.invokes();
    delivered.sort();
    let expected = [("by-attribute", "1"), ("by-group", "2"), ("by-topic", "3")];
    assert_eq!(delivered, expected.map(|(tenant, id)| (tenant.to_owned(), vec![id.to_owned()])));
}

#[test]
fn duplicate_message_is_retried_if_a_copy_fails() {
    let calls = AtomicUsize::new(0);
    let fails_first = move |_: &_| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::function_error("RuntimeError", "no"),
        _ => Answer::ok("null"),
    };
    let mut world = ROUTER.backend(fails_first).set(&["delivery"], json!({ "max_records": 1 })).start();
    let retried = world.deliver(&[message("1", "a"), message("1", "a"), message("2", "a")]);
    assert!(!retried.is_empty() && retried.iter().all(|id| id == "1"), "{retried:?}");
}

#[test]
fn warm_router_handles_the_next_batch() {
    let mut world = ROUTER
        .backend(|call| match call.record_ids().as_slice() {
            [one] if one == "2" => Answer::function_error("RuntimeError", "no"),
            _ => Answer::ok("null"),
        })
        .start();
    assert_eq!(world.deliver(&[message("1", "a")]), [""; 0]);
    assert_eq!(world.deliver(&[message("2", "a")]), ["2"]);
    assert_eq!(world.deliver(&[message("3", "a")]), [""; 0]);
}

#[test]
fn response_names_records_in_batch_order() {
    let mut world = ROUTER.backend(|_| Answer::function_error("RuntimeError", "no")).start();
    let event = Queue::standard("orders").event(&[message("3", "b"), message("1", "a"), message("2", "b")]);
    let outcome = world.router.invoke(Invocation::of(event));
    let testbed::Outcome::Response(body) = outcome else { panic!("no response: {outcome:?}") };
    let expected = json!({ "batchItemFailures": [
        { "itemIdentifier": "3" }, { "itemIdentifier": "1" }, { "itemIdentifier": "2" },
    ]});
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), expected);
}
