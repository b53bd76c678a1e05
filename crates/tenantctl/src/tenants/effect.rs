//! What routers make of a tenant's item, and when they notice a change.

use routing::REFUSAL_FRESH;
use tenancy::{Reason, Status};

use super::item::{MalformedTenant, TenantItem};

/// What becomes of the tenant's records.
pub(crate) fn of(read: Option<Result<&TenantItem, &MalformedTenant>>) -> String {
    let rejected = |reason: Reason| format!("its records are rejected with the reason `{reason}`");
    let tenant = match read {
        None => return rejected(Reason::UnknownTenant),
        Some(Err(_)) => {
            return "its records stay with their source and are tried again, and the routers' alarm for the registry \
                    goes off, until the item is mended"
                .to_owned();
        }
        Some(Ok(tenant)) => tenant,
    };
    match tenant.status {
        Status::Active => delivered(tenant),
        Status::Suspended => format!(
            "{}; a router whose registry.suspended is \"hold\" leaves them with their source instead",
            rejected(Reason::Suspended)
        ),
        Status::Offboarded => rejected(Reason::Offboarded),
    }
}

fn delivered(tenant: &TenantItem) -> String {
    let (backend, unless) = match &tenant.backend {
        None => ("each router's own `backend`".to_owned(), String::new()),
        Some(name) => (
            format!("the backend `{name}` of each router's `backends`"),
            "; a router that has no backend of this name tries them again, and its alarm for the registry goes off"
                .to_owned(),
        ),
    };
    let senders = match &tenant.principals {
        None => "whoever sent them".to_owned(),
        Some(_) => format!(
            "if one of its principals sent them, and are otherwise rejected with the reason `{}`",
            Reason::Unauthorized
        ),
    };
    format!("its records go to {backend}, {senders}{unless}")
}

/// When a change reaches the routers that have read the tenant before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// Until now they delivered, and may go on for as long as an answer is fresh.
    Delivered,
    /// Until now they refused; refusals are forgotten soon.
    Refused,
}

impl Propagation {
    /// Of what they did until now.
    pub(crate) fn after(status: Option<Status>) -> Self {
        match status {
            Some(Status::Active) => Self::AfterDelivery,
            _ => Self::Refused,
        }
    }

    pub(crate) fn text(self) -> String {
        match self {
            Self::AfterDelivery => {
                "a router notices within its registry.fresh_seconds (60 unless configured), or, while \
                                it cannot read the table, within registry.stale_seconds (900)"
                    .to_owned()
            }
            Self::Refused => format!("a router notices within {} seconds", REFUSAL_FRESH.as_secs()),
        }
    }
}
