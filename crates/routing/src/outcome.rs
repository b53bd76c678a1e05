//! The outcome of a batch: one entry for each record. The entry is "retry", with a cause, until an acknowledgement makes it final.
//! The cause may change until then. The response to the source is made from these entries.

/// Why a record is to be redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// The first cause of every record. Delivery replaces it.
    NotStarted,
    /// The invocation's time ran out before the record was acknowledged.
    Deadline,
    /// An earlier record with its order key is not acknowledged.
    OrderStopped,
    /// An earlier record of the stream is not acknowledged. Lambda redelivers everything from there on, so sending this
    /// record would only repeat it. Also the cause of an aggregate that the memory of this invocation does not suffice for:
    /// it is tried once the stream has moved on to it, even if all records before it are acknowledged now.
    BehindCheckpoint,
    /// An Invoke of the record's tenant was throttled, and the record was not acknowledged in this invocation. The record itself
    /// may not have been sent.
    Throttled,
    /// Lambda was unreachable, or could not start the function, for an Invoke of the record's tenant, and the record was not
    /// acknowledged in this invocation. The record itself may not have been sent.
    Unavailable,
    /// The backend named it among its `batchItemFailures`.
    ItemFailure,
    /// The backend failed.
    FunctionError,
    /// The backend's answer is not a partial batch response.
    UnusableAnswer,
    /// The backend's answer names a record that it was not given.
    ForeignIdentifier,
    /// The backend may have run: 5xx, 408, a lost connection, or a timeout.
    Uncertain,
    /// Lambda refused the request.
    Refused,
    /// The deployment is misconfigured: no such function, no permission, or not `PER_TENANT`.
    Misconfigured,
    /// The registry could not be read, and no cached answer about the tenant is young enough.
    RegistryUnavailable,
    /// The registry item of the tenant is malformed.
    RegistryItem,
    /// The tenant is suspended, and its records stay with the source.
    Held,
    /// It was rejected, and the quarantine has not acknowledged it.
    NotQuarantined,
    /// It was rejected, and there is no quarantine. SQS's redrive policy moves a queue's record to the dead-letter queue. A stream
    /// is redelivered from the record until the retry or age limit of the event source mapping discards it.
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

    /// The stable name in logs and metrics.
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

/// What acknowledged a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AckKind {
    /// The answer of the backend, or the router's own response where that carries the records.
    Answered,
    /// Lambda's 202 for an asynchronous invocation.
    Queued,
    /// The acknowledgement of a bridge's queue.
    Bridged,
    /// The acknowledgement of the quarantine.
    Quarantined,
}

/// Proof that a record is acknowledged. Only this crate makes one, from what a port reported.
#[derive(Debug, PartialEq, Eq)]
pub struct Ack {
    index: usize,
    kind: AckKind,
}

impl Ack {
    pub(crate) fn new(index: usize, kind: AckKind) -> Self {
        Self { index, kind }
    }
}

/// The outcome of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// The source redelivers the record. Another attempt within this invocation is no retry in this sense: see `backoff`.
    Retry(Cause),
    /// It is acknowledged.
    Acked(AckKind),
}

/// The outcome of each record, in the batch's order.
#[derive(Debug)]
pub struct BatchOutcome {
    records: Vec<RecordOutcome>,
}

impl BatchOutcome {
    pub(crate) fn new(records: usize) -> Self {
        Self { records: vec![RecordOutcome::Retry(Cause::NotStarted); records] }
    }

    pub(crate) fn acknowledge(&mut self, ack: &Ack) {
        self.records[ack.index] = RecordOutcome::Acked(ack.kind);
    }

    /// Sets why a record is not acknowledged. An acknowledgement is never taken back.
    pub(crate) fn set_cause(&mut self, index: usize, cause: Cause) {
        if let RecordOutcome::Retry(current) = &mut self.records[index] {
            *current = cause;
        }
    }

    /// One entry for each record, at the record's position in the batch.
    #[must_use]
    pub fn records(&self) -> &[RecordOutcome] {
        &self.records
    }

    /// Positions of the records that are to be redelivered, in the batch's order.
    pub fn unacked(&self) -> impl Iterator<Item = usize> {
        self.records
            .iter()
            .enumerate()
            .filter(|(_, record)| matches!(record, RecordOutcome::Retry(_)))
            .map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_starts_as_retry() {
        let outcome = BatchOutcome::new(3);
        assert_eq!(outcome.records(), [RecordOutcome::Retry(Cause::NotStarted); 3]);
        assert_eq!(outcome.unacked().collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn ack_changes_its_own_record_and_is_never_taken_back() {
        let mut outcome = BatchOutcome::new(2);
        outcome.acknowledge(&Ack::new(1, AckKind::Answered));
        outcome.set_cause(1, Cause::Deadline);
        outcome.set_cause(0, Cause::Throttled);
        let expected = [RecordOutcome::Retry(Cause::Throttled), RecordOutcome::Acked(AckKind::Answered)];
        assert_eq!(outcome.records(), expected);
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes = Cause::ALL.map(Cause::code).to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Cause::ALL.len());
    }
}
