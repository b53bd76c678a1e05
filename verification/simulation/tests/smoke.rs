//! The router that ships keeps its promises in some thousand histories of one seed. CI simulates many more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU64;

use simulation::campaign::Campaign;
use simulation::history::{Event, History, Interruption};
use simulation::invariants::RepeatCause::{
    Aggregated, DeduplicationExpired, LambdaRetry, NoAck, Redelivered, Replayed, RouterGone,
};
use simulation::plan::{InvocationType, Kind, Plan};
use simulation::shrink::shrink;
use simulation::trace::trace;
use simulation::world::simulate;

const HISTORIES: u64 = 1_200;

#[test]
fn router_keeps_every_promise_under_all_faults() {
    let (mut faults, mut repeat_causes, mut fates) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    for kind in Kind::ALL {
        let campaign =
            Campaign { seed: 2026, histories: HISTORIES, kind: Some(kind), variant: None, threads: 2 };
        let outcome = campaign.run(&AtomicU64::new(0));
        if let Some(failure) = outcome.failure {
            let (history, violation) = shrink(failure.plan, None, failure.violation);
            panic!("{}", trace(&history, &violation));
        }
        assert_eq!(outcome.totals.histories(), HISTORIES);
        faults.extend(outcome.totals.faults);
        fates.extend(outcome.totals.by_kind.values().flat_map(|counts| counts.fates.keys().copied()));
        repeat_causes.extend(outcome.totals.by_kind.into_values().flat_map(|counts| counts.repeats));
    }
    // Every kind of fault must occur: 17 of an Invoke, 7 of a bridge, 6 of the quarantine, 5 each of table and router,
    // 5 of events that Lambda accepted, 2 of a rule's delivery, and the second copies of a queue and of a producer.
    assert_eq!(faults.len(), 17 + 7 + 6 + 5 + 5 + 5 + 2 + 2, "{faults:?}");
    assert_eq!(fates.len(), 5, "{fates:?}");
    for cause in [NoAck, RouterGone, Redelivered, Replayed, Aggregated, DeduplicationExpired, LambdaRetry] {
        assert!(repeat_causes.contains_key(&cause), "{cause:?}");
    }
}

#[test]
fn seed_repeats_its_history_exactly() {
    for seed in 0..200 {
        let (one, other) = (simulate(Plan::of(seed, None), None), simulate(Plan::of(seed, None), None));
        let events = |events: &[simulation::history::TimedEvent]| -> Vec<_> {
            events.iter().map(|timed| (timed.at, timed.event.clone())).collect()
        };
        assert_eq!(events(&one.events), events(&other.events), "seed {seed}");
    }
}

#[test]
fn leaving_out_a_fault_removes_it() {
    let faults = |plan: &Plan| -> Vec<u64> {
        let history = simulate(plan.clone(), None);
        let key = |event: &Event| if let Event::Fault { key, .. } = event { *key } else { None };
        history.events.iter().filter_map(|timed| key(&timed.event)).collect()
    };
    let mut plan =
        (0..1_000).map(|seed| Plan::of(seed, Some(Kind::Standard))).find(|plan| faults(plan).len() > 5);
    let plan = plan.as_mut().expect("one of all seeds has faults");
    let first = faults(plan)[0];
    plan.left_out.insert(first);
    assert!(!faults(plan).contains(&first));
}

#[test]
fn accepted_event_runs_after_the_environment_is_gone() {
    let outlives = |history: &History| {
        let mut sent_by = BTreeMap::new();
        let mut gone = BTreeSet::new();
        history.events.iter().any(|timed| match timed.event {
            Event::Sent { call, invocation, .. } => {
                sent_by.insert(call, invocation);
                false
            }
            Event::Interrupted { invocation, how: Interruption::Crashed } => {
                gone.insert(invocation);
                false
            }
            Event::Ran { call } => gone.contains(&sent_by[&call]),
            _ => false,
        })
    };
    let mut later = (0..1_000)
        .map(|seed| Plan::of(seed, Some(Kind::EventBridge)))
        .filter(|plan| plan.settings.invocation_type == InvocationType::Event);
    assert!(later.any(|plan| outlives(&simulate(plan, None))));
}
