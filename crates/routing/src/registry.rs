//! Asking the registry: each tenant of a batch once, what is remembered first, and never for longer than there is time.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use tenancy::{Authority, Claim, Listing, Ruling, TenantId};

use crate::admission::Standing;
use crate::directory::{Directory, Lifetimes, Remembered};
use crate::ledger::Cause;
use crate::ports::{Clock, Read, Table};
use crate::verdict::Anomaly;

/// The longest that a batch waits for the registry. A table answers in milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// The authority on tenants: a table, what is remembered of it, and how it is applied.
#[derive(Debug)]
pub struct Registry<T> {
    table: T,
    authority: Authority,
    directory: Mutex<Directory>,
}

/// What is known of one tenant.
pub(crate) enum Word {
    /// Its listing; `None`: there is none.
    Listed(Option<Arc<Listing>>),
    /// What was its listing, while the table cannot be read. It lets records in and turns none away: a quarantine is a
    /// decision that has to be known, and nothing is lost by waiting.
    Stale(Arc<Listing>),
    /// Its item makes no sense.
    Malformed,
    /// The table could not be read, and nothing that is remembered serves.
    Unread,
}

/// What is known of a batch's tenants.
#[derive(Default)]
pub(crate) struct Words {
    of: HashMap<TenantId, Word>,
    /// What went wrong, worth a log line each.
    pub(crate) troubles: Vec<Anomaly>,
}

impl<T: Table> Registry<T> {
    /// A registry of which nothing is known yet.
    #[must_use]
    pub fn new(table: T, authority: Authority, lifetimes: Lifetimes) -> Self {
        Self { table, authority, directory: Mutex::new(Directory::new(lifetimes)) }
    }

    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of these tenants, each asked for once. Waits no later than `latest`, on the clock's scale.
    pub(crate) async fn ask<'t, C: Clock>(
        &self,
        tenants: impl Iterator<Item = &'t TenantId>,
        clock: &C,
        latest: Duration,
    ) -> Words {
        let mut words = Words::default();
        let mut stale: Vec<(TenantId, Option<Arc<Listing>>)> = Vec::new();
        let asked_at = clock.time_of_day();
        {
            let directory = self.directory();
            for tenant in tenants {
                if words.of.contains_key(tenant) {
                    continue;
                }
                let word = match directory.recall(tenant, asked_at) {
                    Remembered::Fresh(listing) => Word::Listed(listing),
                    Remembered::Spared(listing) => Word::Stale(listing),
                    Remembered::Stale(listing) => {
                        stale.push((tenant.clone(), Some(listing)));
                        Word::Unread
                    }
                    Remembered::Nothing => {
                        stale.push((tenant.clone(), None));
                        Word::Unread
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
    async fn read<C: Clock>(&self, tenants: &[TenantId], clock: &C, latest: Duration) -> Vec<Read> {
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
        vec![Read::Failed(trouble.to_owned()); tenants.len()]
    }

    fn enter(
        &self,
        tenants: &[TenantId],
        remembered: Vec<Option<Arc<Listing>>>,
        read: Vec<Read>,
        [asked_at, now]: [Duration; 2],
        words: &mut Words,
    ) {
        let mut directory = self.directory();
        let mut failed_at = None;
        for ((tenant, remembered), read) in tenants.iter().zip(remembered).zip(read) {
            let word = match read {
                Read::Listed(listing) => {
                    let listing = listing.map(Arc::new);
                    // As old as the question: the answer may have been on its way for long.
                    directory.learn(tenant, listing.clone(), asked_at);
                    Word::Listed(listing)
                }
                Read::Malformed(fault) => {
                    // What it said before must not serve when the table cannot be read the next time.
                    directory.forget(tenant);
                    words.notice(Cause::RegistryItem, fault);
                    Word::Malformed
                }
                Read::Failed(code) => {
                    words.notice(Cause::RegistryUnavailable, code);
                    failed_at = Some(now);
                    remembered.map_or(Word::Unread, Word::Stale)
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
        words: &mut Words,
        admit: impl FnOnce(tenancy::Admitted) -> Standing<'e>,
    ) -> Standing<'e> {
        let ruling = match words.of.get(claim.tenant()) {
            Some(Word::Listed(listing)) => self.authority.rule(claim, listing.as_deref(), record),
            Some(Word::Stale(listing)) => match self.authority.rule(claim, Some(listing), record) {
                Ruling::Rejected(_) => return Standing::Waiting(Cause::RegistryUnavailable),
                ruling => ruling,
            },
            Some(Word::Malformed) => return Standing::Waiting(Cause::RegistryItem),
            Some(Word::Unread) | None => return Standing::Waiting(Cause::RegistryUnavailable),
        };
        if matches!(ruling, Ruling::NoSuchBackend) {
            words.notice(Cause::RegistryItem, "backend is none of the router's".to_owned());
        }
        Standing::of(ruling, admit)
    }
}

impl Words {
    fn notice(&mut self, cause: Cause, code: String) {
        self.troubles.push(Anomaly { cause, code });
    }
}
