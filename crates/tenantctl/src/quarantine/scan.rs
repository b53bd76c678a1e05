//! Looking through a quarantine, page by page, and what can be said about how much of it was seen.

use serde::Serialize;

use super::context::{QuarantineContext, FoundRecord, now_millis};
use super::holds::{MessageHolds, ReceivedPage};
use super::message::HeldMessage;
use super::outgoing::QueueKind;
use super::queue::{QueueAttributes, QueueClient};
use super::text::clean;
use crate::error::CommandError;

/// After so many pages in a row with nothing but messages that arrived meanwhile, a look ends.
const MAX_NEWER_PAGES: usize = 10;

/// A message that is no rejected record, or none that can be understood.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ForeignMessage {
    pub(crate) message_id: String,
    pub(crate) why: String,
}

/// How the look ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ScanEnd {
    /// The queue had no more to give.
    #[default]
    Empty,
    /// For a while there were only messages that had arrived meanwhile.
    OnlyNewer,
    /// It went on giving what had been seen already.
    OnlyKnown,
    /// As much was seen as was wanted.
    LimitReached,
    /// It was interrupted.
    Interrupted,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScanStats {
    /// All messages.
    pub(crate) seen: usize,
    pub(crate) foreign: Vec<ForeignMessage>,
    /// Messages that were sent after the look began: what was just replayed and rejected again is among them, and
    /// would be replayed for ever.
    pub(crate) arrived: usize,
    pub(crate) end: ScanEnd,
    /// So many that SQS counted, about, it did not give out.
    pub(crate) unseen: u64,
}

/// A look through what nobody else holds.
pub(crate) struct QueueScan<'a> {
    pub(crate) context: &'a QuarantineContext,
    pub(crate) holds: &'a MessageHolds<'a>,
    pub(crate) stats: ScanStats,
    /// When it began, in milliseconds since 1970.
    started_millis: u64,
    /// Pages in a row with nothing but messages that arrived meanwhile.
    newer_pages: usize,
}

impl<'a> QueueScan<'a> {
    pub(crate) fn new(context: &'a QuarantineContext, holds: &'a MessageHolds<'a>) -> Self {
        Self { context, holds, stats: ScanStats::default(), started_millis: now_millis(), newer_pages: 0 }
    }

    /// The next records that were asked for; maybe none of a page. `None` at the end.
    pub(crate) async fn next_page(&mut self) -> Result<Option<Vec<FoundRecord>>, CommandError> {
        if self.context.stop.is_requested() {
            self.stats.end = ScanEnd::Interrupted;
            return Ok(None);
        }
        self.holds.extend().await;
        let page = match self.holds.receive().await? {
            ReceivedPage::New(page) => page,
            ReceivedPage::Empty => {
                self.stats.finish_empty(&self.context.queue, &self.context.attributes).await;
                return Ok(None);
            }
            ReceivedPage::OnlyKnown => {
                self.stats.end = ScanEnd::OnlyKnown;
                return Ok(None);
            }
        };
        let (page, arrived) = page.into_iter().partition::<Vec<_>, _>(|message| self.is_older(message));
        self.stats.arrived += arrived.len();
        self.newer_pages = if page.is_empty() { self.newer_pages + 1 } else { 0 };
        if self.newer_pages == MAX_NEWER_PAGES {
            self.stats.end = ScanEnd::OnlyNewer;
            return Ok(None);
        }
        self.stats.seen += page.len();
        self.context.progress.show(|| format!("{} messages looked at", self.stats.seen));
        let mut found = Vec::new();
        for message in page {
            let message_id = message.id.clone();
            match self.holds.hold_during(self.context.read_message(message)).await {
                Ok(Some(record)) => found.push(record),
                Ok(None) => {}
                Err(why) => self.stats.foreign.push(ForeignMessage { message_id, why }),
            }
        }
        Ok(Some(found))
    }

    /// Whether a message was there when the look began, by this machine's clock.
    fn is_older(&self, message: &HeldMessage) -> bool {
        message.sent_millis().is_none_or(|sent| sent <= self.started_millis)
    }

    /// Whether all was seen that there was to see, or that was wanted.
    pub(crate) fn is_complete(&self, executed: bool) -> bool {
        self.stats.is_complete(self.context.queue.kind(), executed)
    }

    /// What has to be known of how much of the queue was seen.
    pub(crate) fn caveats(&self, not_released: usize) -> Vec<String> {
        list_caveats(&self.context.attributes, self.context.queue.kind(), &self.stats, not_released)
    }
}

impl ScanStats {
    /// The queue has no more to give. Where it counted more, others may have taken them meanwhile: it is asked again.
    pub(crate) async fn finish_empty(&mut self, queue: &QueueClient, before: &QueueAttributes) {
        self.end = ScanEnd::Empty;
        let given = u64::try_from(self.seen + self.arrived).unwrap_or(u64::MAX);
        self.unseen = before.visible.saturating_sub(given);
        if self.unseen > 0 {
            // Where it does not say, what it said before holds.
            let now = queue.fetch_attributes().await.map_or(self.unseen, |now| now.visible);
            self.unseen = self.unseen.min(now);
        }
    }

    /// Whether all was seen that there was to see, or that was wanted. The rest of a FIFO queue's groups cannot be seen
    /// before the first of each are gone, so a dry run (not `executed`) lacks none of it.
    pub(crate) fn is_complete(&self, kind: QueueKind, executed: bool) -> bool {
        match self.end {
            ScanEnd::LimitReached => true,
            ScanEnd::OnlyKnown | ScanEnd::OnlyNewer | ScanEnd::Interrupted => false,
            ScanEnd::Empty => self.unseen == 0 || (kind == QueueKind::Fifo && !executed),
        }
    }
}

/// Pure. `stuck`: how many messages could not be given back.
pub(crate) fn list_caveats(attributes: &QueueAttributes, kind: QueueKind, stats: &ScanStats, not_released: usize) -> Vec<String> {
    let mut caveats = Vec::new();
    let QueueAttributes { visible, in_flight, .. } = *attributes;
    let seen = stats.seen;
    match stats.end {
        ScanEnd::Interrupted => caveats.push("interrupted: there may be more".to_owned()),
        ScanEnd::OnlyNewer => caveats.push("only newer messages were given out: there may be older ones".to_owned()),
        ScanEnd::LimitReached => caveats.push("as many as were wanted: there may be more".to_owned()),
        ScanEnd::OnlyKnown => caveats.push(
            "the queue went on giving out what had been seen already: there may be more; scan again, with a longer \
             --hold-seconds"
                .to_owned(),
        ),
        ScanEnd::Empty if stats.unseen > 0 => caveats.push(match kind {
            QueueKind::Standard => format!("SQS counted attributes {visible} messages and gave out {seen}: scan again"),
            QueueKind::Fifo => format!(
                "SQS counted attributes {visible} messages and gave out {seen}: of each message group a FIFO queue \
                 gives out ten at most before these are gone"
            ),
        }),
        ScanEnd::Empty => {}
    }
    if stats.arrived > 0 {
        let arrived = stats.arrived;
        caveats.push(format!("{arrived} messages came back or arrived while this ran, and were left"));
    }
    if in_flight > 0 {
        caveats.push(format!("attributes {in_flight} messages were message by somebody else, and could not be seen"));
    }
    if let Some(max) = attributes.max_receives {
        caveats.push(format!(
            "the queue gives messages up after {max} receives, and each scan is one: take its redrive policy away"
        ));
    }
    if not_released > 0 {
        caveats.push(format!(
            "{not_released} messages could not be given back: others see them when their hold runs out"
        ));
    }
    caveats
}

/// Lines about messages that are no rejected records.
pub(crate) fn format_foreign(foreign: &[ForeignMessage]) -> String {
    let lines = foreign
        .iter()
        .map(|ForeignMessage { message_id, why }| format!("  {}: {}\n", clean(message_id), clean(why)));
    match foreign.len() {
        0 => String::new(),
        count => {
            let heading = format!("{count} messages are no rejected records, and are left alone:\n");
            heading + &lines.collect::<String>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(visible: u64, in_flight: u64) -> QueueAttributes {
        QueueAttributes { visible, in_flight, ..QueueAttributes::default() }
    }

    fn stats(seen: usize, end: ScanEnd) -> ScanStats {
        ScanStats { seen, end, ..ScanStats::default() }
    }

    #[test]
    fn a_look_that_saw_all_needs_no_caveat() {
        assert!(list_caveats(&attributes(3, 0), QueueKind::Standard, &stats(3, ScanEnd::Empty), 0).is_empty());
    }

    #[test]
    fn what_may_not_have_been_seen_is_told_with_the_cause() {
        let said = |attributes: &QueueAttributes, kind, stats: &ScanStats| list_caveats(attributes, kind, stats, 0).join("\n");
        let unseen = |unseen| ScanStats { unseen, ..stats(3, ScanEnd::Empty) };
        assert!(said(&attributes(5, 0), QueueKind::Standard, &unseen(2)).contains("attributes 5"));
        assert!(said(&attributes(50, 0), QueueKind::Fifo, &unseen(47)).contains("message group"));
        assert!(said(&attributes(3, 2), QueueKind::Standard, &stats(3, ScanEnd::Empty)).contains("message by somebody else"));
        assert!(said(&attributes(9, 0), QueueKind::Standard, &stats(3, ScanEnd::Interrupted)).contains("interrupted"));
        assert!(said(&attributes(9, 0), QueueKind::Standard, &stats(3, ScanEnd::LimitReached)).contains("may be more"));
        let arrived = ScanStats { arrived: 4, ..stats(3, ScanEnd::OnlyNewer) };
        assert!(said(&attributes(3, 0), QueueKind::Standard, &arrived).contains("4 messages came back or arrived"));
        assert!(said(&attributes(9, 0), QueueKind::Standard, &stats(9, ScanEnd::OnlyKnown)).contains("--hold-seconds"));
        let redrive = QueueAttributes { max_receives: Some(5), ..attributes(3, 0) };
        assert!(said(&redrive, QueueKind::Standard, &stats(3, ScanEnd::Empty)).contains("after 5 receives"));
    }

    #[test]
    fn a_look_is_complete_only_where_nothing_can_be_left_that_it_was_to_see() {
        let is_complete =
            |unseen, end, kind, executed| ScanStats { unseen, ..stats(5, end) }.is_complete(kind, executed);
        assert!(is_complete(0, ScanEnd::Empty, QueueKind::Standard, true));
        assert!(is_complete(1, ScanEnd::LimitReached, QueueKind::Standard, true));
        assert!(!is_complete(1, ScanEnd::Empty, QueueKind::Standard, false));
        assert!(
            !is_complete(1, ScanEnd::Empty, QueueKind::Fifo, true) && is_complete(1, ScanEnd::Empty, QueueKind::Fifo, false)
        );
        assert!(!is_complete(0, ScanEnd::OnlyKnown, QueueKind::Standard, true));
        assert!(!is_complete(0, ScanEnd::Interrupted, QueueKind::Standard, true));
    }
}
