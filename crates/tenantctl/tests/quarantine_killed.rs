//! A replay that is killed, at any moment, again and again: nothing is lost, and repeats are told.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

#[path = "common/quarantine/mod.rs"]
mod common;
use common::*;

const RECORDS: u32 = 60;
const KILLS: usize = 25;

/// Which records are in a queue, by their bodies, and how often.
fn counted(bodies: Vec<String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for body in bodies {
        *counted.entry(body).or_default() += 1;
    }
    counted
}

/// The body of the record that a message of the quarantine holds.
fn body_in(message: &str) -> String {
    let record: Value = serde_json::from_str(message).unwrap();
    record["body"].as_str().unwrap().to_owned()
}

/// Replays until nothing is left, and kills most of the replays. The ids of possible repeats that the others told.
fn replay_and_kill(
    world: &World,
    quarantine: &str,
    source: &str,
    expected: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut told = BTreeSet::new();
    for run in 0.. {
        let args = ["quarantine", "replay", "--queue", quarantine, "--execute", "--limit", "20", "--json"];
        let mut child = world.command(&args).spawn().unwrap();
        if run < KILLS {
            // From before the first request to after the last one.
            std::thread::sleep(Duration::from_millis(random.u64(0..120)));
            let _ = child.kill();
        }
        let output = child.wait_with_output().unwrap();
        if let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) {
            let repeats = report["possible_repeats"].as_array().unwrap();
            told.extend(repeats.iter().map(|id| id.as_str().unwrap().to_owned()));
        }
        // Nothing is nowhere, whenever one looks.
        let mut found: BTreeSet<String> = world.bodies(source).into_iter().collect();
        found.extend(world.bodies(quarantine).iter().map(|message| body_in(message)));
        assert_eq!(found, *expected, "after run {run}");
        if world.bodies(quarantine).is_empty() {
            return told;
        }
        assert!(run < KILLS + 10, "it does not come to an end");
        // What a killed replay held is seen again.
        world.sqs.pass(Duration::from_mins(10));
    }
    told
}

#[test]
fn a_replay_that_is_killed_at_any_moment_loses_nothing_and_its_repeats_are_told() {
    let world = World::new();
    let mut expected = BTreeSet::new();
    for place in 0..RECORDS {
        let body = format!("{{\"n\":{place}}}");
        let record = order(&format!("m-{place}"), &body);
        world.sqs.put(QUARANTINE, rejected(&record, "suspended", "orders", Some("acme")));
        expected.insert(body);
    }
    let told = replay_and_kill(&world, QUARANTINE, "orders", &expected);
    let sent = counted(world.bodies("orders"));
    assert_eq!(sent.len(), expected.len());
    // A repeat names the same message of the quarantine, and where the replay that made it lived on, it was told.
    let mut origins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for message in world.sqs.held("orders") {
        let origin = message.attribute("tenant_router_replay").unwrap().to_owned();
        origins.entry(message.message.body.clone()).or_default().insert(origin);
    }
    for (body, count) in sent {
        assert_eq!(origins[&body].len(), 1);
        let origin = origins[&body].first().unwrap();
        assert!(count == 1 || told.contains(origin) || count <= KILLS, "{body}: {count} times");
    }
}

#[test]
fn a_fifo_replay_that_is_killed_keeps_the_order_of_each_group() {
    let world = World::new();
    let mut expected = BTreeSet::new();
    for place in 0..RECORDS {
        let group = ["a", "b", "c"][usize::try_from(place % 3).unwrap()];
        let body = format!("{{\"g\":\"{group}\",\"n\":{place:03}}}");
        let record = fifo_order(&format!("m-{place}"), group, place, &body);
        let message = rejected(&record, "suspended", "orders.fifo", Some("acme"));
        world.sqs.put(FIFO_QUARANTINE, message.group(group, &format!("d-{place}")));
        expected.insert(body);
    }
    replay_and_kill(&world, FIFO_QUARANTINE, "orders.fifo", &expected);
    for group in ["a", "b", "c"] {
        let of_group = |body: &String| body.contains(&format!("\"g\":\"{group}\""));
        let sent: Vec<String> = world.bodies("orders.fifo").into_iter().filter(of_group).collect();
        // A repeat comes directly after its first delivery, before anything else of its group.
        let mut in_order = sent.clone();
        in_order.sort();
        assert_eq!(sent, in_order);
    }
}
