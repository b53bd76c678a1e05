//! Tests `tenantctl quarantine` with the real binary against emulated queues.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::time::Duration;

use testbed::sqs_queue::Fault;
use testbed::{Answer, NewMessage};

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

/// Makes a quarantine with records of three reasons.
fn filled() -> World {
    let world = World::new();
    let put = |record: &str, reason, value| {
        world.sqs.put(QUARANTINE, rejected(record, reason, "orders", value));
    };
    put(&order("m-1", r#"{"tenantId":"blu"}"#), "unknown_tenant", Some("blu"));
    put(&order("m-2", r#"{"tenantId":"acme"}"#), "suspended", Some("acme"));
    put(&order("m-3", "not json"), "undecodable", None);
    world
}

#[test]
fn listed_messages_become_visible_again() {
    let world = filled();
    let listed = world.quarantine("ls", &[]);
    assert_eq!(listed.code, Some(0), "{}{}", listed.out, listed.err);
    for text in ["unknown_tenant", "suspended", "undecodable", "blu", "m-3", "2018-12-17T21:37:29.185Z"] {
        assert!(listed.out.contains(text), "{}", listed.out);
    }
    assert!(listed.out.contains("3 rejected records (3 messages looked at)"));
    assert_eq!(world.sqs.in_flight(QUARANTINE), 0);
    let filtered = world.quarantine("ls", &["--tenant", "acme", "--json"]).json();
    assert_eq!(filtered["records"].as_array().unwrap().len(), 1);
    assert_eq!(filtered["records"][0]["received_before"], 1);
}

#[test]
fn list_reports_what_may_be_missing() {
    let world = filled();
    for place in 0..15 {
        let record = fifo_order(&format!("m-{place}"), "a", place, "{}");
        let message = rejected(&record, "missing", "orders.fifo", None).group("a", &format!("d{place}"));
        world.sqs.put(FIFO_QUARANTINE, message);
    }
    let listed = world.run(&["quarantine", "ls", "--queue", FIFO_QUARANTINE]);
    assert!(listed.out.contains("10 rejected records") && listed.out.contains("about 15"), "{}", listed.out);
    world.sqs.create_with_redrive("fragile", "arn:aws:sqs:eu-west-1:111122223333:dlq", 3);
    let listed = world.run(&["quarantine", "ls", "--queue", "fragile"]);
    assert!(listed.out.contains("after 3 receives"), "{}", listed.out);
}

#[test]
fn show_includes_remedy_and_replay() {
    let world = filled();
    let id = world.sqs.held(QUARANTINE)[0].id.clone();
    let shown = world.quarantine("show", &[&id]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    for text in
        ["unknown_tenant", "what to do", "send it to arn:aws:sqs", "\"messageId\": \"m-1\"", "SenderId"]
    {
        assert!(shown.out.contains(text), "{text}: {}", shown.out);
    }
    let absent = world.quarantine("show", &["q-none"]);
    assert_eq!(absent.code, Some(3));
    assert!(absent.err.contains("there is no message q-none"), "{}", absent.err);
    assert_eq!(world.sqs.in_flight(QUARANTINE), 0);
}

#[test]
fn records_are_counted() {
    let counted = filled().quarantine("stats", &["--json"]).json();
    assert_eq!(counted["records"], 3);
    assert_eq!(counted["by_tenant"].as_array().unwrap().len(), 3);
}

#[test]
fn dry_run_shows_the_plan_and_changes_nothing() {
    let world = filled();
    let dry = world.quarantine("replay", &["--reason", "unknown_tenant"]);
    assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
    assert!(
        dry.out.contains("a dry run: 1 would be replayed") && dry.out.contains("--execute"),
        "{}",
        dry.out
    );
    assert_eq!((world.bodies(QUARANTINE).len(), world.bodies("orders").len()), (3, 0));
    assert_eq!(world.sqs.in_flight(QUARANTINE), 0);
}

#[test]
fn replay_sends_the_original_message_and_deletes_it() {
    let world = World::new();
    let record = order("m-1", "{\"tenantId\":\"acme\", \"ü\":1.0}");
    let id = world.sqs.put(QUARANTINE, rejected(&record, "suspended", "orders", Some("acme")));
    let replayed = world.quarantine("replay", &["--tenant", "acme", "--execute"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.out, replayed.err);
    assert!(replayed.out.contains("1 of 1 replayed"), "{}", replayed.out);
    assert!(world.bodies(QUARANTINE).is_empty());
    let sent = world.sqs.held("orders").remove(0);
    assert_eq!(sent.message.body, "{\"tenantId\":\"acme\", \"ü\":1.0}");
    assert_eq!(sent.attribute("kind"), Some("test"));
    assert_eq!(sent.attribute("tenant_router_replay"), Some(id.as_str()));
}

#[test]
fn fifo_group_is_replayed_in_order_with_new_ids() {
    let world = World::new();
    for place in 0..25 {
        let group = ["a", "b"][place % 2];
        let number = u32::try_from(place).unwrap();
        let record = fifo_order(&format!("m-{place}"), group, number, &format!("{{\"n\":{place}}}"));
        let message = rejected(&record, "suspended", "orders.fifo", Some("acme"));
        world.sqs.put(FIFO_QUARANTINE, message.group(group, &format!("d{place}")));
    }
    let replayed = world.run(&["quarantine", "replay", "--queue", FIFO_QUARANTINE, "--execute"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.out, replayed.err);
    assert!(world.bodies(FIFO_QUARANTINE).is_empty());
    let sent = world.sqs.held("orders.fifo");
    assert_eq!(sent.len(), 25);
    for (group, rest) in [("a", 0), ("b", 1)] {
        let of_group = sent.iter().filter(|message| message.message.group.as_deref() == Some(group));
        let numbers: Vec<_> = of_group.map(|message| message.message.body.clone()).collect();
        let expected: Vec<_> = (0..25).filter(|n| n % 2 == rest).map(|n| format!("{{\"n\":{n}}}")).collect();
        assert_eq!(numbers, expected);
    }
    assert!(sent.iter().all(|sent| !sent.message.deduplication.as_ref().unwrap().starts_with("original")));
}

#[test]
fn fifo_group_stops_after_failure_and_others_go_on() {
    let world = World::with(
        |asked| {
            let refused = asked.action == "SendMessageBatch" && asked.body.to_string().contains("a-1");
            refused.then(|| Fault::Entries(vec![0], "InvalidMessageContents".to_owned()))
        },
        |_| Answer::ok("null"),
    );
    for (place, name) in ["a-0", "a-1", "a-2", "b-0"].into_iter().enumerate() {
        let record = fifo_order(&format!("m-{place}"), &name[..1], 0, name);
        let message = rejected(&record, "suspended", "orders.fifo", Some("acme"));
        world.sqs.put(FIFO_QUARANTINE, message.group(&name[..1], name));
    }
    let replayed = world.run(&["quarantine", "replay", "--queue", FIFO_QUARANTINE, "--execute", "--json"]);
    assert_eq!(replayed.code, Some(1));
    let mut sent = world.bodies("orders.fifo");
    sent.sort();
    assert_eq!(sent, ["a-0", "b-0"]);
    assert_eq!(world.bodies(FIFO_QUARANTINE).len(), 2);
    let report = replayed.json();
    assert!(report["left"][1]["why"].as_str().unwrap().contains("before it in its order"), "{report}");
    assert_eq!(world.sqs.in_flight(FIFO_QUARANTINE), 0);
}

#[test]
fn lost_send_response_leaves_the_record_as_possible_repeat() {
    for (fault, sent) in [(Fault::CutAfter, 1), (Fault::CutBefore, 0)] {
        let world = World::with(
            move |asked| (asked.action == "SendMessageBatch").then(|| fault.clone()),
            |_| Answer::ok("null"),
        );
        world.sqs.put(QUARANTINE, rejected(&order("m-1", "{}"), "missing", "orders", None));
        let replayed = world.quarantine("replay", &["--execute", "--json"]);
        assert_eq!((replayed.code, world.bodies("orders").len()), (Some(1), sent));
        assert_eq!(world.bodies(QUARANTINE).len(), 1);
        assert_eq!(replayed.json()["left"][0]["may_repeat"], true, "{}", replayed.out);
    }
}

#[test]
fn failed_delete_after_send_is_reported() {
    let world = World::with(
        |asked| {
            let fault = Fault::Entries(vec![0], "InternalError".to_owned());
            (asked.action == "DeleteMessageBatch").then_some(fault)
        },
        |_| Answer::ok("null"),
    );
    world.sqs.put(QUARANTINE, rejected(&order("m-1", "{}"), "missing", "orders", None));
    let replayed = world.quarantine("replay", &["--execute"]);
    assert_eq!(replayed.code, Some(1));
    assert!(replayed.out.contains("could not be deleted from this queue"), "{}", replayed.out);
    world.sqs.advance(Duration::from_mins(2));
    let again = world.quarantine("ls", &["--json"]).json();
    assert_eq!(again["records"][0]["received_before"], 1);
}

#[test]
fn stream_record_is_deleted_only_after_a_clean_response() {
    for (answer, left) in [
        (Answer::ok(r#"{"batchItemFailures":[]}"#), 0),
        (Answer::refusing(["7"]), 1),
        (Answer::ok("null"), 1),
        (Answer::function_error("BatchRefused", "why"), 1),
    ] {
        let world = World::with(|_| None, move |_| answer.clone());
        world.sqs.put(QUARANTINE, rejected(&stream_record(7, "p"), "suspended", "x", Some("acme")));
        let refused = world.quarantine("replay", &["--execute"]);
        assert!(refused.code == Some(1) && refused.out.contains("--router"), "{}", refused.out);
        let replayed = world.quarantine("replay", &["--execute", "--router", "router"]);
        assert_eq!(world.bodies(QUARANTINE).len(), left, "{}{}", replayed.out, replayed.err);
        assert_eq!(replayed.code, Some(i32::from(left > 0)));
        let call = world.lambda.calls().remove(0).call;
        assert_eq!(call.payload, format!("{{\"Records\":[{}]}}", stream_record(7, "p")).into_bytes());
        assert_eq!(call.function, "router");
    }
}

#[test]
fn fix_tenant_sets_the_id_and_keeps_the_original() {
    let world = filled();
    let fix = ["--fix-tenant", "blue", "--path", "$.body.tenantId", "--execute"];
    let unpicked = world.quarantine("replay", &fix);
    assert_eq!(unpicked.code, Some(2), "{}", unpicked.out);
    let fixed = world.quarantine("replay", &[&fix[..], &["--reason", "unknown_tenant"]].concat());
    assert_eq!(fixed.code, Some(0), "{}{}", fixed.out, fixed.err);
    let sent = world.sqs.held("orders").remove(0);
    assert_eq!(sent.message.body, r#"{"tenantId":"blue"}"#);
    assert_eq!(sent.attribute("tenant_router_original_tenant"), Some("blu"));
    let absent = world.quarantine("replay", &[&fix[..], &["--reason", "undecodable"]].concat());
    assert!(absent.code == Some(1) && absent.out.contains("$.body.tenantId"), "{}", absent.out);
    assert_eq!(world.bodies(QUARANTINE).len(), 2);
}

#[test]
fn other_messages_are_reported_and_left() {
    let world = World::new();
    world.sqs.put(QUARANTINE, NewMessage::new("hello"));
    world.sqs.put(QUARANTINE, NewMessage::new("{}").attribute("schema_version", "2"));
    world.sqs.put(QUARANTINE, rejected("{", "undecodable", "orders", None));
    for command in [&["ls"][..], &["replay", "--execute"], &["discard", "--all", "--execute"]] {
        let ran = world.quarantine(command[0], &command[1..]);
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("3 messages are not rejected records"), "{}", ran.out);
        assert_eq!(world.bodies(QUARANTINE).len(), 3);
    }
}

#[test]
fn unusable_queue_is_named_with_a_remedy() {
    let world = World::new();
    let absent = world.run(&["quarantine", "ls", "--queue", "nowhere"]);
    assert_eq!(absent.code, Some(3));
    assert!(absent.err.contains("nowhere") && absent.err.contains("check the name"), "{}", absent.err);
    let denied = World::with(
        |asked| (asked.action == "ReceiveMessage").then(|| Fault::Error(403, "AccessDenied".to_owned())),
        |_| Answer::ok("null"),
    );
    let denied = denied.quarantine("stats", &[]);
    assert!(denied.err.contains("allow this identity to call sqs:ReceiveMessage"), "{}", denied.err);
}

#[test]
fn event_goes_to_its_router_unchanged() {
    let world = World::with(|_| None, |_| Answer::ok("null"));
    let event = r#"{"version":"0","id":"e-1","detail-type":"t","source":"s","detail":{"n":1.0e2}}"#;
    world.sqs.put(QUARANTINE, rejected(event, "suspended", "x", Some("acme")));
    let replayed = world.quarantine("replay", &["--execute", "--router", "router"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.out, replayed.err);
    assert_eq!(world.lambda.calls()[0].call.payload, event.as_bytes());
}

#[test]
fn concurrent_replays_send_each_record_once() {
    let world = World::with(|_| Some(Fault::Slow(Duration::from_millis(10))), |_| Answer::ok("null"));
    for place in 0..60 {
        let record = order(&format!("m-{place}"), &format!("{place}"));
        world.sqs.put(QUARANTINE, rejected(&record, "suspended", "orders", Some("acme")));
    }
    let args = ["quarantine", "replay", "--queue", QUARANTINE, "--execute"];
    let children = [(); 2].map(|()| world.command(&args).spawn().unwrap());
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let mut bodies = world.bodies("orders");
    bodies.sort();
    bodies.dedup();
    assert_eq!((bodies.len(), world.bodies("orders").len(), world.bodies(QUARANTINE).len()), (60, 60, 0));
}

#[test]
fn record_of_another_queue_than_its_source_arn_is_left() {
    let world = World::new();
    world.sqs.put(QUARANTINE, rejected(&order("m-1", "{}"), "missing", "elsewhere", None));
    let replayed = world.quarantine("replay", &["--execute"]);
    assert!(replayed.code == Some(1) && replayed.out.contains("who wrote it"), "{}", replayed.out);
    assert_eq!((world.bodies("orders").len(), world.bodies(QUARANTINE).len()), (0, 1));
}
