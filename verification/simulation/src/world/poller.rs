//! A poller of the source: it invokes an execution environment with one batch after the other, and passes the responses
//! to the source.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use aws_model::response::ItemFailures;

use super::World;
use super::environment::Environment;
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

/// A record of a batch, and how often it was received, this time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedRecord {
    pub(crate) record: usize,
    pub(crate) receives: u32,
    /// Its message group, where it has one.
    pub(crate) group: usize,
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

pub(crate) async fn poll(world: Rc<World>, source: &RefCell<Box<dyn EventSource>>, number: usize) {
    let mut environment = Environment::start(&world);
    loop {
        let next = source.borrow_mut().receive(&world, number);
        match next {
            Next::Done => return,
            Next::Wait(at) => world.wait(Some(at)).await,
            Next::Idle => world.wait(None).await,
            Next::Batch(batch) => {
                let (ending, after) = environment.invoke(&batch).await;
                source.borrow_mut().invocation_ended(&world, number, &batch, &ending);
                if matches!(after, EnvironmentState::Gone) {
                    environment = Environment::start(&world);
                }
            }
        }
    }
}
