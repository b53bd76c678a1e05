//! A campaign simulates many histories, on several threads, until one breaks a promise.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::broken_variant::BrokenVariant;
use crate::invariants::{Violation, first_violation};
use crate::plan::faults::splitmix;
use crate::plan::{Kind, Plan};
use crate::totals::Totals;
use crate::world::simulate;

/// The histories to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// The seed from which the seed of each history is derived.
    pub seed: u64,
    /// The number of histories.
    pub histories: u64,
    /// The only source to simulate; `None`: all.
    pub kind: Option<Kind>,
    /// A broken variant to test instead of the router that ships.
    pub variant: Option<BrokenVariant>,
    /// The number of threads.
    pub threads: u64,
}

/// A history that broke a promise.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The number of the history within the campaign, from 0.
    pub number: u64,
    /// The plan of the history.
    pub plan: Plan,
    /// The broken promise.
    pub violation: Violation,
}

/// The result of a campaign.
#[derive(Debug)]
pub struct CampaignResult {
    /// The counts over the histories that kept every promise.
    pub totals: Totals,
    /// The failure with the lowest number.
    pub failure: Option<Failure>,
}

impl Campaign {
    /// Returns the plan of the history with this number.
    #[must_use]
    pub fn plan(&self, number: u64) -> Plan {
        Plan::of(splitmix(self.seed.wrapping_add(splitmix(number))), self.kind)
    }

    /// Runs the campaign, and adds each finished history to `done`.
    #[must_use]
    pub fn run(&self, done: &AtomicU64) -> CampaignResult {
        let broken: Mutex<Option<Failure>> = Mutex::new(None);
        let stop_at = AtomicU64::new(self.histories);
        let totals = Mutex::new(Totals::default());
        thread::scope(|scope| {
            for first in 0..self.threads {
                let (broken, stop_at, totals) = (&broken, &stop_at, &totals);
                scope.spawn(move || {
                    let mut own = Totals::default();
                    let mut number = first;
                    while number < stop_at.load(Ordering::Relaxed) {
                        let history = simulate(self.plan(number), self.variant);
                        if let Some(violation) = first_violation(&history) {
                            stop_at.fetch_min(number, Ordering::Relaxed);
                            let failure = Failure { number, plan: history.plan, violation };
                            let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
                            if broken.as_ref().is_none_or(|other| other.number > number) {
                                *broken = Some(failure);
                            }
                            break;
                        }
                        own.add(&history);
                        done.fetch_add(1, Ordering::Relaxed);
                        number += self.threads;
                    }
                    totals.lock().unwrap_or_else(PoisonError::into_inner).merge(own);
                });
            }
        });
        CampaignResult {
            totals: totals.into_inner().unwrap_or_else(PoisonError::into_inner),
            failure: broken.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}
