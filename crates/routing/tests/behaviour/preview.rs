//! The preview: it shows what the router does with a batch.

use crate::world::{World, count, fifo, kinesis, millis, ok, policy, registry, rules, standard};
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use proptest::{collection, prop_assert, prop_assert_eq};
use routing::ports::{Invocation, QuarantineAck, RegistryRead};
use routing::{
    AckKind, Cause, DeliveryPolicy, Fate, OnReject, Payload, Preview, RecordOutcome, RegistryLookup,
    RouteError, preview, preview_task,
};
use sources::{Kinesis, Source, Sqs};
use tenancy::{
    Claim, Grammar, Reason, RegistryDecision, RegistryPolicy, Rules, Selector, Status, Suspended,
    TenantRecord,
};

fn previewed<S: Source>(source: S, event: &str, on_reject: OnReject) -> Preview<'_> {
    preview(source, event, &rules(), &policy(), on_reject, None).unwrap()
}

/// The tenant and the records of each sub-batch, in the order of the rounds.
fn sub_batches<'a>(preview: &'a Preview<'_>) -> Vec<(&'a str, Vec<&'a str>)> {
    let planned = preview.rounds.iter().flatten();
    planned
        .map(|planned| {
            let ids = planned.records.iter().map(|&index| preview.batch.records[index].item_id());
            (planned.tenant.as_str(), ids.collect())
        })
        .collect()
}

#[test]
fn shared_group_takes_one_round_for_each_turn() {
    let event = fifo(&[("m1", "acme", "g"), ("m2", "globex", "g"), ("m3", "acme", "g"), ("m4", "acme", "h")]);
    let preview = previewed(Sqs::default(), &event, OnReject::Quarantine);
    let rounds: Vec<usize> = preview.rounds.iter().map(Vec::len).collect();
    assert_eq!(rounds, [1, 1, 1]);
    assert_eq!(
        sub_batches(&preview),
        [("acme", vec!["m1", "m4"]), ("globex", vec!["m2"]), ("acme", vec!["m3"])]
    );
}

#[test]
fn previewed_bytes_are_those_of_the_payload() {
    let event = standard(&[("m1", "acme"), ("m2", "acme"), ("m3", "globex")]);
    let preview = previewed(Sqs::default(), &event, OnReject::Quarantine);
    let outcome = World::answering(ok()).route(&event);
    let bytes: Vec<usize> = preview.rounds[0].iter().map(|planned| planned.bytes).collect();
    let sent: Vec<usize> = outcome.calls.iter().map(|call| call.payload.len()).collect();
    assert_eq!(bytes, sent);

    let mut policy = policy();
    policy.payload = Payload::Record;
    let content = preview_of(&event, &policy);
    let bytes: Vec<usize> = content.rounds.iter().flatten().map(|planned| planned.bytes).collect();
    assert_eq!(bytes, ["{}".len(); 3]);
}

fn preview_of<'e>(event: &'e str, policy: &DeliveryPolicy) -> Preview<'e> {
    preview(Sqs::default(), event, &rules(), policy, OnReject::Quarantine, None).unwrap()
}

#[test]
fn records_behind_rejected_one_follow_on_reject() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "", "a"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let quarantine = previewed(Sqs::default(), &event, OnReject::Quarantine);
    assert!(
        matches!(&quarantine.fates[1], Fate::Rejected(rejection) if rejection.reason() == Reason::Missing)
    );
    assert!(matches!(quarantine.fates[2], Fate::Sent { round: 1, .. }), "{:?}", quarantine.fates);
    let redrive = previewed(Sqs::default(), &event, OnReject::Redrive);
    assert!(
        matches!(redrive.fates[2], Fate::Waits { cause: Cause::OrderStopped, .. }),
        "{:?}",
        redrive.fates
    );
    assert!(matches!(redrive.fates[3], Fate::Sent { round: 0, .. }));
    let event = kinesis(&[("1", "acme", "a"), ("2", "", "a"), ("3", "acme", "b")]);
    let stream = previewed(Kinesis, &event, OnReject::Redrive);
    assert!(matches!(stream.fates[0], Fate::Sent { .. }));
    assert!(
        matches!(stream.fates[2], Fate::Waits { cause: Cause::BehindCheckpoint, .. }),
        "{:?}",
        stream.fates
    );
}

#[test]
fn event_of_another_source_gives_the_routers_error() {
    let error = preview(Kinesis, &standard(&[("m1", "acme")]), &rules(), &policy(), OnReject::Redrive, None)
        .unwrap_err();
    assert!(error.to_string().contains("sqs-router"), "{error}");
}

proptest! {
    /// Compares the preview with the router itself. All answers of the backend take the same time.
    #[test]
    fn preview_matches_the_router(
        records in collection::vec((tenant(), 0..3_u8), 0..12),
        source in prop_oneof![Just("standard"), Just("fifo"), Just("kinesis")],
        (in_flight, per_tenant, max_records) in (1..4_usize, 1..3_usize, 1..4_usize),
        on_reject in prop_oneof![Just(OnReject::Quarantine), Just(OnReject::Redrive)],
        suspended in prop_oneof![Just(None), Just(Some(Suspended::Held)), Just(Some(Suspended::Rejected))],
    ) {
        let records: Vec<(String, String, String)> = records
            .into_iter()
            .enumerate()
            .map(|(index, (tenant, key))| (format!("{index}"), tenant.to_owned(), format!("k{key}")))
            .collect();
        let three: Vec<(&str, &str, &str)> =
            records.iter().map(|(id, tenant, key)| (id.as_str(), tenant.as_str(), key.as_str())).collect();
        let event = match source {
            "standard" => standard(&three.iter().map(|&(id, tenant, _)| (id, tenant)).collect::<Vec<_>>()),
            "fifo" => fifo(&three),
            _ => kinesis(&three),
        };
        let mut limits = policy();
        (limits.in_flight, limits.per_tenant, limits.max_records) =
            (count(in_flight), count(per_tenant), count(max_records));
        let mut world = World::answering(ok())
            .quarantine(|_| (millis(0), QuarantineAck::Taken))
            .policy(|policy| *policy = limits.clone());
        if on_reject == OnReject::Redrive {
            world = world.redrive();
        }
        if let Some(suspended) = suspended {
            world = world.registry(registry(suspended, |tenant, _| (millis(0), RegistryRead::Listed(tenant_record(tenant)))).0);
        }
        let look_up = |claim: Claim, record: &str| {
            let sender = Selector::parse("$.attributes.SenderId").unwrap();
            let policy = RegistryPolicy::new(suspended.unwrap(), Some(sender), Some(vec!["premium".into()]));
            let tenant = tenant_record(claim.tenant().as_str());
            Ok(policy.decide(claim, tenant.as_ref(), record))
        };
        let lookup: Option<RegistryLookup<'_>> = suspended.map(|_| &look_up as RegistryLookup<'_>);
        let is_rejected = |tenant: &str| {
            tenant.is_empty()
                || suspended.is_some_and(|suspended| {
                    tenant == "umbra" || (tenant == "globex" && suspended == Suspended::Rejected)
                })
        };
        let rejected = records.iter().any(|(_, tenant, _)| is_rejected(tenant));
        let (preview, outcome) = if source == "kinesis" {
            (preview(Kinesis, &event, &rules(), &limits, on_reject, lookup).unwrap(), world.route_from(Kinesis, &event))
        } else {
            (preview(Sqs::default(), &event, &rules(), &limits, on_reject, lookup).unwrap(), world.route(&event))
        };
        for (fate, record) in preview.fates.iter().zip(outcome.records()) {
            match fate {
                Fate::Sent { .. } => prop_assert_eq!(record, RecordOutcome::Acked(AckKind::Answered)),
                Fate::Waits { cause, .. } => prop_assert_eq!(record, RecordOutcome::Retry(*cause)),
                // It may share a quarantine batch with a record before the checkpoint.
                Fate::RejectedBehind(_) => prop_assert!(matches!(
                    record,
                    RecordOutcome::Retry(Cause::BehindCheckpoint) | RecordOutcome::Acked(AckKind::Quarantined)
                )),
                Fate::Rejected(_) if on_reject == OnReject::Redrive => prop_assert_eq!(record, RecordOutcome::Retry(Cause::Redrive)),
                fate => {
                    prop_assert!(matches!(fate, Fate::Rejected(_)));
                    prop_assert_eq!(record, RecordOutcome::Acked(AckKind::Quarantined));
                }
            }
        }
        // The router's quarantine takes no time here, so records behind a rejected one may be sent in an earlier sub-batch.
        if on_reject == OnReject::Redrive || !rejected {
            prop_assert_eq!(sub_batches(&preview), outcome.sent());
        }
    }
}

fn tenant() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just("acme"), 4 => Just("globex"), 2 => Just("initech"), 1 => Just("umbra"), 1 => Just("")]
}

/// The registry's record of this tenant. There is none of umbra.
fn tenant_record(tenant: &str) -> Option<TenantRecord> {
    let backend = (tenant == "initech").then(|| "premium".to_owned());
    match tenant {
        "acme" | "initech" => Some(TenantRecord { status: Status::Active, principals: None, backend }),
        "globex" => Some(TenantRecord { status: Status::Suspended, principals: None, backend }),
        _ => None,
    }
}

#[test]
fn preview_applies_the_registry_to_each_tenant() {
    let event = standard(&[("m1", "acme"), ("m2", "globex"), ("m3", "initech"), ("m4", "umbra")]);
    let look_up = |claim: Claim, record: &str| {
        if claim.tenant().as_str() == "acme" {
            return Err(Cause::RegistryItem);
        }
        let policy = RegistryPolicy::new(Suspended::Held, None, Some(vec!["premium".into()]));
        let tenant = tenant_record(claim.tenant().as_str());
        Ok(policy.decide(claim, tenant.as_ref(), record))
    };
    let preview =
        preview(Sqs::default(), &event, &rules(), &policy(), OnReject::Quarantine, Some(&look_up)).unwrap();
    let waits: Vec<Cause> = preview.fates.iter().filter_map(cause).collect();
    assert_eq!(waits, [Cause::RegistryItem, Cause::Held]);
    assert_eq!(preview.rounds[0][0].backend, 1, "initech has the first of the other backends");
    assert!(
        matches!(&preview.fates[3], Fate::Rejected(rejection) if rejection.reason() == Reason::UnknownTenant)
    );
}

/// Why a record waits; `None` if it does not.
fn cause(fate: &Fate) -> Option<Cause> {
    match fate {
        Fate::Waits { cause, .. } => Some(*cause),
        _ => None,
    }
}

#[test]
fn async_preview_is_refused_for_ordered_sources_only() {
    let policy = DeliveryPolicy { invocation: Invocation::Async, ..policy() };
    let error =
        |event: &str| preview(Sqs::default(), event, &rules(), &policy, OnReject::Quarantine, None).err();
    assert!(matches!(error(&fifo(&[("1", "acme", "a")])), Some(RouteError::AsyncOrdered)));
    assert!(error(&standard(&[("1", "acme")])).is_none());
}

#[test]
fn previewed_bytes_for_a_bridge_are_those_of_the_record() {
    let policy = DeliveryPolicy { payload: Payload::Original, invocation: Invocation::Bridged, ..policy() };
    let event = kinesis(&[("1", "acme", "a")]);
    let preview = preview(Kinesis, &event, &rules(), &policy, OnReject::Quarantine, None).unwrap();
    assert_eq!(preview.rounds[0][0].bytes, preview.batch.records[0].raw().len());
}

#[test]
fn task_is_previewed_as_it_is_run() {
    let (input, payload) = (r#"{"tenantId":"acme","payload":{"n":1.0}}"#, r#"{"n":1.0}"#);
    let rules = Rules::new(vec![Selector::parse("$.tenantId").unwrap()], vec![], Grammar::Strict).unwrap();
    let sent = preview_task(input, payload, &rules, &policy(), None);
    assert!(matches!(&sent.fates[..], [Fate::Sent { round: 0, place: 0, .. }]), "{:?}", sent.fates);
    assert_eq!((sent.rounds[0][0].bytes, sent.rounds[0][0].tenant.as_str()), (payload.len(), "acme"));
    let held = |_: Claim, _: &str| Ok(RegistryDecision::Held);
    let held = preview_task(input, payload, &rules, &policy(), Some(&held));
    assert!(matches!(held.fates[..], [Fate::Waits { cause: Cause::Held, .. }]) && held.rounds.is_empty());
    let large = "x".repeat(Invocation::Sync.max_payload_bytes() + 1);
    for (input, payload, reason) in [("{}", payload, Reason::Missing), (input, &large, Reason::TooLarge)] {
        let rejected = preview_task(input, payload, &rules, &policy(), None);
        let Fate::Rejected(rejection) = &rejected.fates[0] else { panic!("{:?}", rejected.fates) };
        assert!(rejection.reason() == reason && rejected.rounds.is_empty());
    }
}
