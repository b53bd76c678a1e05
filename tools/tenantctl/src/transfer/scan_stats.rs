//! How much of a queue a command has seen, and what the operator must know about it.

use serde::Serialize;

use super::outgoing::QueueKind;
use super::queue::{QueueAttributes, QueueClient};
use crate::text::clean;

/// A message that is not a rejected record, or that this version cannot read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ForeignMessage {
    pub(crate) message_id: String,
    pub(crate) why: String,
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ScanEnd {
    /// The queue returned no more messages.
    #[default]
    Empty,
    /// The queue returned only messages that were sent after the scan started.
    OnlyNewer,
    /// The queue returned only messages that were seen already.
    OnlyKnown,
    /// The requested number of records was reached.
    LimitReached,
    /// The operator interrupted the scan.
    Interrupted,
}

/// What a scan has seen so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScanStats {
    /// All messages that were there when the scan started.
    pub(crate) seen: usize,
    pub(crate) foreign: Vec<ForeignMessage>,
    /// Messages that were sent after the scan started. They are skipped.
    pub(crate) arrived: usize,
    pub(crate) end: ScanEnd,
    /// Approximate number of messages that SQS counted and did not return.
    pub(crate) unseen: u64,
}

impl ScanStats {
    /// Records that the queue returned no more messages. If it had counted more, it is asked for its count again,
    /// because other consumers may have deleted messages meanwhile.
    pub(crate) async fn finish_empty(&mut self, queue: &QueueClient, before: &QueueAttributes) {
        self.end = ScanEnd::Empty;
        let given = u64::try_from(self.seen + self.arrived).unwrap_or(u64::MAX);
        self.unseen = before.visible.saturating_sub(given);
        if self.unseen > 0 {
            // If the request fails, the earlier count holds.
            let now = queue.fetch_attributes().await.map_or(self.unseen, |now| now.visible);
            self.unseen = self.unseen.min(now);
        }
    }

    /// Returns whether the scan saw everything that it could see, or as much as was requested. In a FIFO queue, a dry
    /// run (not `executed`) can only see the first messages of each group, so the others do not count as missing.
    pub(crate) fn is_complete(&self, kind: QueueKind, executed: bool) -> bool {
        match self.end {
            ScanEnd::LimitReached => true,
            ScanEnd::OnlyKnown | ScanEnd::OnlyNewer | ScanEnd::Interrupted => false,
            ScanEnd::Empty => self.unseen == 0 || (kind == QueueKind::Fifo && !executed),
        }
    }
}

/// Lists what the operator must know about a scan. `not_released` is the number of messages that could not be made
/// visible again.
pub(crate) fn list_caveats(
    attributes: &QueueAttributes,
    kind: QueueKind,
    stats: &ScanStats,
    not_released: usize,
) -> Vec<String> {
    let mut caveats = Vec::new();
    let QueueAttributes { visible, in_flight, .. } = *attributes;
    let seen = stats.seen;
    match stats.end {
        ScanEnd::Interrupted => caveats.push("interrupted: there may be more".to_owned()),
        ScanEnd::OnlyNewer => caveats.push("SQS returned only messages newer than this run: there may be older ones".to_owned()),
        ScanEnd::LimitReached => caveats.push("the --limit was reached: there may be more".to_owned()),
        ScanEnd::OnlyKnown => caveats.push(
            "SQS returned only messages that were seen already: there may be more; run again, with a larger \
             --hold-seconds"
                .to_owned(),
        ),
        ScanEnd::Empty if stats.unseen > 0 => caveats.push(match kind {
            QueueKind::Standard => format!("SQS counted about {visible} messages and returned {seen}: run again"),
            QueueKind::Fifo => format!(
                "SQS counted about {visible} messages and returned {seen}: a FIFO queue returns at most ten messages \
                 of a message group until these are deleted"
            ),
        }),
        ScanEnd::Empty => {}
    }
    if stats.arrived > 0 {
        let arrived = stats.arrived;
        caveats.push(format!("{arrived} messages came back or arrived during this run, and were left"));
    }
    if in_flight > 0 {
        caveats.push(format!(
            "about {in_flight} messages were in flight for another consumer, and could not be seen"
        ));
    }
    if let Some(max) = attributes.max_receives {
        caveats.push(format!(
            "the queue moves messages to a dead-letter queue after {max} receives, and each command that reads it \
             counts as one: remove its redrive policy"
        ));
    }
    if not_released > 0 {
        caveats.push(format!(
            "{not_released} messages could not be made visible again: they become visible when their visibility \
             timeout ends"
        ));
    }
    caveats
}

/// Formats the list of messages that are not rejected records.
pub(crate) fn format_foreign(foreign: &[ForeignMessage]) -> String {
    let lines = foreign
        .iter()
        .map(|ForeignMessage { message_id, why }| format!("  {}: {}\n", clean(message_id), clean(why)));
    match foreign.len() {
        0 => String::new(),
        count => {
            let heading = format!("{count} messages are not rejected records, and are left in the queue:\n");
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
    fn complete_scan_has_no_caveats() {
        assert!(
            list_caveats(&attributes(3, 0), QueueKind::Standard, &stats(3, ScanEnd::Empty), 0).is_empty()
        );
    }

    #[test]
    fn caveats_name_what_may_be_missing_and_why() {
        let text_of = |attributes: &QueueAttributes, kind, stats: &ScanStats| {
            list_caveats(attributes, kind, stats, 0).join("\n")
        };
        let unseen = |unseen| ScanStats { unseen, ..stats(3, ScanEnd::Empty) };
        assert!(text_of(&attributes(5, 0), QueueKind::Standard, &unseen(2)).contains("about 5"));
        assert!(text_of(&attributes(50, 0), QueueKind::Fifo, &unseen(47)).contains("message group"));
        assert!(
            text_of(&attributes(3, 2), QueueKind::Standard, &stats(3, ScanEnd::Empty))
                .contains("in flight for another consumer")
        );
        assert!(
            text_of(&attributes(9, 0), QueueKind::Standard, &stats(3, ScanEnd::Interrupted))
                .contains("interrupted")
        );
        assert!(
            text_of(&attributes(9, 0), QueueKind::Standard, &stats(3, ScanEnd::LimitReached))
                .contains("may be more")
        );
        let arrived = ScanStats { arrived: 4, ..stats(3, ScanEnd::OnlyNewer) };
        assert!(
            text_of(&attributes(3, 0), QueueKind::Standard, &arrived)
                .contains("4 messages came back or arrived")
        );
        assert!(
            text_of(&attributes(9, 0), QueueKind::Standard, &stats(9, ScanEnd::OnlyKnown))
                .contains("--hold-seconds")
        );
        let redrive = QueueAttributes { max_receives: Some(5), ..attributes(3, 0) };
        assert!(
            text_of(&redrive, QueueKind::Standard, &stats(3, ScanEnd::Empty)).contains("after 5 receives")
        );
    }

    #[test]
    fn scan_is_complete_only_if_nothing_can_be_missing() {
        let is_complete =
            |unseen, end, kind, executed| ScanStats { unseen, ..stats(5, end) }.is_complete(kind, executed);
        assert!(is_complete(0, ScanEnd::Empty, QueueKind::Standard, true));
        assert!(is_complete(1, ScanEnd::LimitReached, QueueKind::Standard, true));
        assert!(!is_complete(1, ScanEnd::Empty, QueueKind::Standard, false));
        assert!(
            !is_complete(1, ScanEnd::Empty, QueueKind::Fifo, true)
                && is_complete(1, ScanEnd::Empty, QueueKind::Fifo, false)
        );
        assert!(!is_complete(0, ScanEnd::OnlyKnown, QueueKind::Standard, true));
        assert!(!is_complete(0, ScanEnd::Interrupted, QueueKind::Standard, true));
    }
}
