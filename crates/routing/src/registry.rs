//! Asking the registry: each tenant of a batch once, what is remembered first, and never for longer than there is time.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use tenancy::{RegistryPolicy, Claim, TenantRecord, RegistryDecision, TenantId};

use crate::admission::Admission;
use crate::directory::{RegistryCache, Lifetimes, Remembered};
use crate::ledger::Cause;
use crate::ports::{Clock, RegistryRead, RegistryReader};
use crate::verdict::Anomaly;

/// The longest that a batch waits for the registry. A table answers in milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// The authority on tenants: a table, what is remembered of it, and how it is applied.
#[derive(Debug)]
pub struct Registry<T> {
    table: T,
    authority: RegistryPolicy,
    directory: Mutex<RegistryCache>,
}

/// What is known of one tenant.
pub(crate) enum RegistryAnswer {
    /// Its listing; `None`: there is none.
    Listed(Option<Arc<TenantRecord>>),
    /// What was its listing, while the table cannot be read. It lets records in and turns none away: a quarantine is a
    /// decision that has to be known, and nothing is lost by waiting.
    Stale(Arc<TenantRecord>),
    /// Its item makes no sense.
    Malformed,
    /// The table could not be read, and nothing that is remembered serves.
    Unread,
}

/// What is known of a batch's tenants.
#[derive(Default)]
pub(crate) struct RegistryAnswers {
    of: HashMap<TenantId, RegistryAnswer>,
    /// What went wrong, worth a log line each.
    pub(crate) troubles: Vec<Anomaly>,
}

impl<T: RegistryReader> Registry<T> {
    /// A registry of which nothing is known yet.
    #[must_use]
    pub fn new(table: T, authority: RegistryPolicy, lifetimes: Lifetimes) -> Self {
        Self { table, authority, directory: Mutex::new(RegistryCache::new(lifetimes)) }
    }

    fn directory(&self) -> MutexGuard<'_, RegistryCache> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of these tenants, each asked for once. Waits no later than `latest`, on the clock's scale.
    pub(crate) async fn ask<'t, C: Clock>(
        &self,
        tenants: impl Iterator<Item = &'t TenantId>,
        clock: &C,
        latest: Duration,
    ) -> RegistryAnswers {
        let mut words = RegistryAnswers::default();
        let mut stale: Vec<(TenantId, Option<Arc<TenantRecord>>)> = Vec::new();
        let asked_at = clock.time_of_day();
        {
            let directory = self.directory();
            for tenant in tenants {
                if words.of.contains_key(tenant) {
                    continue;
                }
                let word = match directory.recall(tenant, asked_at) {
                    Remembered::Fresh(listing) => RegistryAnswer::Listed(listing),
                    Remembered::Spared(listing) => RegistryAnswer::Stale(listing),
                    Remembered::Stale(listing) => {
                        stale.push((tenant.clone(), Some(listing)));
                        RegistryAnswer::Unread
                    }
                    Remembered::Nothing => {
                        stale.push((tenant.clone(), None));
                        RegistryAnswer::Unread
                    }
                };
                words.of.insert(tenant.clone(), word);
            }
        }
        if stale.is_empty() {
            return words;
        }
        let (tenants, remembered): (Vec<_>, Vec<_>) = stale.into_iter().unzip();
        let read = self.read(&tenants, clock, latest).await;
        self.enter(&tenants, remembered, read, [asked_at, clock.time_of_day()], &mut words);
        words
    }

    /// Reads the table; one answer for each tenant, whatever it does.
    async fn read<C: Clock>(&self, tenants: &[TenantId], clock: &C, latest: Duration) -> Vec<RegistryRead> {
        // Half of what is left, so that tenants who are known still get theirs.
        let patience = PATIENCE.min(latest.saturating_sub(clock.now()) / 2);
        // The table ends first, with what it has read by then. Safe to catch: all that a panic could leave half-done is
        // the adapter's request.
        let reading = pin!(AssertUnwindSafe(self.table.read(tenants, patience * 9 / 10)).catch_unwind());
        let alarm = pin!(clock.sleep_until(clock.now() + patience));
        let trouble = match select(reading, alarm).await {
            Either::Left((Ok(read), _)) if read.len() == tenants.len() => return read,
            Either::Left((Ok(_), _)) => "UnusableAnswer",
            Either::Left((Err(_), _)) => "panicked",
            Either::Right(_) => "timed out",
        };
        vec![RegistryRead::Failed(trouble.to_owned()); tenants.len()]
    }

    fn enter(
        &self,
        tenants: &[TenantId],
        remembered: Vec<Option<Arc<TenantRecord>>>,
        read: Vec<RegistryRead>,
        [asked_at, now]: [Duration; 2],
        words: &mut RegistryAnswers,
    ) {
        let mut directory = self.directory();
        let mut failed_at = None;
        for ((tenant, remembered), read) in tenants.iter().zip(remembered).zip(read) {
            let word = match read {
                RegistryRead::Listed(listing) => {
                    let listing = listing.map(Arc::new);
                    // As old as the question: the answer may have been on its way for long.
                    directory.learn(tenant, listing.clone(), asked_at);
                    RegistryAnswer::Listed(listing)
                }
                RegistryRead::Malformed(fault) => {
                    // What it said before must not serve when the table cannot be read the next time.
                    directory.forget(tenant);
                    words.notice(Cause::RegistryItem, fault);
                    RegistryAnswer::Malformed
                }
                RegistryRead::Failed(code) => {
                    words.notice(Cause::RegistryUnavailable, code);
                    failed_at = Some(now);
                    remembered.map_or(RegistryAnswer::Unread, RegistryAnswer::Stale)
                }
            };
            words.of.insert(tenant.clone(), word);
        }
        directory.note_failure(failed_at);
    }

    /// A record's standing, by what is known of the tenant that it claims.
    pub(crate) fn rule<'e>(
        &self,
        claim: Claim,
        record: &str,
        words: &mut RegistryAnswers,
        admit: impl FnOnce(tenancy::Admitted) -> Admission<'e>,
    ) -> Admission<'e> {
        let ruling = match words.of.get(claim.tenant()) {
            Some(RegistryAnswer::Listed(listing)) => self.authority.decide(claim, listing.as_deref(), record),
            Some(RegistryAnswer::Stale(listing)) => match self.authority.decide(claim, Some(listing), record) {
                RegistryDecision::Rejected(_) => return Admission::Waiting(Cause::RegistryUnavailable),
                ruling => ruling,
            },
            Some(RegistryAnswer::Malformed) => return Admission::Waiting(Cause::RegistryItem),
            Some(RegistryAnswer::Unread) | None => return Admission::Waiting(Cause::RegistryUnavailable),
        };
        if matches!(ruling, RegistryDecision::NoSuchBackend) {
            words.notice(Cause::RegistryItem, "backend is none of the router's".to_owned());
        }
        Admission::of(ruling, admit)
    }
}

impl RegistryAnswers {
    fn notice(&mut self, cause: Cause, code: String) {
        self.troubles.push(Anomaly { cause, code });
    }
}
