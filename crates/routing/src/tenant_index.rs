//! The roster: a batch's tenants, looked up by their ids once; from then on each is a number.

use std::collections::HashMap;

use tenancy::{Admitted, TenantId};

use crate::admission::Admission;

/// A batch's tenants, in the order in which they first appear.
pub(crate) struct TenantIndex<'a> {
    pub(crate) tenants: Vec<&'a Admitted>,
    /// Each record's tenant, as a position in `tenants`; `None` where it was not admitted.
    pub(crate) of: Vec<Option<usize>>,
}

impl<'a> TenantIndex<'a> {
    pub(crate) fn call(standings: &'a [Admission<'_>]) -> Self {
        let mut roster = Self { tenants: Vec::new(), of: Vec::with_capacity(standings.len()) };
        let mut numbers: HashMap<&TenantId, usize> = HashMap::new();
        for standing in standings {
            let number = match standing {
                Admission::Admitted { admitted, .. } => {
                    Some(*numbers.entry(admitted.tenant()).or_insert_with(|| {
                        roster.tenants.push(admitted);
                        roster.tenants.len() - 1
                    }))
                }
                Admission::Rejected(_) | Admission::Waiting(_) | Admission::Panicked | Admission::Postponed => {
                    None
                }
            };
            roster.of.push(number);
        }
        roster
    }
}
