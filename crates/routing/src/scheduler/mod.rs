//! The scheduler: which records may be sent next, for which tenant, and how many at once. Pure: the time is an argument.
//!
//! Each record is in one *ordering group*. Where the source is ordered, there is one group for each order key; its records
//! may belong to several tenants, and only the first of them may be sent. Elsewhere there is one group for each tenant. A
//! *tenant queue* holds the groups whose first record is this tenant's and may be sent. Tenants take turns, one sub-batch
//! each, so that a tenant with ten records never waits behind one with ten thousand.
//!
//! Modules, in reading order: `state`, what is kept; `build`, the scheduler of a batch; `sub_batch`, the next sub-batch of
//! a tenant; `cancel`, what is not sent any more; `checkpoint_window`, which records of a stream may be sent.

mod build;
mod cancel;
mod checkpoint_window;
mod state;
mod sub_batch;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use sources::Order;

use self::checkpoint_window::CheckpointWindow;
use self::state::{GroupState, OrderingGroup, RecordState, SchedulerLimits, TenantQueue};
use crate::outcome::Cause;

pub(crate) use self::state::SubBatch;

/// What follows for a tenant after an attempt that did not run.
pub(crate) enum AfterNotRun {
    /// It may be tried again at this time.
    BackOffUntil(Duration),
    /// Nothing more is sent for it in this invocation.
    GiveUp(Cause),
}

/// The schedule of one batch.
pub(crate) struct Scheduler {
    order: Order,
    limits: SchedulerLimits,
    records: Vec<RecordState>,
    /// Each record's length, in bytes.
    bytes: Vec<usize>,
    /// Each record's ordering group.
    group_of: Vec<usize>,
    groups: Vec<OrderingGroup>,
    tenants: Vec<TenantQueue>,
    running: usize,
    /// Tenants that may send now, each once, in the order of their turns.
    ready_tenants: VecDeque<usize>,
    backing_off: BinaryHeap<Reverse<(Duration, usize)>>,
    cancelled: Vec<(usize, Cause)>,
    window: CheckpointWindow,
    /// Groups that wait for the probed records.
    behind_probe: Vec<usize>,
    /// The end of the window when `behind_probe` was last looked at.
    seen_end: usize,
}

impl Scheduler {
    /// The next sub-batch to send, if one may be sent now.
    pub(crate) fn next_sub_batch(&mut self, now: Duration) -> Option<SubBatch> {
        if self.window.end() != self.seen_end {
            self.seen_end = self.window.end();
            self.release_behind_probe();
        }
        while let Some(&Reverse((at, tenant))) = self.backing_off.peek()
            && at <= now
        {
            self.backing_off.pop();
            if self.tenants[tenant].backoff_until == Some(at) {
                self.tenants[tenant].backoff_until = None;
                self.enqueue_if_ready(tenant);
            }
        }
        if self.running >= self.limits.in_flight {
            return None;
        }
        while let Some(tenant) = self.ready_tenants.pop_front() {
            self.tenants[tenant].is_queued = false;
            let sub_batch = self.take_sub_batch(tenant);
            if !sub_batch.indexes.is_empty() {
                self.running += 1;
                self.tenants[tenant].running += 1;
                self.enqueue_if_ready(tenant);
                return Some(sub_batch);
            }
        }
        None
    }

    /// When a tenant that backs off may be tried again. A tenant whose records are all outside the window is left out.
    pub(crate) fn next_retry(&mut self) -> Option<Duration> {
        while let Some(&Reverse((at, tenant))) = self.backing_off.peek() {
            let mut firsts =
                self.tenants[tenant].ready.iter().filter_map(|&group| self.groups[group].queue.front());
            if firsts.any(|&first| !self.window.excludes(first)) {
                return Some(at);
            }
            // Another of its groups may later have a first record that can be sent. It is added again then.
            self.backing_off.pop();
        }
        None
    }

    /// Ends a sub-batch. `unacked` are those of its records that have no acknowledgement.
    pub(crate) fn finish(&mut self, sub_batch: &SubBatch, unacked: impl Iterator<Item = usize>) {
        let mut acked = sub_batch.indexes.len();
        for index in unacked {
            acked -= 1;
            self.window.close_after(index);
            if self.order != Order::Unordered {
                let group = self.group_of[index];
                self.groups[group].state = GroupState::Stopped;
            }
        }
        let tenant = self.end_invoke(sub_batch);
        self.tenants[tenant].failures = 0;
        for &group in &sub_batch.groups {
            if self.groups[group].state == GroupState::InFlight {
                self.groups[group].state = GroupState::Waiting;
            }
            self.advance(group);
        }
        self.enqueue_if_ready(tenant);
        self.window.acked(acked);
    }

    /// How many attempts in a row did not run for the sub-batch's tenant, this one included. Attempts that fail side by side,
    /// before the tenant has backed off, count once.
    pub(crate) fn count_failure(&mut self, sub_batch: &SubBatch) -> u32 {
        let tenant = &mut self.tenants[sub_batch.tenant];
        if tenant.backoff_until.is_none() {
            tenant.failures += 1;
        }
        tenant.failures
    }

    /// Ends a sub-batch that did not run: returns its records to the front of their groups.
    pub(crate) fn return_records(&mut self, sub_batch: &SubBatch, then: AfterNotRun) {
        let tenant = self.end_invoke(sub_batch);
        for &index in sub_batch.indexes.iter().rev() {
            let group = self.group_of[index];
            self.groups[group].queue.push_front(index);
        }
        for &group in sub_batch.groups.iter().rev() {
            if self.groups[group].state != GroupState::Ready {
                self.groups[group].state = GroupState::Ready;
                self.tenants[tenant].ready.push_front(group);
            }
        }
        // It may be queued already, where several of its Invokes run side by side.
        if std::mem::take(&mut self.tenants[tenant].is_queued) {
            self.ready_tenants.retain(|&queued| queued != tenant);
        }
        match (then, self.tenants[tenant].gave_up) {
            (AfterNotRun::BackOffUntil(at), None) => {
                let at = self.tenants[tenant].backoff_until.map_or(at, |other| other.max(at));
                self.tenants[tenant].backoff_until = Some(at);
                self.backing_off.push(Reverse((at, tenant)));
            }
            (AfterNotRun::GiveUp(cause), None) | (_, Some(cause)) => self.give_up(tenant, cause),
        }
    }

    /// Lets the group of a rejected record go on, because the quarantine has the record.
    pub(crate) fn quarantined(&mut self, index: usize) {
        self.set_state(index, RecordState::Quarantined);
        // It is inside the window, or it would not have been sent to the quarantine yet.
        self.window.acked(1);
    }

    /// Stops the group of a rejected record, because the quarantine does not have the record.
    pub(crate) fn not_quarantined(&mut self, index: usize) {
        self.set_state(index, RecordState::Failed);
    }

    /// Whether all records before a rejected record in its group are acknowledged, or rejected too. A record that is admitted
    /// and not acknowledged, even one that is being sent, may be rejected when it is redelivered, and has to come first then.
    pub(crate) fn is_next_in_group(&self, index: usize) -> bool {
        let OrderingGroup { queue, state } = &self.groups[self.group_of[index]];
        let before = queue.iter().take_while(|&&other| other != index);
        *state != GroupState::InFlight
            && queue.contains(&index)
            && before.copied().all(|other| {
                matches!(self.records[other], RecordState::Quarantining | RecordState::Quarantined)
            })
    }

    /// Records before this position may be sent now. Only a stream bounds it.
    pub(crate) fn window_end(&self) -> usize {
        self.window.end()
    }

    /// Whether the source is a stream. There one unacknowledged record stops all records behind it, so a retry is worth the wait.
    pub(crate) fn is_stream(&self) -> bool {
        self.window.is_stream()
    }

    /// Whether the quarantine does not have this rejected record yet.
    pub(crate) fn is_quarantining(&self, index: usize) -> bool {
        matches!(self.records[index], RecordState::Quarantining)
    }

    fn set_state(&mut self, index: usize, state: RecordState) {
        self.records[index] = state;
        let group = self.group_of[index];
        if self.groups[group].state == GroupState::Waiting && self.groups[group].queue.front() == Some(&index)
        {
            self.advance(group);
        }
    }

    fn release_behind_probe(&mut self) {
        for group in std::mem::take(&mut self.behind_probe) {
            if self.groups[group].state == GroupState::BehindProbe {
                self.groups[group].state = GroupState::Waiting;
                self.advance(group);
            }
        }
    }

    fn end_invoke(&mut self, sub_batch: &SubBatch) -> usize {
        self.running -= 1;
        self.tenants[sub_batch.tenant].running -= 1;
        sub_batch.tenant
    }

    /// Puts a group into the queue of its first record's tenant, unless the group is stopped or has to wait.
    fn advance(&mut self, group: usize) {
        while let Some(&first) = self.groups[group].queue.front() {
            match self.records[first] {
                _ if self.groups[group].state == GroupState::Stopped => {
                    return self.cancel_group(group, Cause::OrderStopped);
                }
                RecordState::Quarantined => {
                    self.groups[group].queue.pop_front();
                }
                RecordState::Quarantining => return,
                RecordState::Failed => {
                    self.groups[group].state = GroupState::Stopped;
                    self.window.close_after(first);
                }
                RecordState::Admitted(tenant) if self.tenants[tenant].gave_up.is_some() => {
                    self.groups[group].state = GroupState::Stopped;
                    self.window.close_after(first);
                }
                RecordState::Admitted(_) if first >= self.window.end() && !self.window.excludes(first) => {
                    self.groups[group].state = GroupState::BehindProbe;
                    return self.behind_probe.push(group);
                }
                RecordState::Admitted(tenant) => {
                    if self.groups[group].state != GroupState::Ready {
                        self.groups[group].state = GroupState::Ready;
                        self.tenants[tenant].ready.push_back(group);
                    }
                    return self.enqueue_if_ready(tenant);
                }
            }
        }
    }

    /// Queues a tenant for its next turn, if it may send.
    fn enqueue_if_ready(&mut self, tenant: usize) {
        let queue = &mut self.tenants[tenant];
        let may_send = queue.gave_up.is_none()
            && queue.backoff_until.is_none()
            && queue.running < self.limits.per_tenant
            && !queue.ready.is_empty();
        if may_send && !queue.is_queued {
            queue.is_queued = true;
            self.ready_tenants.push_back(tenant);
        } else if let Some(at) = queue.backoff_until
            && !queue.ready.is_empty()
        {
            self.backing_off.push(Reverse((at, tenant)));
        }
    }
}
