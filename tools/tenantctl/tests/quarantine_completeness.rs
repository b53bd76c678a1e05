//! Tests with the real binary that `tenantctl` reports when it may not have seen all messages of a queue.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;
use testbed::sqs_queue::{Fault, queue_arn};
use testbed::{Answer, NewMessage};

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

/// Makes queues that are slow to return messages.
fn slow() -> World {
    World::with(
        |asked| (asked.action == "ReceiveMessage").then(|| Fault::Slow(Duration::from_millis(300))),
        |_| Answer::ok("null"),
    )
}

fn wait_until(mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "the condition was not met in time");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn start(world: &World, args: &[&str]) -> Child {
    world.command(args).spawn().unwrap()
}

/// Makes a FIFO quarantine and a dead-letter queue with fifteen records of one message group each. Another consumer has
/// received ten of each and still holds them.
fn held_by_another() -> World {
    let world = slow();
    world.sqs.create("dlq.fifo");
    for place in 0..15 {
        let (group, id) = ("a", format!("{place}"));
        let record = fifo_order(&id, group, place, "{}");
        world.sqs.put(FIFO_QUARANTINE, rejected(&record, "missing", "orders.fifo", None).group(group, &id));
        let dead_letter_source = Some(queue_arn("orders.fifo"));
        world
            .sqs
            .put("dlq.fifo", NewMessage { dead_letter_source, ..NewMessage::new("{}").group(group, &id) });
    }
    for args in
        [["quarantine", "ls", "--queue", FIFO_QUARANTINE], ["quarantine", "ls", "--queue", "dlq.fifo"]]
    {
        let mut other = start(&world, &args);
        wait_until(|| world.sqs.in_flight(args[3]) == 10);
        other.kill().unwrap();
        other.wait().unwrap();
    }
    world
}

#[test]
fn scan_continues_after_messages_that_were_seen_already() {
    let world = slow();
    for place in 0..40 {
        let record = order(&format!("m-{place}"), "{}");
        world.sqs.put(QUARANTINE, rejected(&record, "missing", "orders", None));
    }
    let listing = start(&world, &["quarantine", "ls", "--queue", QUARANTINE, "--json"]);
    wait_until(|| world.sqs.in_flight(QUARANTINE) >= 20);
    // All of these become visible again before their visibility timeout should end.
    world.sqs.advance(Duration::from_mins(2));
    let output = listing.wait_with_output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((listed["seen"].as_u64(), listed["records"].as_array().unwrap().len()), (Some(40), 40));
    assert!(listed["caveats"].as_array().unwrap().is_empty(), "{listed}");
}

#[test]
fn messages_that_sqs_does_not_return_may_be_left() {
    let world = held_by_another();
    for args in [
        &["quarantine", "replay", "--queue", FIFO_QUARANTINE, "--execute"][..],
        &["quarantine", "discard", "--queue", FIFO_QUARANTINE, "--all", "--execute"],
        &["redrive", "--from", "dlq.fifo", "--execute"],
    ] {
        let ran = world.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {}{}", ran.out, ran.err);
        for caveat in ["counted about 5 messages and returned 0", "about 10 messages were in flight"] {
            assert!(ran.out.contains(caveat), "{args:?}: {}", ran.out);
        }
    }
    assert_eq!((world.bodies(FIFO_QUARANTINE).len(), world.bodies("dlq.fifo").len()), (15, 15));
}

#[test]
fn redrive_dry_run_reports_the_limit_of_ten_per_group() {
    let world = World::new();
    world.sqs.create("dlq.fifo");
    for place in 0..12 {
        let dead_letter_source = Some(queue_arn("orders.fifo"));
        let message = NewMessage::new("{}").group("a", &format!("{place}"));
        world.sqs.put("dlq.fifo", NewMessage { dead_letter_source, ..message });
    }
    let dry = world.run(&["redrive", "--from", "dlq.fifo"]);
    assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
    assert!(dry.out.contains("counted about 12 messages and returned 10: a FIFO queue"), "{}", dry.out);
    let some = world.run(&["redrive", "--from", "dlq.fifo", "--limit", "3", "--execute"]);
    assert!(some.code == Some(0) && some.out.contains("the --limit was reached"), "{}", some.out);
    assert_eq!(world.bodies("dlq.fifo").len(), 9);
}

#[test]
fn interrupted_discard_reports_that_messages_may_be_left() {
    let world = slow();
    for place in 0..100 {
        let record = order(&format!("m-{place}"), "{}");
        world.sqs.put(QUARANTINE, rejected(&record, "missing", "orders", None));
    }
    let child = start(&world, &["quarantine", "discard", "--queue", QUARANTINE, "--all", "--execute"]);
    wait_until(|| world.bodies(QUARANTINE).len() <= 80);
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.code() == Some(1) && text.contains("interrupted"), "{text}");
    assert!(!world.bodies(QUARANTINE).is_empty());
}
