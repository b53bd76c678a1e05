//! Promises about who sends, about what goes on once nobody waits for it, and about a slow store.

use super::*;
use crate::invariants::{OrphanCause, orphan_causes};

/// The plan with a registry in which each tenant is bound to its role, and record 1 sent by this sender.
fn bound(kind: Kind, sender: Sender) -> Plan {
    let mut plan = plan(kind);
    let (fresh, stale) = (seconds(5), seconds(60));
    plan.settings.registry = Some(RegistrySettings { fresh, stale, suspended: Suspended::Rejected });
    plan.records[1].sender = sender;
    plan
}

/// The events, once the registry has said that both tenants are active and bound to their roles.
fn after_the_word(events: Vec<Event>) -> Vec<Event> {
    let answer = TableAnswer::Listed(Some((Status::Active, AllowedSenders::TenantOnly)));
    let told = |tenant| Event::RegistryAnswered { environment: 0, tenant, asked_at: Duration::ZERO, answer };
    [told(0), told(1)].into_iter().chain(events).collect()
}

/// The good history with record 1 refused as a stranger's instead of delivered.
fn refused() -> Vec<Event> {
    let mut events = good();
    events.splice(4..7, [aside(1, Reason::Unauthorized, QuarantineResult::Acked)]);
    events
}

#[test]
fn a_strangers_record_that_is_delivered_is_told_and_so_is_its_role_that_is_refused() {
    let breaks_it = |kind, sender, events| {
        broken(&history(bound(kind, sender), after_the_word(events))).contains(&"senders")
    };
    assert!(!breaks_it(Kind::Standard, Sender::Tenant, good()));
    assert!(breaks_it(Kind::Standard, Sender::Other, good()));
    assert!(breaks_it(Kind::Kinesis, Sender::Tenant, good()), "a stream knows no sender");
    assert!(!breaks_it(Kind::Standard, Sender::Other, refused()));
    assert!(breaks_it(Kind::Standard, Sender::Tenant, refused()));
    let alone = vec![handed(&[1]), aside(1, Reason::Unauthorized, QuarantineResult::Acked), answered(&[])];
    let mut at_once = history(bound(Kind::Kinesis, Sender::Tenant), after_the_word(alone));
    at_once.events.iter_mut().for_each(|timed| timed.at = Duration::ZERO);
    assert!(!broken(&at_once).contains(&"senders"));
}

#[test]
fn a_stranger_that_is_refused_on_a_word_that_is_too_old_or_without_any_is_told() {
    let mut old = history(bound(Kind::Standard, Sender::Other), after_the_word(refused()));
    assert!(!broken(&old).contains(&"senders"));
    old.events[2..].iter_mut().for_each(|timed| timed.at = seconds(6));
    assert!(broken(&old).contains(&"senders"));
    assert!(broken(&history(plan(Kind::Standard), refused())).contains(&"senders"));
}

/// Invoke 0 with record 0 runs to its end while record 2, which is behind it, runs in the next invocation.
fn overtaking(how: Interruption) -> Vec<Event> {
    let (mut again, mut behind) = (sent(1, 0, &[0]), sent(2, 0, &[2]));
    for event in [&mut again, &mut behind] {
        if let Event::Sent { invocation, .. } = event {
            *invocation = 1;
        }
    }
    vec![
        handed(&[0]),
        sent(0, 0, &[0]),
        Event::Ran { call: 0 },
        Event::Interrupted { invocation: 0, how },
        Event::InvocationStarted { invocation: 1, environment: 1, records: vec![0, 2] },
        again,
        Event::Ran { call: 1 },
        returned(1, &[0]),
        behind,
        Event::Ran { call: 2 },
        Event::OrphanEnded { call: 0 },
        returned(2, &[2]),
        Event::Responded { invocation: 1, named: Vec::new() },
    ]
}

#[test]
fn a_run_beside_a_later_one_of_its_line_is_excused_by_a_router_that_is_gone_and_counted() {
    let history = history(plan(Kind::Kinesis), overtaking(Interruption::Crashed));
    assert_eq!(orphan_causes(&Digest::of(&history)), Ok(vec![OrphanCause::RouterGone]));
    for name in ["orphaned_run", "order", "ends_with_response", "repeats"] {
        assert!(!broken(&history).contains(&name), "{name}");
    }
}

#[test]
fn a_run_that_a_router_gave_up_too_early_or_called_over_is_told() {
    let mut discarded = overtaking(Interruption::Crashed);
    discarded[3] = answered(&[FailedItem::Record(0)]);
    let early = history(plan(Kind::Kinesis), discarded.clone());
    assert!(broken(&early).contains(&"orphaned_run") && broken(&early).contains(&"ends_with_response"));
    let mut in_time = early;
    in_time.events[3..].iter_mut().for_each(|timed| timed.at += seconds(2));
    assert_eq!(orphan_causes(&Digest::of(&in_time)), Ok(vec![OrphanCause::TimeUp]));
    discarded[3] = returned(0, &[]);
    assert!(broken(&history(plan(Kind::Kinesis), discarded)).contains(&"orphaned_run"));
}

#[test]
fn what_begins_after_the_answer_is_told() {
    let mut late = good();
    late.swap(8, 10);
    late.swap(7, 8);
    assert!(broken(&history(plan(Kind::Standard), late)).contains(&"ends_with_response"));
    let mut late = history(plan(Kind::Standard), refused());
    let last = late.events.len() - 1;
    late.events[last].event = Event::Quarantined {
        invocation: 0,
        record: 1,
        reason: Reason::Missing,
        sent_at: seconds(1),
        bytes: Bytes::Same,
        result: QuarantineResult::AckLost,
    };
    assert!(broken(&late).contains(&"ends_with_response"));
}

#[test]
fn a_record_that_waits_for_the_store_without_need_is_told() {
    let mut slow = history(plan(Kind::Standard), refused());
    let Event::Quarantined { sent_at, .. } = &mut slow.events[4].event else { panic!("it is set aside") };
    *sent_at = seconds(1);
    assert!(broken(&slow).contains(&"quarantine_delay"));
    slow.plan.records[1].size = Size::Large;
    assert!(!broken(&slow).contains(&"quarantine_delay"));
}
