//! The tenant that a record names, before and after admission.

use std::sync::Arc;

use crate::TenantId;

/// The tenant that a record names, before anything has confirmed it.
///
/// [`Rules::claim`](crate::Rules::claim) makes claims. A claim becomes an [`Admitted`] in one of two ways:
/// [`RegistryPolicy::decide`](crate::RegistryPolicy::decide) where a registry lists the tenants, and
/// [`Claim::without_registry`] where none does.
#[derive(Clone, Debug)]
pub struct Claim {
    tenant: TenantId,
    selector: Arc<str>,
}

impl Claim {
    pub(crate) const fn new(tenant: TenantId, selector: Arc<str>) -> Self {
        Self { tenant, selector }
    }

    /// Returns the tenant that the record names.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Admits the record to the tenant that it names, without a registry.
    ///
    /// This trusts every writer of the source to name the right tenant.
    #[must_use]
    pub fn without_registry(self) -> Admitted {
        Admitted { tenant: self.tenant, backend: 0 }
    }

    pub(crate) fn admitted_to(self, backend: usize) -> Admitted {
        Admitted { tenant: self.tenant, backend }
    }

    /// Returns the path of the selector that found the id.
    pub(crate) fn shared_selector(&self) -> Arc<str> {
        Arc::clone(&self.selector)
    }
}

/// Proof that admission accepted a record of this tenant, with the backend that it goes to.
///
/// Only a [`Claim`] becomes one, so no code outside this crate can make one without admission:
///
/// ```compile_fail,E0451
/// let forged = tenancy::Admitted { tenant: todo!(), backend: 0 };
/// ```
#[derive(Clone, Debug)]
pub struct Admitted {
    tenant: TenantId,
    backend: usize,
}

impl Admitted {
    /// Returns the tenant that the record belongs to.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns the index of the tenant's backend: 0 is the default backend, 1 is the first of the additional ones.
    #[must_use]
    pub const fn backend(&self) -> usize {
        self.backend
    }
}
