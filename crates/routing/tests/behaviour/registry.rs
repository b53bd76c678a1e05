//! The registry: who is asked for, how often, how long an answer serves, and what happens while there is none.

use crate::world::{World, count, fifo, kinesis, listed, millis, ok, registry, standard};
use routing::ports::{QuarantineAck, RegistryRead};
use routing::{Cause, RecordOutcome, AckKind};
use sources::{Kinesis, Sqs};
use tenancy::{TenantRecord, Status, Suspended};

const ANSWERED: RecordOutcome = RecordOutcome::Acked(AckKind::Answered);
const QUARANTINED: RecordOutcome = RecordOutcome::Acked(AckKind::Quarantined);

fn world() -> World {
    World::answering(ok())
}

fn failed() -> RegistryRead {
    RegistryRead::Failed("ResourceNotFoundException".to_owned())
}

/// `count` records of this tenant.
fn flood(tenant: &str, count: usize) -> String {
    let ids: Vec<String> = (0..count).map(|place| format!("m-{place}")).collect();
    standard(&ids.iter().map(|id| (id.as_str(), tenant)).collect::<Vec<_>>())
}

/// One record of each tenant, with its name for an id.
fn of_each(tenants: &[&str]) -> String {
    standard(&tenants.iter().map(|&tenant| (tenant, tenant)).collect::<Vec<_>>())
}

#[test]
fn a_burst_for_one_tenant_makes_one_read_and_none_while_the_answer_is_fresh() {
    let (registry, reads) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Active)));
    let burst = flood("acme", 500);
    let outcomes = world().registry(registry).route_all(Sqs::default(), &[&*burst; 2]);
    for outcome in &outcomes {
        assert_eq!(outcome.records(), vec![ANSWERED; 500]);
    }
    assert_eq!(*reads.borrow(), [["acme"]]);
}

#[test]
fn all_tenants_of_a_batch_are_asked_for_in_one_read_each_once() {
    let (registry, reads) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Active)));
    let event = standard(&[("1", "a"), ("2", "b"), ("3", "a"), ("4", "-"), ("5", "b")]);
    world().registry(registry).route(&event);
    assert_eq!(*reads.borrow(), [["a", "b"]], "what the grammar refuses is not asked for");
}

#[test]
fn only_active_tenants_are_delivered_to_and_each_refusal_has_its_reason() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let read = match tenant {
            "gone" => listed(Status::Offboarded),
            "late" => listed(Status::Suspended),
            "good" => listed(Status::Active),
            _ => RegistryRead::Listed(None),
        };
        (millis(1), read)
    });
    let event = of_each(&["good", "gone", "late", "stray"]);
    let outcome = world().registry(registry).route(&event);
    assert_eq!(outcome.records(), [ANSWERED, QUARANTINED, QUARANTINED, QUARANTINED]);
    assert_eq!(outcome.sent(), [("good", vec!["good"])]);
    let reasons: Vec<_> = outcome.quarantined.iter().map(|(id, reason, ..)| (&**id, &**reason)).collect();
    assert_eq!(reasons, [("gone", "offboarded"), ("late", "suspended"), ("stray", "unknown_tenant")]);
}

#[test]
fn while_the_table_cannot_be_read_nobody_is_admitted_nobody_is_quarantined_and_the_others_go_on() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(1), if tenant == "known" { listed(Status::Active) } else { failed() })
    });
    let event = of_each(&["known", "unread"]);
    let outcome = world().registry(registry).route(&event);
    assert_eq!(outcome.records(), [ANSWERED, RecordOutcome::Retry(Cause::RegistryUnavailable)]);
    assert!(outcome.quarantined.is_empty());
    let anomaly = (Cause::RegistryUnavailable, "ResourceNotFoundException".to_owned(), 1);
    assert!(outcome.anomalies().contains(&anomaly), "{:?}", outcome.anomalies());
}

#[test]
fn known_tenants_go_on_within_the_bound_while_the_table_is_down_and_then_wait() {
    // The first read is good, then the table is gone. Each batch takes 400 s of the backend.
    let (registry, _) = registry(Suspended::Rejected, |_, before| {
        (millis(1), if before == 0 { listed(Status::Active) } else { failed() })
    });
    let event = flood("acme", 1);
    let world = World::new(|_, _| (millis(400_000), ok())).registry(registry).deadline(millis(900_000));
    let outcomes =
        world.policy(|policy| policy.call_timeout = millis(500_000)).route_all(Sqs::default(), &[&*event; 4]);
    let entries: Vec<_> = outcomes.iter().map(|outcome| outcome.records()[0]).collect();
    let waits = RecordOutcome::Retry(Cause::RegistryUnavailable);
    assert_eq!(
        entries,
        [ANSWERED, ANSWERED, ANSWERED, waits],
        "at 0, 400, 800 and 1200 s, with 900 s of staleness"
    );
    assert!(outcomes.iter().all(|outcome| outcome.quarantined.is_empty()));
}

#[test]
fn a_table_that_is_down_keeps_batches_of_known_tenants_waiting_once_and_not_each_of_them() {
    let (registry, reads) = registry(Suspended::Rejected, |_, before| match before {
        0 => (millis(1), listed(Status::Active)),
        _ => (millis(60_000), failed()),
    });
    let (event, first) = (flood("acme", 1), std::cell::Cell::new(true));
    let world = World::new(move |_, _| (millis(if first.replace(false) { 70_000 } else { 1 }), ok()))
        .registry(registry);
    let world = world.deadline(millis(200_000)).policy(|policy| policy.call_timeout = millis(80_000));
    let outcomes = world.route_all(Sqs::default(), &[&*event; 3]);
    assert!(outcomes.iter().all(|outcome| outcome.records() == [ANSWERED]));
    assert_eq!(outcomes[1].took, millis(2_001), "the registry's patience, then the stale answer");
    assert_eq!(outcomes[2].took, millis(1));
    assert_eq!(reads.borrow().len(), 2);
}

#[test]
fn a_registry_that_never_answers_does_not_keep_the_source_from_its_answer() {
    let (registry, _) = registry(Suspended::Rejected, |_, _| (millis(1_000_000), listed(Status::Active)));
    let outcome = world().registry(registry).deadline(millis(11_000)).route(&flood("acme", 3));
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::RegistryUnavailable); 3]);
    assert!(outcome.took <= millis(10_500), "{:?}", outcome.took);
}

#[test]
fn a_refusal_is_asked_for_again_after_some_seconds_so_that_a_tenant_let_in_need_not_wait() {
    let (registry, reads) = registry(Suspended::Rejected, |_, before| {
        (millis(1), listed(if before == 0 { Status::Suspended } else { Status::Active }))
    });
    let slow = |_: &str| (millis(6_000), QuarantineAck::Taken);
    let event = flood("acme", 1);
    let outcomes = world().quarantine(slow).registry(registry).route_all(Sqs::default(), &[&*event; 2]);
    assert_eq!(outcomes[0].records(), [QUARANTINED]);
    assert_eq!(outcomes[1].records(), [ANSWERED]);
    assert_eq!(reads.borrow().len(), 2);
}

#[test]
fn a_malformed_item_makes_its_own_tenant_wait_and_nobody_else() {
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
    let event = of_each(&["odd", "elsewhere", "good"]);
    let outcome = world().registry(registry).route(&event);
    let waits = RecordOutcome::Retry(Cause::RegistryItem);
    assert_eq!(outcome.records(), [waits, waits, ANSWERED]);
}

#[test]
fn a_tenants_records_go_to_the_backend_that_the_registry_names() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let backend = (tenant == "gold").then(|| "premium".to_owned());
        (millis(1), RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals: None, backend })))
    });
    let event = of_each(&["gold", "tin"]);
    let outcome = world().registry(registry).route(&event);
    let backends: Vec<_> = outcome.calls.iter().map(|call| (call.tenant.as_str(), call.backend)).collect();
    assert_eq!(backends, [("gold", 1), ("tin", 0)]);
}

#[test]
fn a_backend_that_is_not_set_up_stops_its_own_tenants_only() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        let backend = tenant.starts_with('g').then(|| "premium".to_owned());
        (millis(1), RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals: None, backend })))
    });
    let world = World::new(|seen, _| {
        let gone = routing::ports::Attempt::Misconfigured("ResourceNotFoundException".to_owned());
        (millis(1), if seen.backend == 1 { gone } else { ok() })
    });
    let event = of_each(&["g1", "g2", "t1", "g3", "t2"]);
    let outcome = world.registry(registry).policy(|policy| policy.in_flight = count(1)).route(&event);
    let stopped = RecordOutcome::Retry(Cause::Misconfigured);
    assert_eq!(outcome.records(), [stopped, stopped, ANSWERED, stopped, ANSWERED]);
    assert_eq!(outcome.calls.len(), 3, "nothing more is sent to the backend that is not there");
}

#[test]
fn a_suspended_tenants_records_can_be_held_and_hold_up_their_own_group_only() {
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
fn in_a_stream_nothing_behind_a_tenant_that_is_not_known_is_sent_in_vain() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(1), if tenant == "unread" { failed() } else { listed(Status::Active) })
    });
    let event = kinesis(&[("1", "a", "k"), ("2", "unread", "k"), ("3", "b", "k")]);
    let outcome = world().registry(registry).route_from(Kinesis, &event);
    assert_eq!(outcome.sent(), [("a", vec!["1"])]);
    assert_eq!(outcome.retried(), ["2"]);
}

#[test]
fn an_item_that_became_malformed_is_not_served_from_what_it_said_before() {
    // RegistryRead as active, then as nonsense, then not at all.
    let (registry, _) = registry(Suspended::Rejected, |_, before| {
        let read = match before {
            0 => listed(Status::Active),
            1 => RegistryRead::Malformed("status is none".to_owned()),
            _ => failed(),
        };
        (millis(1), read)
    });
    let event = flood("acme", 1);
    let world = World::new(|_, _| (millis(70_000), ok())).registry(registry).deadline(millis(200_000));
    let world = world.policy(|policy| policy.call_timeout = millis(80_000));
    let outcomes = world.route_all(Sqs::default(), &[&*event; 3]);
    let entries: Vec<_> = outcomes.iter().map(|outcome| outcome.records()[0]).collect();
    let waits = [RecordOutcome::Retry(Cause::RegistryItem), RecordOutcome::Retry(Cause::RegistryUnavailable)];
    assert_eq!(entries, [ANSWERED, waits[0], waits[1]]);
}

#[test]
fn a_table_that_hangs_over_one_tenant_leaves_time_for_those_who_are_known() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, _| {
        (millis(if tenant == "new" { 1_000_000 } else { 1 }), listed(Status::Active))
    });
    // Half a second until the last moment at which an Invoke may start.
    let world = world().registry(registry).deadline(millis(11_000));
    let outcomes = world.route_all(Sqs::default(), &[&of_each(&["known"]), &of_each(&["known", "new"])]);
    assert_eq!(outcomes[1].records(), [ANSWERED, RecordOutcome::Retry(Cause::RegistryUnavailable)]);
}

#[test]
fn a_sender_is_refused_on_a_fresh_word_only_and_waits_while_the_table_cannot_be_read() {
    // The first read binds the tenant to somebody else than the events' sender, then the table is gone.
    let (registry, _) = registry(Suspended::Rejected, |_, before| {
        let principals = Some(vec!["B".to_owned()]);
        let bound = RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals, backend: None }));
        (millis(1), if before == 0 { bound } else { failed() })
    });
    let slow = |_: &str| (millis(70_000), QuarantineAck::Taken);
    let event = flood("acme", 1);
    let world = world().quarantine(slow).registry(registry).deadline(millis(200_000));
    let outcomes = world.route_all(Sqs::default(), &[&*event; 3]);
    let entries: Vec<_> = outcomes.iter().map(|outcome| outcome.records()[0]).collect();
    let waits = RecordOutcome::Retry(Cause::RegistryUnavailable);
    assert_eq!(entries, [QUARANTINED, waits, waits], "asked in vain, and not asked again after that");
}

#[test]
fn a_table_that_panics_is_one_that_cannot_be_read_and_the_batch_is_answered_record_by_record() {
    let (registry, _) = registry(Suspended::Rejected, |tenant, before| {
        assert!(before == 0 || tenant == "known", "as if an answer had shown a defect");
        (millis(1), listed(Status::Active))
    });
    let world = World::new(|_, _| (millis(70_000), ok())).registry(registry).deadline(millis(200_000));
    let world = world.policy(|policy| policy.call_timeout = millis(80_000));
    let events = [of_each(&["known"]), of_each(&["known", "new"])];
    let outcomes = world.route_all(Sqs::default(), &events.each_ref().map(String::as_str));
    assert_eq!(outcomes[1].records(), [ANSWERED, RecordOutcome::Retry(Cause::RegistryUnavailable)]);
    let anomaly = (Cause::RegistryUnavailable, "panicked".to_owned(), 2);
    assert!(outcomes[1].anomalies().contains(&anomaly), "{:?}", outcomes[1].anomalies());
}

#[test]
fn a_table_that_answers_for_too_few_has_answered_for_none() {
    let (registry, _) = registry(Suspended::Rejected, |_, _| (millis(1), listed(Status::Active)));
    let event = standard(&[("1", "acme"), ("2", "unanswered")]);
    let outcome = world().registry(registry).route(&event);
    assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::RegistryUnavailable); 2]);
    assert_eq!(outcome.anomalies(), [(Cause::RegistryUnavailable, "UnusableAnswer".to_owned(), 2)]);
}
