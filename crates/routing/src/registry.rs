//! The registry of tenants: each tenant of a batch is looked up once, in the cache first, and only while there is time.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use tenancy::{Admitted, Claim, RegistryDecision, RegistryPolicy, TenantId, TenantRecord};

use crate::admission::Admission;
use crate::classify::Anomaly;
use crate::outcome::Cause;
use crate::ports::{Clock, RegistryRead, RegistryReader};
use crate::registry_cache::{CachedAnswer, Lifetimes, RegistryCache};

/// The longest that a batch waits for the registry. A table answers in milliseconds.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// The table of tenants, its cache, and the policy by which its records are applied.
#[derive(Debug)]
pub struct Registry<T> {
    table: T,
    policy: RegistryPolicy,
    cache: Mutex<RegistryCache>,
}

/// What is known of one tenant.
pub(crate) enum RegistryAnswer {
    /// Its record; `None`: there is none.
    Found(Option<Arc<TenantRecord>>),
    /// Its cached record, while the table cannot be read. It admits records and rejects none: a rejection needs a current
    /// answer, and a record that waits is not lost.
    Stale(Arc<TenantRecord>),
    /// Its item is malformed.
    Malformed,
    /// The table could not be read, and no cached answer is young enough.
    Unread,
}

/// What is known of a batch's tenants.
#[derive(Default)]
pub(crate) struct RegistryAnswers {
    of: HashMap<TenantId, RegistryAnswer>,
    /// What went wrong, worth a log line each.
    pub(crate) anomalies: Vec<Anomaly>,
}

impl<T: RegistryReader> Registry<T> {
    /// A registry with an empty cache.
    #[must_use]
    pub fn new(table: T, policy: RegistryPolicy, lifetimes: Lifetimes) -> Self {
        Self { table, policy, cache: Mutex::new(RegistryCache::new(lifetimes)) }
    }

    fn cache(&self) -> MutexGuard<'_, RegistryCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks up these tenants, each once. Returns no later than `latest`, on the clock's scale.
    pub(crate) async fn ask<'t, C: Clock>(
        &self,
        tenants: impl Iterator<Item = &'t TenantId>,
        clock: &C,
        latest: Duration,
    ) -> RegistryAnswers {
        let mut answers = RegistryAnswers::default();
        let mut to_read: Vec<(TenantId, Option<Arc<TenantRecord>>)> = Vec::new();
        let asked_at = clock.time_of_day();
        {
            let cache = self.cache();
            for tenant in tenants {
                if answers.of.contains_key(tenant) {
                    continue;
                }
                let answer = match cache.get(tenant, asked_at) {
                    CachedAnswer::Fresh(record) => RegistryAnswer::Found(record),
                    CachedAnswer::StaleNotRefreshed(record) => RegistryAnswer::Stale(record),
                    CachedAnswer::Stale(record) => {
                        to_read.push((tenant.clone(), Some(record)));
                        RegistryAnswer::Unread
                    }
                    CachedAnswer::Missing => {
                        to_read.push((tenant.clone(), None));
                        RegistryAnswer::Unread
                    }
                };
                answers.of.insert(tenant.clone(), answer);
            }
        }
        if to_read.is_empty() {
            return answers;
        }
        let (tenants, cached): (Vec<_>, Vec<_>) = to_read.into_iter().unzip();
        let read = self.read(&tenants, clock, latest).await;
        self.store(&tenants, cached, read, [asked_at, clock.time_of_day()], &mut answers);
        answers
    }

    /// Reads the table; one answer for each tenant in every case.
    async fn read<C: Clock>(&self, tenants: &[TenantId], clock: &C, latest: Duration) -> Vec<RegistryRead> {
        // Half of the time that is left, so that records of known tenants can still be delivered.
        let timeout = READ_TIMEOUT.min(latest.saturating_sub(clock.now()) / 2);
        // The table stops first, with what it has read by then. A panic leaves nothing half-done but the adapter's request.
        let reading = pin!(AssertUnwindSafe(self.table.read(tenants, timeout * 9 / 10)).catch_unwind());
        let timer = pin!(clock.sleep_until(clock.now() + timeout));
        let code = match select(reading, timer).await {
            Either::Left((Ok(read), _)) if read.len() == tenants.len() => return read,
            Either::Left((Ok(_), _)) => "UnusableAnswer",
            Either::Left((Err(_), _)) => "panicked",
            Either::Right(_) => "timed out",
        };
        vec![RegistryRead::Failed(code.to_owned()); tenants.len()]
    }

    fn store(
        &self,
        tenants: &[TenantId],
        cached: Vec<Option<Arc<TenantRecord>>>,
        read: Vec<RegistryRead>,
        [asked_at, now]: [Duration; 2],
        answers: &mut RegistryAnswers,
    ) {
        let mut cache = self.cache();
        let mut failed_at = None;
        for ((tenant, cached), read) in tenants.iter().zip(cached).zip(read) {
            let answer = match read {
                RegistryRead::Listed(record) => {
                    let record = record.map(Arc::new);
                    // Its age counts from the start of the read, which may have taken long.
                    cache.insert(tenant, record.clone(), asked_at);
                    RegistryAnswer::Found(record)
                }
                RegistryRead::Malformed(fault) => {
                    // The older record must not be used when the table cannot be read the next time.
                    cache.remove(tenant);
                    answers.count(Cause::RegistryItem, fault);
                    RegistryAnswer::Malformed
                }
                RegistryRead::Failed(code) => {
                    answers.count(Cause::RegistryUnavailable, code);
                    failed_at = Some(now);
                    cached.map_or(RegistryAnswer::Unread, RegistryAnswer::Stale)
                }
            };
            answers.of.insert(tenant.clone(), answer);
        }
        cache.set_failed_at(failed_at);
    }

    /// Decides about a record by what is known of the tenant that it names. If the registry admits it, `on_admitted` decides.
    pub(crate) fn decide<'e>(
        &self,
        claim: Claim,
        record: &str,
        answers: &mut RegistryAnswers,
        on_admitted: impl FnOnce(Admitted) -> Admission<'e>,
    ) -> Admission<'e> {
        let decision = match answers.of.get(claim.tenant()) {
            Some(RegistryAnswer::Found(tenant)) => self.policy.decide(claim, tenant.as_deref(), record),
            Some(RegistryAnswer::Stale(tenant)) => match self.policy.decide(claim, Some(tenant), record) {
                RegistryDecision::Rejected(_) => return Admission::Deferred(Cause::RegistryUnavailable),
                decision => decision,
            },
            Some(RegistryAnswer::Malformed) => return Admission::Deferred(Cause::RegistryItem),
            Some(RegistryAnswer::Unread) | None => return Admission::Deferred(Cause::RegistryUnavailable),
        };
        if matches!(decision, RegistryDecision::NoSuchBackend) {
            answers.count(Cause::RegistryItem, "backend is none of the router's".to_owned());
        }
        Admission::from_registry(decision, on_admitted)
    }
}

impl RegistryAnswers {
    fn count(&mut self, cause: Cause, code: String) {
        self.anomalies.push(Anomaly { cause, code });
    }
}
