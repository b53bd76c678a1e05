//! The roster: a batch's tenants, looked up by their ids once; from then on each is a number.

use std::collections::HashMap;

use tenancy::{Admitted, TenantId};

use crate::admission::Standing;

/// A batch's tenants, in the order in which they first appear.
pub(crate) struct Roster<'a> {
    pub(crate) tenants: Vec<&'a Admitted>,
    /// Each record's tenant, as a position in `tenants`; `None` where it was not admitted.
    pub(crate) of: Vec<Option<usize>>,
}

impl<'a> Roster<'a> {
    pub(crate) fn call(standings: &'a [Standing<'_>]) -> Self {
        let mut roster = Self { tenants: Vec::new(), of: Vec::with_capacity(standings.len()) };
        let mut numbers: HashMap<&TenantId, usize> = HashMap::new();
        for standing in standings {
            let number = match standing {
                Standing::Admitted { admitted, .. } => {
                    Some(*numbers.entry(admitted.tenant()).or_insert_with(|| {
                        roster.tenants.push(admitted);
                        roster.tenants.len() - 1
                    }))
                }
                Standing::Rejected(_) | Standing::Waiting(_) | Standing::Panicked | Standing::Postponed => {
                    None
                }
            };
            roster.of.push(number);
        }
        roster
    }
}
