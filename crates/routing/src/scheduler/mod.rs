//! The scheduler: which records may be sent next, for which tenant, and how many at once. Pure: the time is an argument.
//!
//! Each record is in one *ordering group*. The order of the source decides what a group is:
//!
//! - `ByKey` (FIFO queue): one group for each order key, that is each message group. It holds records of all tenants.
//! - `ByKeyWithinTenant` (stream): one group for each order key of each tenant.
//! - `Unordered`: one group for each tenant.
//!
//! In the last two, each record without a tenant is a group of its own: no other record waits for it. Only the records at a
//! group's front that belong to one tenant may be sent, together, in one Invoke.
//!
//! A *tenant queue* holds the groups whose first record is this tenant's and may be sent. Tenants take turns, one sub-batch
//! each, so that a tenant with ten records never waits behind one with ten thousand.
//!
//! Modules, in reading order: `state`, what is kept; `build`, the scheduler of a batch; `sub_batch`, the next sub-batch of
//! a tenant; `cancel`, what is not sent any more; `checkpoint_window`, for which records of a stream the window is open.

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
    /// Invokes in flight, of all tenants.
    in_flight: usize,
    /// Tenants that may send now, each once, in the order of their turns.
    ready_tenants: VecDeque<usize>,
    /// Ends of backoffs, each with its tenant, the earliest first. An entry may be outdated: only one that equals the tenant's
    /// `backoff_until` counts.
    backing_off: BinaryHeap<Reverse<(Duration, usize)>>,
    /// Admitted records of stopped groups, each with its cause.
    cancelled: Vec<(usize, Cause)>,
    window: CheckpointWindow,
    /// Groups that wait for the probed records.
    behind_probe: Vec<usize>,
    /// Where the window ended when `behind_probe` was last looked at.
    seen_open_until: usize,
}

impl Scheduler {
    /// The next sub-batch to send, if one may be sent now.
    pub(crate) fn next_sub_batch(&mut self, now: Duration) -> Option<SubBatch> {
        if self.window.open_until() != self.seen_open_until {
            self.seen_open_until = self.window.open_until();
            self.release_behind_probe();
        }
        while let Some(&Reverse((at, tenant))) = self.backing_off.peek()
            && at <= now
        {
            self.backing_off.pop();
            if self.tenants[tenant].backoff_until == Some(at) {
                self.tenants[tenant].backoff_until = None;
                self.schedule_tenant(tenant);
            }
        }
        if self.in_flight >= self.limits.in_flight {
            return None;
        }
        while let Some(tenant) = self.ready_tenants.pop_front() {
            self.tenants[tenant].is_queued = false;
            let sub_batch = self.take_sub_batch(tenant);
            if !sub_batch.indexes.is_empty() {
                self.in_flight += 1;
                self.tenants[tenant].in_flight += 1;
                self.schedule_tenant(tenant);
                return Some(sub_batch);
            }
        }
        None
    }

    /// When the next backoff ends. A tenant is left out if the window is closed for the first record of all its ready groups.
    pub(crate) fn next_backoff_end(&mut self) -> Option<Duration> {
        while let Some(&Reverse((at, tenant))) = self.backing_off.peek() {
            let mut firsts =
                self.tenants[tenant].ready.iter().filter_map(|&group| self.groups[group].queue.front());
            if firsts.any(|&first| !self.window.is_closed(first)) {
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
        self.schedule_tenant(tenant);
        self.window.acked(acked);
    }

    /// Counts an attempt that did not run, and returns how many in a row there were for the sub-batch's tenant, this one
    /// included. Attempts that fail side by side, before the tenant has backed off, count once. The count starts again from 0
    /// with each Invoke of the tenant that ends otherwise (`finish`).
    pub(crate) fn count_failure(&mut self, sub_batch: &SubBatch) -> u32 {
        let tenant = &mut self.tenants[sub_batch.tenant];
        if tenant.backoff_until.is_none() {
            tenant.failures += 1;
        }
        tenant.failures
    }

    /// Ends a sub-batch that did not run: returns its records to the front of their groups, in their order. If this invocation
    /// gave up on the tenant in the meantime, that stays so.
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
        match self.tenants[tenant].gave_up.map_or(then, AfterNotRun::GiveUp) {
            AfterNotRun::BackOffUntil(at) => {
                let at = self.tenants[tenant].backoff_until.map_or(at, |other| other.max(at));
                self.tenants[tenant].backoff_until = Some(at);
                self.backing_off.push(Reverse((at, tenant)));
            }
            AfterNotRun::GiveUp(cause) => self.give_up(tenant, cause),
        }
    }

    /// Lets the ordering group of a rejected record go on, because the quarantine has the record.
    pub(crate) fn pass(&mut self, index: usize) {
        self.set_state(index, RecordState::Quarantined);
        // The window was open for it, or it would not have been sent to the quarantine yet.
        self.window.acked(1);
    }

    /// Stops the ordering group of a rejected record, because the quarantine does not have the record.
    pub(crate) fn stop_at(&mut self, index: usize) {
        self.set_state(index, RecordState::StaysUnacked);
    }

    /// Whether all records before a rejected record in its ordering group are acknowledged, or rejected too. A record that is
    /// admitted and not acknowledged, even one in flight, may be rejected when it is redelivered, and has to come first then.
    /// Always true where each rejected record is a group of its own; never true in a group that stopped.
    pub(crate) fn follows_only_rejected(&self, index: usize) -> bool {
        let OrderingGroup { queue, state } = &self.groups[self.group_of[index]];
        let before = queue.iter().take_while(|&&other| other != index);
        *state != GroupState::InFlight
            && queue.contains(&index)
            && before.copied().all(|other| {
                matches!(self.records[other], RecordState::AwaitsQuarantine | RecordState::Quarantined)
            })
    }

    /// The checkpoint window is open for the records before this position.
    pub(crate) fn open_until(&self) -> usize {
        self.window.open_until()
    }

    /// Whether the checkpoint window is open for a record. For a queue it always is.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.window.is_open(index)
    }

    /// Whether the source is a stream. There one unacknowledged record stops all records behind it, so a retry is worth the wait.
    pub(crate) fn is_stream(&self) -> bool {
        self.window.is_stream()
    }

    /// Whether the quarantine may still take this rejected record. Only the preview asks.
    pub(crate) fn awaits_quarantine(&self, index: usize) -> bool {
        matches!(self.records[index], RecordState::AwaitsQuarantine)
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
        self.in_flight -= 1;
        self.tenants[sub_batch.tenant].in_flight -= 1;
        sub_batch.tenant
    }

    /// Decides what a group does next: it becomes ready in the queue of its first record's tenant, waits, or stops.
    fn advance(&mut self, group: usize) {
        if self.groups[group].state == GroupState::Stopped {
            return self.cancel_group(group, Cause::OrderStopped);
        }
        while let Some(&first) = self.groups[group].queue.front() {
            match self.records[first] {
                RecordState::Quarantined => {
                    self.groups[group].queue.pop_front();
                }
                RecordState::AwaitsQuarantine => return,
                RecordState::StaysUnacked => return self.stop_group(group, first),
                RecordState::Admitted(tenant) if self.tenants[tenant].gave_up.is_some() => {
                    return self.stop_group(group, first);
                }
                RecordState::Admitted(_) if self.window.waits_for_probe(first) => {
                    self.groups[group].state = GroupState::BehindProbe;
                    return self.behind_probe.push(group);
                }
                RecordState::Admitted(tenant) => {
                    if self.groups[group].state != GroupState::Ready {
                        self.groups[group].state = GroupState::Ready;
                        self.tenants[tenant].ready.push_back(group);
                    }
                    return self.schedule_tenant(tenant);
                }
            }
        }
    }

    /// Queues a tenant for its next turn if it may send now, or else for the end of its backoff.
    fn schedule_tenant(&mut self, tenant: usize) {
        let queue = &mut self.tenants[tenant];
        let may_send = queue.gave_up.is_none()
            && queue.backoff_until.is_none()
            && queue.in_flight < self.limits.per_tenant
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
