//! Every broken variant of the router is found.

use std::sync::atomic::AtomicU64;

use simulation::broken_variant::BrokenVariant;
use simulation::campaign::Campaign;

/// The number of histories within which each must be found.
const WITHIN: u64 = 4_000;

/// Returns the promise that a broken variant breaks first, and in which history.
fn found(variant: BrokenVariant) -> Option<(u64, &'static str)> {
    let campaign = Campaign { seed: 7, histories: WITHIN, kind: None, variant: Some(variant), threads: 2 };
    campaign.run(&AtomicU64::new(0)).failure.map(|failure| (failure.number, failure.violation.invariant))
}

#[test]
fn every_broken_variant_is_found() {
    let mut missed = Vec::new();
    for variant in BrokenVariant::ALL {
        match found(variant) {
            Some((number, invariant)) => println!("{variant:?}: {invariant}, in history {number}"),
            None => missed.push(variant),
        }
    }
    assert!(missed.is_empty(), "not found within {WITHIN} histories: {missed:?}");
}
