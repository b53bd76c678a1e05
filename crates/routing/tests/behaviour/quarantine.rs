//! Quarantine: in which order rejected records are set aside, and what one that is not taken means for the others.
use std::collections::HashSet;

use crate::world::{Keeps, Outcome, World, fifo, kinesis, listed, millis, ok, registry, standard};
use proptest::prelude::*;
use routing::ports::{QuarantineAck, Attempt, RegistryRead};
use routing::{Cause, RecordOutcome, AckKind};
use sources::Kinesis;
use tenancy::{Status, Suspended};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const QUARANTINED: RecordOutcome = RecordOutcome::Acked(AckKind::Quarantined);
const NOT_TAKEN: RecordOutcome = RecordOutcome::Retry(Cause::NotQuarantined);
const STOPPED: RecordOutcome = RecordOutcome::Retry(Cause::OrderStopped);

fn failed() -> QuarantineAck {
    QuarantineAck::Failed("InternalError".to_owned())
}

/// A quarantine that keeps this order and takes all but these records, each in 10 ms.
fn refusing(keeps: Keeps, refused: &'static [&'static str]) -> World {
    let answer = |id: &str| if refused.contains(&id) { failed() } else { QuarantineAck::Taken };
    World::answering(ok()).keeping(keeps).quarantine(move |id| (millis(10), answer(id)))
}

fn taken(outcome: &Outcome) -> Vec<&str> {
    outcome.quarantined.iter().map(|(id, ..)| id.as_str()).collect()
}

#[test]
fn records_of_one_group_are_set_aside_one_after_the_other_and_groups_side_by_side() {
    let event = fifo(&[("a1", "", "a"), ("b1", "", "b"), ("a2", "", "a"), ("b2", "", "b"), ("a3", "", "a")]);
    let outcome = refusing(Keeps::EachOrderKey, &[]).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED; 5]);
    let requests: Vec<_> = outcome.batches.iter().map(|(ids, began)| (ids.join(" "), *began)).collect();
    let expected = [("a1 b1", 0), ("a2 b2", 20), ("a3", 40)];
    assert_eq!(requests, expected.map(|(ids, began)| (ids.to_owned(), millis(began))));
}

#[test]
fn what_is_behind_a_record_that_was_not_taken_is_not_set_aside_and_other_groups_are() {
    let event = fifo(&[("a1", "", "a"), ("a2", "", "a"), ("b1", "", "b"), ("a3", "", "a"), ("b2", "", "b")]);
    let outcome = refusing(Keeps::EachOrderKey, &["a2"]).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED, NOT_TAKEN, QUARANTINED, STOPPED, QUARANTINED]);
    assert!(!taken(&outcome).contains(&"a3"));
    assert_eq!(outcome.retried(), ["a2", "a3"], "the source keeps both, in their order");
}

#[test]
fn where_no_order_is_kept_a_failure_stops_nothing_and_all_go_at_once() {
    let event = fifo(&[("a1", "", "a"), ("a2", "", "a"), ("a3", "", "a"), ("a4", "", "a")]);
    let outcome = refusing(Keeps::Nothing, &["a1"]).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, QUARANTINED, QUARANTINED, QUARANTINED]);
    assert_eq!(outcome.took, millis(30), "two requests side by side");
}

#[test]
fn a_standard_queues_records_have_no_order_in_a_fifo_quarantine_either() {
    let event = standard(&[("1", ""), ("2", ""), ("3", "")]);
    let outcome = refusing(Keeps::EachOrderKey, &["1"]).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, QUARANTINED, QUARANTINED]);
}

#[test]
fn by_tenant_a_suspended_tenants_records_keep_their_order_across_groups() {
    let (suspended, _) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Suspended)));
    let event = fifo(&[("1", "acme", "a"), ("2", "globex", "a"), ("3", "acme", "b"), ("4", "acme", "c")]);
    let outcome = refusing(Keeps::EachTenant, &["3"]).registry(suspended).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED, QUARANTINED, NOT_TAKEN, STOPPED]);
    assert_eq!(outcome.batches[0].0, ["1", "2"], "another tenant's record of the same group need not wait");
}

#[test]
fn an_admitted_record_behind_one_that_was_not_set_aside_waits_with_it() {
    // By tenant, acme's second record is stopped by its first; what is behind that in its own group stays as well.
    let (both, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(1), listed(if tenant == "acme" { Status::Suspended } else { Status::Active }))
    });
    let event = fifo(&[("1", "acme", "a"), ("2", "acme", "b"), ("3", "globex", "b"), ("4", "globex", "c")]);
    let outcome = refusing(Keeps::EachTenant, &["1"]).registry(both).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, STOPPED, STOPPED, ANSWERED]);
}

#[test]
fn admitted_records_go_on_as_soon_as_the_rejected_one_before_them_is_in_quarantine() {
    let event = fifo(&[("1", "", "a"), ("2", "acme", "a"), ("3", "", "a"), ("4", "acme", "a")]);
    let outcome = refusing(Keeps::EachOrderKey, &[]).route(&event);
    assert_eq!(outcome.records(), [QUARANTINED, ANSWERED, QUARANTINED, ANSWERED]);
    assert!(outcome.calls[0].start < outcome.quarantined[1].3, "2 does not wait for 3");
}

#[test]
fn a_rejected_record_waits_until_what_was_admitted_before_it_in_its_group_is_settled() {
    let event = fifo(&[("1", "acme", "a"), ("2", "", "a"), ("3", "", "b")]);
    let world = |attempt: Attempt| World::new(move |_, _| (millis(20), attempt.clone()));
    let outcome = world(ok()).keeping(Keeps::EachOrderKey).route(&event);
    let batch = |id: &str, began| (vec![id.to_owned()], millis(began));
    assert_eq!(outcome.batches, [batch("3", 0), batch("2", 20)]);
    let outcome = world(Attempt::FunctionError).keeping(Keeps::EachOrderKey).route(&event);
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::FunctionError), STOPPED, QUARANTINED]);
}

#[test]
fn a_stream_goes_on_from_the_record_that_was_not_taken_and_keeps_what_is_before_it() {
    let event =
        kinesis(&[("1", "", "a"), ("2", "", "b"), ("3", "acme", "c"), ("4", "", "b"), ("5", "", "b")]);
    let outcome = refusing(Keeps::EachOrderKey, &["4"]).route_from(Kinesis, &event);
    assert_eq!(outcome.records(), [QUARANTINED, QUARANTINED, ANSWERED, NOT_TAKEN, STOPPED]);
    assert_eq!(outcome.retried(), ["4"]);
}

#[test]
fn at_a_streams_checkpoint_the_record_that_failed_is_set_aside_alone_and_the_others_after_it() {
    let event = kinesis(&[("1", "", "a"), ("2", "", "a"), ("3", "", "b")]);
    let tries = std::cell::Cell::new(0);
    let world = World::answering(ok()).keeping(Keeps::EachOrderKey).quarantine(move |_| {
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
fn a_store_that_is_slow_holds_up_no_record_that_needs_none() {
    let large: Vec<String> = (0..20).map(|number| format!("large-{number}")).collect();
    let small: Vec<String> = (0..60).map(|number| format!("small-{number}")).collect();
    let records: Vec<_> = large.iter().chain(&small).map(|id| (id.as_str(), "")).collect();
    let world = World::answering(ok())
        .quarantine(|id| (millis(if id.starts_with("large") { 20_000 } else { 10 }), QuarantineAck::Taken));
    let outcome = world.deadline(millis(30_000)).route(&standard(&records));
    let settled = outcome.records().iter().filter(|entry| **entry == QUARANTINED).count();
    assert_eq!(settled, 64, "four by transport of the store, and all the others");
    let slowest = outcome.quarantined.iter().filter(|(id, ..)| id.starts_with("small")).map(|(.., at)| *at);
    assert!(slowest.max().unwrap() <= millis(100));
    assert_eq!(outcome.retried(), large[4..]);
}

#[test]
fn one_record_at_a_time_of_a_group_also_where_some_go_by_way_of_a_store() {
    let event = fifo(&[("1", "", "a"), ("large-2", "", "a"), ("3", "", "a"), ("4", "", "b")]);
    let outcome = refusing(Keeps::EachOrderKey, &[]).route(&event);
    let of_group: Vec<_> = taken(&outcome).into_iter().filter(|id| *id != "4").collect();
    assert_eq!(of_group, ["1", "large-2", "3"]);
    let event = fifo(&[("large-1", "", "a"), ("2", "", "a"), ("3", "", "b")]);
    let outcome = refusing(Keeps::EachOrderKey, &["large-1"]).route(&event);
    assert_eq!(outcome.records(), [NOT_TAKEN, STOPPED, QUARANTINED]);
}

#[test]
fn a_quarantine_that_never_answers_leaves_its_group_with_the_source() {
    let event = fifo(&[("1", "", "a"), ("2", "", "a"), ("3", "", "b"), ("4", "acme", "c")]);
    let world = World::answering(ok())
        .keeping(Keeps::EachOrderKey)
        .quarantine(|id| (millis(if id == "1" { 3_600_000 } else { 1 }), QuarantineAck::Taken));
    let outcome = world.route(&event);
    assert_eq!(outcome.records()[1], NOT_TAKEN);
    assert_eq!(outcome.records()[3], ANSWERED);
    assert!(!taken(&outcome).contains(&"2"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn in_a_fifo_quarantine_each_group_is_a_beginning_of_what_the_source_gave_whatever_fails(
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
        let world = World::answering(ok()).keeping(Keeps::EachOrderKey).quarantine(move |id| {
            let answer = if script(id).is_multiple_of(6) { failed() } else { QuarantineAck::Taken };
            (millis(u64::from(script(id)) % 90), answer)
        });
        let outcome = world.route(&fifo(&records));
        let entries = outcome.records();
        for group in GROUPS {
            let rejected: Vec<&str> = records
                .iter()
                .filter(|(_, tenant, of)| tenant.is_empty() && *of == group)
                .map(|(id, ..)| *id)
                .collect();
            // All up to the first that is not taken, and that one; nothing twice, nothing else, in order.
            let asked = rejected.iter().position(|id| choice(id).is_multiple_of(6)).map_or(rejected.len(), |at| at + 1);
            let tried: Vec<&str> = taken(&outcome).into_iter().filter(|id| rejected.contains(id)).collect();
            prop_assert_eq!(&tried, &rejected[..asked]);
            for (place, id) in rejected.iter().enumerate() {
                let entry = entries[names.iter().position(|name| name == id).unwrap()];
                let expected = match place {
                    _ if place >= asked => STOPPED,
                    _ if choice(id).is_multiple_of(6) => NOT_TAKEN,
                    _ => QUARANTINED,
                };
                prop_assert_eq!(entry, expected, "{}", id);
            }
        }
        for (ids, _) in &outcome.batches {
            let group = |id: &String| records[names.iter().position(|name| name == id).unwrap()].2;
            let groups: HashSet<&str> = ids.iter().map(group).collect();
            prop_assert_eq!(groups.len(), ids.len(), "two of one group in {:?}", ids);
        }
    }
}

#[test]
fn a_rejected_record_behind_one_that_is_held_stays_with_it_so_that_it_is_not_replayed_before_it() {
    let (held, _) = registry(Suspended::Held, |tenant, _| {
        (millis(1), if tenant == "acme" { listed(Status::Suspended) } else { RegistryRead::Listed(None) })
    });
    let event = fifo(&[("1", "acme", "a"), ("2", "stray", "a"), ("3", "stray", "b")]);
    let outcome = refusing(Keeps::EachOrderKey, &[]).registry(held).route(&event);
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::Held), STOPPED, QUARANTINED]);
    let (held, _) = registry(Suspended::Held, |tenant, _| {
        (millis(1), if tenant == "acme" { listed(Status::Suspended) } else { RegistryRead::Listed(None) })
    });
    let outcome = refusing(Keeps::Nothing, &[]).registry(held).route(&event);
    assert_eq!(outcome.records()[1], QUARANTINED, "a standard quarantine has no order to keep");
}

#[test]
fn parcels_that_wait_are_not_sent_any_more_once_an_earlier_record_of_the_stream_has_failed() {
    let ids: Vec<String> = (0..=40).map(|number| number.to_string()).collect();
    let records: Vec<_> =
        ids.iter().map(|id| (id.as_str(), if id == "0" { "acme" } else { "" }, "k")).collect();
    let world = World::new(|_, _| (millis(5), Attempt::FunctionError))
        .quarantine(|_| (millis(50), QuarantineAck::Taken));
    let outcome = world.route_from(Kinesis, &kinesis(&records));
    // Eight were under transport, of three records each.
    assert_eq!(outcome.batches.len(), 8);
    assert_eq!(outcome.records()[1..25], [QUARANTINED; 24]);
    assert_eq!(outcome.records()[25..], [RecordOutcome::Retry(Cause::BehindCheckpoint); 16]);
}
