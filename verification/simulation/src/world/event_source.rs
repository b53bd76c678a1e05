//! What a source does, and what it sees of an invocation.

use std::time::Duration;

use aws_model::response::ItemFailures;

use super::received::ReceivedRecord;
use super::state::World;
use crate::history::FailedItem;

/// The behaviour of a source, apart from its events.
pub(crate) trait EventSource {
    /// Returns the next batch for this poller.
    fn receive(&mut self, world: &World, poller: usize) -> Next;

    /// Handles the result of the invocation with a batch.
    fn invocation_ended(
        &mut self,
        world: &World,
        poller: usize,
        batch: &[ReceivedRecord],
        ending: &InvocationResult,
    );
}

/// What a source has for a poller.
pub(crate) enum Next {
    Batch(Vec<ReceivedRecord>),
    /// Nothing before this time.
    Wait(Duration),
    /// Nothing before the source changes.
    Idle,
    /// Nothing more.
    Done,
}

/// The result of an invocation, as its source sees it.
pub(crate) enum InvocationResult {
    Responded(Vec<FailedItem>),
    Failed,
}

impl InvocationResult {
    /// Returns the failures that the source reads.
    pub(super) fn failures(&self) -> ItemFailures<usize> {
        let Self::Responded(named) = self else { return ItemFailures::WholeBatch };
        let record = |named: &FailedItem| match named {
            FailedItem::Record(record) => Some(*record),
            FailedItem::WholeBatch | FailedItem::Unknown => None,
        };
        named.iter().map(record).collect::<Option<_>>().map_or(ItemFailures::WholeBatch, ItemFailures::Listed)
    }
}

/// What becomes of the environment after an invocation.
pub(crate) enum EnvironmentState {
    StaysWarm,
    Gone,
}
