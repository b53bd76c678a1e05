//! The registry: which tenants are read, how often, how long an answer is used, and what happens without one.

use crate::world::{World, count, fifo, kinesis, listed, millis, ok, registry, standard};
use routing::ports::{Attempt, QuarantineAck, RegistryRead};
use routing::{AckKind, Cause, RecordOutcome};
use sources::{Kinesis, Sqs};
use tenancy::{Status, Suspended, TenantRecord};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const QUARANTINED: RecordOutcome = RecordOutcome::Acked(AckKind::Quarantined);

fn world() -> World {
    World::answering(ok())
}

fn failed() -> RegistryRead {
    RegistryRead::Failed("ResourceNotFoundException".to_owned())
}

/// The event of a standard queue with `count` records of this tenant.
fn many(tenant: &str, count: usize) -> String {
    let ids: Vec<String> = (0..count).map(|index| format!("m-{index}")).collect();
    standard(&ids.iter().map(|id| (id.as_str(), tenant)).collect::<Vec<_>>())
}

/// The event of a standard queue with one record of each tenant. The tenant is also the record's id.
fn one_of_each(tenants: &[&str]) -> String {
    standard(&tenants.iter().map(|&tenant| (tenant, tenant)).collect::<Vec<_>>())
}

#[test]
fn burst_for_one_tenant_makes_one_read_while_fresh() {
    let (registry, reads) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Active)));
    let burst = many("acme", 500);
    let outcomes = world().registry(registry).route_all(Sqs::default(), &[&*burst; 2]);
    for outcome in &outcomes {
        assert_eq!(outcome.records(), vec![ANSWERED; 500]);
    }
    assert_eq!(*reads.borrow(), [["acme"]]);
}

#[test]
fn tenants_of_a_batch_are_read_together_each_once() {
    let (registry, reads) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Active)));
    let event = standard(&[("1", "a"), ("2", "b"), ("3", "a"), ("4", "-"), ("5", "b")]);
    world().registry(registry).route(&event);
    assert_eq!(*reads.borrow(), [["a", "b"]], "a tenant id that the grammar refuses is not read");
}

#[test]
fn inactive_tenants_are_rejected_with_their_reason() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let read = match tenant {
            "gone" => listed(Status::Offboarded),
            "late" => listed(Status::Suspended),
            "good" => listed(Status::Active),
            _ => RegistryRead::Listed(None),
        };
        (millis(1), read)
    });
    let event = one_of_each(&["good", "gone", "late", "stray"]);
    let outcome = world().registry(registry).route(&event);
    assert_eq!(outcome.records(), [ANSWERED, QUARANTINED, QUARANTINED, QUARANTINED]);
    assert_eq!(outcome.sent(), [("good", vec!["good"])]);
    let reasons: Vec<_> = outcome.quarantined.iter().map(|(id, reason, ..)| (&**id, &**reason)).collect();
    assert_eq!(reasons, [("gone", "offboarded"), ("late", "suspended"), ("stray", "unknown_tenant")]);
}

#[test]
fn unreadable_table_defers_its_tenants_and_rejects_none() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(1), if tenant == "known" { listed(Status::Active) } else { failed() })
    });
    let event = one_of_each(&["known", "unread"]);
    let outcome = world().registry(registry).route(&event);
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::RegistryUnavailable)]);
    assert!(outcome.quarantined.is_empty());
    let anomaly = (Cause::RegistryUnavailable, "ResourceNotFoundException".to_owned(), 1);
    assert!(outcome.anomalies().contains(&anomaly), "{:?}", outcome.anomalies());
}

#[test]
fn stale_answers_are_used_up_to_the_stale_limit() {
    // Only the first read succeeds. Each batch takes 400 s in the backend.
    let (registry, _) = registry(Suspended::Rejected, |_, before| {
        (millis(1), if before == 0 { listed(Status::Active) } else { failed() })
    });
    let event = many("acme", 1);
    let world = World::new(|_, _| (millis(400_000), ok())).registry(registry).deadline(millis(900_000));
    let outcomes =
        world.policy(|policy| policy.longest_call = millis(500_000)).route_all(Sqs::default(), &[&*event; 4]);
    let entries: Vec<_> = outcomes.iter().map(|outcome| outcome.records()[0]).collect();
    let waits = RecordOutcome::Retry(Cause::RegistryUnavailable);
    assert_eq!(
        entries,
        [ANSWERED, ANSWERED, ANSWERED, waits],
        "at 0, 400, 800 and 1200 s; a stale answer is used up to 900 s"
    );
    assert!(outcomes.iter().all(|outcome| outcome.quarantined.is_empty()));
}

#[test]
fn unreadable_table_delays_one_batch_and_not_each() {
    let (registry, reads) = registry(Suspended::Rejected, |_, before| match before {
        0 => (millis(1), listed(Status::Active)),
        _ => (millis(60_000), failed()),
    });
    let (event, first) = (many("acme", 1), std::cell::Cell::new(true));
    let world = World::new(move |_, _| (millis(if first.replace(false) { 70_000 } else { 1 }), ok()))
        .registry(registry);
    let world = world.deadline(millis(200_000)).policy(|policy| policy.longest_call = millis(80_000));
    let outcomes = world.route_all(Sqs::default(), &[&*event; 3]);
    assert!(outcomes.iter().all(|outcome| outcome.records() == [ANSWERED]));
    assert_eq!(outcomes[1].took, millis(2_001), "the timeout of the read, then the stale answer");
    assert_eq!(outcomes[2].took, millis(1));
    assert_eq!(reads.borrow().len(), 2);
}

#[test]
fn registry_that_never_answers_does_not_delay_response() {
    let (registry, _) = registry(Suspended::Rejected, |_, _| (millis(1_000_000), listed(Status::Active)));
    let outcome = world().registry(registry).deadline(millis(11_000)).route(&many("acme", 3));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::RegistryUnavailable); 3]);
    assert!(outcome.took <= millis(10_500), "{:?}", outcome.took);
}

#[test]
fn refusal_is_read_again_after_seconds() {
    let (registry, reads) = registry(Suspended::Rejected, |_, before| {
        (millis(1), listed(if before == 0 { Status::Suspended } else { Status::Active }))
    });
    let slow = |_: &str| (millis(6_000), QuarantineAck::Taken);
    let event = many("acme", 1);
    let outcomes = world().quarantine(slow).registry(registry).route_all(Sqs::default(), &[&*event; 2]);
    assert_eq!(outcomes[0].records(), [QUARANTINED]);
    assert_eq!(outcomes[1].records(), [ANSWERED]);
    assert_eq!(reads.borrow().len(), 2);
}

#[test]
fn malformed_item_defers_its_own_tenant_only() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let read = match tenant {
            "odd" => RegistryRead::Malformed("status is none".to_owned()),
            "elsewhere" => RegistryRead::Listed(Some(TenantRecord {
                status: Status::Active,
                principals: None,
                backend: Some("gold".to_owned()),
            })),
            _ => listed(Status::Active),
        };
        (millis(1), read)
    });
    let event = one_of_each(&["odd", "elsewhere", "good"]);
    let outcome = world().registry(registry).route(&event);
    let waits = RecordOutcome::Retry(Cause::RegistryItem);
    assert_eq!(outcome.records(), [waits, waits, ANSWERED]);
}

#[test]
fn registry_selects_the_backend_of_a_tenant() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let backend = (tenant == "gold").then(|| "premium".to_owned());
        (
            millis(1),
            RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals: None, backend })),
        )
    });
    let event = one_of_each(&["gold", "tin"]);
    let outcome = world().registry(registry).route(&event);
    let backends: Vec<_> = outcome.calls.iter().map(|call| (call.tenant.as_str(), call.backend)).collect();
    assert_eq!(backends, [("gold", 1), ("tin", 0)]);
}

#[test]
fn misconfigured_backend_stops_its_own_tenants_only() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let backend = tenant.starts_with('g').then(|| "premium".to_owned());
        (
            millis(1),
            RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals: None, backend })),
        )
    });
    let world = World::new(|call, _| {
        let misconfigured = Attempt::Misconfigured("ResourceNotFoundException".to_owned());
        (millis(1), if call.backend == 1 { misconfigured } else { ok() })
    });
    let event = one_of_each(&["g1", "g2", "t1", "g3", "t2"]);
    let outcome = world.registry(registry).policy(|policy| policy.in_flight = count(1)).route(&event);
    let stopped = RecordOutcome::Retry(Cause::Misconfigured);
    assert_eq!(outcome.records(), [stopped, stopped, ANSWERED, stopped, ANSWERED]);
    assert_eq!(outcome.calls.len(), 3, "nothing more is sent to the misconfigured backend");
}

#[test]
fn held_records_stop_their_own_group_only() {
    let (registry, _) = registry(Suspended::Held, |tenant, _| {
        (millis(1), listed(if tenant == "late" { Status::Suspended } else { Status::Active }))
    });
    let event = fifo(&[("1", "late", "g1"), ("2", "good", "g1"), ("3", "good", "g2")]);
    let outcome = world().registry(registry).route(&event);
    let entries = [RecordOutcome::Retry(Cause::Held), RecordOutcome::Retry(Cause::OrderStopped), ANSWERED];
    assert_eq!(outcome.records(), entries);
    assert_eq!(outcome.retried(), ["1", "2"]);
}

#[test]
fn stream_stops_at_record_of_unread_tenant() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(1), if tenant == "unread" { failed() } else { listed(Status::Active) })
    });
    let event = kinesis(&[("1", "a", "k"), ("2", "unread", "k"), ("3", "b", "k")]);
    let outcome = world().registry(registry).route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("a", vec!["1"])]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn malformed_item_discards_the_cached_answer() {
    // The item is active, then malformed; then the table cannot be read.
    let (registry, _) = registry(Suspended::Rejected, |_, before| {
        let read = match before {
            0 => listed(Status::Active),
            1 => RegistryRead::Malformed("status is none".to_owned()),
            _ => failed(),
        };
        (millis(1), read)
    });
    let event = many("acme", 1);
    let world = World::new(|_, _| (millis(70_000), ok())).registry(registry).deadline(millis(200_000));
    let world = world.policy(|policy| policy.longest_call = millis(80_000));
    let outcomes = world.route_all(Sqs::default(), &[&*event; 3]);
    let entries: Vec<_> = outcomes.iter().map(|outcome| outcome.records()[0]).collect();
    let waits = [RecordOutcome::Retry(Cause::RegistryItem), RecordOutcome::Retry(Cause::RegistryUnavailable)];
    assert_eq!(entries, [ANSWERED, waits[0], waits[1]]);
}

#[test]
fn hanging_read_leaves_time_for_known_tenants() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(if tenant == "new" { 1_000_000 } else { 1 }), listed(Status::Active))
    });
    // The last Invoke may start after half a second.
    let world = world().registry(registry).deadline(millis(11_000));
    let outcomes =
        world.route_all(Sqs::default(), &[&one_of_each(&["known"]), &one_of_each(&["known", "new"])]);
    assert_eq!(outcomes[1].records(), [ANSWERED, RecordOutcome::Retry(Cause::RegistryUnavailable)]);
}

#[test]
fn sender_is_rejected_on_a_current_answer_only() {
    // The first read binds the tenant to another sender than that of the events; then the table cannot be read.
    let (registry, _) = registry(Suspended::Rejected, |_, before| {
        let principals = Some(vec!["B".to_owned()]);
        let bound =
            RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals, backend: None }));
        (millis(1), if before == 0 { bound } else { failed() })
    });
    let slow = |_: &str| (millis(70_000), QuarantineAck::Taken);
    let event = many("acme", 1);
    let world = world().quarantine(slow).registry(registry).deadline(millis(200_000));
    let outcomes = world.route_all(Sqs::default(), &[&*event; 3]);
    let entries: Vec<_> = outcomes.iter().map(|outcome| outcome.records()[0]).collect();
    let waits = RecordOutcome::Retry(Cause::RegistryUnavailable);
    assert_eq!(
        entries,
        [QUARANTINED, waits, waits],
        "the second read fails, and the third batch does not read again"
    );
}

#[test]
fn panicking_table_counts_as_unreadable() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, before| {
        assert!(before == 0 || tenant == "known", "this panic is part of the test");
        (millis(1), listed(Status::Active))
    });
    let world = World::new(|_, _| (millis(70_000), ok())).registry(registry).deadline(millis(200_000));
    let world = world.policy(|policy| policy.longest_call = millis(80_000));
    let events = [one_of_each(&["known"]), one_of_each(&["known", "new"])];
    let outcomes = world.route_all(Sqs::default(), &events.each_ref().map(String::as_str));
    assert_eq!(outcomes[1].records(), [ANSWERED, RecordOutcome::Retry(Cause::RegistryUnavailable)]);
    let anomaly = (Cause::RegistryUnavailable, "panicked".to_owned(), 2);
    assert!(outcomes[1].anomalies().contains(&anomaly), "{:?}", outcomes[1].anomalies());
}

#[test]
fn too_few_answers_of_the_table_count_as_none() {
    let (registry, _) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Active)));
    let event = standard(&[("1", "acme"), ("2", "unanswered")]);
    let outcome = world().registry(registry).route(&event);
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::RegistryUnavailable); 2]);
    assert_eq!(outcome.anomalies(), [(Cause::RegistryUnavailable, "UnusableAnswer".to_owned(), 2)]);
}
