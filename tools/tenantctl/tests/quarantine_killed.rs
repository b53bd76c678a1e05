//! Kills replays at random moments: no record is lost, and possible repeats are reported.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use testbed::Answer;
use testbed::sqs_queue::Fault;

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

const RECORDS: u32 = 120;
const KILLS: usize = 30;

/// Makes queues with slow responses, so that a replay can be killed during a request.
fn slow() -> World {
    let asked = AtomicU64::new(0);
    let delay = move || 5 + 7 * (asked.fetch_add(1, Ordering::Relaxed) % 5);
    World::with(move |_| Some(Fault::Slow(Duration::from_millis(delay()))), |_| Answer::ok("null"))
}

/// Counts bodies.
fn counted(bodies: Vec<String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for body in bodies {
        *counted.entry(body).or_default() += 1;
    }
    counted
}

/// Returns the body of the record in a quarantine message.
fn body_in(message: &str) -> String {
    let record: Value = serde_json::from_str(message).unwrap();
    record["body"].as_str().unwrap().to_owned()
}

/// Returns the ids of the messages in a queue, each with the body of its record.
fn held(world: &World, quarantine: &str) -> BTreeMap<String, String> {
    let held = world.sqs.held(quarantine).into_iter();
    held.map(|message| (message.id, body_in(&message.message.body))).collect()
}

/// Replays until nothing is left, and kills most of the replays within `requests` requests each. Returns how many
/// replays were killed after some of their records were sent.
fn replay_and_kill(world: &World, names: [&str; 2], requests: usize, expected: &BTreeSet<String>) -> usize {
    let [quarantine, source] = names;
    let mut random = fastrand::Rng::with_seed(7);
    let mut midway = 0;
    for run in 0..KILLS + 10 {
        let before = held(world, quarantine);
        if before.is_empty() {
            break;
        }
        let (sent_before, asked_before) = (world.bodies(source).len(), world.sqs.requests().len());
        let args = ["quarantine", "replay", "--queue", quarantine, "--execute", "--limit", "20", "--json"];
        let mut child = world.command(&args).spawn().unwrap();
        if run < KILLS {
            let last = asked_before + random.usize(1..=requests);
            while world.sqs.requests().len() < last && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            // The kill comes before or after the response.
            std::thread::sleep(Duration::from_millis(random.u64(0..10)));
            let _ = child.kill();
        }
        let output = child.wait_with_output().unwrap();
        let after = held(world, quarantine);
        // Every record is in one of the two queues at any time.
        let sent = counted(world.bodies(source));
        let found: BTreeSet<String> = sent.keys().chain(after.values()).cloned().collect();
        assert_eq!(found, *expected, "after run {run}");
        let gone = before.iter().filter(|(id, _)| !after.contains_key(*id));
        let sent_now = sent.values().sum::<usize>() - sent_before;
        midway += usize::from(sent_now > 0 && (sent_now, gone.clone().count()) != (20, 20));
        // A replay that was not killed lists its possible repeats.
        if let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) {
            let told = report["possible_repeats"].as_array().unwrap();
            for (id, body) in gone.filter(|(_, body)| sent[*body] > 1) {
                assert!(told.contains(&Value::from(id.as_str())), "{body} was sent {} times", sent[body]);
            }
        }
        // The messages of the killed replay become visible again, and the deduplication interval of FIFO queues ends.
        world.sqs.advance(Duration::from_mins(10));
    }
    assert!(held(world, quarantine).is_empty(), "the replays do not end");
    midway
}

#[test]
fn killed_replay_loses_nothing_and_reports_repeats() {
    let world = slow();
    let mut expected = BTreeSet::new();
    for place in 0..RECORDS {
        let body = format!("{{\"n\":{place}}}");
        let record = order(&format!("m-{place}"), &body);
        world.sqs.put(QUARANTINE, rejected(&record, "suspended", "orders", Some("acme")));
        expected.insert(body);
    }
    let midway = replay_and_kill(&world, [QUARANTINE, "orders"], 10, &expected);
    assert!(midway > 0, "no replay was killed midway");
    // A repeat names the same quarantine message as the first delivery.
    let mut origins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for message in world.sqs.held("orders") {
        let origin = message.attribute("tenant_router_replay").unwrap().to_owned();
        origins.entry(message.message.body.clone()).or_default().insert(origin);
    }
    assert_eq!(origins.len(), expected.len());
    assert!(origins.values().all(|origins| origins.len() == 1));
}

#[test]
fn kill_between_send_and_delete_reports_repeats() {
    let deletes_fail = Arc::new(AtomicBool::new(true));
    let fails = deletes_fail.clone();
    let world = World::with(
        move |asked| {
            let fails = asked.action == "DeleteMessageBatch" && fails.load(Ordering::Relaxed);
            fails.then(|| Fault::Error(500, "InternalError".to_owned()))
        },
        |_| Answer::ok("null"),
    );
    for place in 0..5 {
        let record = order(&format!("m-{place}"), &format!("{place}"));
        world.sqs.put(QUARANTINE, rejected(&record, "suspended", "orders", Some("acme")));
    }
    let args = ["quarantine", "replay", "--queue", QUARANTINE, "--execute", "--json"];
    let mut child = world.command(&args).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while world.bodies("orders").len() < 5 {
        assert!(Instant::now() < deadline, "no message is sent");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(world.bodies(QUARANTINE).len(), 5);
    deletes_fail.store(false, Ordering::Relaxed);
    world.sqs.advance(Duration::from_mins(10));
    let again = world.run(&args);
    assert_eq!(again.json()["possible_repeats"].as_array().unwrap().len(), 5, "{}", again.out);
    assert_eq!((world.bodies(QUARANTINE).len(), world.bodies("orders").len()), (0, 10));
}

#[test]
fn killed_fifo_replay_keeps_the_order_of_each_group() {
    let world = slow();
    let mut expected = BTreeSet::new();
    for place in 0..RECORDS {
        let group = ["a", "b", "c"][usize::try_from(place % 3).unwrap()];
        let body = format!("{{\"g\":\"{group}\",\"n\":{place:03}}}");
        let record = fifo_order(&format!("m-{place}"), group, place, &body);
        let message = rejected(&record, "suspended", "orders.fifo", Some("acme"));
        world.sqs.put(FIFO_QUARANTINE, message.group(group, &format!("d-{place}")));
        expected.insert(body);
    }
    let midway = replay_and_kill(&world, [FIFO_QUARANTINE, "orders.fifo"], 45, &expected);
    assert!(midway > 0, "no replay was killed midway");
    for group in ["a", "b", "c"] {
        let of_group = |body: &String| body.contains(&format!("\"g\":\"{group}\""));
        let sent: Vec<String> = world.bodies("orders.fifo").into_iter().filter(of_group).collect();
        // A repeat comes directly after its first delivery, before any other record of its group.
        let mut in_order = sent.clone();
        in_order.sort();
        assert_eq!(sent, in_order);
    }
}
