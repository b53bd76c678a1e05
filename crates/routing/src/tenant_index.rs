//! The tenants of a batch. Each id is looked up once; after that a tenant is a number.

use std::collections::HashMap;

use tenancy::{Admitted, TenantId};

use crate::admission::Admission;

/// A batch's tenants, in the order in which they first appear.
pub(crate) struct TenantIndex<'a> {
    /// One admission for each tenant. It stands for all of the tenant's admitted records: a tenant is looked up once for the batch,
    /// so all of them have the same backend.
    pub(crate) admitted: Vec<&'a Admitted>,
    /// Each record's tenant, as a position in `admitted`; `None` where the record is not admitted.
    pub(crate) tenant_of: Vec<Option<usize>>,
}

impl<'a> TenantIndex<'a> {
    pub(crate) fn new(admissions: &'a [Admission<'_>]) -> Self {
        let mut tenants = Self { admitted: Vec::new(), tenant_of: Vec::with_capacity(admissions.len()) };
        let mut numbers: HashMap<&TenantId, usize> = HashMap::new();
        for admission in admissions {
            let number = match admission {
                Admission::Admitted { admitted, .. } => {
                    Some(*numbers.entry(admitted.tenant()).or_insert_with(|| {
                        tenants.admitted.push(admitted);
                        tenants.admitted.len() - 1
                    }))
                }
                Admission::Rejected(_)
                | Admission::Deferred(_)
                | Admission::Panicked
                | Admission::Postponed => None,
            };
            tenants.tenant_of.push(number);
        }
        tenants
    }
}
