//! What is not sent any more in this invocation, and why.

use super::{GroupState, RecordState, Scheduler, SubBatch};
use crate::classify::StopScope;
use crate::outcome::Cause;

impl Scheduler {
    /// Sends nothing more for the tenants in this scope: no Invoke for them can succeed.
    pub(crate) fn stop_tenants(&mut self, sub_batch: &SubBatch, scope: StopScope) {
        let backend = sub_batch.admitted.backend();
        for tenant in 0..self.tenants.len() {
            let is_in_scope = match scope {
                StopScope::Tenant => tenant == sub_batch.tenant,
                StopScope::Backend => self.tenants[tenant].admitted.backend() == backend,
            };
            if is_in_scope && self.tenants[tenant].gave_up.is_none() {
                self.give_up(tenant, Cause::Misconfigured);
            }
        }
    }

    /// Sends nothing more for this tenant.
    pub(super) fn give_up(&mut self, tenant: usize, cause: Cause) {
        self.tenants[tenant].gave_up = Some(cause);
        for group in std::mem::take(&mut self.tenants[tenant].ready) {
            self.groups[group].state = GroupState::Waiting;
            self.advance(group);
        }
    }

    /// Stops a group at its first record, which stays unacknowledged in this invocation.
    pub(super) fn stop_group(&mut self, group: usize, first: usize) {
        self.groups[group].state = GroupState::Stopped;
        self.window.close_after(first);
        self.cancel_group(group, Cause::OrderStopped);
    }

    /// Empties a group that stopped.
    pub(super) fn cancel_group(&mut self, group: usize, cause: Cause) {
        for index in std::mem::take(&mut self.groups[group].queue) {
            if let RecordState::Admitted(tenant) = self.records[index] {
                self.cancelled.push((index, self.tenants[tenant].gave_up.unwrap_or(cause)));
            }
        }
    }

    /// Admitted records of stopped groups, which are not sent any more, and why.
    pub(crate) fn cancelled(&self) -> &[(usize, Cause)] {
        &self.cancelled
    }

    /// Admitted records that are still in a group, and why nothing more is sent for their tenant, if that is so.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = (usize, Option<Cause>)> {
        self.groups.iter().flat_map(|group| group.queue.iter()).filter_map(|&index| {
            match self.records[index] {
                RecordState::Admitted(tenant) => Some((index, self.tenants[tenant].gave_up)),
                RecordState::AwaitsQuarantine | RecordState::Quarantined | RecordState::StaysUnacked => None,
            }
        })
    }
}
