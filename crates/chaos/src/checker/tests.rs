//! The checker catches what it is there for: fabricated histories, each breaking one promise.

use super::*;

/// Two of tenant a in one group, one of tenant b in it, and one that is nobody's, in this order.
fn sent() -> Vec<Message> {
    let message = |id: &str, tenant: Option<&str>| Message {
        id: id.to_owned(),
        group: "g".to_owned(),
        body: String::new(),
        attribute: String::new(),
        tenant: tenant.map(str::to_owned),
    };
    vec![message("1", Some("a")), message("2", Some("a")), message("3", Some("b")), message("4", None)]
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn ran(tenant: &str, messages: &[&str]) -> Event {
    Event::Ran { tenant: tenant.to_owned(), messages: ids(messages) }
}

fn confirmed(messages: &[&str]) -> Event {
    Event::Confirmed { messages: ids(messages) }
}

fn quarantined(messages: &[&str]) -> Event {
    Event::Quarantined { messages: ids(messages) }
}

fn answered(settled: &[&str], retried: &[&str]) -> Event {
    Event::Answered { settled: ids(settled), retried: ids(retried) }
}

/// A history in which all goes well, with a failure and a redelivery in it.
fn good() -> Vec<Event> {
    vec![
        ran("a", &["1", "2"]),
        answered(&[], &["1", "2", "3", "4"]),
        ran("a", &["1", "2"]),
        confirmed(&["1", "2"]),
        ran("b", &["3"]),
        confirmed(&["3"]),
        quarantined(&["4"]),
        answered(&["1", "2", "3", "4"], &[]),
    ]
}

fn violations(events: &[Event]) -> Vec<Violation> {
    check(&sent(), Order::Kept, events)
}

#[test]
fn a_history_that_keeps_every_promise_passes() {
    assert_eq!(violations(&good()), []);
}

#[test]
fn a_message_that_is_never_settled_is_lost() {
    let mut events = good();
    events[7] = answered(&["1", "2", "3"], &["4"]);
    assert_eq!(violations(&events), [Violation::Lost("4".to_owned())]);
}

#[test]
fn a_message_that_is_settled_without_having_run_has_no_receipt() {
    let mut events = good();
    events[1] = answered(&["3"], &["1", "2", "4"]);
    assert_eq!(violations(&events), [Violation::SettledWithoutReceipt("3".to_owned())]);
}

#[test]
fn a_message_that_ran_without_an_answer_has_no_receipt() {
    let mut events = good();
    events[1] = answered(&["1"], &["2", "3", "4"]);
    assert_eq!(violations(&events), [Violation::SettledWithoutReceipt("1".to_owned())]);
}

#[test]
fn a_rejected_message_that_sqs_did_not_acknowledge_has_no_receipt() {
    let mut events = good();
    events.remove(6);
    assert_eq!(violations(&events), [Violation::SettledWithoutReceipt("4".to_owned())]);
}

#[test]
fn a_message_that_runs_for_another_tenant_is_misrouted() {
    let mut events = good();
    events[4] = ran("a", &["3"]);
    let misrouted = Violation::Misrouted { message: "3".to_owned(), tenant: "a".to_owned() };
    assert_eq!(violations(&events), [misrouted]);
}

#[test]
fn a_message_that_is_nobodys_and_runs_is_misrouted() {
    let mut events = good();
    events.insert(7, ran("a", &["4"]));
    let misrouted = Violation::Misrouted { message: "4".to_owned(), tenant: "a".to_owned() };
    assert_eq!(violations(&events), [misrouted]);
}

#[test]
fn a_tenants_message_in_the_quarantine_is_set_aside() {
    let mut events = good();
    events[6] = quarantined(&["4", "3"]);
    assert_eq!(violations(&events), [Violation::SetAside("3".to_owned())]);
}

#[test]
fn a_message_that_runs_while_an_earlier_one_is_unsettled_overtakes_it() {
    let mut events = good();
    // 3 after 1 and 2 have run, but without their receipts.
    events.insert(1, ran("b", &["3"]));
    let overtook =
        |overtaken: &str| Violation::Overtook { message: "3".to_owned(), overtaken: overtaken.to_owned() };
    assert_eq!(violations(&events), [overtook("1"), overtook("2")]);
}

#[test]
fn a_message_that_runs_before_an_earlier_one_of_its_sub_batch_overtakes_it() {
    let mut events = good();
    events[2] = ran("a", &["2", "1"]);
    let overtook = Violation::Overtook { message: "2".to_owned(), overtaken: "1".to_owned() };
    assert_eq!(violations(&events), [overtook]);
}

#[test]
fn a_message_that_runs_twice_in_one_delivery_ran_again() {
    let mut events = good();
    events.insert(1, ran("a", &["1"]));
    assert_eq!(violations(&events), [Violation::RanAgain("1".to_owned())]);
}

#[test]
fn a_standard_queue_promises_no_order() {
    let mut events = good();
    events[2] = ran("a", &["2", "1"]);
    assert_eq!(check(&sent(), Order::None, &events), []);
}

#[test]
fn a_batch_without_an_answer_is_a_violation() {
    let mut events = good();
    events.insert(1, Event::Unanswered { messages: ids(&["1"]), outcome: "TimedOut".to_owned() });
    assert_eq!(violations(&events), [Violation::Unanswered("TimedOut".to_owned())]);
}

#[test]
fn a_stream_promises_the_order_of_each_tenants_own_and_nothing_between_tenants() {
    let mut events = good();
    // Tenant b's is after tenant a's in the group, and runs before they have their receipts.
    events.insert(1, ran("b", &["3"]));
    assert_eq!(check(&sent(), Order::WithinTenant, &events), []);
    let mut events = good();
    events[2] = ran("a", &["2", "1"]);
    let overtook = Violation::Overtook { message: "2".to_owned(), overtaken: "1".to_owned() };
    assert_eq!(check(&sent(), Order::WithinTenant, &events), [overtook]);
}
