//! Every wrong router is found, and by a promise that has to do with its mistake.

use std::sync::atomic::AtomicU64;

use simulation::campaign::Campaign;
use simulation::broken_variant::BrokenVariant;

/// Histories within which each has to be found.
const WITHIN: u64 = 4_000;

/// The promise that a campaign with this imposter breaks first, and in which history.
fn found(variant: BrokenVariant) -> Option<(u64, &'static str)> {
    let campaign = Campaign { seed: 7, histories: WITHIN, kind: None, variant: Some(variant), threads: 2 };
    campaign.run(&AtomicU64::new(0)).failure.map(|failure| (failure.number, failure.violation.invariant))
}

#[test]
fn every_imposter_is_found() {
    let mut missed = Vec::new();
    for variant in BrokenVariant::ALL {
        match found(variant) {
            Some((number, invariant)) => println!("{variant:?}: {invariant}, in history {number}"),
            None => missed.push(variant),
        }
    }
    assert!(missed.is_empty(), "not found within {WITHIN} histories: {missed:?}");
}
