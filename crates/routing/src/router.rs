//! What one router consists of, and what it gets with each invocation. `route.rs` has the path of a batch.

use std::time::Duration;

use tenancy::Rules;

use crate::checkpoints::Checkpoints;
use crate::policy::{DeliveryPolicy, OnReject};
use crate::ports::{DeliveryTarget, NoBridge};
use crate::registry::Registry;

/// Routes batches of one source.
#[derive(Debug)]
pub struct Router<S, B, Q, T, F = NoBridge> {
    /// Decodes events.
    pub source: S,
    /// The rules that find each record's tenant id.
    pub rules: Rules,
    /// The registry that confirms the tenants. `None`: every tenant id that the rules accept is admitted.
    pub registry: Option<Registry<T>>,
    /// How records are delivered.
    pub policy: DeliveryPolicy,
    /// Where admitted records go.
    pub target: DeliveryTarget<B, F>,
    /// Where rejected records go. `None` leaves them with the source: see [`OnReject::Redrive`].
    pub quarantine: Option<Q>,
    /// Where streams stopped.
    pub checkpoints: Checkpoints,
}

/// One invocation of the router.
#[derive(Clone, Copy, Debug)]
pub struct InvocationContext<'a> {
    /// The request id of this invocation.
    pub request_id: &'a str,
    /// The X-Ray trace header, where there is one.
    pub trace_header: Option<&'a str>,
    /// When Lambda ends the invocation, on the clock's scale.
    pub deadline: Duration,
}

impl<S, B, Q, T, F> Router<S, B, Q, T, F> {
    pub(crate) fn on_reject(&self) -> OnReject {
        OnReject::with(self.quarantine.as_ref())
    }
}
