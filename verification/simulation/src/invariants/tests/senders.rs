//! Promises about the senders of records.

use super::*;

/// Returns a plan with a registry that allows only each tenant's own sender, and with record 1 from this sender.
fn restricted(kind: Kind, sender: Sender) -> Plan {
    let mut plan = plan(kind);
    let (fresh, stale) = (seconds(5), seconds(60));
    plan.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    plan.records[1].sender = sender;
    plan
}

/// Returns the events after registry answers that both tenants are active and have allowed senders.
fn after_answers(events: Vec<Event>) -> Vec<Event> {
    let answer = TableAnswer::Listed(Some((Status::Active, AllowedSenders::TenantOnly)));
    let answered =
        |tenant| Event::RegistryAnswered { environment: 0, tenant, asked_at: Duration::ZERO, answer };
    [answered(0), answered(1)].into_iter().chain(events).collect()
}

/// Returns the good history with record 1 rejected as unauthorized instead of delivered.
pub(super) fn rejected() -> Vec<Event> {
    let mut events = good();
    events.splice(4..7, [quarantined(1, Reason::Unauthorized, QuarantineResult::Acked)]);
    events
}

#[test]
fn wrong_decision_about_a_sender_is_detected() {
    let breaks_it = |kind, sender, events| {
        broken(&history(restricted(kind, sender), after_answers(events))).contains(&"senders")
    };
    assert!(!breaks_it(Kind::Standard, Sender::Tenant, good()));
    assert!(breaks_it(Kind::Standard, Sender::Other, good()));
    assert!(breaks_it(Kind::Kinesis, Sender::Tenant, good()), "a stream knows no sender");
    assert!(!breaks_it(Kind::Standard, Sender::Other, rejected()));
    assert!(breaks_it(Kind::Standard, Sender::Tenant, rejected()));
    let alone =
        vec![started(&[1]), quarantined(1, Reason::Unauthorized, QuarantineResult::Acked), responded(&[])];
    let mut at_once = history(restricted(Kind::Kinesis, Sender::Tenant), after_answers(alone));
    at_once.events.iter_mut().for_each(|timed| timed.at = Duration::ZERO);
    assert!(!broken(&at_once).contains(&"senders"));
}

#[test]
fn rejected_sender_without_a_fresh_answer_is_detected() {
    let mut old = history(restricted(Kind::Standard, Sender::Other), after_answers(rejected()));
    assert!(!broken(&old).contains(&"senders"));
    old.events[2..].iter_mut().for_each(|timed| timed.at = seconds(6));
    assert!(broken(&old).contains(&"senders"));
    assert!(broken(&history(plan(Kind::Standard), rejected())).contains(&"senders"));
}
