//! Promises about who sends, about what goes on once nobody waits for it, and about a slow store.

use super::*;
use crate::invariants::{RanOn, ran_on};

/// The plan with a registry in which each tenant is bound to its role, and record 1 sent by this sender.
fn bound(kind: Kind, sender: Sender) -> Plan {
    let mut plan = plan(kind);
    let (fresh, stale) = (seconds(5), seconds(60));
    plan.terms.registry = Some(RegistryTerms { fresh, stale, suspended: Suspended::Rejected });
    plan.records[1].sender = sender;
    plan
}

/// The events, once the registry has said that both tenants are active and bound to their roles.
fn after_the_word(events: Vec<Event>) -> Vec<Event> {
    let word = Word::Listed(Some((Status::Active, Senders::Its)));
    let told = |tenant| Event::Told { environment: 0, tenant, asked_at: Duration::ZERO, word };
    [told(0), told(1)].into_iter().chain(events).collect()
}

/// The good history with record 1 refused as a stranger's instead of delivered.
fn refused() -> Vec<Event> {
    let mut events = good();
    events.splice(4..7, [aside(1, Reason::Unauthorized, Kept::Acknowledged)]);
    events
}

#[test]
fn a_strangers_record_that_is_delivered_is_told_and_so_is_its_role_that_is_refused() {
    let breaks_it = |kind, sender, events| {
        broken(&history(bound(kind, sender), after_the_word(events))).contains(&"senders")
    };
    assert!(!breaks_it(Kind::Standard, Sender::Its, good()));
    assert!(breaks_it(Kind::Standard, Sender::Stranger, good()));
    assert!(breaks_it(Kind::Kinesis, Sender::Its, good()), "a stream knows no sender");
    assert!(!breaks_it(Kind::Standard, Sender::Stranger, refused()));
    assert!(breaks_it(Kind::Standard, Sender::Its, refused()));
    let alone = vec![handed(&[1]), aside(1, Reason::Unauthorized, Kept::Acknowledged), answered(&[])];
    let mut at_once = history(bound(Kind::Kinesis, Sender::Its), after_the_word(alone));
    at_once.events.iter_mut().for_each(|stamped| stamped.at = Duration::ZERO);
    assert!(!broken(&at_once).contains(&"senders"));
}

#[test]
fn a_stranger_that_is_refused_on_a_word_that_is_too_old_or_without_any_is_told() {
    let mut old = history(bound(Kind::Standard, Sender::Stranger), after_the_word(refused()));
    assert!(!broken(&old).contains(&"senders"));
    old.events[2..].iter_mut().for_each(|stamped| stamped.at = seconds(6));
    assert!(broken(&old).contains(&"senders"));
    assert!(broken(&history(plan(Kind::Standard), refused())).contains(&"senders"));
}

/// Invoke 0 with record 0 runs to its end while record 2, which is behind it, runs in the next invocation.
fn overtaking(how: CutHow) -> Vec<Event> {
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
        Event::Cut { invocation: 0, how },
        Event::HandedOut { invocation: 1, environment: 1, records: vec![0, 2] },
        again,
        Event::Ran { call: 1 },
        returned(1, &[0]),
        behind,
        Event::Ran { call: 2 },
        Event::RanOn { call: 0 },
        returned(2, &[2]),
        Event::Answered { invocation: 1, named: Vec::new() },
    ]
}

#[test]
fn a_run_beside_a_later_one_of_its_line_is_excused_by_a_router_that_is_gone_and_counted() {
    let history = history(plan(Kind::Kinesis), overtaking(CutHow::Crashed));
    assert_eq!(ran_on(&Digest::of(&history)), Ok(vec![RanOn::RouterGone]));
    for name in ["ran_on", "order", "over", "repeats"] {
        assert!(!broken(&history).contains(&name), "{name}");
    }
}

#[test]
fn a_run_that_a_router_gave_up_too_early_or_called_over_is_told() {
    let mut given_up = overtaking(CutHow::Crashed);
    given_up[3] = answered(&[Named::Record(0)]);
    let early = history(plan(Kind::Kinesis), given_up.clone());
    assert!(broken(&early).contains(&"ran_on") && broken(&early).contains(&"over"));
    let mut in_time = early;
    in_time.events[3..].iter_mut().for_each(|stamped| stamped.at += seconds(2));
    assert_eq!(ran_on(&Digest::of(&in_time)), Ok(vec![RanOn::TimeUp]));
    given_up[3] = returned(0, &[]);
    assert!(broken(&history(plan(Kind::Kinesis), given_up)).contains(&"ran_on"));
}

#[test]
fn what_begins_after_the_answer_is_told() {
    let mut late = good();
    late.swap(8, 10);
    late.swap(7, 8);
    assert!(broken(&history(plan(Kind::Standard), late)).contains(&"over"));
    let mut late = history(plan(Kind::Standard), refused());
    let last = late.events.len() - 1;
    late.events[last].event = Event::SetAside {
        invocation: 0,
        record: 1,
        reason: Reason::Missing,
        sent_at: seconds(1),
        bytes: Bytes::Same,
        kept: Kept::Unheard,
    };
    assert!(broken(&late).contains(&"over"));
}

#[test]
fn a_record_that_waits_for_the_store_without_need_is_told() {
    let mut slow = history(plan(Kind::Standard), refused());
    let Event::SetAside { sent_at, .. } = &mut slow.events[4].event else { panic!("it is set aside") };
    *sent_at = seconds(1);
    assert!(broken(&slow).contains(&"aside_delay"));
    slow.plan.records[1].size = Size::Large;
    assert!(!broken(&slow).contains(&"aside_delay"));
}
