//! What a record says of itself, and what admission makes of it.

use std::sync::Arc;

use crate::TenantId;

/// A record's tenant as the record itself says it. Nobody has confirmed it yet.
#[derive(Clone, Debug)]
pub struct Claim {
    tenant: TenantId,
    selector: Arc<str>,
}

impl Claim {
    pub(crate) const fn new(tenant: TenantId, selector: Arc<str>) -> Self {
        Self { tenant, selector }
    }

    /// The tenant that the record names.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Admits the record without asking anyone, where there is no registry: whoever may write to the source is trusted
    /// to name the tenant.
    #[must_use]
    pub fn without_registry(self) -> Admitted {
        Admitted { tenant: self.tenant, backend: 0 }
    }

    pub(crate) fn admitted_to(self, backend: usize) -> Admitted {
        Admitted { tenant: self.tenant, backend }
    }

    /// The path of the selector that gave the id.
    pub(crate) fn shared_selector(&self) -> Arc<str> {
        Arc::clone(&self.selector)
    }
}

/// Proof that a record was admitted, and to whom. Only a [`Claim`] becomes one: on its word, or by an
/// [`RegistryPolicy`](crate::RegistryPolicy).
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
    /// The tenant to whom the record belongs.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Which of the configured backends the tenant has: 0 is the common one, 1 the first of the others.
    #[must_use]
    pub const fn backend(&self) -> usize {
        self.backend
    }
}
