//! Tests the order of a partition key within a tenant: records stay in order, none is sent after a failure, and none is
//! sent that the stream would only deliver again.

use std::time::Duration;

use serde_json::json;
use testbed::invoke_api::max_concurrent;
use testbed::{Answer, Setup, invokes};

use crate::setup::{Deliver, ROUTER, record};

/// Uses sub-batches of one record, so that the calls show the order.
fn one_by_one(setup: Setup) -> Setup {
    setup.set(&["delivery"], json!({ "max_records": 1, "per_tenant": 4 }))
}

#[test]
fn records_of_one_key_are_sequential() {
    let setup = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(10)));
    let mut world = one_by_one(setup).start();
    let records: Vec<_> = (1..=6).map(|index| record(&index.to_string(), "k", "a")).collect();
    assert_eq!(world.deliver(&records), [""; 0]);
    let calls = world.lambda.calls();
    assert_eq!(max_concurrent(&calls), 1);
    let sent: Vec<String> = calls.iter().flat_map(|recorded| recorded.call.record_ids()).collect();
    assert_eq!(sent, ["1", "2", "3", "4", "5", "6"]);
}

#[test]
fn stream_tenant_has_one_invoke_at_a_time() {
    let setup = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(10)));
    let mut world = one_by_one(setup).start();
    let records: Vec<_> =
        (1..=4).map(|index| record(&index.to_string(), &format!("k{index}"), "a")).collect();
    assert_eq!(world.deliver(&records), [""; 0]);
    let calls = world.lambda.calls();
    assert_eq!((calls.len(), max_concurrent(&calls)), (4, 1));
}

#[test]
fn tenants_with_the_same_key_do_not_wait() {
    let mut world = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(300))).start();
    assert_eq!(world.deliver(&[record("1", "k", "a"), record("2", "k", "b")]), [""; 0]);
    assert_eq!(max_concurrent(&world.lambda.calls()), 2);
}

#[test]
fn no_record_of_a_key_is_sent_after_its_failure() {
    let setup = ROUTER.backend(|call| match call.record_ids()[0].as_str() {
        "2" => Answer::function_error("RuntimeError", "no"),
        _ => Answer::ok("null"),
    });
    let mut world = one_by_one(setup).start();
    let records =
        [record("1", "k", "a"), record("2", "k", "a"), record("3", "k", "a"), record("4", "k", "a")];
    assert_eq!(world.deliver(&records), ["2"]);
    assert_eq!(world.invokes(), invokes(&[("a", &["1"]), ("a", &["2"])]));
}

#[test]
fn record_at_the_checkpoint_is_probed_alone() {
    let setup = ROUTER.backend(|call| match call.record_ids()[0].as_str() {
        "2" => Answer::function_error("RuntimeError", "no"),
        _ => Answer::ok("null"),
    });
    let mut world = setup.start();
    let records = [record("1", "k1", "b"), record("2", "k2", "a"), record("3", "k3", "b")];
    assert_eq!(world.deliver(&records), ["2"]);
    world.lambda.forget();
    assert_eq!(world.deliver(&records[1..]), [""]);
    assert_eq!(world.invokes(), invokes(&[("a", &["2"])]));
}

#[test]
fn other_records_follow_the_acked_first_record() {
    let fails = std::sync::Mutex::new(true);
    let setup = ROUTER.backend(move |call| {
        let poison = call.record_ids()[0] == "2" && std::mem::take(&mut *fails.lock().unwrap());
        if poison { Answer::function_error("RuntimeError", "no") } else { Answer::ok("null") }
    });
    let mut world = setup.start();
    let records = [record("1", "k1", "b"), record("2", "k2", "a"), record("3", "k3", "b")];
    assert_eq!(world.deliver(&records), ["2"]);
    world.lambda.forget();
    assert_eq!(world.deliver(&records[1..]), [""; 0]);
    assert_eq!(world.invokes(), invokes(&[("a", &["2"]), ("b", &["3"])]));
}
