//! Tests of the checker with written histories, each of which breaks one promise.

use super::*;

/// Returns four messages of one group: two of tenant a, one of tenant b, and one without a tenant.
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

fn answered(acked: &[&str], retried: &[&str]) -> Event {
    Event::Answered { acked: ids(acked), retried: ids(retried) }
}

/// Returns a history without violations. It holds a failure and a redelivery.
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
    check(&sent(), Order::PerGroup, events)
}

#[test]
fn valid_history_has_no_violations() {
    assert_eq!(violations(&good()), []);
}

#[test]
fn message_that_is_never_acked_is_lost() {
    let mut events = good();
    events[7] = answered(&["1", "2", "3"], &["4"]);
    assert_eq!(violations(&events), [Violation::Lost("4".to_owned())]);
}

#[test]
fn ack_without_a_run_is_a_violation() {
    let mut events = good();
    events[1] = answered(&["3"], &["1", "2", "4"]);
    assert_eq!(violations(&events), [Violation::AckedWithoutConfirmation("3".to_owned())]);
}

#[test]
fn ack_without_backend_response_is_a_violation() {
    let mut events = good();
    events[1] = answered(&["1"], &["2", "3", "4"]);
    assert_eq!(violations(&events), [Violation::AckedWithoutConfirmation("1".to_owned())]);
}

#[test]
fn ack_of_unquarantined_rejection_is_a_violation() {
    let mut events = good();
    events.remove(6);
    assert_eq!(violations(&events), [Violation::AckedWithoutConfirmation("4".to_owned())]);
}

#[test]
fn run_for_another_tenant_is_misrouted() {
    let mut events = good();
    events[4] = ran("a", &["3"]);
    let misrouted = Violation::Misrouted { message: "3".to_owned(), tenant: "a".to_owned() };
    assert_eq!(violations(&events), [misrouted]);
}

#[test]
fn run_of_message_without_tenant_is_misrouted() {
    let mut events = good();
    events.insert(7, ran("a", &["4"]));
    let misrouted = Violation::Misrouted { message: "4".to_owned(), tenant: "a".to_owned() };
    assert_eq!(violations(&events), [misrouted]);
}

#[test]
fn quarantine_of_valid_message_is_a_violation() {
    let mut events = good();
    events[6] = quarantined(&["4", "3"]);
    assert_eq!(violations(&events), [Violation::WronglyQuarantined("3".to_owned())]);
}

#[test]
fn run_before_earlier_confirmation_is_out_of_order() {
    let mut events = good();
    // 3 runs after 1 and 2 ran, but before they are confirmed.
    events.insert(1, ran("b", &["3"]));
    let out_of_order =
        |earlier: &str| Violation::OutOfOrder { message: "3".to_owned(), earlier: earlier.to_owned() };
    assert_eq!(violations(&events), [out_of_order("1"), out_of_order("2")]);
}

#[test]
fn reordered_sub_batch_is_out_of_order() {
    let mut events = good();
    events[2] = ran("a", &["2", "1"]);
    let out_of_order = Violation::OutOfOrder { message: "2".to_owned(), earlier: "1".to_owned() };
    assert_eq!(violations(&events), [out_of_order]);
}

#[test]
fn second_run_in_one_delivery_is_a_violation() {
    let mut events = good();
    events.insert(1, ran("a", &["1"]));
    assert_eq!(violations(&events), [Violation::RanTwice("1".to_owned())]);
}

#[test]
fn standard_queue_has_no_order() {
    let mut events = good();
    events[2] = ran("a", &["2", "1"]);
    assert_eq!(check(&sent(), Order::None, &events), []);
}

#[test]
fn batch_without_response_is_a_violation() {
    let mut events = good();
    events.insert(1, Event::Unanswered { messages: ids(&["1"]), outcome: "TimedOut".to_owned() });
    assert_eq!(violations(&events), [Violation::Unanswered("TimedOut".to_owned())]);
}

#[test]
fn stream_keeps_order_within_tenant_only() {
    let mut events = good();
    // The message of tenant b follows those of tenant a in the group. It runs before they are confirmed.
    events.insert(1, ran("b", &["3"]));
    assert_eq!(check(&sent(), Order::PerTenant, &events), []);
    let mut events = good();
    events[2] = ran("a", &["2", "1"]);
    let out_of_order = Violation::OutOfOrder { message: "2".to_owned(), earlier: "1".to_owned() };
    assert_eq!(check(&sent(), Order::PerTenant, &events), [out_of_order]);
}
