//! Quarantine: in which order rejected records are sent to it, and what a record that it does not take means for the others.

use std::collections::HashSet;

use crate::world::{FifoGroups, Outcome, World, fifo, kinesis, listed, millis, ok, registry, standard};
use proptest::prelude::*;
use routing::ports::{Attempt, QuarantineAck, RegistryRead};
use routing::{AckKind, Cause, RecordOutcome};
use sources::Kinesis;
use tenancy::{Status, Suspended};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const QUARANTINED: RecordOutcome = RecordOutcome::Acked(AckKind::Quarantined);
const NOT_TAKEN: RecordOutcome = RecordOutcome::Retry(Cause::NotQuarantined);
const STOPPED: RecordOutcome = RecordOutcome::Retry(Cause::OrderStopped);

fn failed() -> QuarantineAck {
    QuarantineAck::Failed("InternalError".to_owned())
}

/// A quarantine with these FIFO groups. It fails for the records in `refused` and takes all others, each in 10 ms.
fn refusing(fifo_groups: FifoGroups, refused: &'static [&'static str]) -> World {
    let ack = |id: &str| if refused.contains(&id) { failed() } else { QuarantineAck::Taken };
    World::answering(ok()).fifo_groups(fifo_groups).quarantine(move |id| (millis(10), ack(id)))
}

/// The records that were sent to the quarantine, in order, taken or not.
fn tried(outcome: &Outcome) -> Vec<&str> {
    outcome.quarantined.iter().map(|(id, ..)| id.as_str()).collect()
}

#[test]
fn group_is_quarantined_one_by_one_groups_in_parallel() {
    let event = fifo(&[("a1", "", "a"), ("b1", "", "b"), ("a2", "", "a"), ("b2", "", "b"), ("a3", "", "a")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &[]).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED; 5]);
    let requests: Vec<_> = outcome.batches.iter().map(|(ids, began)| (ids.join(" "), *began)).collect();
    let expected = [("a1 b1", 0), ("a2 b2", 20), ("a3", 40)];
    assert_eq!(requests, expected.map(|(ids, began)| (ids.to_owned(), millis(began))));
}

#[test]
fn failed_quarantine_stops_its_own_group_only() {
    let event = fifo(&[("a1", "", "a"), ("a2", "", "a"), ("b1", "", "b"), ("a3", "", "a"), ("b2", "", "b")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &["a2"]).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED, NOT_TAKEN, QUARANTINED, STOPPED, QUARANTINED]);
    assert!(!tried(&outcome).contains(&"a3"));
    assert_eq!(outcome.retried(), ["a2", "a3"], "the source redelivers both, in their order");
}

#[test]
fn failure_in_an_unordered_quarantine_stops_nothing() {
    let event = fifo(&[("a1", "", "a"), ("a2", "", "a"), ("a3", "", "a"), ("a4", "", "a")]);
    let outcome = refusing(FifoGroups::None, &["a1"]).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, QUARANTINED, QUARANTINED, QUARANTINED]);
    assert_eq!(outcome.took, millis(30), "two requests in parallel, one of three records and one of one");
}

#[test]
fn standard_source_has_no_order_in_a_fifo_quarantine() {
    let event = standard(&[("1", ""), ("2", ""), ("3", "")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &["1"]).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, QUARANTINED, QUARANTINED]);
}

#[test]
fn grouping_by_tenant_keeps_order_across_source_groups() {
    let (suspended, _) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Suspended)));
    let event = fifo(&[("1", "acme", "a"), ("2", "globex", "a"), ("3", "acme", "b"), ("4", "acme", "c")]);
    let outcome = refusing(FifoGroups::ByTenant, &["3"]).registry(suspended).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED, QUARANTINED, NOT_TAKEN, STOPPED]);
    assert_eq!(
        outcome.batches[0].0,
        ["1", "2"],
        "records of two tenants in one source group do not wait for each other"
    );
}

#[test]
fn admitted_record_waits_behind_unquarantined_one() {
    // Record 1 stops record 2, which is of the same tenant. Record 2 stops record 3, which is of the same source group.
    let (both, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(1), listed(if tenant == "acme" { Status::Suspended } else { Status::Active }))
    });
    let event = fifo(&[("1", "acme", "a"), ("2", "acme", "b"), ("3", "globex", "b"), ("4", "globex", "c")]);
    let outcome = refusing(FifoGroups::ByTenant, &["1"]).registry(both).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, STOPPED, STOPPED, ANSWERED]);
}

#[test]
fn admitted_record_follows_once_rejected_one_is_taken() {
    let event = fifo(&[("1", "", "a"), ("2", "acme", "a"), ("3", "", "a"), ("4", "acme", "a")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &[]).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED, ANSWERED, QUARANTINED, ANSWERED]);
    assert!(outcome.calls[0].start < outcome.quarantined[1].3, "2 does not wait for 3");
}

#[test]
fn rejected_record_waits_for_admitted_ones_before_it() {
    let event = fifo(&[("1", "acme", "a"), ("2", "", "a"), ("3", "", "b")]);
    let world = |attempt: Attempt| World::new(move |_, _| (millis(20), attempt.clone()));
    let outcome = world(ok()).fifo_groups(FifoGroups::ByOrderKey).route(&event);
    let batch = |id: &str, began| (vec![id.to_owned()], millis(began));
    assert_eq!(outcome.batches, [batch("3", 0), batch("2", 20)]);
    let outcome = world(Attempt::FunctionError).fifo_groups(FifoGroups::ByOrderKey).route(&event);
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::FunctionError), STOPPED, QUARANTINED]);
}

#[test]
fn checkpoint_is_the_first_record_not_quarantined() {
    let event =
        kinesis(&[("1", "", "a"), ("2", "", "b"), ("3", "acme", "c"), ("4", "", "b"), ("5", "", "b")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &["4"]).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [QUARANTINED, QUARANTINED, ANSWERED, NOT_TAKEN, STOPPED]);
    assert_eq!(outcome.retried(), ["4"]);
}

#[test]
fn rejected_record_at_checkpoint_is_quarantined_first() {
    let event = kinesis(&[("1", "", "a"), ("2", "", "a"), ("3", "", "b")]);
    let tries = std::cell::Cell::new(0);
    let world = World::answering(ok()).fifo_groups(FifoGroups::ByOrderKey).quarantine(move |_| {
        tries.set(tries.get() + 1);
        (millis(10), if tries.get() <= 2 { failed() } else { QuarantineAck::Taken })
    });
    let outcomes = world.route_all(Kinesis, &[&event, &event]);
    assert_eq!(outcomes[0].retried(), [""]);
    let requests: Vec<_> = outcomes[1].batches.iter().map(|(ids, _)| ids.join(" ")).collect();
    assert_eq!(requests, ["1", "2 3"]);
    assert_eq!(outcomes[1].records(), [QUARANTINED; 3]);
}

#[test]
fn slow_store_does_not_delay_messages() {
    let large: Vec<String> = (0..20).map(|number| format!("large-{number}")).collect();
    let small: Vec<String> = (0..60).map(|number| format!("small-{number}")).collect();
    let records: Vec<_> = large.iter().chain(&small).map(|id| (id.as_str(), "")).collect();
    let world = World::answering(ok())
        .quarantine(|id| (millis(if id.starts_with("large") { 20_000 } else { 10 }), QuarantineAck::Taken));
    let outcome = world.deadline(millis(30_000)).route(&standard(&records));
    let quarantined = outcome.records().iter().filter(|record| **record == QUARANTINED).count();
    assert_eq!(quarantined, 64, "four by way of the store, and all the messages");
    let slowest = outcome.quarantined.iter().filter(|(id, ..)| id.starts_with("small")).map(|(.., at)| *at);
    assert!(slowest.max().unwrap() <= millis(100));
    assert_eq!(outcome.retried(), large[4..]);
}

#[test]
fn group_is_quarantined_one_by_one_across_transports() {
    let event = fifo(&[("1", "", "a"), ("large-2", "", "a"), ("3", "", "a"), ("4", "", "b")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &[]).route(&event);
    let of_group: Vec<_> = tried(&outcome).into_iter().filter(|id| *id != "4").collect();
    assert_eq!(of_group, ["1", "large-2", "3"]);
    let event = fifo(&[("large-1", "", "a"), ("2", "", "a"), ("3", "", "b")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &["large-1"]).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, STOPPED, QUARANTINED]);
}

#[test]
fn silent_quarantine_leaves_its_group_to_the_source() {
    let event = fifo(&[("1", "", "a"), ("2", "", "a"), ("3", "", "b"), ("4", "acme", "c")]);
    let world = World::answering(ok())
        .fifo_groups(FifoGroups::ByOrderKey)
        .quarantine(|id| (millis(if id == "1" { 3_600_000 } else { 1 }), QuarantineAck::Taken));
    let outcome = world.route(&event);
    assert_eq!(outcome.records()[1], NOT_TAKEN);
    assert_eq!(outcome.records()[3], ANSWERED);
    assert!(!tried(&outcome).contains(&"2"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn fifo_quarantine_takes_a_prefix_of_each_group(
        shape in prop::collection::vec((0..4_usize, any::<bool>(), any::<bool>()), 0..50),
        choices in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        const GROUPS: [&str; 4] = ["a", "b", "c", "d"];
        let name = |(index, (_, _, large)): (usize, &(usize, bool, bool))| {
            if *large { format!("large-{index}") } else { format!("m-{index}") }
        };
        let names: Vec<String> = shape.iter().enumerate().map(name).collect();
        let records: Vec<_> = names
            .iter()
            .zip(&shape)
            .map(|(id, (group, admitted, _))| (id.as_str(), if *admitted { "acme" } else { "" }, GROUPS[*group]))
            .collect();
        let choice = move |id: &str| {
            let number: usize = id.rsplit('-').next().unwrap().parse().unwrap();
            choices[number % choices.len()]
        };
        let script = choice.clone();
        let world = World::answering(ok()).fifo_groups(FifoGroups::ByOrderKey).quarantine(move |id| {
            let ack = if script(id).is_multiple_of(6) { failed() } else { QuarantineAck::Taken };
            (millis(u64::from(script(id)) % 90), ack)
        });
        let outcome = world.route(&fifo(&records));
        let outcomes = outcome.records();
        for group in GROUPS {
            let rejected: Vec<&str> = records
                .iter()
                .filter(|(_, tenant, of)| tenant.is_empty() && *of == group)
                .map(|(id, ..)| *id)
                .collect();
            // The records up to the first that is not taken are sent, each once and in order; no others are.
            let sent = rejected.iter().position(|id| choice(id).is_multiple_of(6)).map_or(rejected.len(), |at| at + 1);
            let tried: Vec<&str> = tried(&outcome).into_iter().filter(|id| rejected.contains(id)).collect();
            prop_assert_eq!(&tried, &rejected[..sent]);
            for (position, id) in rejected.iter().enumerate() {
                let record = outcomes[names.iter().position(|name| name == id).unwrap()];
                let expected = match position {
                    _ if position >= sent => STOPPED,
                    _ if choice(id).is_multiple_of(6) => NOT_TAKEN,
                    _ => QUARANTINED,
                };
                prop_assert_eq!(record, expected, "{}", id);
            }
        }
        for (ids, _) in &outcome.batches {
            let group = |id: &String| records[names.iter().position(|name| name == id).unwrap()].2;
            let groups: HashSet<&str> = ids.iter().map(group).collect();
            prop_assert_eq!(groups.len(), ids.len(), "two records of one group in {:?}", ids);
        }
    }
}

#[test]
fn rejected_record_waits_behind_a_held_one() {
    let (held, _) = registry(Suspended::Held, |tenant, _| {
        (millis(1), if tenant == "acme" { listed(Status::Suspended) } else { RegistryRead::Listed(None) })
    });
    let event = fifo(&[("1", "acme", "a"), ("2", "stray", "a"), ("3", "stray", "b")]);
    let outcome = refusing(FifoGroups::ByOrderKey, &[]).registry(held).route(&event);
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Held), STOPPED, QUARANTINED]);
    let (held, _) = registry(Suspended::Held, |tenant, _| {
        (millis(1), if tenant == "acme" { listed(Status::Suspended) } else { RegistryRead::Listed(None) })
    });
    let outcome = refusing(FifoGroups::None, &[]).registry(held).route(&event);
    assert_eq!(outcome.records()[1], QUARANTINED, "a standard quarantine has no order to keep");
}

#[test]
fn waiting_batches_are_dropped_after_a_stream_failure() {
    let ids: Vec<String> = (0..=40).map(|number| number.to_string()).collect();
    let records: Vec<_> =
        ids.iter().map(|id| (id.as_str(), if id == "0" { "acme" } else { "" }, "k")).collect();
    let world = World::new(|_, _| (millis(5), Attempt::FunctionError))
        .quarantine(|_| (millis(50), QuarantineAck::Taken));
    let outcome = world.route_from(Kinesis, &kinesis(&records));
    // Eight batches of three records each were in flight.
    assert_eq!(outcome.batches.len(), 8);
    assert_eq!(outcome.records()[1..25], [QUARANTINED; 24]);
    assert_eq!(outcome.records()[25..], [RecordOutcome::Retry(Cause::BehindCheckpoint); 16]);
}
