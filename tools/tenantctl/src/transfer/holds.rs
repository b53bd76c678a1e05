//! Keeps received messages hidden from other consumers for as long as the command runs, and no longer.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::time::{Duration, Instant};

use super::message::HeldMessage;
use super::queue::QueueClient;
use super::state::ReceivedMessage;
use crate::error::CommandError;

/// The default visibility timeout of received messages, in seconds. If the process is killed, its messages stay hidden
/// for at most this long.
pub(crate) const HOLD_SECONDS: u16 = 60;

/// Parses `--hold-seconds`. A shorter timeout could end during a request; a longer one would delay other consumers too
/// much after tenantctl was killed.
pub(crate) fn hold_seconds_parser() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(3..=3600)
}

/// A scan ends after this many consecutive pages without a new message. A queue returns a message twice now and then,
/// and it returns many again if their timeouts could not be extended; each page can hide ten of these.
const MAX_KNOWN_PAGES: u32 = 100;

/// The visibility timeouts of the messages that were received from one queue.
pub(crate) struct MessageHolds<'q> {
    queue: &'q QueueClient,
    seconds: u16,
    held: RefCell<BTreeMap<String, MessageHold>>,
    /// The ids of all messages that were ever received: no message is processed twice in one run.
    seen: RefCell<HashSet<String>>,
    /// Number of consecutive pages without a new message.
    known_pages: Cell<u32>,
}

/// What one receive request returned.
pub(crate) enum ReceivedPage {
    /// Messages that were not seen before. It is empty if all of the page were seen already; more may follow.
    New(Vec<HeldMessage>),
    /// The queue returned no message.
    Empty,
    /// The queue returned only messages that were seen already, for too many pages.
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

    /// Receives messages, and returns those that were not seen before.
    pub(crate) async fn receive(&self) -> Result<ReceivedPage, CommandError> {
        // SQS starts the visibility timeout after the request is sent, so this moment is never too late.
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
        Ok(if known < MAX_KNOWN_PAGES { ReceivedPage::New(new) } else { ReceivedPage::OnlyKnown })
    }

    /// Starts the transfer of a message, with its newest receipt handle.
    pub(crate) fn start_transfer(&self, message: &HeldMessage) -> ReceivedMessage {
        match self.held.borrow().get(&message.id) {
            Some(hold) => ReceivedMessage::new(hold.receipt_handle.clone(), hold.until),
            None => message.to_received(Instant::now()),
        }
    }

    /// Forgets a message that was deleted from the queue.
    pub(crate) fn forget(&self, id: &str) {
        self.held.borrow_mut().remove(id);
    }

    /// Runs `work`, and extends the visibility timeouts meanwhile.
    pub(crate) async fn hold_during<F: Future>(&self, work: F) -> F::Output {
        // The futures of SDK calls are large, so they go to the heap.
        let mut work = Box::pin(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(self.duration() / 4) => self.extend().await,
            }
        }
    }

    /// Extends the visibility timeouts of which more than half has passed.
    pub(crate) async fn extend(&self) {
        let now = Instant::now();
        let soon = now + self.duration() / 2;
        let ending: Vec<(String, String)> = {
            let held = self.held.borrow();
            let ending = held.iter().filter(|(_, hold)| hold.until < soon);
            ending.map(|(id, hold)| (id.clone(), hold.receipt_handle.clone())).collect()
        };
        let receipt_handles: Vec<String> =
            ending.iter().map(|(_, receipt_handle)| receipt_handle.clone()).collect();
        let kept = self.queue.change_visibility(&receipt_handles, self.seconds.into()).await;
        let mut held = self.held.borrow_mut();
        for ((id, receipt_handle), _) in ending.into_iter().zip(kept).filter(|(_, kept)| *kept) {
            if let Some(hold) = held.get_mut(&id).filter(|hold| hold.receipt_handle == receipt_handle) {
                hold.until = now + self.duration();
            }
        }
    }

    /// Makes all messages visible again. Returns how many could not be made visible.
    pub(crate) async fn release_all(&self) -> usize {
        let now = Instant::now();
        // A message whose timeout has passed is visible already, or another consumer has it.
        let held = std::mem::take(&mut *self.held.borrow_mut());
        let receipt_handles: Vec<String> =
            held.into_values().filter(|hold| hold.until > now).map(|hold| hold.receipt_handle).collect();
        self.queue.change_visibility(&receipt_handles, 0).await.into_iter().filter(|done| !done).count()
    }

    fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }
}
