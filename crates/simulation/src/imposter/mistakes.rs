//! What each imposter does wrong, in words.

use super::Imposter;

impl Imposter {
    /// Its mistake.
    #[must_use]
    pub const fn mistake(self) -> &'static str {
        match self {
            Self::AnswersSuccess => "answers success, whatever happened",
            Self::ForgetsOneFailure => "forgets the first record that it has to name",
            Self::NamesAStranger => "names a record that was not in the batch",
            Self::FailsTheWholeBatch => "fails the batch whenever anything failed",
            Self::NamesEverything => "names every record, always",
            Self::NamesTheNext => "names the record behind the one at which a stream has to go on",
            Self::NamesUserRecords => "names a user record where a stream knows its aggregate only",
            Self::SkipsTheLast => "leaves out the last record of each batch",
            Self::ForgetsTheOrder => "sends the records of one key side by side",
            Self::OrdersWithinTenants => "keeps a queue's order within each tenant only",
            Self::RunsAheadOfTheCheckpoint => "sends on behind a stream's record that failed",
            Self::RetriesTheUncertain => "tries again what may have run",
            Self::IgnoresFunctionErrors => "takes a function's error for an answer",
            Self::IgnoresNames => "does not read what an answer names",
            Self::TakesSilenceForConsent => "takes a time-out for a success",
            Self::FiresAndForgets => "takes a throttled Invoke for one that was queued",
            Self::TakesErrorsForAcceptance => "takes a 5xx of an asynchronous Invoke for its acceptance",
            Self::TakesAnswersForAcceptance => "takes an answer for the acceptance of an asynchronous Invoke",
            Self::QueuesEverything => "invokes asynchronously where the answer is to be waited for",
            Self::NamesARulesEvent => {
                "answers a rule's event with a partial batch response, which is a success"
            }
            Self::MixesTenants => "sends every fifth tenant's records to another",
            Self::KnowsOneBackend => "sends everything to the common backend",
            Self::Reserialises => "writes records anew",
            Self::OverrunsTheLimit => "starts more Invokes than it may",
            Self::CrowdsATenant => "starts more Invokes for one tenant than it may",
            Self::OverfillsInvokes => "puts more records into an Invoke than it may",
            Self::WaitsForEachInvoke => "sends one Invoke at a time",
            Self::MissesTheDeadline => "takes the deadline to be later than it is",
            Self::StartsTooLate => "does not keep time for an Invoke that it starts",
            Self::AsksNoRegistry => "takes every tenant at its word",
            Self::RemembersForTooLong => "remembers the registry's word for an hour",
            Self::QuarantinesWhenBlind => "takes a registry that cannot be read to know nobody",
            Self::AdmitsWhenBlind => "takes a registry that cannot be read to know everybody",
            Self::ReadsOnePlace => "looks for the tenant in one place only",
            Self::TrustsTheQuarantine => "takes whatever it sends to quarantine to have arrived",
            Self::ForgetsLines => "sends records of one line to quarantine side by side",
            Self::CutsTheQuarantined => "cuts what it sends to quarantine",
            Self::KnowsOneWay => "takes every record for a large one, which waits for the quarantine's store",
            Self::TrustsEverySender => "takes every sender for its tenant's own",
        }
    }
}
