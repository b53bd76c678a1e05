//! The preview tells what the router does.
use crate::world::{World, count, fifo, kinesis, millis, ok, policy, registry, rules, standard};
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use proptest::{collection, prop_assert, prop_assert_eq};
use routing::ports::{Invocation, RegistryRead};
use routing::{
    Cause, RegistryLookup, RecordOutcome, Fate, OnReject, Payload, DeliveryPolicy, Preview, RouteError, AckKind, preview,
};
use sources::{Kinesis, Source, Sqs};
use tenancy::{RegistryPolicy, Claim, TenantRecord, Reason, Selector, Status, Suspended};

fn previewed<S: Source>(source: S, event: &str, rejects: OnReject) -> Preview<'_> {
    preview(source, event, &rules(), &policy(), rejects, None).unwrap()
}

/// Tenant and records of each sub-batch, round by round.
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
fn a_group_that_tenants_share_takes_a_round_for_each_turn() {
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
fn a_payloads_bytes_are_counted_as_it_is_sent() {
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

fn preview_of<'e>(event: &'e str, policy: &routing::DeliveryPolicy) -> Preview<'e> {
    preview(Sqs::default(), event, &rules(), policy, OnReject::Quarantine, None).unwrap()
}

#[test]
fn what_stands_behind_a_rejected_record_goes_on_or_waits_as_the_configuration_says() {
    let event = fifo(&[("m1", "acme", "a"), ("m2", "", "a"), ("m3", "acme", "a"), ("m4", "acme", "b")]);
    let aside = previewed(Sqs::default(), &event, OnReject::Quarantine);
    assert!(matches!(&aside.fates[1], Fate::Rejected(rejection) if rejection.reason() == Reason::Missing));
    assert!(matches!(aside.fates[2], Fate::Sent { round: 1, .. }), "{:?}", aside.fates);
    let stay = previewed(Sqs::default(), &event, OnReject::Redrive);
    assert!(matches!(stay.fates[2], Fate::Waits { cause: Cause::OrderStopped, .. }), "{:?}", stay.fates);
    assert!(matches!(stay.fates[3], Fate::Sent { round: 0, .. }));
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
fn an_event_of_another_source_is_told_as_the_router_tells_it() {
    let error = preview(Kinesis, &standard(&[("m1", "acme")]), &rules(), &policy(), OnReject::Redrive, None)
        .unwrap_err();
    assert!(error.to_string().contains("sqs-router"), "{error}");
}

proptest! {
    /// Held against the router itself, with a backend whose answers all take the same time.
    #[test]
    fn the_preview_is_what_the_router_does(
        records in collection::vec((tenant(), 0..3_u8), 0..12),
        source in prop_oneof![Just("standard"), Just("fifo"), Just("kinesis")],
        (in_flight, per_tenant, max_records) in (1..4_usize, 1..3_usize, 1..4_usize),
        stay in proptest::bool::ANY,
        suspended in prop_oneof![Just(None), Just(Some(Suspended::Held)), Just(Some(Suspended::Rejected))],
    ) {
        let records: Vec<(String, String, String)> = records
            .into_iter()
            .enumerate()
            .map(|(place, (tenant, key))| (format!("{place}"), tenant.to_owned(), format!("k{key}")))
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
            .quarantine(|_| (millis(0), routing::ports::QuarantineAck::Taken))
            .policy(|policy| *policy = limits.clone());
        if stay {
            world = world.redrive();
        }
        if let Some(suspended) = suspended {
            world = world.registry(registry(suspended, |tenant, _| (millis(0), RegistryRead::Listed(listing(tenant)))).0);
        }
        let confirm = |claim: Claim, record: &str| {
            let sender = Selector::parse("$.attributes.SenderId").unwrap();
            let authority = RegistryPolicy::new(suspended.unwrap(), Some(sender), Some(vec!["premium".into()]));
            let listing = listing(claim.tenant().as_str());
            Ok(authority.decide(claim, listing.as_ref(), record))
        };
        let asked: Option<RegistryLookup<'_>> = suspended.map(|_| &confirm as RegistryLookup<'_>);
        let rejects = if stay { OnReject::Redrive } else { OnReject::Quarantine };
        let set_aside = |tenant: &str| {
            tenant.is_empty()
                || suspended.is_some_and(|suspended| {
                    tenant == "umbra" || (tenant == "globex" && suspended == Suspended::Rejected)
                })
        };
        let rejected = records.iter().any(|(_, tenant, _)| set_aside(tenant));
        let (preview, outcome) = if source == "kinesis" {
            (preview(Kinesis, &event, &rules(), &limits, rejects, asked).unwrap(), world.route_from(Kinesis, &event))
        } else {
            (preview(Sqs::default(), &event, &rules(), &limits, rejects, asked).unwrap(), world.route(&event))
        };
        for (fate, entry) in preview.fates.iter().zip(outcome.records()) {
            match fate {
                Fate::Sent { .. } => prop_assert_eq!(entry, RecordOutcome::Acked(AckKind::Answered)),
                Fate::Waits { cause, .. } => prop_assert_eq!(entry, RecordOutcome::Retry(*cause)),
                // It may go along in the batch of one that is set aside.
                Fate::RejectedBehind(_) => prop_assert!(matches!(
                    entry,
                    RecordOutcome::Retry(Cause::BehindCheckpoint) | RecordOutcome::Acked(AckKind::Quarantined)
                )),
                Fate::Rejected(_) if stay => prop_assert_eq!(entry, RecordOutcome::Retry(Cause::Redrive)),
                fate => {
                    prop_assert!(matches!(fate, Fate::Rejected(_)));
                    prop_assert_eq!(entry, RecordOutcome::Acked(AckKind::Quarantined));
                }
            }
        }
        // With a quarantine that takes no time, what stood behind a rejected record goes out a little earlier.
        if stay || !rejected {
            prop_assert_eq!(sub_batches(&preview), outcome.sent());
        }
    }
}

fn tenant() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just("acme"), 4 => Just("globex"), 2 => Just("initech"), 1 => Just("umbra"), 1 => Just("")]
}

/// What the registry says where there is one: nothing of umbra.
fn listing(tenant: &str) -> Option<TenantRecord> {
    let backend = (tenant == "initech").then(|| "premium".to_owned());
    match tenant {
        "acme" | "initech" => Some(TenantRecord { status: Status::Active, principals: None, backend }),
        "globex" => Some(TenantRecord { status: Status::Suspended, principals: None, backend }),
        _ => None,
    }
}

#[test]
fn a_registrys_word_is_told_tenant_by_tenant_and_the_backend_with_it() {
    let event = standard(&[("m1", "acme"), ("m2", "globex"), ("m3", "initech"), ("m4", "umbra")]);
    let confirm = |claim: Claim, record: &str| {
        if claim.tenant().as_str() == "acme" {
            return Err(Cause::RegistryItem);
        }
        let authority = RegistryPolicy::new(Suspended::Held, None, Some(vec!["premium".into()]));
        let listing = listing(claim.tenant().as_str());
        Ok(authority.decide(claim, listing.as_ref(), record))
    };
    let preview =
        preview(Sqs::default(), &event, &rules(), &policy(), OnReject::Quarantine, Some(&confirm)).unwrap();
    let waits: Vec<Cause> = preview.fates.iter().filter_map(cause).collect();
    assert_eq!(waits, [Cause::RegistryItem, Cause::Held]);
    assert_eq!(preview.rounds[0][0].backend, 1, "initech has the first of the others");
    assert!(
        matches!(&preview.fates[3], Fate::Rejected(rejection) if rejection.reason() == Reason::UnknownTenant)
    );
}

/// Why a record waits.
fn cause(fate: &Fate) -> Option<Cause> {
    match fate {
        Fate::Waits { cause, .. } => Some(*cause),
        _ => None,
    }
}

#[test]
fn asynchronous_invokes_are_refused_where_order_is_promised_and_nowhere_else() {
    let policy = DeliveryPolicy { invocation: Invocation::Async, ..policy() };
    let error =
        |event: &str| preview(Sqs::default(), event, &rules(), &policy, OnReject::Quarantine, None).err();
    assert!(matches!(error(&fifo(&[("1", "acme", "a")])), Some(RouteError::AsyncOrdered)));
    assert!(error(&standard(&[("1", "acme")])).is_none());
}

#[test]
fn what_a_bridge_is_sent_is_counted_as_it_stands_in_the_event() {
    let policy = DeliveryPolicy { payload: Payload::Original, invocation: Invocation::Bridged, ..policy() };
    let event = kinesis(&[("1", "acme", "a")]);
    let told = preview(Kinesis, &event, &rules(), &policy, OnReject::Quarantine, None).unwrap();
    assert_eq!(told.rounds[0][0].bytes, told.batch.records[0].raw().len());
}
