//! The tenants of a round, and the registry that lists them.

use fastrand::Rng;

/// The name of the registry table.
pub(crate) const TABLE: &str = "tenants";

/// A range of tenant numbers. Of every six tenants one is suspended in the registry and one is missing from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantRange {
    /// The number of the first tenant.
    pub first: u64,
    /// The number of tenants.
    pub count: u64,
}

impl TenantRange {
    /// Returns the tenants in the registry, each with its status.
    pub(crate) fn registry_items(self) -> impl Iterator<Item = (String, &'static str)> {
        let numbers = (self.first..self.first + self.count).filter(|number| number % 6 != UNKNOWN);
        numbers
            .map(|number| (tenant_name(number), if number % 6 == SUSPENDED { "suspended" } else { "active" }))
    }

    /// Draws a tenant. Lower numbers are more frequent.
    pub(crate) fn pick(self, rng: &mut Rng) -> u64 {
        self.first + rng.u64(0..self.count).min(rng.u64(0..self.count))
    }
}

/// The remainder by six of the number of a tenant that the registry suspends.
pub(crate) const SUSPENDED: u64 = 4;
/// The remainder by six of the number of a tenant that is missing from the registry.
pub(crate) const UNKNOWN: u64 = 5;

/// Returns the id of the tenant with this number.
pub(crate) fn tenant_name(tenant: u64) -> String {
    format!("tenant-{tenant}")
}

/// Whether the router uses a registry. If it does, messages of suspended and missing tenants must be rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    /// The router looks up each tenant.
    Used,
    /// The router admits each valid tenant id.
    None,
}
