//! The cache of the registry's answers. Pure: the time is an argument.
//!
//! Times are times of day. No other clock is sure to count the time during which the execution environment was frozen, and a
//! suspension must take effect all the same. When the clock is set back, every answer counts as too old.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tenancy::{TenantId, TenantRecord};

/// How long an answer that admits no record is cached: long enough for a flood of records, and short enough for an operator
/// who activates the tenant.
pub const REFUSAL_FRESH: Duration = Duration::from_secs(5);

/// After a failed read, tenants with a usable stale answer are not read again for this long. Otherwise each batch would wait
/// for a table that is unavailable.
const RETRY_PAUSE: Duration = Duration::from_secs(5);

/// The most tenants in the cache, of about 200 bytes each. It bounds the memory that a flood of invented ids takes.
const MAX_ENTRIES: usize = 10_000;

/// How long answers are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// The answer about an active tenant is not read again before this age.
    pub fresh: Duration,
    /// While the table cannot be read, the answer about an active tenant is used up to this age.
    pub stale: Duration,
}

/// Cached answers, each with the time at which it was asked for.
#[derive(Debug)]
pub(crate) struct RegistryCache {
    lifetimes: Lifetimes,
    max_entries: usize,
    entries: HashMap<TenantId, CacheEntry>,
    failed_at: Option<Duration>,
}

#[derive(Debug)]
struct CacheEntry {
    /// `None`: the registry has no such tenant.
    record: Option<Arc<TenantRecord>>,
    read_at: Duration,
}

/// What the cache has about a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CachedAnswer {
    /// It is used, and the table is not read.
    Fresh(Option<Arc<TenantRecord>>),
    /// It is stale, and is used all the same: a read of the table failed a moment ago.
    StaleNotRefreshed(Arc<TenantRecord>),
    /// It is used if the table cannot be read now.
    Stale(Arc<TenantRecord>),
    /// There is none, or it is too old.
    Missing,
}

impl RegistryCache {
    pub(crate) fn new(lifetimes: Lifetimes) -> Self {
        Self { lifetimes, max_entries: MAX_ENTRIES, entries: HashMap::new(), failed_at: None }
    }

    pub(crate) fn get(&self, tenant: &TenantId, now: Duration) -> CachedAnswer {
        let Some(entry) = self.entries.get(tenant) else {
            return CachedAnswer::Missing;
        };
        let Some(age) = now.checked_sub(entry.read_at) else {
            return CachedAnswer::Missing;
        };
        match &entry.record {
            Some(record) if record.status == tenancy::Status::Active => {
                let record = Arc::clone(record);
                if age < self.lifetimes.fresh {
                    CachedAnswer::Fresh(Some(record))
                } else if age >= self.lifetimes.stale {
                    CachedAnswer::Missing
                } else if self.is_paused(now) {
                    CachedAnswer::StaleNotRefreshed(record)
                } else {
                    CachedAnswer::Stale(record)
                }
            }
            refusal if age < REFUSAL_FRESH.min(self.lifetimes.fresh) => CachedAnswer::Fresh(refusal.clone()),
            // Never stale: a rejection needs a current answer, and a record that waits is not lost.
            _ => CachedAnswer::Missing,
        }
    }

    pub(crate) fn insert(&mut self, tenant: &TenantId, record: Option<Arc<TenantRecord>>, now: Duration) {
        if self.entries.len() >= self.max_entries && !self.entries.contains_key(tenant) {
            self.remove_expired(now);
            if self.entries.len() >= self.max_entries {
                // An invented id must not displace a real tenant.
                if record.is_none() {
                    return;
                }
                self.remove_oldest_half();
            }
        }
        self.entries.insert(tenant.clone(), CacheEntry { record, read_at: now });
    }

    /// Removes the answer about this tenant, because it is known to be wrong.
    pub(crate) fn remove(&mut self, tenant: &TenantId) {
        self.entries.remove(tenant);
    }

    /// Sets when a read failed; `None` after a read that succeeded.
    pub(crate) fn set_failed_at(&mut self, failed_at: Option<Duration>) {
        self.failed_at = failed_at;
    }

    fn is_paused(&self, now: Duration) -> bool {
        self.failed_at.and_then(|at| now.checked_sub(at)).is_some_and(|since| since < RETRY_PAUSE)
    }

    fn remove_expired(&mut self, now: Duration) {
        let stale = self.lifetimes.stale;
        self.entries.retain(|_, entry| {
            entry.record.is_some() && now.checked_sub(entry.read_at).is_some_and(|age| age < stale)
        });
    }

    /// Removes the half of the entries that was read first.
    fn remove_oldest_half(&mut self) {
        let mut tenants: Vec<(Duration, TenantId)> =
            self.entries.iter().map(|(tenant, entry)| (entry.read_at, tenant.clone())).collect();
        tenants.sort_unstable_by_key(|(read_at, _)| *read_at);
        tenants.truncate(tenants.len().div_ceil(2));
        for (_, tenant) in tenants {
            self.entries.remove(&tenant);
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

    fn record(status: Status) -> Arc<TenantRecord> {
        Arc::new(TenantRecord { status, principals: None, backend: None })
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(1_000_000 + seconds)
    }

    fn cache() -> RegistryCache {
        RegistryCache::new(Lifetimes { fresh: Duration::from_mins(1), stale: Duration::from_mins(15) })
    }

    #[test]
    fn active_answer_is_fresh_then_stale_then_missing() {
        let mut cache = cache();
        cache.insert(&tenant("a"), Some(record(Status::Active)), at(0));
        let get = |seconds| cache.get(&tenant("a"), at(seconds));
        assert_eq!(get(59), CachedAnswer::Fresh(Some(record(Status::Active))));
        assert_eq!(get(60), CachedAnswer::Stale(record(Status::Active)));
        assert_eq!(get(899), CachedAnswer::Stale(record(Status::Active)));
        assert_eq!(get(900), CachedAnswer::Missing);
        assert_eq!(cache.get(&tenant("b"), at(0)), CachedAnswer::Missing);
    }

    #[test]
    fn refusing_answer_is_cached_briefly_and_never_stale() {
        let mut cache = cache();
        for refusal in [None, Some(record(Status::Suspended)), Some(record(Status::Offboarded))] {
            cache.insert(&tenant("a"), refusal.clone(), at(0));
            assert_eq!(cache.get(&tenant("a"), at(4)), CachedAnswer::Fresh(refusal));
            assert_eq!(cache.get(&tenant("a"), at(5)), CachedAnswer::Missing);
        }
    }

    #[test]
    fn clock_set_back_makes_every_answer_too_old() {
        let mut cache = cache();
        cache.insert(&tenant("a"), Some(record(Status::Active)), at(10));
        assert_eq!(cache.get(&tenant("a"), at(9)), CachedAnswer::Missing);
    }

    #[test]
    fn stale_answer_is_not_refreshed_just_after_a_failed_read() {
        let mut cache = cache();
        cache.insert(&tenant("a"), Some(record(Status::Active)), at(0));
        cache.set_failed_at(Some(at(100)));
        assert_eq!(cache.get(&tenant("a"), at(104)), CachedAnswer::StaleNotRefreshed(record(Status::Active)));
        assert_eq!(cache.get(&tenant("a"), at(105)), CachedAnswer::Stale(record(Status::Active)));
        cache.set_failed_at(Some(at(899)));
        assert_eq!(cache.get(&tenant("a"), at(900)), CachedAnswer::Missing, "the bound still holds");
    }

    #[test]
    fn expired_answers_are_removed_first() {
        let mut cache = RegistryCache { max_entries: 3, ..cache() };
        let active = || Some(record(Status::Active));
        cache.insert(&tenant("invented"), None, at(1));
        cache.insert(&tenant("old"), active(), at(0));
        cache.insert(&tenant("first"), active(), at(1));
        assert_eq!(cache.get(&tenant("invented"), at(1)), CachedAnswer::Fresh(None));
        cache.insert(&tenant("second"), active(), at(2));
        assert_eq!(cache.get(&tenant("old"), at(2)), CachedAnswer::Fresh(active()));
        cache.insert(&tenant("third"), active(), at(900));
        for kept in ["first", "second"] {
            assert_eq!(cache.get(&tenant(kept), at(900)), CachedAnswer::Stale(record(Status::Active)));
        }
    }

    #[test]
    fn flood_of_invented_ids_displaces_no_real_tenant() {
        let mut cache = RegistryCache { max_entries: 10, ..cache() };
        cache.insert(&tenant("real"), Some(record(Status::Active)), at(0));
        for invented in 0..1000 {
            cache.insert(&tenant(&format!("x{invented}")), None, at(1));
            assert!(cache.entries.len() <= 10);
        }
        assert!(matches!(cache.get(&tenant("real"), at(2)), CachedAnswer::Fresh(Some(_))));
        // The cache is full of real tenants, all read at once: an invented id is not added.
        for real in 0..9 {
            cache.insert(&tenant(&format!("r{real}")), Some(record(Status::Active)), at(2));
        }
        cache.insert(&tenant("invented"), None, at(2));
        let knows = |cache: &RegistryCache| {
            (0..9).filter(|real| cache.entries.contains_key(&tenant(&format!("r{real}")))).count()
        };
        assert_eq!(knows(&cache), 9);
        cache.insert(&tenant("one-more"), Some(record(Status::Active)), at(2));
        assert!(knows(&cache) >= 4, "half of them stay, though all were read at the same time");
        for other in 0..1000 {
            cache.insert(&tenant(&format!("y{other}")), Some(record(Status::Active)), at(3 + other));
            assert!(cache.entries.len() <= 10);
        }
    }
}
