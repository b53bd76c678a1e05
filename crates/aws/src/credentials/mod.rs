//! Tenant credentials: the router assumes a role with the session tag `tenant_id` and sends the credentials to the
//! backend in the `ClientContext` of that tenant's Invokes. It caches one session for each tenant until shortly before
//! the session expires. Concurrent callers for one tenant share one `AssumeRole` request.

mod session;
mod sts;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_sts::Client;
use routing::ports::Attempt;
use tenancy::TenantId;

use crate::Clients;
pub(crate) use session::TenantSession;

/// The most sessions that the cache holds, each about three thousand bytes.
const MAX_SESSIONS: usize = 1000;

/// How long a session must remain valid after the Invoke's timeout: the backend may finish a little later, and clocks
/// differ.
const RESERVE: Duration = Duration::from_mins(1);

/// The timeout for getting a session, including the wait for another caller's request. It is a part of the Invoke's
/// timeout. STS responds in milliseconds.
pub const SESSION_TIMEOUT: Duration = Duration::from_secs(2);

/// The role that the router assumes for each tenant, and the cache of its sessions.
#[derive(Debug)]
pub struct TenantRole {
    sts: Client,
    arn: String,
    session_duration: Duration,
    min_validity: Duration,
    sessions: Mutex<HashMap<TenantId, Arc<SharedSession>>>,
}

/// One tenant's cache entry. The caller that holds the lock sends the request for all callers that wait for the lock.
#[derive(Debug, Default)]
struct SharedSession(tokio::sync::Mutex<CachedSession>);

#[derive(Debug, Default)]
struct CachedSession {
    session: Option<Arc<TenantSession>>,
    /// When the last request failed, and how.
    failed: Option<(Instant, Attempt)>,
}

impl TenantRole {
    /// Creates a role whose sessions have this duration. `call_timeout` is the longest duration of one Invoke.
    #[must_use]
    pub fn new(
        clients: &Clients,
        arn: impl Into<String>,
        session_duration: Duration,
        call_timeout: Duration,
    ) -> Self {
        let min_validity = call_timeout + RESERVE;
        Self {
            sts: clients.sts(),
            arn: arn.into(),
            session_duration,
            min_validity,
            sessions: Mutex::default(),
        }
    }

    /// Returns this tenant's session, valid for an Invoke that starts now.
    ///
    /// # Errors
    /// The attempt that an Invoke without the session stands for.
    pub(crate) async fn session_of(&self, tenant: &TenantId) -> Result<Arc<TenantSession>, Attempt> {
        // A policy that grants `tenants/${aws:PrincipalTag/tenant_id}/*` would give tenant `a` the data of tenant `a/b`.
        if tenant.as_str().contains('/') {
            return Err(Attempt::NoCredentials("TenantIdHasSlash".to_owned()));
        }
        let (shared, since) = (self.shared_session(tenant), Instant::now());
        let getting = async {
            let mut cached = shared.0.lock().await;
            let until = SystemTime::now() + self.min_validity;
            if let Some(session) = cached.session.as_ref().filter(|session| session.is_valid_until(until)) {
                return Ok(Arc::clone(session));
            }
            // A caller that waited for another caller's request shares its failure.
            if let Some((_, attempt)) = cached.failed.as_ref().filter(|(at, _)| *at >= since) {
                return Err(attempt.clone());
            }
            cached.session = None;
            match sts::assume_role(&self.sts, &self.arn, tenant, self.session_duration).await {
                Ok(session) => {
                    let session = Arc::new(session);
                    cached.session = Some(Arc::clone(&session));
                    Ok(session)
                }
                Err(attempt) => {
                    cached.failed = Some((Instant::now(), attempt.clone()));
                    Err(attempt)
                }
            }
        };
        let timed_out = || Err(Attempt::NotStarted("sts: timed out".to_owned()));
        tokio::time::timeout(SESSION_TIMEOUT, getting).await.unwrap_or_else(|_| timed_out())
    }

    fn shared_session(&self, tenant: &TenantId) -> Arc<SharedSession> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MAX_SESSIONS && !sessions.contains_key(tenant) {
            let until = SystemTime::now() + self.min_validity;
            let is_valid = |cached: &CachedSession| {
                cached.session.as_ref().is_some_and(|session| session.is_valid_until(until))
            };
            // An entry with waiting callers stays, because they share its request.
            sessions.retain(|_, shared| {
                Arc::strong_count(shared) > 1 || shared.0.try_lock().is_ok_and(|cached| is_valid(&cached))
            });
            if sessions.len() >= MAX_SESSIONS {
                // Remove every second entry without waiting callers.
                let mut keep = false;
                sessions.retain(|_, shared| {
                    keep = !keep;
                    keep || Arc::strong_count(shared) > 1
                });
            }
        }
        Arc::clone(sessions.entry(tenant.clone()).or_default())
    }
}
