//! The next sub-batch of a tenant: as many of its records as fit into one Invoke, in order.

use sources::{Order, sub_batch};

use super::state::GroupsPerInvoke;
use super::{GroupState, RecordState, Scheduler, SubBatch};
use crate::outcome::Cause;

impl Scheduler {
    /// Takes from the tenant's groups what fits into one Invoke.
    pub(super) fn take_sub_batch(&mut self, tenant: usize) -> SubBatch {
        let mut sub_batch = SubBatch {
            admitted: self.tenants[tenant].admitted.clone(),
            indexes: Vec::new(),
            tenant,
            groups: Vec::new(),
        };
        let (mut bytes, open_until) = (0, self.window.open_until());
        while let Some(&group) = self.tenants[tenant].ready.front() {
            if self.groups[group].queue.front().is_some_and(|&first| self.window.is_closed(first)) {
                self.tenants[tenant].ready.pop_front();
                self.groups[group].state = GroupState::Stopped;
                self.cancel_group(group, Cause::BehindCheckpoint);
                continue;
            }
            let before = sub_batch.indexes.len();
            while let Some(&index) = self.groups[group].queue.front()
                && matches!(self.records[index], RecordState::Admitted(owner) if owner == tenant)
                && sub_batch.indexes.len() < self.limits.max_records
                && index < open_until
            {
                let grown = match bytes {
                    0 => sub_batch::len_of_one(self.bytes[index]),
                    _ => bytes + sub_batch::len_of_another(self.bytes[index]),
                };
                // Admission rejected every single record that is too large, so the first one always fits.
                if bytes > 0 && grown > self.limits.max_bytes {
                    break;
                }
                bytes = grown;
                sub_batch.indexes.push(index);
                self.groups[group].queue.pop_front();
            }
            if sub_batch.indexes.len() == before {
                break;
            }
            sub_batch.groups.push(group);
            self.groups[group].state = match self.order {
                Order::ByKey | Order::ByKeyWithinTenant => GroupState::InFlight,
                Order::Unordered if self.groups[group].queue.is_empty() => GroupState::Waiting,
                Order::Unordered => break,
            };
            self.tenants[tenant].ready.pop_front();
            if self.limits.groups == GroupsPerInvoke::One {
                break;
            }
        }
        sub_batch.indexes.sort_unstable();
        sub_batch
    }
}
