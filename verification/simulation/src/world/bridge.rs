//! The queue of a bridge, between the stream's router and the router that drains it.
//!
//! It is a FIFO queue. It acknowledges a message with a deduplication id of the last five minutes, but does not keep it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use aws_model::sqs::Sent;
use futures_util::future::select;
use routing::bridge::BridgeMessage;

use super::event_source::{EventSource, InvocationResult, Next};
use super::fifo::Fifo;
use super::received::ReceivedRecord;
use super::state::World;
use crate::history::{Event, TimedEvent};
use crate::plan::Plan;
use crate::plan::bridge::COPIES;

pub(crate) struct BridgeQueue {
    fifo: RefCell<Fifo>,
    /// The record of each message that the queue ever stored.
    stored: RefCell<Vec<usize>>,
    groups: RefCell<Vec<String>>,
    /// The wakers of the tasks that wait for a change.
    waiting: RefCell<Vec<Waker>>,
    /// The number of changes so far.
    changes: Cell<usize>,
    /// The number of pollers that may still send messages.
    pub(super) senders: Cell<usize>,
}

/// The bridge at one end of a world.
pub(super) struct Link {
    pub(super) queue: Rc<BridgeQueue>,
    /// The world behind the bridge, for the world in front of it.
    pub(super) behind: Option<Rc<World>>,
}

/// What the queue did with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// It stored the message.
    New,
    /// It had a message of the record already.
    Known,
    /// It took the message for a duplicate of another record's, and did not store it.
    Mistaken,
}

impl BridgeQueue {
    /// Returns an empty queue. The plan is that of the router behind it.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            fifo: RefCell::new(Fifo::new(plan)),
            stored: RefCell::default(),
            groups: RefCell::default(),
            waiting: RefCell::default(),
            changes: Cell::default(),
            senders: Cell::default(),
        }
    }

    /// Puts a message of a record into the queue. `behind` is the world in which it is received.
    pub(super) fn put(&self, behind: &World, message: &BridgeMessage, record: usize) -> Put {
        let mut stored = self.stored.borrow_mut();
        let copies = stored.iter().filter(|&&other| other == record).count();
        if copies == COPIES {
            // Only a router with a bug gets here, and an invariant has detected it by then.
            return Put::Known;
        }
        let number = copies * (behind.plan.records.len() / COPIES) + record;
        let (group, now) = (self.group(&message.group), behind.time.now());
        match self.fifo.borrow_mut().queue.send(number, group, now, Some(&message.deduplication)) {
            Sent::Duplicate(original) => {
                let original = usize::try_from(original).ok().and_then(|original| stored.get(original));
                return if original == Some(&record) { Put::Known } else { Put::Mistaken };
            }
            Sent::New => stored.push(record),
        }
        behind.log(Event::Bridged { record: number });
        self.wake_waiters();
        Put::New
    }

    fn group(&self, name: &str) -> usize {
        let mut groups = self.groups.borrow_mut();
        groups.iter().position(|known| known == name).unwrap_or_else(|| {
            groups.push(name.to_owned());
            groups.len() - 1
        })
    }

    /// Notes that a poller that sent messages has ended.
    pub(super) fn sender_ended(&self) {
        self.senders.set(self.senders.get() - 1);
        self.wake_waiters();
    }

    fn wake_waiters(&self) {
        self.changes.set(self.changes.get() + 1);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    /// Waits until the queue changes, or until `at`.
    pub(super) async fn wait(&self, world: &World, at: Option<Duration>) {
        let before = self.changes.get();
        let change = poll_fn(|context| {
            if self.changes.get() > before {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        });
        match at {
            None => change.await,
            Some(at) => {
                select(pin!(change), pin!(world.time.sleep_until(at))).await;
            }
        }
    }
}

/// The event source of the router behind the bridge.
pub(super) struct Drain(pub(super) Rc<BridgeQueue>);

impl EventSource for Drain {
    fn receive(&mut self, world: &World, poller: usize) -> Next {
        match self.0.fifo.borrow_mut().receive(world, poller) {
            Next::Done if self.0.senders.get() > 0 => Next::Idle,
            next => next,
        }
    }

    fn invocation_ended(
        &mut self,
        world: &World,
        poller: usize,
        batch: &[ReceivedRecord],
        ending: &InvocationResult,
    ) {
        self.0.fifo.borrow_mut().invocation_ended(world, poller, batch, ending);
        // Messages of a group may become available.
        self.0.wake_waiters();
    }
}

/// Returns the messages that the bridge's queue took, each with its time.
pub(crate) fn taken(events: &[TimedEvent]) -> impl Iterator<Item = (usize, Duration)> {
    events.iter().filter_map(|timed| match timed.event {
        Event::Bridged { record } => Some((record, timed.at)),
        _ => None,
    })
}
