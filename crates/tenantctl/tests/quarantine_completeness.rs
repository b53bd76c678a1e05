//! Whether `tenantctl` saw all of a queue, and says so where it did not: on the real binary.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;
use testbed::sqs_queue::{Fault, queue_arn};
use testbed::{Answer, NewMessage};

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

/// Queues that take their time to give messages out.
fn slow() -> World {
    World::with(
        |asked| (asked.action == "ReceiveMessage").then(|| Fault::Slow(Duration::from_millis(300))),
        |_| Answer::ok("null"),
    )
}

fn wait_until(mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "it does not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn start(world: &World, args: &[&str]) -> Child {
    world.command(args).spawn().unwrap()
}

/// Fifteen records of one message group, in a FIFO quarantine and in a dead-letter queue; somebody else, who holds them
/// still, has received ten of each.
fn held_by_another() -> World {
    let world = slow();
    world.sqs.create("dlq.fifo");
    for place in 0..15 {
        let (group, id) = ("a", format!("{place}"));
        let record = fifo_order(&id, group, place, "{}");
        world.sqs.put(FIFO_QUARANTINE, rejected(&record, "missing", "orders.fifo", None).group(group, &id));
        let dead_letter_source = Some(queue_arn("orders.fifo"));
        world.sqs.put("dlq.fifo", NewMessage { dead_letter_source, ..NewMessage::new("{}").group(group, &id) });
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
fn a_queue_that_gives_out_what_was_seen_already_is_looked_through_to_its_end() {
    let world = slow();
    for place in 0..40 {
        let record = order(&format!("m-{place}"), "{}");
        world.sqs.put(QUARANTINE, rejected(&record, "missing", "orders", None));
    }
    let listing = start(&world, &["quarantine", "ls", "--queue", QUARANTINE, "--json"]);
    wait_until(|| world.sqs.in_flight(QUARANTINE) >= 20);
    // All of these can be received again, long before it should be so.
    world.sqs.advance(Duration::from_mins(2));
    let output = listing.wait_with_output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((listed["seen"].as_u64(), listed["records"].as_array().unwrap().len()), (Some(40), 40));
    assert!(listed["caveats"].as_array().unwrap().is_empty(), "{listed}");
}

#[test]
fn what_sqs_counts_and_does_not_give_out_may_be_left() {
    let world = held_by_another();
    for args in [
        &["quarantine", "replay", "--queue", FIFO_QUARANTINE, "--execute"][..],
        &["quarantine", "discard", "--queue", FIFO_QUARANTINE, "--all", "--execute"],
        &["redrive", "--from", "dlq.fifo", "--execute"],
    ] {
        let ran = world.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {}{}", ran.out, ran.err);
        for caveat in ["counted about 5 messages and gave out 0", "about 10 messages were held"] {
            assert!(ran.out.contains(caveat), "{args:?}: {}", ran.out);
        }
    }
    assert_eq!((world.bodies(FIFO_QUARANTINE).len(), world.bodies("dlq.fifo").len()), (15, 15));
}

#[test]
fn a_dry_run_of_a_redrive_says_that_a_fifo_queue_shows_ten_of_a_group() {
    let world = World::new();
    world.sqs.create("dlq.fifo");
    for place in 0..12 {
        let dead_letter_source = Some(queue_arn("orders.fifo"));
        let message = NewMessage::new("{}").group("a", &format!("{place}"));
        world.sqs.put("dlq.fifo", NewMessage { dead_letter_source, ..message });
    }
    let dry = world.run(&["redrive", "--from", "dlq.fifo"]);
    assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
    assert!(dry.out.contains("counted about 12 messages and gave out 10: of each"), "{}", dry.out);
    let some = world.run(&["redrive", "--from", "dlq.fifo", "--limit", "3", "--execute"]);
    assert!(some.code == Some(0) && some.out.contains("as many as were wanted"), "{}", some.out);
    assert_eq!(world.bodies("dlq.fifo").len(), 9);
}

#[test]
fn a_discard_that_is_interrupted_may_leave_something() {
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
