//! A message on its way: received, sent, acknowledged, deleted. Pure.
//!
//! The order is in the types: what deletes a message is in [`Acknowledged`], which only an acknowledgement or the
//! operator's word makes, so no path leads from "received" to "deleted" past them. A process that is killed anywhere
//! leaves the message in the queue it came from (before the delete) or in the one it went to (after the
//! acknowledgement), or in both.

use std::time::{Duration, Instant};

/// How long before the end of a hold nothing new is begun: what is begun has to be over before another one can
/// receive the message.
const MARGIN: Duration = Duration::from_secs(1);

/// A message that is held: nobody else can receive it before `until`.
pub(crate) struct Received {
    handle: String,
    until: Instant,
}

/// A message that may have reached where it goes to.
pub(crate) struct Sent {
    handle: String,
}

/// A message of which somebody else has the record now, or which nobody wants.
pub(crate) struct Acknowledged {
    handle: String,
}

/// What the other side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It has the record.
    Taken,
    /// It certainly does not have it.
    Refused(String),
    /// It may have it.
    Unknown(String),
}

/// What the queue said to the delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// Done.
    Done,
    /// Not done, or not known.
    Failed(String),
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It went where it should, and is gone here.
    Done,
    /// It is here still.
    Left(Left),
}

/// Why it is here still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nobody else has it.
    NotSent(String),
    /// Whether somebody else has it is not known.
    MaybeSent(String),
    /// Somebody else has it too.
    NotDeleted(String),
}

impl Left {
    /// Whether handing it out again may be a repetition.
    pub(crate) const fn may_repeat(&self) -> bool {
        matches!(self, Self::MaybeSent(_) | Self::NotDeleted(_))
    }

    /// Why, in words.
    pub(crate) fn why(&self) -> String {
        match self {
            Self::NotSent(why) => why.clone(),
            Self::MaybeSent(why) => format!("it may have arrived all the same: {why}"),
            Self::NotDeleted(why) => format!("it was handed on, but could not be deleted here: {why}"),
        }
    }
}

/// That a message may be deleted although nobody took it.
pub(crate) enum Unwanted {
    /// The operator said so.
    Said,
    /// The operator said so, and the message is on a disk.
    Saved,
}

impl Received {
    /// A message with the handle of its newest receipt.
    pub(crate) const fn new(handle: String, until: Instant) -> Self {
        Self { handle, until }
    }

    /// Just before it is sent.
    pub(crate) fn send(self, now: Instant) -> Result<Sent, Left> {
        self.still_held(now)?;
        Ok(Sent { handle: self.handle })
    }

    /// Just before it is deleted unsent.
    pub(crate) fn discard(self, now: Instant, _: &Unwanted) -> Result<Acknowledged, Left> {
        self.still_held(now)?;
        Ok(Acknowledged { handle: self.handle })
    }

    fn still_held(&self, now: Instant) -> Result<(), Left> {
        if now + MARGIN < self.until {
            return Ok(());
        }
        Err(Left::NotSent("its hold ran out, so another one may be at work on it: run again".to_owned()))
    }
}

impl Sent {
    /// What the other side said.
    pub(crate) fn answered(self, answer: Answer) -> Result<Acknowledged, Left> {
        match answer {
            Answer::Taken => Ok(Acknowledged { handle: self.handle }),
            Answer::Refused(why) => Err(Left::NotSent(why)),
            Answer::Unknown(why) => Err(Left::MaybeSent(why)),
        }
    }
}

impl Acknowledged {
    /// What the message is deleted with.
    pub(crate) fn handle(&self) -> &str {
        &self.handle
    }

    /// What the queue said.
    #[expect(clippy::unused_self, reason = "there is no end without an acknowledgement")]
    pub(crate) fn deleted(self, deletion: Deletion) -> Fate {
        match deletion {
            Deletion::Done => Fate::Done,
            Deletion::Failed(why) => Fate::Left(Left::NotDeleted(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a message to its end; whether it was deleted, and its fate.
    fn run(held_for: Duration, answer: Answer, deletion: Deletion) -> (bool, Fate) {
        let now = Instant::now();
        let sent = match Received::new("handle".to_owned(), now + held_for).send(now) {
            Ok(sent) => sent,
            Err(left) => return (false, Fate::Left(left)),
        };
        match sent.answered(answer) {
            Ok(acknowledged) => (deletion == Deletion::Done, acknowledged.deleted(deletion)),
            Err(left) => (false, Fate::Left(left)),
        }
    }

    #[test]
    fn nothing_is_deleted_that_was_not_taken_whatever_is_answered() {
        let words = || "why".to_owned();
        for answer in [Answer::Taken, Answer::Refused(words()), Answer::Unknown(words())] {
            for deletion in [Deletion::Done, Deletion::Failed(words())] {
                let taken = answer == Answer::Taken;
                let (deleted, fate) = run(Duration::from_mins(1), answer.clone(), deletion.clone());
                assert!(!deleted || taken);
                assert_eq!(fate == Fate::Done, taken && deletion == Deletion::Done);
            }
        }
    }

    #[test]
    fn what_may_be_handed_out_twice_is_told_and_nothing_else() {
        let long = Duration::from_mins(1);
        let may_repeat = |answer, deletion| match run(long, answer, deletion).1 {
            Fate::Done => false,
            Fate::Left(left) => left.may_repeat(),
        };
        assert!(!may_repeat(Answer::Refused(String::new()), Deletion::Done));
        assert!(may_repeat(Answer::Unknown(String::new()), Deletion::Done));
        assert!(may_repeat(Answer::Taken, Deletion::Failed(String::new())));
    }

    #[test]
    fn a_message_whose_hold_has_run_out_is_neither_sent_nor_discarded() {
        let now = Instant::now();
        for until in [now, now + MARGIN] {
            assert!(Received::new(String::new(), until).send(now).is_err());
            assert!(Received::new(String::new(), until).discard(now, &Unwanted::Said).is_err());
        }
    }
}
