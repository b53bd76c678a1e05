//! Each router breaks what the figures say of it, and the one that ships loses, misdelivers and overtakes nothing.

#![allow(clippy::unwrap_used, reason = "a test's own set-up")]

use std::path::Path;
use std::sync::atomic::AtomicU64;

use simulation::comparison::ComparisonRouter;
use simulation::comparison::account::{RecordCounts, Wrong};
use simulation::comparison::contest::{Contender, Contest, Day, Payload, Score};
use simulation::comparison::plot::plot;
use simulation::comparison::report::{BLOCK, page};
use simulation::history::{Event, Fault};
use simulation::plan::faults::InvokeFault;
use simulation::world::{simulate, simulate_comparison};

fn run(histories: u64, threads: u64) -> (Contest, Score) {
    let contest = Contest { seed: 2026, histories, days: &[Day::Bad], threads };
    let score = contest.run(&AtomicU64::new(0));
    (contest, score)
}

/// What became of records with one router, whatever the source.
fn overall(score: &Score, router: Contender) -> RecordCounts {
    let mut all = RecordCounts::default();
    for kind in Contest::KINDS {
        all += score[&(Day::Bad, kind, router)];
    }
    all
}

#[test]
fn only_comparison_routers_lose_misdeliver_or_overtake() {
    let (_, score) = run(1_500, 2);
    for router in ComparisonRouter::ALL {
        let counts = overall(&score, Contender::ComparisonRouter(router));
        for &wrong in router.breaks() {
            assert!(counts.of_a_million(wrong) > 0, "{router:?} breaks nothing: {wrong:?}");
        }
    }
    for router in [ComparisonRouter::AllAtOnce, ComparisonRouter::Partial, ComparisonRouter::Diligent] {
        assert_eq!(
            overall(&score, Contender::ComparisonRouter(router)).lost,
            0,
            "{router:?} is to lose nothing"
        );
    }
    assert_eq!(overall(&score, Contender::ComparisonRouter(ComparisonRouter::Diligent)).out_of_order, 0);
    for payload in [Payload::Event, Payload::Record] {
        let counts = overall(&score, Contender::Shipped(payload));
        for wrong in [Wrong::Lost, Wrong::Misdelivered, Wrong::OutOfOrder] {
            assert_eq!(counts.of_a_million(wrong), 0, "{wrong:?} with {payload:?}");
        }
        // It is right, and not by doing nothing.
        assert!(counts.done > counts.records / 2, "{counts:?}");
    }
}

#[test]
fn comparison_has_no_fault_of_one_router_only() {
    let plans = (0..300).flat_map(|seed| Contest::KINDS.map(|kind| Day::Bad.plan(seed, kind)));
    let events = plans.flat_map(|plan| {
        let comparison = simulate_comparison(plan.clone(), ComparisonRouter::Asynchronous).events;
        simulate(plan, None).events.into_iter().chain(comparison)
    });
    let faults: Vec<InvokeFault> = events
        .filter_map(|timed| match timed.event {
            Event::Fault { fault: Fault::Invoke(fault), .. } => Some(fault),
            _ => None,
        })
        .collect();
    let others = InvokeFault::ALL.into_iter().filter(|fault| !fault.is_this_routers());
    assert!(others.clone().all(|fault| faults.contains(&fault)), "all the others are met");
    assert!(!faults.iter().any(|fault| fault.is_this_routers()));
}

#[test]
fn figures_do_not_depend_on_the_number_of_threads() {
    let [(contest, one), (_, three)] = [run(60, 1), run(60, 3)];
    assert_eq!(page(&contest, &one), page(&contest, &three));
    assert_eq!(plot(&one).unwrap(), plot(&three).unwrap());
}

#[test]
fn readme_figures_match_the_page() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let [begin, end] = BLOCK;
    let [readme, figures] = ["README.md", "docs/figures/routers.md"].map(|file| {
        let text = std::fs::read_to_string(project.join(file)).unwrap();
        let (_, rest) = text.split_once(begin).unwrap();
        rest.split_once(end).unwrap().0.to_owned()
    });
    assert_eq!(readme, figures, "write both with ./taskw figures");
    assert!(figures.contains("100,000 histories"), "{figures}");
}
