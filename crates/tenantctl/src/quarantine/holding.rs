//! The messages that are held: nobody else receives them, for as long as this runs, and no longer.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::time::{Duration, Instant};

use super::handing::Received;
use super::message::Held;
use super::queue::Queue;
use crate::error::CommandError;

/// What a process that was killed keeps from others, it keeps for so long.
pub(crate) const HOLD_SECONDS: u16 = 60;

/// After so many pages without anything new, one after the other, there is no use in going on. A queue gives the same
/// message twice now and then, and many where they could not be kept: each page of these hides ten of them.
const KNOWN_PAGES: u32 = 100;

/// The messages of one queue that are held.
pub(crate) struct Holding<'q> {
    queue: &'q Queue,
    seconds: u16,
    held: RefCell<BTreeMap<String, Hold>>,
    /// Every message that was ever held here: none is worked on twice in one run.
    met: RefCell<HashSet<String>>,
    /// So many pages in a row had nothing new.
    known_pages: Cell<u32>,
}

/// What the queue gave.
pub(crate) enum Page {
    /// Messages that were not held before; none where those that it gave had been. Others may stand behind these.
    Some(Vec<Held>),
    /// It has none to give.
    Nothing,
    /// It goes on giving what is held already, so that more cannot be seen.
    Known,
}

struct Hold {
    handle: String,
    until: Instant,
}

impl<'q> Holding<'q> {
    pub(crate) fn new(queue: &'q Queue, seconds: u16) -> Self {
        let (held, met, known_pages) = (RefCell::default(), RefCell::default(), Cell::new(0));
        Self { queue, seconds, held, met, known_pages }
    }

    pub(crate) const fn queue(&self) -> &Queue {
        self.queue
    }

    /// Some messages that were not held before.
    pub(crate) async fn receive(&self) -> Result<Page, CommandError> {
        // As of before the request: SQS's clock starts no earlier.
        let until = Instant::now() + self.hold();
        let received = self.queue.receive(self.seconds.into()).await?;
        if received.is_empty() {
            return Ok(Page::Nothing);
        }
        let mut new = Vec::with_capacity(received.len());
        for message in received {
            let hold = Hold { handle: message.handle.clone(), until };
            self.held.borrow_mut().insert(message.id.clone(), hold);
            if self.met.borrow_mut().insert(message.id.clone()) {
                new.push(message);
            }
        }
        let mut known = self.known_pages.get();
        known = if new.is_empty() { known + 1 } else { 0 };
        self.known_pages.set(known);
        Ok(if known < KNOWN_PAGES { Page::Some(new) } else { Page::Known })
    }

    /// The beginning of a message's way.
    pub(crate) fn received(&self, message: &Held) -> Received {
        match self.held.borrow().get(&message.id) {
            Some(hold) => Received::new(hold.handle.clone(), hold.until),
            None => message.received(Instant::now()),
        }
    }

    /// A message is gone.
    pub(crate) fn deleted(&self, id: &str) {
        self.held.borrow_mut().remove(id);
    }

    /// Does some work, and keeps what is held out of others' sight meanwhile.
    pub(crate) async fn during<F: Future>(&self, work: F) -> F::Output {
        // On the heap: calls of the SDK are large.
        let mut work = Box::pin(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(self.hold() / 4) => self.keep().await,
            }
        }
    }

    /// Keeps what is held for longer, where its time is half up.
    pub(crate) async fn keep(&self) {
        let now = Instant::now();
        let soon = now + self.hold() / 2;
        let ending: Vec<(String, String)> = {
            let held = self.held.borrow();
            let ending = held.iter().filter(|(_, hold)| hold.until < soon);
            ending.map(|(id, hold)| (id.clone(), hold.handle.clone())).collect()
        };
        let handles: Vec<String> = ending.iter().map(|(_, handle)| handle.clone()).collect();
        let kept = self.queue.hide(&handles, self.seconds.into()).await;
        let mut held = self.held.borrow_mut();
        for ((id, handle), _) in ending.into_iter().zip(kept).filter(|(_, kept)| *kept) {
            if let Some(hold) = held.get_mut(&id).filter(|hold| hold.handle == handle) {
                hold.until = now + self.hold();
            }
        }
    }

    /// Gives everything back at once; how many could not be.
    pub(crate) async fn give_back(&self) -> usize {
        let now = Instant::now();
        // What is not held any more is back already, or somebody else's.
        let held = std::mem::take(&mut *self.held.borrow_mut());
        let handles: Vec<String> =
            held.into_values().filter(|hold| hold.until > now).map(|hold| hold.handle).collect();
        self.queue.hide(&handles, 0).await.into_iter().filter(|done| !done).count()
    }

    fn hold(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}
