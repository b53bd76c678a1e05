//! A message on its way: received, sent, acknowledged, deleted. Pure.
//!
//! The order is in the types: what deletes a message is in [`Acknowledged`], which only an acknowledgement or the
//! operator's word makes, so no path leads from "received" to "deleted" past them. A process that is killed anywhere
//! leaves the message in the queue it came from (before the delete) or in the one it went to (after the
//! acknowledgement), or in both.

use std::time::{Duration, Instant};

/// How long before the end of a hold nothing new is begun: what is begun has to be over before another one can
/// receive the message.
const HOLD_MARGIN: Duration = Duration::from_secs(1);

/// A message that is held: nobody else can receive it before `until`.
pub(crate) struct ReceivedMessage {
    receipt_handle: String,
    until: Instant,
}

/// A message that may have reached where it goes to.
pub(crate) struct SentMessage {
    receipt_handle: String,
}

/// A message of which somebody else has the record now, or which nobody wants.
pub(crate) struct AcknowledgedMessage {
    receipt_handle: String,
}

/// What the other side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SendOutcome {
    /// It has the record.
    Accepted,
    /// It certainly does not have it.
    Refused(String),
    /// It may have it.
    Unknown(String),
}

/// What the queue said to the delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeleteOutcome {
    /// Done.
    Done,
    /// Not done, or not known.
    Failed(String),
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TransferOutcome {
    /// It went where it should, and is gone here.
    Done,
    /// It is here still.
    Left(LeftReason),
}

/// Why it is here still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LeftReason {
    /// Nobody else has it.
    NotSent(String),
    /// Whether somebody else has it is not known.
    MaybeSent(String),
    /// Somebody else has it too.
    NotDeleted(String),
}

impl LeftReason {
    /// Whether handing it out again may be a repetition.
    pub(crate) const fn may_repeat(&self) -> bool {
        matches!(self, Self::MaybeSent(_) | Self::NotDeleted(_))
    }

    /// Why, in words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::NotSent(why) => why.clone(),
            Self::MaybeSent(why) => format!("it may have arrived all the same: {why}"),
            Self::NotDeleted(why) => format!("it was handed on, but could not be deleted here: {why}"),
        }
    }
}

/// That a message may be deleted although nobody took it.
pub(crate) enum DiscardConsent {
    /// The operator said so.
    Requested,
    /// The operator said so, and the message is on a disk.
    SavedToFile,
}

impl ReceivedMessage {
    /// A message with the handle of its newest receipt.
    pub(crate) const fn new(receipt_handle: String, until: Instant) -> Self {
        Self { receipt_handle, until }
    }

    /// Just before it is sent.
    pub(crate) fn send(self, now: Instant) -> Result<SentMessage, LeftReason> {
        self.check_hold(now)?;
        Ok(SentMessage { receipt_handle: self.receipt_handle })
    }

    /// Just before it is deleted unsent.
    pub(crate) fn discard(self, now: Instant, _: &DiscardConsent) -> Result<AcknowledgedMessage, LeftReason> {
        self.check_hold(now)?;
        Ok(AcknowledgedMessage { receipt_handle: self.receipt_handle })
    }

    fn check_hold(&self, now: Instant) -> Result<(), LeftReason> {
        if now + HOLD_MARGIN < self.until {
            return Ok(());
        }
        Err(LeftReason::NotSent("its hold ran out, so another one may be at work on it: run again".to_owned()))
    }
}

impl SentMessage {
    /// What the other side said.
    pub(crate) fn complete(self, outcome: SendOutcome) -> Result<AcknowledgedMessage, LeftReason> {
        match outcome {
            SendOutcome::Accepted => Ok(AcknowledgedMessage { receipt_handle: self.receipt_handle }),
            SendOutcome::Refused(why) => Err(LeftReason::NotSent(why)),
            SendOutcome::Unknown(why) => Err(LeftReason::MaybeSent(why)),
        }
    }
}

impl AcknowledgedMessage {
    /// What the message is deleted with.
    pub(crate) fn receipt_handle(&self) -> &str {
        &self.receipt_handle
    }

    /// What the queue said.
    #[expect(clippy::unused_self, reason = "there is no end without an acknowledgement")]
    pub(crate) fn finish(self, deletion: DeleteOutcome) -> TransferOutcome {
        match deletion {
            DeleteOutcome::Deleted => TransferOutcome::Done,
            DeleteOutcome::Failed(why) => TransferOutcome::Left(LeftReason::NotDeleted(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a message to its end; whether it was deleted, and its fate.
    fn run(held_for: Duration, outcome: SendOutcome, deletion: DeleteOutcome) -> (bool, TransferOutcome) {
        let now = Instant::now();
        let sent = match ReceivedMessage::new("receipt_handle".to_owned(), now + held_for).send(now) {
            Ok(sent) => sent,
            Err(left) => return (false, TransferOutcome::Left(left)),
        };
        match sent.complete(outcome) {
            Ok(acknowledged) => (deletion == DeleteOutcome::Deleted, acknowledged.finish(deletion)),
            Err(left) => (false, TransferOutcome::Left(left)),
        }
    }

    #[test]
    fn nothing_is_deleted_that_was_not_taken_whatever_is_answered() {
        let words = || "why".to_owned();
        for outcome in [SendOutcome::Accepted, SendOutcome::Refused(words()), SendOutcome::Unknown(words())] {
            for deletion in [DeleteOutcome::Deleted, DeleteOutcome::Failed(words())] {
                let taken = outcome == SendOutcome::Accepted;
                let (deleted, fate) = run(Duration::from_mins(1), outcome.clone(), deletion.clone());
                assert!(!deleted || taken);
                assert_eq!(fate == TransferOutcome::Done, taken && deletion == DeleteOutcome::Deleted);
            }
        }
    }

    #[test]
    fn what_may_be_handed_out_twice_is_told_and_nothing_else() {
        let long = Duration::from_mins(1);
        let may_repeat = |outcome, deletion| match run(long, outcome, deletion).1 {
            TransferOutcome::Done => false,
            TransferOutcome::Left(left) => left.may_repeat(),
        };
        assert!(!may_repeat(SendOutcome::Refused(String::new()), DeleteOutcome::Deleted));
        assert!(may_repeat(SendOutcome::Unknown(String::new()), DeleteOutcome::Deleted));
        assert!(may_repeat(SendOutcome::Accepted, DeleteOutcome::Failed(String::new())));
    }

    #[test]
    fn a_message_whose_hold_has_run_out_is_neither_sent_nor_discarded() {
        let now = Instant::now();
        for until in [now, now + HOLD_MARGIN] {
            assert!(ReceivedMessage::new(String::new(), until).send(now).is_err());
            assert!(ReceivedMessage::new(String::new(), until).discard(now, &DiscardConsent::Requested).is_err());
        }
    }
}
