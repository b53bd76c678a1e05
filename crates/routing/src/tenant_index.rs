//! The tenants of a batch. Each id is looked up once; after that a tenant is a number.

use std::collections::HashMap;

use tenancy::{Admitted, TenantId};

use crate::admission::Admission;

/// A batch's tenants, in the order in which they first appear.
pub(crate) struct TenantIndex<'a> {
    pub(crate) tenants: Vec<&'a Admitted>,
    /// Each record's tenant, as a position in `tenants`; `None` where the record is not admitted.
    pub(crate) of: Vec<Option<usize>>,
}

impl<'a> TenantIndex<'a> {
    pub(crate) fn new(admissions: &'a [Admission<'_>]) -> Self {
        let mut index = Self { tenants: Vec::new(), of: Vec::with_capacity(admissions.len()) };
        let mut numbers: HashMap<&TenantId, usize> = HashMap::new();
        for admission in admissions {
            let number = match admission {
                Admission::Admitted { admitted, .. } => {
                    Some(*numbers.entry(admitted.tenant()).or_insert_with(|| {
                        index.tenants.push(admitted);
                        index.tenants.len() - 1
                    }))
                }
                Admission::Rejected(_)
                | Admission::Deferred(_)
                | Admission::Panicked
                | Admission::Postponed => None,
            };
            index.of.push(number);
        }
        index
    }
}
