//! A tenant's own credentials: the router assumes a role with the session tag `tenant_id` and hands what it gets to the
//! backend, in the `ClientContext` of that tenant's Invokes. They are kept until shortly before they end, one per tenant;
//! those who want the same at once wait for one request.

mod session;
mod sts;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_sts::Client;
use routing::ports::Attempt;
use tenancy::TenantId;

use crate::Clients;
pub(crate) use session::Session;

/// The most tenants whose credentials are kept, each with some three thousand bytes.
const MOST: usize = 1000;

/// How much longer than the Invoke they have to last: what the backend started may run on for a moment, and clocks
/// differ.
const RESERVE: Duration = Duration::from_mins(1);

/// How long a session may take to be had, the wait for somebody else's request included: it is a part of the time that
/// an Invoke may take. STS answers in milliseconds.
pub const SESSION_TIMEOUT: Duration = Duration::from_secs(2);

/// The role that is assumed for each tenant.
#[derive(Debug)]
pub struct TenantRole {
    sts: Client,
    arn: String,
    session: Duration,
    outlast: Duration,
    slots: Mutex<HashMap<TenantId, Arc<Slot>>>,
}

/// One tenant's place: whoever holds the lock asks for all who wait for it.
#[derive(Debug, Default)]
struct Slot(tokio::sync::Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    session: Option<Arc<Session>>,
    /// What the last request came to, and when, where that was nothing.
    failed: Option<(Instant, Attempt)>,
}

impl TenantRole {
    /// This role, in sessions of this length; `call_timeout`: how long one Invoke may take.
    #[must_use]
    pub fn new(clients: &Clients, arn: impl Into<String>, session: Duration, call_timeout: Duration) -> Self {
        let outlast = call_timeout + RESERVE;
        Self { sts: clients.sts(), arn: arn.into(), session, outlast, slots: Mutex::default() }
    }

    /// This tenant's session, which lasts for an Invoke that starts now.
    ///
    /// # Errors
    /// What the attempt to invoke comes to without it.
    pub(crate) async fn session_of(&self, tenant: &TenantId) -> Result<Arc<Session>, Attempt> {
        // In a policy that grants `tenants/${aws:PrincipalTag/tenant_id}/*`, the tenant `a` would have all of `a/b`'s.
        if tenant.as_str().contains('/') {
            return Err(Attempt::NoCredentials("TenantIdHasSlash".to_owned()));
        }
        let (slot, since) = (self.slot(tenant), Instant::now());
        let asking = async {
            let mut kept = slot.0.lock().await;
            let until = SystemTime::now() + self.outlast;
            if let Some(session) = kept.session.as_ref().filter(|session| session.lasts(until)) {
                return Ok(Arc::clone(session));
            }
            // Who waited for somebody else's request gets what that came to, be it nothing.
            if let Some((_, attempt)) = kept.failed.as_ref().filter(|(at, _)| *at >= since) {
                return Err(attempt.clone());
            }
            kept.session = None;
            match sts::assume(&self.sts, &self.arn, tenant, self.session).await {
                Ok(session) => {
                    let session = Arc::new(session);
                    kept.session = Some(Arc::clone(&session));
                    Ok(session)
                }
                Err(attempt) => {
                    kept.failed = Some((Instant::now(), attempt.clone()));
                    Err(attempt)
                }
            }
        };
        let timed_out = || Err(Attempt::NotStarted("sts: timed out".to_owned()));
        tokio::time::timeout(SESSION_TIMEOUT, asking).await.unwrap_or_else(|_| timed_out())
    }

    fn slot(&self, tenant: &TenantId) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(tenant) {
            let until = SystemTime::now() + self.outlast;
            let lasts = |kept: &Kept| kept.session.as_ref().is_some_and(|session| session.lasts(until));
            // A slot that is waited for is kept: its waiters are one request.
            slots.retain(|_, slot| {
                Arc::strong_count(slot) > 1 || slot.0.try_lock().is_ok_and(|kept| lasts(&kept))
            });
            if slots.len() >= MOST {
                // Half of those that nobody waits for.
                let mut keep = false;
                slots.retain(|_, slot| {
                    keep = !keep;
                    keep || Arc::strong_count(slot) > 1
                });
            }
        }
        Arc::clone(slots.entry(tenant.clone()).or_default())
    }
}
