//! Tests the router behind an event source mapping that follows the documented rules.

use std::time::Duration;

use testbed::events::StreamRecord;
use testbed::shard::{Condition, Settings, numbers as numbers_of};
use testbed::{Answer, Bisect, DataRecord, Invocation, Shard, World};

use crate::setup::{ROUTER, record, stream};

fn shard(records: &[DataRecord]) -> Shard<StreamRecord> {
    let settings = Settings { bisect: Bisect::On, maximum_retry_attempts: Some(3), ..Settings::default() };
    let mut shard = Shard::new(settings);
    for record in records {
        shard.put(0, Duration::ZERO, record.in_shard(&stream()));
    }
    shard
}

fn drive(shard: &mut Shard<StreamRecord>, world: &mut World) {
    while shard.step(Duration::ZERO, |event| world.router.invoke(Invocation::of(event))).is_some() {}
}

/// How often the backend got this record.
fn deliveries(world: &World, number: &str) -> usize {
    world.invokes().iter().flat_map(|(_, numbers)| numbers).filter(|sent| *sent == number).count()
}

#[test]
fn record_that_always_fails_is_discarded_alone() {
    let mut world = ROUTER
        .backend(|call| {
            let poison = call.record_ids().iter().any(|number| number == "105");
            if poison { Answer::refusing(["105"]) } else { Answer::ok("null") }
        })
        .start();
    let records: Vec<DataRecord> = (100..120)
        .map(|index| record(&index.to_string(), &format!("k{}", index % 4), &format!("t{}", index % 3)))
        .collect();
    let mut shard = shard(&records);
    drive(&mut shard, &mut world);
    let discarded: Vec<_> =
        shard.discarded().iter().map(|batch| (batch.condition, numbers_of(&batch.records))).collect();
    assert_eq!(discarded, [(Condition::RetryAttemptsExhausted, vec!["105".to_owned()])]);
    for index in (100..120).filter(|&index| index != 105) {
        assert!(deliveries(&world, &index.to_string()) >= 1, "{index} was not delivered");
    }
}

#[test]
fn retries_of_one_record_rarely_repeat_others() {
    let failures = std::sync::atomic::AtomicU32::new(3);
    let mut world = ROUTER
        .backend(move |call| {
            let poison = call.record_ids().iter().any(|number| number == "101");
            let order = std::sync::atomic::Ordering::SeqCst;
            let fails = poison && failures.fetch_update(order, order, |left| left.checked_sub(1)).is_ok();
            if fails { Answer::function_error("RuntimeError", "no") } else { Answer::ok("null") }
        })
        .start();
    let records = [record("101", "k1", "a"), record("102", "k2", "b"), record("103", "k3", "b")];
    let mut shard = shard(&records);
    drive(&mut shard, &mut world);
    assert_eq!(shard.discarded(), []);
    assert_eq!(deliveries(&world, "101"), 4);
    assert!(deliveries(&world, "102") <= 2 && deliveries(&world, "103") <= 2, "{:?}", world.invokes());
}

#[test]
fn poison_user_record_is_discarded_with_its_aggregate() {
    let bodies = [r#"{"tenantId":"poison"}"#, r#"{"tenantId":"a"}"#, r#"{"tenantId":"b"}"#];
    let users: Vec<(&str, &[u8])> = bodies.iter().map(|body| ("k", body.as_bytes())).collect();
    let mut world = ROUTER
        .backend(|call| match call.tenant_id.as_deref() {
            Some("poison") => Answer::function_error("RuntimeError", "no"),
            _ => Answer::ok("null"),
        })
        .set(&["delivery"], serde_json::json!({ "in_flight": 1 }))
        .start();
    let packed = DataRecord::new("102", "parent", testbed::events::kpl::aggregate(&users));
    let mut shard = shard(&[record("101", "k", "a"), packed, record("103", "k", "a")]);
    drive(&mut shard, &mut world);
    let discarded: Vec<_> = shard.discarded().iter().flat_map(|batch| numbers_of(&batch.records)).collect();
    assert_eq!(discarded, ["102"]);
    for neighbour in ["102:1", "102:2"] {
        assert!(deliveries(&world, neighbour) >= 1, "{neighbour} was never sent");
    }
    assert!((1..=2).contains(&deliveries(&world, "103")), "{:?}", world.invokes());
}
