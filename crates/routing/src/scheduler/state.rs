//! What the scheduler keeps: the state of each record, of each ordering group and of each tenant.

use std::collections::VecDeque;
use std::time::Duration;

use tenancy::Admitted;

use crate::outcome::Cause;

/// One tenant's records for one Invoke.
pub(crate) struct SubBatch {
    pub(crate) admitted: Admitted,
    /// Positions in the batch, ascending.
    pub(crate) indexes: Vec<usize>,
    /// The tenant, as a position in the batch's `TenantIndex`.
    pub(super) tenant: usize,
    /// The ordering groups that the records come from.
    pub(super) groups: Vec<usize>,
}

/// The state of a record within its ordering group.
#[derive(Clone, Copy)]
pub(super) enum RecordState {
    /// It is sent for this tenant once it is the first of its group.
    Admitted(usize),
    /// It is rejected: its group waits until the quarantine has it.
    AwaitsQuarantine,
    /// The quarantine has it: its group goes on without it.
    Quarantined,
    /// It stays unacknowledged in this invocation: its group stops. It was not taken by the quarantine, or is left to the
    /// source's redrive policy, deferred or postponed, or its admission panicked.
    StaysUnacked,
}

/// Records in the order in which they may be sent.
#[derive(Default)]
pub(super) struct OrderingGroup {
    pub(super) queue: VecDeque<usize>,
    pub(super) state: GroupState,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum GroupState {
    /// Empty, or its first record waits for the quarantine, or `advance` is about to decide.
    #[default]
    Waiting,
    /// In the queue of its first record's tenant.
    Ready,
    /// Its first record is behind the records that are probed.
    BehindProbe,
    /// Some of the group's records are being sent (ordered sources only: in others the next ones may be sent meanwhile).
    InFlight,
    /// Nothing of it is sent any more.
    Stopped,
}

/// What may be sent for one tenant, and when.
pub(super) struct TenantQueue {
    pub(super) admitted: Admitted,
    /// Groups whose first record is this tenant's and may be sent.
    pub(super) ready: VecDeque<usize>,
    /// Invokes of this tenant in flight.
    pub(super) in_flight: usize,
    /// Attempts in a row that did not run.
    pub(super) failures: u32,
    pub(super) backoff_until: Option<Duration>,
    /// Why nothing more is sent for this tenant in this invocation, if that is so.
    pub(super) gave_up: Option<Cause>,
    /// It is in the scheduler's `ready_tenants`.
    pub(super) is_queued: bool,
}

impl TenantQueue {
    pub(super) fn new(admitted: &Admitted) -> Self {
        Self {
            admitted: admitted.clone(),
            ready: VecDeque::new(),
            in_flight: 0,
            failures: 0,
            backoff_until: None,
            gave_up: None,
            is_queued: false,
        }
    }
}

/// What bounds the sub-batches.
pub(super) struct SchedulerLimits {
    pub(super) in_flight: usize,
    pub(super) per_tenant: usize,
    pub(super) max_records: usize,
    pub(super) max_bytes: usize,
    pub(super) groups: GroupsPerInvoke,
}

/// How many ordering groups may share an Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupsPerInvoke {
    Any,
    /// One message group of a bridge. The backend of a stream names the first record that failed, and all records after it in
    /// the sub-batch are retried. In other groups that would bring good records closer to the dead-letter queue.
    One,
}
