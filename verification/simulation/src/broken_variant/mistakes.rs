//! The list of all broken variants, with a description of each mistake.

use super::BrokenVariant;

impl BrokenVariant {
    /// All broken variants.
    pub const ALL: [Self; 43] = [
        Self::RespondsSuccess,
        Self::ForgetsOneFailure,
        Self::NamesUnknownRecord,
        Self::FailsWholeBatch,
        Self::NamesEveryRecord,
        Self::NamesNextRecord,
        Self::NamesUserRecords,
        Self::BridgesInOneGroup,
        Self::BridgesWithNewIds,
        Self::BridgesWithOneId,
        Self::ReadsStreamAsQueue,
        Self::SkipsLastRecord,
        Self::IgnoresOrder,
        Self::OrdersWithinTenants,
        Self::IgnoresCheckpoint,
        Self::RetriesUncertain,
        Self::IgnoresFunctionErrors,
        Self::IgnoresFailedItems,
        Self::TakesTimeoutForSuccess,
        Self::TakesThrottleForAcceptance,
        Self::TakesErrorForAcceptance,
        Self::TakesResponseForAcceptance,
        Self::InvokesAsynchronously,
        Self::NamesRuleEvent,
        Self::MixesTenants,
        Self::UsesOneBackend,
        Self::Reserializes,
        Self::ExceedsInFlightLimit,
        Self::ExceedsTenantLimit,
        Self::ExceedsRecordLimit,
        Self::SendsOneAtATime,
        Self::MissesDeadline,
        Self::StartsTooLate,
        Self::SkipsRegistry,
        Self::CachesTooLong,
        Self::RejectsWhenUnreadable,
        Self::AdmitsWhenUnreadable,
        Self::ReadsOneSelector,
        Self::IgnoresQuarantineFailures,
        Self::ForgetsFifoGroups,
        Self::TruncatesQuarantined,
        Self::StoresEveryRecord,
        Self::TrustsEverySender,
    ];

    /// Describes the mistake.
    #[must_use]
    pub const fn mistake(self) -> &'static str {
        match self {
            Self::RespondsSuccess => "reports success to the source whatever happened",
            Self::ForgetsOneFailure => "leaves out the first record that its response has to name",
            Self::NamesUnknownRecord => "names a record that is not in the batch",
            Self::FailsWholeBatch => "fails the whole batch if any record fails",
            Self::NamesEveryRecord => "names every record in every response",
            Self::NamesNextRecord => "names the record after the one from which a stream must continue",
            Self::NamesUserRecords => "names a user record to a stream that only knows its aggregate",
            Self::BridgesInOneGroup => "puts all that it sends over a bridge into one message group",
            Self::BridgesWithNewIds => "sends a record over a bridge with a new deduplication id each time",
            Self::BridgesWithOneId => {
                "sends all records of a message group over a bridge with one deduplication id"
            }
            Self::ReadsStreamAsQueue => {
                "behind a bridge, reads the failed items of a stream's handler as a queue's"
            }
            Self::SkipsLastRecord => "leaves out the last record of each batch",
            Self::IgnoresOrder => "sends the records of one key in parallel",
            Self::OrdersWithinTenants => "keeps a queue's order only within each tenant",
            Self::IgnoresCheckpoint => "sends later records after a stream's record failed",
            Self::RetriesUncertain => "retries an Invoke that may have run",
            Self::IgnoresFunctionErrors => "takes a function error for a success",
            Self::IgnoresFailedItems => "does not read which records a response names as failed",
            Self::TakesTimeoutForSuccess => "takes a timeout for a success",
            Self::TakesThrottleForAcceptance => "takes a throttled Invoke for an accepted one",
            Self::TakesErrorForAcceptance => "takes a 5xx of an asynchronous Invoke for an acceptance",
            Self::TakesResponseForAcceptance => {
                "takes the response of a function for the acceptance of an asynchronous Invoke"
            }
            Self::InvokesAsynchronously => "invokes asynchronously where it must wait for the response",
            Self::NamesRuleEvent => {
                "responds to a rule's event with a partial batch response, which counts as success"
            }
            Self::MixesTenants => "sends the records of every tenant but the first to another tenant",
            Self::UsesOneBackend => "sends every record to the default backend",
            Self::Reserializes => "serializes records again",
            Self::ExceedsInFlightLimit => "starts more Invokes at a time than allowed",
            Self::ExceedsTenantLimit => "starts more Invokes at a time for one tenant than allowed",
            Self::ExceedsRecordLimit => "puts more records into an Invoke than allowed",
            Self::SendsOneAtATime => "sends one Invoke at a time",
            Self::MissesDeadline => "takes the deadline to be two seconds later than it is",
            Self::StartsTooLate => "starts an Invoke without enough time left for it",
            Self::SkipsRegistry => "admits every tenant without the registry",
            Self::CachesTooLong => "caches registry answers for an hour",
            Self::RejectsWhenUnreadable => "treats every tenant as unknown while the registry cannot be read",
            Self::AdmitsWhenUnreadable => "treats every tenant as active while the registry cannot be read",
            Self::ReadsOneSelector => "reads the tenant id from one place only",
            Self::IgnoresQuarantineFailures => {
                "takes every record that it sends to quarantine as acknowledged"
            }
            Self::ForgetsFifoGroups => "sends the records of one FIFO group to quarantine in parallel",
            Self::TruncatesQuarantined => "removes a field from records that it sends to quarantine",
            Self::StoresEveryRecord => {
                "treats every record as a large one, which goes through the quarantine's store"
            }
            Self::TrustsEverySender => "accepts every sender for every tenant",
        }
    }
}
