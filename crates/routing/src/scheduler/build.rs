//! The scheduler of a batch: the ordering group and the tenant queue of each record.

use std::collections::{BinaryHeap, HashMap, VecDeque};

use sources::{Batch, FailureSemantics, Order};

use super::Scheduler;
use super::checkpoint_window::CheckpointWindow;
use super::state::{GroupsPerInvoke, OrderingGroup, RecordState, SchedulerLimits, TenantQueue};
use crate::admission::Admission;
use crate::policy::{DeliveryPolicy, OnReject, Payload};
use crate::ports::Invocation;
use crate::tenant_index::TenantIndex;

impl Scheduler {
    /// Puts every record into its ordering group. Rejected records are in a group too. In a `ByKey` source the records behind
    /// one may go on once the quarantine has it; elsewhere none are behind it. `probe`: how many records at the start of the
    /// batch are tried alone.
    pub(crate) fn new(
        batch: &Batch<'_>,
        admissions: &[Admission<'_>],
        tenants: &TenantIndex<'_>,
        policy: &DeliveryPolicy,
        on_reject: OnReject,
        probe: usize,
    ) -> Self {
        let mut scheduler = Self::empty(batch, tenants, policy, probe);
        let mut group_of: HashMap<GroupKey<'_>, usize> = HashMap::new();
        let mut group_of_tenant: Vec<Option<usize>> = vec![None; scheduler.tenants.len()];
        for (index, (record, admission)) in batch.records.iter().zip(admissions).enumerate() {
            let state = match (tenants.tenant_of[index], admission, on_reject) {
                (Some(tenant), ..) => RecordState::Admitted(tenant),
                (None, Admission::Rejected(_), OnReject::Quarantine) => RecordState::AwaitsQuarantine,
                (None, ..) => RecordState::StaysUnacked,
            };
            let new_group = scheduler.groups.len();
            let group = match (batch.order, state) {
                (Order::ByKey, _) => {
                    *group_of.entry(GroupKey::OrderKey(record.order_key())).or_insert(new_group)
                }
                (Order::ByKeyWithinTenant, RecordState::Admitted(tenant)) => {
                    *group_of.entry(GroupKey::OfTenant(tenant, record.order_key())).or_insert(new_group)
                }
                (Order::Unordered, RecordState::Admitted(tenant)) => {
                    *group_of_tenant[tenant].get_or_insert(new_group)
                }
                // Where the order is a tenant's, or there is none, no record waits behind one without a tenant.
                (Order::Unordered | Order::ByKeyWithinTenant, _) => new_group,
            };
            if group == new_group {
                scheduler.groups.push(OrderingGroup::default());
            }
            scheduler.groups[group].queue.push_back(index);
            scheduler.records.push(state);
            scheduler.bytes.push(record.raw().len());
            scheduler.group_of.push(group);
        }
        for group in 0..scheduler.groups.len() {
            scheduler.advance(group);
        }
        scheduler
    }

    fn empty(batch: &Batch<'_>, tenants: &TenantIndex<'_>, policy: &DeliveryPolicy, probe: usize) -> Self {
        let records = batch.records.len();
        let window = CheckpointWindow::new(batch, probe);
        Self {
            order: batch.order,
            limits: limits(batch, policy),
            records: Vec::with_capacity(records),
            bytes: Vec::with_capacity(records),
            group_of: Vec::with_capacity(records),
            groups: Vec::new(),
            tenants: tenants.admitted.iter().map(|admitted| TenantQueue::new(admitted)).collect(),
            in_flight: 0,
            ready_tenants: VecDeque::new(),
            backing_off: BinaryHeap::new(),
            cancelled: Vec::new(),
            behind_probe: Vec::new(),
            seen_open_until: window.open_until(),
            window,
        }
    }
}

#[derive(PartialEq, Eq, Hash)]
enum GroupKey<'a> {
    OrderKey(Option<&'a str>),
    OfTenant(usize, Option<&'a str>),
}

fn limits(batch: &Batch<'_>, policy: &DeliveryPolicy) -> SchedulerLimits {
    SchedulerLimits {
        in_flight: policy.in_flight.get(),
        per_tenant: match batch.order {
            // The records of a bridge are sent one by one, and each waits for the record before it with the same order key.
            _ if policy.invocation == Invocation::Bridged => policy.in_flight.get(),
            Order::ByKey | Order::ByKeyWithinTenant => 1,
            Order::Unordered => policy.per_tenant.get(),
        },
        max_records: match policy.payload {
            Payload::Record | Payload::Original => 1,
            Payload::Event => policy.max_records.get(),
        },
        max_bytes: policy.max_payload_bytes(),
        groups: match (batch.order, batch.failure_semantics) {
            (Order::ByKey, FailureSemantics::FromLowest) => GroupsPerInvoke::One,
            _ => GroupsPerInvoke::Any,
        },
    }
}
