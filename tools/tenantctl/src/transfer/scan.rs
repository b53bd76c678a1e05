//! Reads a queue page by page, and reports how much of it was seen.

use std::future::Future;

use super::context::QueueContext;
use super::holds::{MessageHolds, ReceivedPage};
use super::message::HeldMessage;
use super::scan_stats::{ForeignMessage, ScanEnd, ScanStats, list_caveats};
use crate::error::CommandError;

/// A scan ends after this many consecutive pages with only messages that were sent after it started.
const MAX_NEWER_PAGES: usize = 10;

/// What a command reads from the messages of a queue.
pub(crate) trait MessageReader {
    /// A message that the command selects, with what it read from it.
    type Found;

    /// Reads a message; `None` if the command does not select it.
    ///
    /// # Errors
    /// Why the message is not one that the command can read.
    fn read(&self, message: HeldMessage) -> impl Future<Output = Result<Option<Self::Found>, String>>;

    /// Returns about how many bytes of memory the record of the message takes once it is loaded.
    fn record_bytes(found: &Self::Found) -> usize;
}

/// A pass over the visible messages of a queue. The messages stay hidden from other consumers meanwhile.
pub(crate) struct QueueScan<'a, R> {
    pub(crate) queue: &'a QueueContext,
    pub(crate) reader: &'a R,
    pub(crate) holds: MessageHolds<'a>,
    pub(crate) stats: ScanStats,
    /// The messages that were sent later are skipped; in milliseconds since 1970, by this machine's clock.
    newest_millis: u64,
    /// Number of consecutive pages with only messages that were sent later.
    newer_pages: usize,
}

impl<'a, R: MessageReader> QueueScan<'a, R> {
    pub(crate) fn new(queue: &'a QueueContext, reader: &'a R, hold_seconds: u16, newest_millis: u64) -> Self {
        let holds = MessageHolds::new(&queue.queue, hold_seconds);
        Self { queue, reader, holds, stats: ScanStats::default(), newest_millis, newer_pages: 0 }
    }

    /// Receives one page and returns the messages in it that the command selects, which may be none; `None` at the end.
    pub(crate) async fn next_page(&mut self) -> Result<Option<Vec<R::Found>>, CommandError> {
        if self.queue.stop.is_requested() {
            self.stats.end = ScanEnd::Interrupted;
            return Ok(None);
        }
        self.holds.extend().await;
        let page = match self.holds.receive().await? {
            ReceivedPage::New(page) => page,
            ReceivedPage::Empty => {
                self.stats.finish_empty(&self.queue.queue, &self.queue.attributes).await;
                return Ok(None);
            }
            ReceivedPage::OnlyKnown => {
                self.stats.end = ScanEnd::OnlyKnown;
                return Ok(None);
            }
        };
        let is_older =
            |message: &HeldMessage| message.sent_millis().is_none_or(|sent| sent <= self.newest_millis);
        let (page, arrived) = page.into_iter().partition::<Vec<_>, _>(is_older);
        self.stats.arrived += arrived.len();
        if !page.is_empty() {
            self.newer_pages = 0;
        } else if !arrived.is_empty() {
            self.newer_pages += 1;
        }
        if self.newer_pages == MAX_NEWER_PAGES {
            self.stats.end = ScanEnd::OnlyNewer;
            return Ok(None);
        }
        self.stats.seen += page.len();
        self.queue.progress.show(|| format!("{} messages looked at", self.stats.seen));
        let mut selected = Vec::new();
        for message in page {
            let message_id = message.id.clone();
            match self.holds.hold_during(self.reader.read(message)).await {
                Ok(found) => selected.extend(found),
                Err(why) => self.stats.foreign.push(ForeignMessage { message_id, why }),
            }
        }
        Ok(Some(selected))
    }

    /// Makes all messages visible again. Returns what was seen, and what the operator must know about it.
    pub(crate) async fn end(self) -> (ScanStats, Vec<String>) {
        let not_released = self.holds.release_all().await;
        self.queue.progress.clear();
        let QueueContext { queue, attributes, .. } = self.queue;
        let caveats = list_caveats(attributes, queue.kind(), &self.stats, not_released);
        (self.stats, caveats)
    }
}
