//! Partition keys within a tenant: nothing overtakes, nothing follows a failure, and what would only be repeated is not
//! sent.

use std::time::Duration;

use serde_json::json;
use testbed::invoke_api::max_concurrent;
use testbed::{Answer, Setup, invokes};

use crate::setup::{Deliver, ROUTER, record};

/// Sub-batches of one record each, so that order shows from call to call.
fn one_by_one(setup: Setup) -> Setup {
    setup.set(&["delivery"], json!({ "max_records": 1, "per_tenant": 4 }))
}

#[test]
fn records_of_one_key_follow_one_another() {
    let setup = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(10)));
    let mut world = one_by_one(setup).start();
    let records: Vec<_> = (1..=6).map(|at| record(&at.to_string(), "k", "a")).collect();
    assert_eq!(world.deliver(&records), [""; 0]);
    let calls = world.lambda.calls();
    assert_eq!(max_concurrent(&calls), 1);
    let sent: Vec<String> = calls.iter().flat_map(|recorded| recorded.call.record_ids()).collect();
    assert_eq!(sent, ["1", "2", "3", "4", "5", "6"]);
}

#[test]
fn a_tenant_has_one_invoke_at_a_time_whatever_is_asked_for() {
    let setup = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(10)));
    let mut world = one_by_one(setup).start();
    let records: Vec<_> = (1..=4).map(|at| record(&at.to_string(), &format!("k{at}"), "a")).collect();
    assert_eq!(world.deliver(&records), [""; 0]);
    let calls = world.lambda.calls();
    assert_eq!((calls.len(), max_concurrent(&calls)), (4, 1));
}

#[test]
fn one_key_of_two_tenants_is_two_lanes() {
    let mut world = ROUTER.backend(|_| Answer::ok("null").after(Duration::from_millis(300))).start();
    assert_eq!(world.deliver(&[record("1", "k", "a"), record("2", "k", "b")]), [""; 0]);
    assert_eq!(max_concurrent(&world.lambda.calls()), 2);
}

#[test]
fn nothing_of_a_key_is_sent_behind_its_failure() {
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
fn a_batch_that_begins_where_the_last_one_stopped_tries_that_record_alone() {
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
fn once_that_record_is_settled_its_neighbours_follow_in_the_same_invocation() {
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
