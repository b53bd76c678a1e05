//! The states of a message that is moved: received, sent, acknowledged, deleted. No I/O.
//!
//! The types enforce the order. Only an [`AcknowledgedMessage`] can be deleted, and only an acknowledgement or the
//! operator's [`DiscardConsent`] makes one. If the process is killed at any moment, the message is still in its queue
//! (before the delete), or at its destination (after the acknowledgement), or in both.

use std::time::{Duration, Instant};

/// How long before the end of its visibility timeout a message is no longer sent or deleted: the request has to end
/// before another consumer can receive the message.
const HOLD_MARGIN: Duration = Duration::from_secs(1);

/// A message that was received. No other consumer can receive it before `until`.
pub(crate) struct ReceivedMessage {
    receipt_handle: String,
    until: Instant,
}

/// A message that may have reached its destination.
pub(crate) struct SentMessage {
    receipt_handle: String,
}

/// A message that may be deleted: its record was acknowledged, or the operator discards it.
pub(crate) struct AcknowledgedMessage {
    receipt_handle: String,
}

/// The result of sending a record to a queue or a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SendOutcome {
    /// The destination has the record.
    Accepted,
    /// The destination does not have the record; why.
    Refused(String),
    /// It is unknown whether the destination has the record; why.
    Unknown(String),
}

/// The result of deleting a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeleteOutcome {
    /// The message is deleted.
    Deleted,
    /// The message is not deleted, or that is unknown; why.
    Failed(String),
}

/// The result of moving or discarding a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TransferOutcome {
    /// The record is at its destination or discarded, and the message is deleted.
    Done,
    /// The message is still in its queue.
    Left(LeftReason),
}

/// Why a message is still in its queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LeftReason {
    /// The destination does not have the record.
    NotSent(String),
    /// It is unknown whether the destination has the record.
    MaybeSent(String),
    /// The destination has the record too.
    NotDeleted(String),
}

impl LeftReason {
    /// Returns whether sending the record again may repeat it.
    pub(crate) const fn may_repeat(&self) -> bool {
        matches!(self, Self::MaybeSent(_) | Self::NotDeleted(_))
    }

    /// Describes the reason for the operator.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::NotSent(why) => why.clone(),
            Self::MaybeSent(why) => format!("it may have arrived nevertheless: {why}"),
            Self::NotDeleted(why) => format!("it was sent, but could not be deleted from this queue: {why}"),
        }
    }
}

/// The permission to delete a message that was not sent anywhere.
pub(crate) enum DiscardConsent {
    /// The operator requested it.
    Requested,
    /// The operator requested it, and the message is saved to a file.
    SavedToFile,
}

impl ReceivedMessage {
    /// Makes a received message from its newest receipt handle.
    pub(crate) const fn new(receipt_handle: String, until: Instant) -> Self {
        Self { receipt_handle, until }
    }

    /// Marks the message as sent; to be called just before the request.
    ///
    /// # Errors
    /// The visibility timeout has ended, or ends too soon.
    pub(crate) fn send(self, now: Instant) -> Result<SentMessage, LeftReason> {
        self.check_hold(now)?;
        Ok(SentMessage { receipt_handle: self.receipt_handle })
    }

    /// Marks the message as one to delete without sending it; to be called just before the request.
    ///
    /// # Errors
    /// The visibility timeout has ended, or ends too soon.
    pub(crate) fn discard(self, now: Instant, _: &DiscardConsent) -> Result<AcknowledgedMessage, LeftReason> {
        self.check_hold(now)?;
        Ok(AcknowledgedMessage { receipt_handle: self.receipt_handle })
    }

    fn check_hold(&self, now: Instant) -> Result<(), LeftReason> {
        if now + HOLD_MARGIN < self.until {
            return Ok(());
        }
        Err(LeftReason::NotSent(
            "its visibility timeout ended, so another consumer may have it: run again".to_owned(),
        ))
    }
}

impl SentMessage {
    /// Completes the send with its result.
    ///
    /// # Errors
    /// The record was not acknowledged.
    pub(crate) fn complete(self, outcome: SendOutcome) -> Result<AcknowledgedMessage, LeftReason> {
        match outcome {
            SendOutcome::Accepted => Ok(AcknowledgedMessage { receipt_handle: self.receipt_handle }),
            SendOutcome::Refused(why) => Err(LeftReason::NotSent(why)),
            SendOutcome::Unknown(why) => Err(LeftReason::MaybeSent(why)),
        }
    }
}

impl AcknowledgedMessage {
    /// Returns the receipt handle, which deletes the message.
    pub(crate) fn receipt_handle(&self) -> &str {
        &self.receipt_handle
    }

    /// Completes the transfer with the result of the delete.
    #[expect(clippy::unused_self, reason = "only an acknowledged message can finish")]
    pub(crate) fn finish(self, delete_outcome: DeleteOutcome) -> TransferOutcome {
        match delete_outcome {
            DeleteOutcome::Deleted => TransferOutcome::Done,
            DeleteOutcome::Failed(why) => TransferOutcome::Left(LeftReason::NotDeleted(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a message through all states; returns whether it was deleted, and the result.
    fn run(
        held_for: Duration,
        outcome: SendOutcome,
        delete_outcome: DeleteOutcome,
    ) -> (bool, TransferOutcome) {
        let now = Instant::now();
        let sent = match ReceivedMessage::new("handle".to_owned(), now + held_for).send(now) {
            Ok(sent) => sent,
            Err(left) => return (false, TransferOutcome::Left(left)),
        };
        match sent.complete(outcome) {
            Ok(acknowledged) => {
                (delete_outcome == DeleteOutcome::Deleted, acknowledged.finish(delete_outcome))
            }
            Err(left) => (false, TransferOutcome::Left(left)),
        }
    }

    #[test]
    fn only_accepted_messages_are_deleted() {
        let words = || "why".to_owned();
        for outcome in [SendOutcome::Accepted, SendOutcome::Refused(words()), SendOutcome::Unknown(words())] {
            for delete_outcome in [DeleteOutcome::Deleted, DeleteOutcome::Failed(words())] {
                let accepted = outcome == SendOutcome::Accepted;
                let (deleted, result) = run(Duration::from_mins(1), outcome.clone(), delete_outcome.clone());
                assert!(!deleted || accepted);
                assert_eq!(
                    result == TransferOutcome::Done,
                    accepted && delete_outcome == DeleteOutcome::Deleted
                );
            }
        }
    }

    #[test]
    fn only_unknown_sends_and_failed_deletes_may_repeat() {
        let long = Duration::from_mins(1);
        let may_repeat = |outcome, delete_outcome| match run(long, outcome, delete_outcome).1 {
            TransferOutcome::Done => false,
            TransferOutcome::Left(left) => left.may_repeat(),
        };
        assert!(!may_repeat(SendOutcome::Refused(String::new()), DeleteOutcome::Deleted));
        assert!(may_repeat(SendOutcome::Unknown(String::new()), DeleteOutcome::Deleted));
        assert!(may_repeat(SendOutcome::Accepted, DeleteOutcome::Failed(String::new())));
    }

    #[test]
    fn expired_message_is_neither_sent_nor_discarded() {
        let now = Instant::now();
        for until in [now, now + HOLD_MARGIN] {
            assert!(ReceivedMessage::new(String::new(), until).send(now).is_err());
            assert!(
                ReceivedMessage::new(String::new(), until).discard(now, &DiscardConsent::Requested).is_err()
            );
        }
    }
}
