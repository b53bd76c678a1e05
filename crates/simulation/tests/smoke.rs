//! The router that ships keeps its promises in some thousand histories of one seed; CI asks for many more.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use simulation::campaign::Campaign;
use simulation::history::Event;
use simulation::invariants::Excuse;
use simulation::plan::{Kind, Plan};
use simulation::shrink::shrink;
use simulation::trace::trace;
use simulation::world::happen;

const HISTORIES: u64 = 1_200;

#[test]
fn the_router_keeps_every_promise_in_some_thousand_histories_in_which_everything_goes_wrong_that_can() {
    let (mut faults, mut excuses) = (BTreeMap::new(), BTreeMap::new());
    for kind in Kind::ALL {
        let campaign =
            Campaign { seed: 2026, histories: HISTORIES, kind: Some(kind), imposter: None, threads: 2 };
        let outcome = campaign.run(&AtomicU64::new(0));
        if let Some(failure) = outcome.failure {
            let (history, breach) = shrink(failure.plan, None, failure.breach);
            panic!("{}", trace(&history, &breach));
        }
        assert_eq!(outcome.totals.histories(), HISTORIES);
        faults.extend(outcome.totals.faults);
        excuses.extend(outcome.totals.of.into_values().flat_map(|counts| counts.repeats));
    }
    // Histories in which little goes wrong prove little: 17 faults of an Invoke, 6 of the quarantine, 5 of the table, 5
    // of the router, a queue's second copy and a producer's.
    assert_eq!(faults.len(), 17 + 6 + 5 + 5 + 2, "{faults:?}");
    for excuse in [Excuse::NoReceipt, Excuse::RouterGone, Excuse::Redelivered, Excuse::Replayed] {
        assert!(excuses.contains_key(&excuse), "{excuse:?}");
    }
}

#[test]
fn a_seed_repeats_its_history_moment_by_moment() {
    for seed in 0..200 {
        let (one, other) = (happen(Plan::of(seed, None), None), happen(Plan::of(seed, None), None));
        let events = |events: &[simulation::history::Stamped]| -> Vec<_> {
            events.iter().map(|stamped| (stamped.at, stamped.event.clone())).collect()
        };
        assert_eq!(events(&one.events), events(&other.events), "seed {seed}");
    }
}

#[test]
fn what_is_left_out_changes_nothing_else_of_what_befalls_the_others() {
    let faults = |plan: &Plan| -> Vec<u64> {
        let history = happen(plan.clone(), None);
        let key = |event: &Event| if let Event::Fault { key, .. } = event { *key } else { None };
        history.events.iter().filter_map(|stamped| key(&stamped.event)).collect()
    };
    let mut plan =
        (0..1_000).map(|seed| Plan::of(seed, Some(Kind::Standard))).find(|plan| faults(plan).len() > 5);
    let plan = plan.as_mut().expect("one of all seeds has faults");
    let first = faults(plan)[0];
    plan.left_out.insert(first);
    assert!(!faults(plan).contains(&first));
}
