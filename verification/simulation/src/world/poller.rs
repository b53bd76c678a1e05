//! A poller of the source: it invokes an execution environment with one batch after the other, and passes the responses
//! to the source.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::bridge::Link;
use super::environment::Environment;
use super::event_source::{EnvironmentState, EventSource, Next};
use super::state::World;

pub(super) async fn poll(
    world: &Rc<World>,
    link: Option<&Link>,
    source: &RefCell<Box<dyn EventSource>>,
    number: usize,
) {
    let mut environment = Environment::start(world, link);
    loop {
        let next = source.borrow_mut().receive(world, number);
        match next {
            Next::Done => return,
            Next::Wait(at) => wait(world, link, Some(at)).await,
            Next::Idle => wait(world, link, None).await,
            Next::Batch(batch) => {
                let (ending, after) = environment.invoke(&batch).await;
                source.borrow_mut().invocation_ended(world, number, &batch, &ending);
                if matches!(after, EnvironmentState::Gone) {
                    environment = Environment::start(world, link);
                }
            }
        }
    }
}

/// Waits until `at`, or until a message comes over the bridge.
async fn wait(world: &World, link: Option<&Link>, at: Option<Duration>) {
    match (link, at) {
        (Some(Link { queue, behind: None }), at) => queue.wait(world, at).await,
        (_, Some(at)) => world.time.sleep_until(at).await,
        (_, None) => std::future::pending().await,
    }
}
