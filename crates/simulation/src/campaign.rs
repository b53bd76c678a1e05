//! Many histories, on several threads, until one breaks a promise.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::imposter::Imposter;
use crate::invariants::{Breach, first_broken};
use crate::plan::faults::splitmix;
use crate::plan::{Kind, Plan};
use crate::totals::Totals;
use crate::world::happen;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// The seed from which the histories' own are made.
    pub seed: u64,
    /// How many histories.
    pub histories: u64,
    /// One source only.
    pub kind: Option<Kind>,
    /// A wrong router in the place of the one that ships.
    pub imposter: Option<Imposter>,
    /// How many threads.
    pub threads: u64,
}

/// A history that broke a promise.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which of the campaign's, from 0.
    pub number: u64,
    /// What was to happen.
    pub plan: Plan,
    /// What was broken.
    pub breach: Breach,
}

/// What a campaign came to.
#[derive(Debug)]
pub struct Outcome {
    /// Counts, up to a failure.
    pub totals: Totals,
    /// The first failure, by number.
    pub failure: Option<Failure>,
}

impl Campaign {
    /// The plan of one of its histories.
    #[must_use]
    pub fn plan(&self, number: u64) -> Plan {
        Plan::of(splitmix(self.seed.wrapping_add(splitmix(number))), self.kind)
    }

    /// Runs it. `done` counts the histories while it runs.
    #[must_use]
    pub fn run(&self, done: &AtomicU64) -> Outcome {
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
                        let history = happen(self.plan(number), self.imposter);
                        if let Some(breach) = first_broken(&history) {
                            stop_at.fetch_min(number, Ordering::Relaxed);
                            let failure = Failure { number, plan: history.plan, breach };
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
        Outcome {
            totals: totals.into_inner().unwrap_or_else(PoisonError::into_inner),
            failure: broken.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }
}
