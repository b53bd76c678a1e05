//! Tests a stream whose admitted records go over a bridge.

use testbed::{Answer, SqsAnswer};

use crate::setup::{Deliver, ROUTER, record, stream};

#[test]
fn admitted_records_cross_the_bridge_in_tenant_groups() {
    let mut world = ROUTER.with_default_backend().bridged_to("bridge.fifo").start();
    let records = [record("1", "k1", "a"), record("2", "k2", "b"), record("3", "k1", "a")];
    assert_eq!(world.deliver(&records), [""; 0]);
    assert_eq!(world.invokes(), []);
    let mut queued = world.sqs.queued_in("bridge.fifo");
    queued.sort_by_key(|entry| entry.message_group_id.clone());
    let bodies: Vec<String> = queued.iter().map(|entry| entry.message_body.clone()).collect();
    let json = |index: usize| records[index].json(&stream());
    assert_eq!(bodies, [json(0), json(2), json(1)], "each tenant's records must be in order");
    assert_eq!(queued[0].message_group_id.as_deref(), Some("a"));
    assert_eq!(queued[0].attribute("bridged_from"), Some("kinesis"));
}

#[test]
fn repeated_record_is_not_queued_twice() {
    let mut world = ROUTER.with_default_backend().bridged_to("bridge.fifo").start();
    let records = [record("1", "k", "a"), record("2", "k", "a")];
    world.deliver(&records);
    assert_eq!(world.deliver(&records), [""; 0]);
    assert_eq!(world.sqs.queued_in("bridge.fifo").len(), 2);
}

#[test]
fn record_that_the_queue_refuses_is_the_checkpoint() {
    let full = |batch: &testbed::SendBatch| {
        let refused = |entry: &testbed::sqs_api::Entry| entry.message_group_id.as_deref() == Some("b");
        let refused = batch.entries.iter().enumerate().filter(|(_, entry)| refused(entry));
        SqsAnswer::Except(refused.map(|(index, _)| (index, "InternalError".to_owned())).collect())
    };
    let mut world = ROUTER.with(|_| Answer::ok("null"), full).bridged_to("bridge.fifo").start();
    let records = [record("1", "k1", "a"), record("2", "k2", "b"), record("3", "k3", "a")];
    assert_eq!(world.deliver(&records), ["2"]);
}

#[test]
fn rejected_record_does_not_cross_the_bridge() {
    let mut world = ROUTER.with_default_backend().bridged_to("bridge.fifo").start();
    assert_eq!(world.deliver(&[record("1", "k", "no good"), record("2", "k", "a")]), [""; 0]);
    assert_eq!(world.quarantined(), [("1".to_owned(), "bad_grammar".to_owned())]);
    assert_eq!(world.sqs.queued_in("bridge.fifo").len(), 1);
}
