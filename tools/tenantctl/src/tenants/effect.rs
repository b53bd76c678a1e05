//! What routers do with a tenant's records, and when they apply a change of its item.

use routing::REFUSAL_FRESH;
use tenancy::{Reason, Status};

use super::item::{MalformedTenant, TenantItem};

/// Describes what routers do with the records of a tenant, given its item.
pub(crate) fn describe(parsed: Option<Result<&TenantItem, &MalformedTenant>>) -> String {
    let rejected = |reason: Reason| format!("its records are rejected with the reason `{reason}`");
    let tenant = match parsed {
        None => return rejected(Reason::UnknownTenant),
        Some(Err(_)) => {
            return "its records stay with their source and are retried, and the routers' registry alarm goes off, \
                    until the item is fixed"
                .to_owned();
        }
        Some(Ok(tenant)) => tenant,
    };
    match tenant.status {
        Status::Active => describe_delivery(tenant),
        Status::Suspended => format!(
            "{}; a router whose registry.suspended is \"hold\" leaves them with their source instead",
            rejected(Reason::Suspended)
        ),
        Status::Offboarded => rejected(Reason::Offboarded),
    }
}

fn describe_delivery(tenant: &TenantItem) -> String {
    let (backend, without_backend) = match &tenant.backend {
        None => ("each router's own `backend`".to_owned(), String::new()),
        Some(name) => (
            format!("the backend `{name}` of each router's `backends`"),
            "; a router without a backend of this name retries them, and its registry alarm goes off"
                .to_owned(),
        ),
    };
    let senders = match &tenant.principals {
        None => "whoever sent them".to_owned(),
        Some(_) => format!(
            "if one of its principals sent them; others are rejected with the reason `{}`",
            Reason::Unauthorized
        ),
    };
    format!("its records go to {backend}, {senders}{without_backend}")
}

/// How soon a change reaches the routers that have the tenant in their cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// The routers delivered the tenant's records, and may do so while their cached answer is fresh.
    AfterDelivery,
    /// The routers refused the tenant's records. They cache a refusal for a few seconds only.
    AfterRefusal,
}

impl Propagation {
    /// The propagation of a change to a tenant that had this status; `None` for a missing or malformed item.
    pub(crate) fn after(status: Option<Status>) -> Self {
        match status {
            Some(Status::Active) => Self::AfterDelivery,
            _ => Self::AfterRefusal,
        }
    }

    pub(crate) fn describe(self) -> String {
        match self {
            Self::AfterDelivery => {
                "a router applies it within its registry.fresh_seconds (default 60); if it cannot \
                                    read the table, within registry.stale_seconds (default 900)"
                    .to_owned()
            }
            Self::AfterRefusal => format!("a router applies it within {} seconds", REFUSAL_FRESH.as_secs()),
        }
    }
}
