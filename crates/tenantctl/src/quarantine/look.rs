//! Looking through a quarantine, page by page, and what can be said about how much of it was seen.

use serde::Serialize;

use super::desk::{Desk, Found, now_millis};
use super::holding::{Holding, Page};
use super::message::Held;
use super::outgoing::Kind;
use super::queue::{About, Queue};
use super::text::clean;
use crate::error::CommandError;

/// After so many pages in a row with nothing but messages that arrived meanwhile, a look ends.
const OVERTAKEN: usize = 10;

/// A message that is no rejected record, or none that can be understood.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Foreign {
    pub(crate) message_id: String,
    pub(crate) why: String,
}

/// How the look ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// The queue had no more to give.
    #[default]
    Empty,
    /// For a while there were only messages that had arrived meanwhile.
    Overtaken,
    /// It went on giving what had been seen already.
    Known,
    /// As much was seen as was wanted.
    Enough,
    /// It was interrupted.
    Stopped,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// All messages.
    pub(crate) seen: usize,
    pub(crate) foreign: Vec<Foreign>,
    /// Messages that were sent after the look began: what was just replayed and rejected again is among them, and
    /// would be replayed for ever.
    pub(crate) arrived: usize,
    pub(crate) end: End,
    /// So many that SQS counted, about, it did not give out.
    pub(crate) unseen: u64,
}

/// A look through what nobody else holds.
pub(crate) struct Look<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) holding: &'a Holding<'a>,
    pub(crate) tally: Tally,
    /// When it began, in milliseconds since 1970.
    began: u64,
    /// Pages in a row with nothing but messages that arrived meanwhile.
    overtaken: usize,
}

impl<'a> Look<'a> {
    pub(crate) fn new(desk: &'a Desk, holding: &'a Holding<'a>) -> Self {
        Self { desk, holding, tally: Tally::default(), began: now_millis(), overtaken: 0 }
    }

    /// The next records that were asked for; maybe none of a page. `None` at the end.
    pub(crate) async fn page(&mut self) -> Result<Option<Vec<Found>>, CommandError> {
        if self.desk.stop.is_asked() {
            self.tally.end = End::Stopped;
            return Ok(None);
        }
        self.holding.keep().await;
        let page = match self.holding.receive().await? {
            Page::Some(page) => page,
            Page::Nothing => {
                self.tally.nothing_more(&self.desk.queue, &self.desk.about).await;
                return Ok(None);
            }
            Page::Known => {
                self.tally.end = End::Known;
                return Ok(None);
            }
        };
        let (page, arrived) = page.into_iter().partition::<Vec<_>, _>(|held| self.is_older(held));
        self.tally.arrived += arrived.len();
        self.overtaken = if page.is_empty() { self.overtaken + 1 } else { 0 };
        if self.overtaken == OVERTAKEN {
            self.tally.end = End::Overtaken;
            return Ok(None);
        }
        self.tally.seen += page.len();
        self.desk.progress.tell(|| format!("{} messages looked at", self.tally.seen));
        let mut found = Vec::new();
        for held in page {
            let message_id = held.id.clone();
            match self.holding.during(self.desk.read(held)).await {
                Ok(Some(record)) => found.push(record),
                Ok(None) => {}
                Err(why) => self.tally.foreign.push(Foreign { message_id, why }),
            }
        }
        Ok(Some(found))
    }

    /// Whether a message was there when the look began, by this machine's clock.
    fn is_older(&self, held: &Held) -> bool {
        held.sent_millis().is_none_or(|sent| sent <= self.began)
    }

    /// Whether all was seen that there was to see, or that was wanted.
    pub(crate) fn is_complete(&self, executed: bool) -> bool {
        self.tally.is_complete(self.desk.queue.kind(), executed)
    }

    /// What has to be known of how much of the queue was seen.
    pub(crate) fn caveats(&self, stuck: usize) -> Vec<String> {
        caveats(&self.desk.about, self.desk.queue.kind(), &self.tally, stuck)
    }
}

impl Tally {
    /// The queue has no more to give. Where it counted more, others may have taken them meanwhile: it is asked again.
    pub(crate) async fn nothing_more(&mut self, queue: &Queue, before: &About) {
        self.end = End::Empty;
        let given = u64::try_from(self.seen + self.arrived).unwrap_or(u64::MAX);
        self.unseen = before.visible.saturating_sub(given);
        if self.unseen > 0 {
            // Where it does not say, what it said before holds.
            let now = queue.about().await.map_or(self.unseen, |now| now.visible);
            self.unseen = self.unseen.min(now);
        }
    }

    /// Whether all was seen that there was to see, or that was wanted. The rest of a FIFO queue's groups cannot be seen
    /// before the first of each are gone, so a dry run (not `executed`) lacks none of it.
    pub(crate) fn is_complete(&self, kind: Kind, executed: bool) -> bool {
        match self.end {
            End::Enough => true,
            End::Known | End::Overtaken | End::Stopped => false,
            End::Empty => self.unseen == 0 || (kind == Kind::Fifo && !executed),
        }
    }
}

/// Pure. `stuck`: how many messages could not be given back.
pub(crate) fn caveats(about: &About, kind: Kind, tally: &Tally, stuck: usize) -> Vec<String> {
    let mut caveats = Vec::new();
    let About { visible, in_flight, .. } = *about;
    let seen = tally.seen;
    match tally.end {
        End::Stopped => caveats.push("interrupted: there may be more".to_owned()),
        End::Overtaken => caveats.push("only newer messages were given out: there may be older ones".to_owned()),
        End::Enough => caveats.push("as many as were wanted: there may be more".to_owned()),
        End::Known => caveats.push(
            "the queue went on giving out what had been seen already: there may be more; look again, with a longer \
             --hold-seconds"
                .to_owned(),
        ),
        End::Empty if tally.unseen > 0 => caveats.push(match kind {
            Kind::Standard => format!("SQS counted about {visible} messages and gave out {seen}: look again"),
            Kind::Fifo => format!(
                "SQS counted about {visible} messages and gave out {seen}: of each message group a FIFO queue \
                 gives out ten at most before these are gone"
            ),
        }),
        End::Empty => {}
    }
    if tally.arrived > 0 {
        let arrived = tally.arrived;
        caveats.push(format!("{arrived} messages came back or arrived while this ran, and were left"));
    }
    if in_flight > 0 {
        caveats.push(format!("about {in_flight} messages were held by somebody else, and could not be seen"));
    }
    if let Some(max) = about.max_receives {
        caveats.push(format!(
            "the queue gives messages up after {max} receives, and each look is one: take its redrive policy away"
        ));
    }
    if stuck > 0 {
        caveats.push(format!(
            "{stuck} messages could not be given back: others see them when their hold runs out"
        ));
    }
    caveats
}

/// Lines about messages that are no rejected records.
pub(crate) fn foreign_lines(foreign: &[Foreign]) -> String {
    let lines = foreign
        .iter()
        .map(|Foreign { message_id, why }| format!("  {}: {}\n", clean(message_id), clean(why)));
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

    fn about(visible: u64, in_flight: u64) -> About {
        About { visible, in_flight, ..About::default() }
    }

    fn tally(seen: usize, end: End) -> Tally {
        Tally { seen, end, ..Tally::default() }
    }

    #[test]
    fn a_look_that_saw_all_needs_no_caveat() {
        assert!(caveats(&about(3, 0), Kind::Standard, &tally(3, End::Empty), 0).is_empty());
    }

    #[test]
    fn what_may_not_have_been_seen_is_told_with_the_cause() {
        let said = |about: &About, kind, tally: &Tally| caveats(about, kind, tally, 0).join("\n");
        let unseen = |unseen| Tally { unseen, ..tally(3, End::Empty) };
        assert!(said(&about(5, 0), Kind::Standard, &unseen(2)).contains("about 5"));
        assert!(said(&about(50, 0), Kind::Fifo, &unseen(47)).contains("message group"));
        assert!(said(&about(3, 2), Kind::Standard, &tally(3, End::Empty)).contains("held by somebody else"));
        assert!(said(&about(9, 0), Kind::Standard, &tally(3, End::Stopped)).contains("interrupted"));
        assert!(said(&about(9, 0), Kind::Standard, &tally(3, End::Enough)).contains("may be more"));
        let arrived = Tally { arrived: 4, ..tally(3, End::Overtaken) };
        assert!(said(&about(3, 0), Kind::Standard, &arrived).contains("4 messages came back or arrived"));
        assert!(said(&about(9, 0), Kind::Standard, &tally(9, End::Known)).contains("--hold-seconds"));
        let redrive = About { max_receives: Some(5), ..about(3, 0) };
        assert!(said(&redrive, Kind::Standard, &tally(3, End::Empty)).contains("after 5 receives"));
    }

    #[test]
    fn a_look_is_complete_only_where_nothing_can_be_left_that_it_was_to_see() {
        let is_complete =
            |unseen, end, kind, executed| Tally { unseen, ..tally(5, end) }.is_complete(kind, executed);
        assert!(is_complete(0, End::Empty, Kind::Standard, true));
        assert!(is_complete(1, End::Enough, Kind::Standard, true));
        assert!(!is_complete(1, End::Empty, Kind::Standard, false));
        assert!(
            !is_complete(1, End::Empty, Kind::Fifo, true) && is_complete(1, End::Empty, Kind::Fifo, false)
        );
        assert!(!is_complete(0, End::Known, Kind::Standard, true));
        assert!(!is_complete(0, End::Stopped, Kind::Standard, true));
    }
}
