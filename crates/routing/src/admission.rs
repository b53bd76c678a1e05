//! What admission decides about a record. `admit.rs` decides it.

use std::borrow::Cow;

use tenancy::{Admitted, Claim, Reason, RegistryDecision, Rejection};

use crate::outcome::Cause;
use crate::policy::DeliveryPolicy;

/// What admission decided about a record.
pub(crate) enum Admission<'e> {
    /// It is delivered for this tenant; `content` is set where an Invoke carries only that.
    Admitted { admitted: Admitted, content: Option<Cow<'e, str>> },
    /// It names no tenant that it may be delivered for.
    Rejected(Rejection),
    /// It cannot be decided now, or its tenant is held.
    Deferred(Cause),
    /// A panic: a defect of the router, not of the record.
    Panicked,
    /// The memory of this invocation does not suffice for it.
    Postponed,
}

impl<'e> Admission<'e> {
    /// The admission that follows from the registry's decision. If that admits the record, `on_admitted` decides.
    pub(crate) fn from_registry(
        decision: RegistryDecision,
        on_admitted: impl FnOnce(Admitted) -> Self,
    ) -> Self {
        match decision {
            RegistryDecision::Admitted(admitted) => on_admitted(admitted),
            RegistryDecision::Rejected(rejection) => Self::Rejected(rejection),
            RegistryDecision::Held => Self::Deferred(Cause::Held),
            RegistryDecision::NoSuchBackend => Self::Deferred(Cause::RegistryItem),
        }
    }

    /// Rejects a record that is too large, and admits any other. By now the tenant is confirmed, so `too_large` never hides a wrong
    /// tenant.
    pub(crate) fn check_size(
        admitted: Admitted,
        content: Option<Cow<'e, str>>,
        bytes: usize,
        policy: &DeliveryPolicy,
    ) -> Self {
        if bytes > policy.max_payload_bytes() {
            return Self::Rejected(Rejection::new(Reason::TooLarge));
        }
        Self::Admitted { admitted, content }
    }
}

/// The admission as far as it follows from the record itself.
pub(crate) enum PendingAdmission<'e> {
    /// It names a tenant; the registry, if there is one, has not been asked yet. `bytes`: the length of its payload.
    Claimed { claim: Claim, content: Option<Cow<'e, str>>, bytes: usize },
    /// The registry is not needed.
    Decided(Admission<'e>),
}
