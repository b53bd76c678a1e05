//! The messages that are held: nobody else receives them, for as long as this runs, and no longer.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::time::{Duration, Instant};

use super::transfer::ReceivedMessage;
use super::message::HeldMessage;
use super::queue::QueueClient;
use crate::error::CommandError;

/// What a process that was killed keeps from others, it keeps for so long.
pub(crate) const HOLD_SECONDS: u16 = 60;

/// After so many pages without anything new, one after the other, there is no use in going on. A queue gives the same
/// message twice now and then, and many where they could not be kept: each page of these hides ten of them.
const KNOWN_PAGES: u32 = 100;

/// The messages of one queue that are held.
pub(crate) struct MessageHolds<'q> {
    queue: &'q QueueClient,
    seconds: u16,
    held: RefCell<BTreeMap<String, MessageHold>>,
    /// Every message that was ever held here: none is worked on twice in one run.
    seen: RefCell<HashSet<String>>,
    /// So many pages in a row had nothing new.
    known_pages: Cell<u32>,
}

/// What the queue gave.
pub(crate) enum ReceivedPage {
    /// Messages that were not held before; none where those that it gave had been. Others may stand behind these.
    New(Vec<HeldMessage>),
    /// It has none to give.
    Empty,
    /// It goes on giving what is held already, so that more cannot be seen.
    OnlyKnown,
}

struct MessageHold {
    receipt_handle: String,
    until: Instant,
}

impl<'q> MessageHolds<'q> {
    pub(crate) fn new(queue: &'q QueueClient, seconds: u16) -> Self {
        let (held, seen, known_pages) = (RefCell::default(), RefCell::default(), Cell::new(0));
        Self { queue, seconds, held, seen, known_pages }
    }

    pub(crate) const fn queue(&self) -> &QueueClient {
        self.queue
    }

    /// Some messages that were not held before.
    pub(crate) async fn receive(&self) -> Result<ReceivedPage, CommandError> {
        // As of before the request: SQS's clock starts no earlier.
        let until = Instant::now() + self.duration();
        let received = self.queue.receive(self.seconds.into()).await?;
        if received.is_empty() {
            return Ok(ReceivedPage::Empty);
        }
        let mut new = Vec::with_capacity(received.len());
        for message in received {
            let hold = MessageHold { receipt_handle: message.receipt_handle.clone(), until };
            self.held.borrow_mut().insert(message.id.clone(), hold);
            if self.seen.borrow_mut().insert(message.id.clone()) {
                new.push(message);
            }
        }
        let mut known = self.known_pages.get();
        known = if new.is_empty() { known + 1 } else { 0 };
        self.known_pages.set(known);
        Ok(if known < KNOWN_PAGES { ReceivedPage::New(new) } else { ReceivedPage::OnlyKnown })
    }

    /// The beginning of a message's way.
    pub(crate) fn start_transfer(&self, message: &HeldMessage) -> ReceivedMessage {
        match self.held.borrow().get(&message.id) {
            Some(hold) => ReceivedMessage::new(hold.receipt_handle.clone(), hold.until),
            None => message.to_received(Instant::now()),
        }
    }

    /// A message is gone.
    pub(crate) fn forget(&self, id: &str) {
        self.held.borrow_mut().remove(id);
    }

    /// Does some work, and keeps what is held out of others' sight meanwhile.
    pub(crate) async fn hold_during<F: Future>(&self, work: F) -> F::Output {
        // On the heap: calls of the SDK are large.
        let mut work = Box::pin(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(self.duration() / 4) => self.extend().await,
            }
        }
    }

    /// Keeps what is held for longer, where its time is half up.
    pub(crate) async fn extend(&self) {
        let now = Instant::now();
        let soon = now + self.duration() / 2;
        let ending: Vec<(String, String)> = {
            let held = self.held.borrow();
            let ending = held.iter().filter(|(_, hold)| hold.until < soon);
            ending.map(|(id, hold)| (id.clone(), hold.receipt_handle.clone())).collect()
        };
        let receipt_handles: Vec<String> = ending.iter().map(|(_, receipt_handle)| receipt_handle.clone()).collect();
        let kept = self.queue.change_visibility(&receipt_handles, self.seconds.into()).await;
        let mut held = self.held.borrow_mut();
        for ((id, receipt_handle), _) in ending.into_iter().zip(kept).filter(|(_, kept)| *kept) {
            if let Some(hold) = held.get_mut(&id).filter(|hold| hold.receipt_handle == receipt_handle) {
                hold.until = now + self.duration();
            }
        }
    }

    /// Gives everything back at once; how many could not be.
    pub(crate) async fn release_all(&self) -> usize {
        let now = Instant::now();
        // What is not held any more is back already, or somebody else's.
        let held = std::mem::take(&mut *self.held.borrow_mut());
        let receipt_handles: Vec<String> =
            held.into_values().filter(|hold| hold.until > now).map(|hold| hold.receipt_handle).collect();
        self.queue.change_visibility(&receipt_handles, 0).await.into_iter().filter(|done| !done).count()
    }

    fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}
