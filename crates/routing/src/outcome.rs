//! The ledger: one entry for each record of a batch, every one born "retry". Only a receipt settles an entry,
//! and the source's answer is read off the ledger.

/// Why a record is to be handed out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// Nothing happened to it.
    NotStarted,
    /// The invocation's time ran out before there was a receipt.
    Deadline,
    /// An earlier record of its order key was not settled.
    OrderStopped,
    /// An earlier record of the stream is not settled, and the stream goes on from there: sending this one would only
    /// repeat it.
    BehindCheckpoint,
    /// Lambda throttled its tenant until this invocation gave up.
    Throttled,
    /// Lambda could not be reached, or not start the function, until this invocation gave up.
    Unavailable,
    /// The backend named it among its `batchItemFailures`.
    ItemFailure,
    /// The backend failed.
    FunctionError,
    /// The backend's answer is not a partial batch response.
    UnusableAnswer,
    /// The backend's answer names a record that it was not given.
    ForeignIdentifier,
    /// It may have run: 5xx, a connection cut, a time-out.
    Uncertain,
    /// Lambda refused the request.
    Refused,
    /// The estate is not set up: no such function, no permission, or not `PER_TENANT`.
    Misconfigured,
    /// The registry could not be read, and nothing that is remembered of the tenant serves.
    RegistryUnavailable,
    /// The tenant's item in the registry makes no sense.
    RegistryItem,
    /// The tenant is suspended, and its records wait.
    Held,
    /// It was rejected, and the quarantine has not acknowledged it.
    NotQuarantined,
    /// It was rejected, and is left to the source's own redrive.
    Redrive,
    /// A panic while it was handled: a defect of the router.
    Panicked,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 19] = [
        Self::NotStarted,
        Self::Deadline,
        Self::OrderStopped,
        Self::BehindCheckpoint,
        Self::Throttled,
        Self::Unavailable,
        Self::ItemFailure,
        Self::FunctionError,
        Self::UnusableAnswer,
        Self::ForeignIdentifier,
        Self::Uncertain,
        Self::Refused,
        Self::Misconfigured,
        Self::RegistryUnavailable,
        Self::RegistryItem,
        Self::Held,
        Self::NotQuarantined,
        Self::Redrive,
        Self::Panicked,
    ];

    /// The stable name, as logs and metrics have it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Deadline => "deadline",
            Self::OrderStopped => "order_stopped",
            Self::BehindCheckpoint => "behind_checkpoint",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::ItemFailure => "item_failure",
            Self::FunctionError => "function_error",
            Self::UnusableAnswer => "unusable_answer",
            Self::ForeignIdentifier => "foreign_identifier",
            Self::Uncertain => "uncertain",
            Self::Refused => "refused",
            Self::Misconfigured => "misconfigured",
            Self::RegistryUnavailable => "registry_unavailable",
            Self::RegistryItem => "registry_item",
            Self::Held => "held",
            Self::NotQuarantined => "not_quarantined",
            Self::Redrive => "redrive",
            Self::Panicked => "panicked",
        }
    }
}

/// By what a record was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AckKind {
    /// The backend's answer.
    Answered,
    /// Lambda's 202 for an asynchronous invocation.
    Queued,
    /// The acknowledgement of a bridge's queue.
    Bridged,
    /// The quarantine's acknowledgement.
    Quarantined,
}

/// Proof that a record is settled. Made in this crate only, from what a port reported.
#[derive(Debug, PartialEq, Eq)]
pub struct Ack {
    index: usize,
    settlement: AckKind,
}

impl Ack {
    pub(crate) fn new(index: usize, settlement: AckKind) -> Self {
        Self { index, settlement }
    }
}

/// What stands in the ledger for one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// To be handed out again.
    Retry(Cause),
    /// Settled.
    Settled(AckKind),
}

/// One entry for each record, in the batch's order.
#[derive(Debug)]
pub struct BatchOutcome {
    entries: Vec<RecordOutcome>,
}

impl BatchOutcome {
    pub(crate) fn of(records: usize) -> Self {
        Self { entries: vec![RecordOutcome::Retry(Cause::NotStarted); records] }
    }

    pub(crate) fn settle(&mut self, receipt: &Ack) {
        self.entries[receipt.index] = RecordOutcome::Acked(receipt.settlement);
    }

    /// Notes why a record is not settled. A receipt is never taken back.
    pub(crate) fn note(&mut self, index: usize, cause: Cause) {
        if let RecordOutcome::Retry(noted) = &mut self.entries[index] {
            *noted = cause;
        }
    }

    /// The entries, in the batch's order.
    #[must_use]
    pub fn entries(&self) -> &[RecordOutcome] {
        &self.entries
    }

    /// Positions of the records that are to be handed out again, in the batch's order.
    pub fn unsettled(&self) -> impl Iterator<Item = usize> {
        self.entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| matches!(entry, RecordOutcome::Retry(_)))
            .map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_born_retry() {
        let ledger = BatchOutcome::of(3);
        assert_eq!(ledger.entries(), [RecordOutcome::Retry(Cause::NotStarted); 3]);
        assert_eq!(ledger.unsettled().collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn a_receipt_settles_its_own_entry_and_is_never_taken_back() {
        let mut ledger = BatchOutcome::of(2);
        ledger.settle(&Ack::new(1, AckKind::Answered));
        ledger.note(1, Cause::Deadline);
        ledger.note(0, Cause::Throttled);
        assert_eq!(ledger.entries(), [RecordOutcome::Retry(Cause::Throttled), RecordOutcome::Acked(AckKind::Answered)]);
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes = Cause::ALL.map(Cause::code).to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Cause::ALL.len());
    }
}
