//! What routers make of a tenant's item, and when they notice a change.

use super::item::{Malformed, Status, Tenant};

/// What becomes of the tenant's records.
pub(crate) fn of(read: Option<Result<&Tenant, &Malformed>>) -> String {
    let tenant = match read {
        None => return "its records are rejected with the reason `unknown_tenant`".to_owned(),
        Some(Err(_)) => {
            return "its records stay with their source and are tried again, and the routers' alarm for the registry \
                    goes off, until the item is mended"
                .to_owned();
        }
        Some(Ok(tenant)) => tenant,
    };
    match tenant.status {
        Status::Active => delivered(tenant),
        Status::Suspended => "its records are rejected with the reason `suspended`; a router whose \
                              registry.suspended is \"hold\" leaves them with their source instead"
            .to_owned(),
        Status::Offboarded => "its records are rejected with the reason `offboarded`".to_owned(),
    }
}

fn delivered(tenant: &Tenant) -> String {
    let backend = match &tenant.backend {
        None => "each router's own `backend`".to_owned(),
        Some(name) => format!("the backend `{name}` of each router's `backends`"),
    };
    match &tenant.principals {
        None => format!("its records go to {backend}, whoever sent them"),
        Some(_) => format!(
            "its records go to {backend} if one of its principals sent them, and are otherwise rejected with the \
             reason `unauthorized`"
        ),
    }
}

/// When a change reaches the routers that have read the tenant before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Until now they delivered, and may go on for as long as an answer is fresh.
    Delivered,
    /// Until now they refused; refusals are forgotten soon.
    Refused,
}

impl Notice {
    /// Of what they did until now.
    pub(crate) fn after(status: Option<Status>) -> Self {
        match status {
            Some(Status::Active) => Self::Delivered,
            _ => Self::Refused,
        }
    }

    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Delivered => {
                "a router notices within its registry.fresh_seconds (60 unless configured), or, while it cannot read \
                 the table, within registry.stale_seconds (900)"
            }
            Self::Refused => "a router notices within 5 seconds",
        }
    }
}
