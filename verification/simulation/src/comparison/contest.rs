//! The same histories for each router: the same records, tenants and terms, and faults drawn from the same seed, by place:
//! by an Invoke's first record, and how often it was sent before.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::ComparisonRouter;
use super::account::RecordCounts;
use crate::plan::faults::{Callers, splitmix};
use crate::plan::{
    EventInvokeConfig, InvocationType, InvokePayload, Kind, OnFailure, OnReject, Packing, Plan, StatedTenant,
};
use crate::world::{simulate, simulate_comparison};

/// What every router's function timeout is longer than the timeout of one Invoke, so that a loop can finish.
const TIMEOUT_MARGIN: Duration = Duration::from_secs(15);

/// On a usual day one in so many of what the hunt for breaches draws goes wrong with records and tenants.
const USUAL: u64 = 10;

/// Who routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contender {
    /// The router that ships; what its Invokes carry is a setting of its.
    Shipped(Payload),
    /// Another one.
    ComparisonRouter(ComparisonRouter),
}

/// The router's `payload` setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payload {
    /// `event`, as it is unless set otherwise.
    Event,
    /// `record`.
    Record,
}

/// How much goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    /// At most one call in a hundred, and little else.
    Usual,
    /// As in the hunt for breaches: up to six calls in ten.
    Bad,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Contest {
    /// The seed from which the histories' own are made.
    pub seed: u64,
    /// Histories of a usual day for each router and source; of a bad one there is one in five.
    pub histories: u64,
    /// How much goes wrong in them.
    pub days: &'static [Day],
    /// Threads.
    pub threads: u64,
}

/// What became of records, by day, source and router.
pub type Score = BTreeMap<(Day, Kind, Contender), RecordCounts>;

impl Contender {
    /// All, in the order of the figures.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        let shipped = [Self::Shipped(Payload::Event), Self::Shipped(Payload::Record)];
        ComparisonRouter::ALL.into_iter().map(Self::ComparisonRouter).chain(shipped)
    }

    /// Its name in the figures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shipped(Payload::Event) => "tenant router",
            Self::Shipped(Payload::Record) => "tenant router, payload record",
            Self::ComparisonRouter(router) => router.name(),
        }
    }
}

impl Day {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Usual, Self::Bad];

    /// It has one history in so many: what is frequent needs fewer of them to be seen.
    const fn one_in(self) -> u64 {
        match self {
            Self::Usual => 1,
            Self::Bad => 5,
        }
    }

    /// A history of such a day. There is neither a registry nor an aggregate of the Kinesis Producer Library, for the
    /// others know of none, and what the router rejects goes to a quarantine. No fault is one that only this router can meet.
    #[must_use]
    pub fn plan(self, seed: u64, kind: Kind) -> Plan {
        let mut plan = Plan::of(seed, Some(kind));
        plan.callers = Callers::Any;
        plan.settings.registry = None;
        plan.settings.invocation_type = InvocationType::RequestResponse;
        // As the published sample has its function: nothing said of retries, and no failure destination.
        plan.settings.event_invoke =
            EventInvokeConfig { tries: 3, age: Duration::from_hours(6), on_failure: OnFailure::Nothing };
        plan.settings.on_reject = OnReject::Quarantine;
        plan.settings.timeout = plan.settings.call_timeout + TIMEOUT_MARGIN;
        plan.settings.visibility = plan.settings.timeout * 6;
        let tenants = plan.tenants.len();
        for (place, record) in plan.records.iter_mut().enumerate() {
            if record.packing == Packing::Damaged {
                record.stated = StatedTenant::Tenant(place % tenants);
            }
            record.packing = Packing::Alone;
        }
        if self == Self::Usual {
            plan.intensity = plan.intensity.min(1);
            let is_kept = |place: usize| splitmix(seed ^ place as u64).is_multiple_of(USUAL);
            if !is_kept(plan.records.len()) {
                plan.outages.clear();
            }
            for (place, record) in plan.records.iter_mut().enumerate().filter(|(place, _)| !is_kept(*place)) {
                record.poison = None;
                if record.stated.owner().is_none() {
                    record.stated = StatedTenant::Tenant(place % tenants);
                }
            }
        }
        plan
    }
}

impl Contest {
    /// The sources.
    pub const KINDS: [Kind; 3] = [Kind::Standard, Kind::Fifo, Kind::Kinesis];

    /// Runs it. `done` counts histories, of each router, while it runs.
    #[must_use]
    pub fn run(&self, done: &AtomicU64) -> Score {
        let score = Mutex::new(Score::new());
        thread::scope(|scope| {
            for first in 0..self.threads.max(1) {
                let score = &score;
                scope.spawn(move || {
                    let mut own = Score::new();
                    let mut number = first;
                    while number < self.histories {
                        self.history(number, &mut own);
                        done.fetch_add(1, Ordering::Relaxed);
                        number += self.threads.max(1);
                    }
                    let mut score = score.lock().unwrap_or_else(PoisonError::into_inner);
                    for (of, counts) in own {
                        *score.entry(of).or_default() += counts;
                    }
                });
            }
        });
        score.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn history(&self, number: u64, score: &mut Score) {
        let seed = splitmix(self.seed.wrapping_add(splitmix(number)));
        for &day in self.days {
            if !number.is_multiple_of(day.one_in()) {
                continue;
            }
            for kind in Self::KINDS {
                let plan = day.plan(seed, kind);
                for contender in Contender::all() {
                    *score.entry((day, kind, contender)).or_default() += counts(plan.clone(), contender);
                }
            }
        }
    }
}

fn counts(mut plan: Plan, contender: Contender) -> RecordCounts {
    let history = match contender {
        Contender::Shipped(payload) => {
            plan.settings.payload = match payload {
                Payload::Event => InvokePayload::Event,
                Payload::Record => InvokePayload::Content,
            };
            simulate(plan, None)
        }
        Contender::ComparisonRouter(router) => {
            plan.settings.payload = router.carries();
            simulate_comparison(plan, router)
        }
    };
    RecordCounts::of(&history)
}
