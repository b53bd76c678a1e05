//! What lanes are made of: records' places, the tracks that they stand on, and one tenant's lane.

use std::collections::VecDeque;
use std::time::Duration;

use tenancy::Admitted;

use crate::ledger::Cause;

/// One tenant's records for one Invoke.
pub(crate) struct SubBatch {
    pub(crate) admitted: Admitted,
    /// Positions in the batch, ascending.
    pub(crate) indexes: Vec<usize>,
    pub(crate) lane: usize,
    /// The tracks that they stood on.
    pub(crate) tracks: Vec<usize>,
}

/// A record's place, seen from its track.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// In this tenant's lane once it is at the front.
    Lane(usize),
    /// Rejected: its track waits until the quarantine has it.
    Aside,
    /// Rejected and quarantined: its track goes on without it.
    Passed,
    /// Not settled, and nothing more will be done for it: its track stops.
    Stop,
}

/// Records in the order in which they may be sent.
#[derive(Default)]
pub(crate) struct Track {
    pub(crate) queue: VecDeque<usize>,
    pub(crate) state: State,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// Empty, or its front waits for the quarantine.
    #[default]
    Waiting,
    /// In the lane of its front's tenant.
    Ready,
    /// Its front may not be sent yet: the gate is shut.
    Held,
    /// Its order is promised and some of its records are under way.
    Busy,
    /// Nothing of it is sent any more.
    Stopped,
}

pub(crate) struct Lane {
    pub(crate) admitted: Admitted,
    /// Tracks that may be sent, their front being this tenant's.
    pub(crate) ready: VecDeque<usize>,
    pub(crate) running: usize,
    /// Attempts in a row that did not run.
    pub(crate) failures: u32,
    pub(crate) asleep_until: Option<Duration>,
    /// Nothing more is sent for this tenant in this invocation, and why.
    pub(crate) rested: Option<Cause>,
    /// It is in the ring.
    pub(crate) listed: bool,
}

impl Lane {
    pub(crate) fn of(admitted: &Admitted) -> Self {
        Self {
            admitted: admitted.clone(),
            ready: VecDeque::new(),
            running: 0,
            failures: 0,
            asleep_until: None,
            rested: None,
            listed: false,
        }
    }
}

/// What bounds dispatch.
pub(crate) struct Limits {
    pub(crate) in_flight: usize,
    pub(crate) per_tenant: usize,
    pub(crate) max_records: usize,
    pub(crate) max_bytes: usize,
    pub(crate) tracks: Tracks,
}

/// How many tracks may share an Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tracks {
    Any,
    /// A bridge's message group alone: a backend of a stream names the first record that failed, and all behind it in
    /// the sub-batch is handed out again. In other groups that would bring good records closer to the dead-letter queue.
    One,
}
