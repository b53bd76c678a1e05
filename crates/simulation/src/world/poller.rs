//! A poller of the source: hands batch after batch to an execution environment, and the answers back.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::World;
use super::environment::Environment;
use crate::history::FailedItem;

/// What a source does, apart from its events.
pub(crate) trait EventSource {
    /// The next batch for this poller.
    fn receive(&mut self, world: &World, poller: usize) -> Next;

    /// A batch's invocation is over.
    fn invocation_ended(&mut self, world: &World, poller: usize, batch: &[ReceivedRecord], ending: &InvocationResult);
}

/// A record that is handed out, and how often it was, this time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedRecord {
    pub(crate) record: usize,
    pub(crate) receives: u32,
    /// Its message group, where it has one.
    pub(crate) group: usize,
}

/// What there is for a poller.
pub(crate) enum Next {
    Batch(Vec<ReceivedRecord>),
    /// Nothing before this time.
    Wait(Duration),
    /// Nothing before something comes.
    Idle,
    /// Nothing ever again.
    Done,
}

/// How an invocation ended, as its source sees it.
pub(crate) enum InvocationResult {
    Answered(Vec<FailedItem>),
    Failed,
}

/// What becomes of the environment.
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
