//! The bridge's queue: what a stream's router puts in, and another one takes out. It is a FIFO queue as any other; what
//! has a deduplication id that it has had within five minutes, it acknowledges and does not keep [Amazon SQS developer
//! guide, "Exactly-once processing in Amazon SQS"].

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::future::select;
use routing::bridge::BridgeMessage;

use super::fifo::{DEDUPLICATION, Fifo};
use super::poller::{InvocationResult, EventSource, ReceivedRecord, Next};
use super::{World, queue};
use crate::history::Event;
use crate::plan::bridge::COPIES;

#[derive(Default)]
pub(crate) struct Bridge {
    fifo: RefCell<Fifo>,
    /// Deduplication ids, when each was taken, and with which record.
    known: RefCell<Vec<(String, Duration, usize)>>,
    groups: RefCell<Vec<String>>,
    /// Who waits for the next message, and how many there were.
    waiting: RefCell<Vec<Waker>>,
    arrivals: Cell<usize>,
    /// How many still put in.
    pub(super) senders: Cell<usize>,
}

/// What the queue did with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// It has it now.
    New,
    /// It had it already.
    Known,
    /// It takes it for another record's, and has it not.
    Mistaken,
}

impl Bridge {
    /// Puts in a record; `behind`: the world in which it is taken out.
    pub(super) fn put(&self, behind: &World, message: &BridgeMessage, record: usize) -> Put {
        let now = behind.time.now();
        let mut known = self.known.borrow_mut();
        let same = |(id, at, _): &&(String, Duration, usize)| {
            *id == message.deduplication && now < *at + DEDUPLICATION
        };
        if let Some((_, _, of)) = known.iter().find(same) {
            return if *of == record { Put::Known } else { Put::Mistaken };
        }
        let mut fifo = self.fifo.borrow_mut();
        let copies = fifo.messages.iter().filter(|other| behind.plan.origin(other.record) == record).count();
        if copies == COPIES {
            // Only a router that is wrong gets here, and it has been found by then.
            return Put::Known;
        }
        known.push((message.deduplication.clone(), now, record));
        let number = copies * (behind.plan.records.len() / COPIES) + record;
        fifo.messages.push(queue::Message::of(number, self.group(&message.group), now));
        behind.log(Event::Bridged { record: number });
        self.ring();
        Put::New
    }

    fn group(&self, name: &str) -> usize {
        let mut groups = self.groups.borrow_mut();
        groups.iter().position(|known| known == name).unwrap_or_else(|| {
            groups.push(name.to_owned());
            groups.len() - 1
        })
    }

    /// One who put in has come to its end.
    pub(super) fn leave(&self) {
        self.senders.set(self.senders.get() - 1);
        self.ring();
    }

    fn ring(&self) {
        self.arrivals.set(self.arrivals.get() + 1);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    /// Waits until something comes, or until `at`.
    pub(super) async fn wait(&self, world: &World, at: Option<Duration>) {
        let before = self.arrivals.get();
        let arrival = poll_fn(|context| {
            if self.arrivals.get() > before {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        });
        match at {
            None => arrival.await,
            Some(at) => {
                select(pin!(arrival), pin!(world.time.sleep_until(at))).await;
            }
        }
    }
}

/// The end at which messages are taken out.
pub(super) struct Drain(pub(super) Rc<Bridge>);

impl EventSource for Drain {
    fn receive(&mut self, world: &World, poller: usize) -> Next {
        match self.0.fifo.borrow_mut().receive(world, poller) {
            Next::Done if self.0.senders.get() > 0 => Next::Idle,
            next => next,
        }
    }

    fn invocation_ended(&mut self, world: &World, poller: usize, batch: &[ReceivedRecord], ending: &InvocationResult) {
        self.0.fifo.borrow_mut().invocation_ended(world, poller, batch, ending);
        // What the messages of a group waited for may be gone.
        self.0.ring();
    }
}
