//! What is remembered of the registry, and for how long. Pure: the time comes in.
//!
//! Times are times of day. A frozen execution environment may not count the time that it slept on any other clock, and a
//! suspension must not wait for that. A clock that was set back makes everything old.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tenancy::{TenantRecord, TenantId};

/// How long an answer that lets nobody in is remembered: long enough for a flood, short enough for who waits for a
/// tenant to be let in.
pub const REFUSAL_FRESH: Duration = Duration::from_secs(5);

/// After a failed read, those whose stale answer will do are not read again for this long: else each batch would wait
/// for a table that is down.
const BREATHER: Duration = Duration::from_secs(5);

/// The most tenants that are remembered, each with some two hundred bytes. A flood of invented ids ends here.
const MOST: usize = 10_000;

/// For how long answers serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An active tenant's answer is not read again before this.
    pub fresh: Duration,
    /// While the table cannot be read, an active tenant's answer serves up to this.
    pub stale: Duration,
}

/// Remembered answers.
#[derive(Debug)]
pub(crate) struct RegistryCache {
    lifetimes: Lifetimes,
    most: usize,
    known: HashMap<TenantId, Known>,
    failed_at: Option<Duration>,
}

#[derive(Debug)]
struct Known {
    /// `None`: the registry knows no such tenant.
    listing: Option<Arc<TenantRecord>>,
    read_at: Duration,
}

/// What is remembered of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remembered {
    /// It serves without asking.
    Fresh(Option<Arc<TenantRecord>>),
    /// It is stale, and serves without asking, since that was in vain a moment ago.
    Spared(Arc<TenantRecord>),
    /// It serves while the table cannot be read.
    Stale(Arc<TenantRecord>),
    /// Nothing that serves.
    Nothing,
}

impl RegistryCache {
    pub(crate) fn new(lifetimes: Lifetimes) -> Self {
        Self { lifetimes, most: MOST, known: HashMap::new(), failed_at: None }
    }

    pub(crate) fn recall(&self, tenant: &TenantId, now: Duration) -> Remembered {
        let Some(known) = self.known.get(tenant) else {
            return Remembered::Nothing;
        };
        let Some(age) = now.checked_sub(known.read_at) else {
            return Remembered::Nothing;
        };
        match &known.listing {
            Some(listing) if listing.status == tenancy::Status::Active => {
                let listing = Arc::clone(listing);
                if age < self.lifetimes.fresh {
                    Remembered::Fresh(Some(listing))
                } else if age >= self.lifetimes.stale {
                    Remembered::Nothing
                } else if self.is_breathing(now) {
                    Remembered::Spared(listing)
                } else {
                    Remembered::Stale(listing)
                }
            }
            refusal if age < REFUSAL_FRESH.min(self.lifetimes.fresh) => Remembered::Fresh(refusal.clone()),
            // Never stale: what quarantines records has to be known, and nothing is lost by waiting.
            _ => Remembered::Nothing,
        }
    }

    pub(crate) fn learn(&mut self, tenant: &TenantId, listing: Option<Arc<TenantRecord>>, now: Duration) {
        if self.known.len() >= self.most && !self.known.contains_key(tenant) {
            self.forget_what_serves_no_more(now);
            if self.known.len() >= self.most {
                // An invented id is not worth a real tenant's place.
                if listing.is_none() {
                    return;
                }
                self.forget_half();
            }
        }
        self.known.insert(tenant.clone(), Known { listing, read_at: now });
    }

    /// What is remembered of this tenant is known to be wrong.
    pub(crate) fn forget(&mut self, tenant: &TenantId) {
        self.known.remove(tenant);
    }

    /// A read failed, or succeeded again.
    pub(crate) fn note_failure(&mut self, failed_at: Option<Duration>) {
        self.failed_at = failed_at;
    }

    fn is_breathing(&self, now: Duration) -> bool {
        self.failed_at.and_then(|at| now.checked_sub(at)).is_some_and(|since| since < BREATHER)
    }

    fn forget_what_serves_no_more(&mut self, now: Duration) {
        let stale = self.lifetimes.stale;
        self.known.retain(|_, known| {
            known.listing.is_some() && now.checked_sub(known.read_at).is_some_and(|age| age < stale)
        });
    }

    /// The half that was read first.
    fn forget_half(&mut self) {
        let mut tenants: Vec<(Duration, TenantId)> =
            self.known.iter().map(|(tenant, known)| (known.read_at, tenant.clone())).collect();
        tenants.sort_unstable_by_key(|(read_at, _)| *read_at);
        tenants.truncate(tenants.len().div_ceil(2));
        for (_, tenant) in tenants {
            self.known.remove(&tenant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenancy::{Grammar, Status};

    fn tenant(id: &str) -> TenantId {
        TenantId::parse(id, &Grammar::Strict).unwrap()
    }

    fn listing(status: Status) -> Arc<TenantRecord> {
        Arc::new(TenantRecord { status, principals: None, backend: None })
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(1_000_000 + seconds)
    }

    fn directory() -> RegistryCache {
        RegistryCache::new(Lifetimes { fresh: Duration::from_mins(1), stale: Duration::from_mins(15) })
    }

    #[test]
    fn an_active_tenants_answer_is_fresh_then_stale_then_gone() {
        let mut directory = directory();
        directory.learn(&tenant("a"), Some(listing(Status::Active)), at(0));
        let recall = |seconds| directory.recall(&tenant("a"), at(seconds));
        assert_eq!(recall(59), Remembered::Fresh(Some(listing(Status::Active))));
        assert_eq!(recall(60), Remembered::Stale(listing(Status::Active)));
        assert_eq!(recall(899), Remembered::Stale(listing(Status::Active)));
        assert_eq!(recall(900), Remembered::Nothing);
        assert_eq!(directory.recall(&tenant("b"), at(0)), Remembered::Nothing);
    }

    #[test]
    fn an_answer_that_lets_nobody_in_is_remembered_briefly_and_never_stale() {
        let mut directory = directory();
        for refusal in [None, Some(listing(Status::Suspended)), Some(listing(Status::Offboarded))] {
            directory.learn(&tenant("a"), refusal.clone(), at(0));
            assert_eq!(directory.recall(&tenant("a"), at(4)), Remembered::Fresh(refusal));
            assert_eq!(directory.recall(&tenant("a"), at(5)), Remembered::Nothing);
        }
    }

    #[test]
    fn a_clock_that_was_set_back_makes_every_answer_old() {
        let mut directory = directory();
        directory.learn(&tenant("a"), Some(listing(Status::Active)), at(10));
        assert_eq!(directory.recall(&tenant("a"), at(9)), Remembered::Nothing);
    }

    #[test]
    fn for_a_moment_after_a_failed_read_a_stale_answer_serves_without_asking() {
        let mut directory = directory();
        directory.learn(&tenant("a"), Some(listing(Status::Active)), at(0));
        directory.note_failure(Some(at(100)));
        assert_eq!(directory.recall(&tenant("a"), at(104)), Remembered::Spared(listing(Status::Active)));
        assert_eq!(directory.recall(&tenant("a"), at(105)), Remembered::Stale(listing(Status::Active)));
        directory.note_failure(Some(at(899)));
        assert_eq!(
            directory.recall(&tenant("a"), at(900)),
            Remembered::Nothing,
            "the bound holds all the same"
        );
    }

    #[test]
    fn what_serves_no_more_makes_room_first_and_nothing_is_forgotten_while_there_is_room() {
        let mut directory = RegistryCache { most: 3, ..directory() };
        let active = || Some(listing(Status::Active));
        directory.learn(&tenant("invented"), None, at(1));
        directory.learn(&tenant("old"), active(), at(0));
        directory.learn(&tenant("first"), active(), at(1));
        assert_eq!(directory.recall(&tenant("invented"), at(1)), Remembered::Fresh(None));
        directory.learn(&tenant("second"), active(), at(2));
        assert_eq!(directory.recall(&tenant("old"), at(2)), Remembered::Fresh(active()));
        directory.learn(&tenant("third"), active(), at(900));
        for kept in ["first", "second"] {
            assert_eq!(directory.recall(&tenant(kept), at(900)), Remembered::Stale(listing(Status::Active)));
        }
    }

    #[test]
    fn a_flood_of_invented_tenants_pushes_no_real_one_out() {
        let mut directory = RegistryCache { most: 10, ..directory() };
        directory.learn(&tenant("real"), Some(listing(Status::Active)), at(0));
        for invented in 0..1000 {
            directory.learn(&tenant(&format!("x{invented}")), None, at(1));
            assert!(directory.known.len() <= 10);
        }
        assert!(matches!(directory.recall(&tenant("real"), at(2)), Remembered::Fresh(Some(_))));
        // As many real ones as there is room for, all read at once: the invented ones find none.
        for real in 0..9 {
            directory.learn(&tenant(&format!("r{real}")), Some(listing(Status::Active)), at(2));
        }
        directory.learn(&tenant("invented"), None, at(2));
        let knows = |directory: &RegistryCache| {
            (0..9).filter(|real| directory.known.contains_key(&tenant(&format!("r{real}")))).count()
        };
        assert_eq!(knows(&directory), 9);
        directory.learn(&tenant("one-more"), Some(listing(Status::Active)), at(2));
        assert!(knows(&directory) >= 4, "half of them are kept, though all were read at the same time");
        for other in 0..1000 {
            directory.learn(&tenant(&format!("y{other}")), Some(listing(Status::Active)), at(3 + other));
            assert!(directory.known.len() <= 10);
        }
    }
}
