//! Imposters: wrong routers, made by bending what the router that ships is told or says at its ports. Each is a mistake
//! that somebody could make, and the invariants have to find every one of them.

use std::time::Duration;

use routing::DeliveryPolicy;
use routing::bridge::BridgeMessage;
use routing::ports::{Attempt, Invocation};
use sources::{ResponseMode, Batch, FailureSemantics, Order};

use crate::history::Named;
use crate::plan::{Packing, Plan};
use crate::world::Handed;

mod mistakes;
mod rejects;

/// A wrong router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Imposter {
    /// Answers success, whatever happened.
    AnswersSuccess,
    /// Forgets the first record that it has to name.
    ForgetsOneFailure,
    /// Names a record that was not in the batch.
    NamesAStranger,
    /// Fails the batch whenever anything failed.
    FailsTheWholeBatch,
    /// Names every record, always.
    NamesEverything,
    /// Names the record behind the one at which a stream has to go on.
    NamesTheNext,
    /// Names a user record where a stream knows its aggregate only.
    NamesUserRecords,
    /// Puts all that it sends over a bridge into one message group.
    BridgesInOneGroup,
    /// Gives what it sends over a bridge another deduplication id each time.
    BridgesAnew,
    /// Gives all of a tenant's records one deduplication id.
    BridgesUnderOneName,
    /// Behind a bridge, reads what a stream's handler names as a queue's would name it.
    ReadsNamesOneByOne,
    /// Leaves out the last record of each batch.
    SkipsTheLast,
    /// Sends the records of one key side by side.
    ForgetsTheOrder,
    /// Keeps a queue's order within each tenant only.
    OrdersWithinTenants,
    /// Sends on behind a stream's record that failed.
    RunsAheadOfTheCheckpoint,
    /// Tries again what may have run.
    RetriesTheUncertain,
    /// Takes a function's error for an answer.
    IgnoresFunctionErrors,
    /// Does not read what an answer names.
    IgnoresNames,
    /// Takes a time-out for a success.
    TakesSilenceForConsent,
    /// Takes a throttled Invoke for one that was queued.
    FiresAndForgets,
    /// Takes a 5xx of an asynchronous Invoke for its acceptance.
    TakesErrorsForAcceptance,
    /// Takes an answer for the acceptance of an asynchronous Invoke.
    TakesAnswersForAcceptance,
    /// Invokes asynchronously where the answer is to be waited for.
    QueuesEverything,
    /// Answers a rule's event with a partial batch response, which is a success whatever it names.
    NamesARulesEvent,
    /// Sends every fifth tenant's records to another.
    MixesTenants,
    /// Sends everything to the common backend.
    KnowsOneBackend,
    /// Writes records anew.
    Reserialises,
    /// Starts more Invokes than it may.
    OverrunsTheLimit,
    /// Starts more Invokes for one tenant than it may.
    CrowdsATenant,
    /// Puts more records into an Invoke than it may.
    OverfillsInvokes,
    /// Sends one Invoke at a time.
    WaitsForEachInvoke,
    /// Takes the deadline to be later than it is.
    MissesTheDeadline,
    /// Does not keep time for an Invoke that it starts.
    StartsTooLate,
    /// Takes every tenant at its word.
    AsksNoRegistry,
    /// Remembers the registry's word for an hour.
    RemembersForTooLong,
    /// Takes a registry that cannot be read to know nobody.
    QuarantinesWhenBlind,
    /// Takes a registry that cannot be read to know everybody.
    AdmitsWhenBlind,
    /// Looks for the tenant in one place only.
    ReadsOnePlace,
    /// Takes whatever it sends to quarantine to have arrived.
    TrustsTheQuarantine,
    /// Sends records of one line to quarantine side by side.
    ForgetsLines,
    /// Cuts what it sends to quarantine.
    CutsTheQuarantined,
    /// Takes every record for a large one, which waits for the quarantine's store.
    KnowsOneWay,
    /// Takes every sender for its tenant's own.
    TrustsEverySender,
}

impl Imposter {
    pub(crate) fn answer(self, plan: &Plan, mut named: Vec<Named>, batch: &[Handed]) -> Vec<Named> {
        match self {
            Self::AnswersSuccess => named.clear(),
            Self::ForgetsOneFailure if !named.is_empty() => {
                named.remove(0);
            }
            Self::NamesAStranger if !named.is_empty() => named.push(Named::Stranger),
            Self::FailsTheWholeBatch if !named.is_empty() => named = vec![Named::Whole],
            Self::NamesEverything => {
                named = batch.iter().map(|handed| Named::Record(plan.parent(handed.record))).collect();
            }
            Self::NamesTheNext => {
                let called = |handed: &Handed| Named::Record(plan.parent(handed.record));
                let place = |name: &Named| batch.iter().rposition(|handed| *name == called(handed));
                let next = |name: &Named| batch.get(place(name)? + 1).map(called);
                named = named.iter().filter_map(next).collect();
            }
            Self::NamesUserRecords => {
                for name in &mut named {
                    if let Named::Record(parent) = *name
                        && matches!(plan.records[parent].packing, Packing::In(_))
                    {
                        *name = Named::Stranger;
                    }
                }
            }
            _ => {}
        }
        named
    }

    pub(crate) fn batch(self, mut batch: Batch<'_>) -> Batch<'_> {
        match self {
            Self::SkipsTheLast => {
                batch.records.pop();
            }
            Self::ForgetsTheOrder => batch.order = Order::Unordered,
            Self::OrdersWithinTenants if batch.order == Order::ByKey => {
                batch.order = Order::ByKeyWithinTenant;
            }
            Self::ReadsNamesOneByOne => batch.failure_semantics = FailureSemantics::Each,
            Self::RunsAheadOfTheCheckpoint if batch.response_mode == ResponseMode::Checkpoint => {
                batch.response_mode = ResponseMode::EachRecord;
            }
            Self::NamesARulesEvent if batch.response_mode == ResponseMode::Invocation => {
                batch.response_mode = ResponseMode::EachRecord;
            }
            _ => {}
        }
        batch
    }

    /// `number`: of what was sent.
    pub(crate) fn message(self, mut message: BridgeMessage, number: usize) -> BridgeMessage {
        match self {
            Self::BridgesInOneGroup => "all".clone_into(&mut message.group),
            Self::BridgesAnew => message.deduplication = number.to_string(),
            Self::BridgesUnderOneName => message.deduplication.clone_from(&message.group),
            _ => {}
        }
        message
    }

    pub(crate) fn attempt(self, attempt: Attempt, invocation: Invocation) -> Attempt {
        let done = match invocation {
            Invocation::Async => Attempt::Accepted,
            Invocation::Sync => Attempt::Answered(b"{}".to_vec()),
            Invocation::Bridged => Attempt::Forwarded,
        };
        match (self, &attempt, invocation) {
            (Self::IgnoresFunctionErrors, Attempt::FunctionError, _)
            | (Self::IgnoresNames, Attempt::Answered(_), Invocation::Sync)
            | (Self::TakesSilenceForConsent, Attempt::TimedOut, _)
            | (Self::FiresAndForgets, Attempt::Throttled { .. }, _)
            | (Self::TakesErrorsForAcceptance, Attempt::Uncertain(_), Invocation::Async)
            | (Self::TakesAnswersForAcceptance, Attempt::Answered(_), Invocation::Async) => done,
            _ => attempt,
        }
    }

    pub(crate) fn tries_again(self, attempt: &Attempt) -> bool {
        self == Self::RetriesTheUncertain && matches!(attempt, Attempt::Uncertain(_))
    }

    pub(crate) fn tenant(self, tenant: Option<usize>, tenants: usize) -> Option<usize> {
        match (self, tenant) {
            (Self::MixesTenants, Some(tenant)) if tenant > 0 => Some((tenant + 1) % tenants),
            _ => tenant,
        }
    }

    pub(crate) fn backend(self, backend: usize) -> usize {
        if self == Self::KnowsOneBackend { 0 } else { backend }
    }

    pub(crate) fn payload(self, payload: Vec<u8>) -> Vec<u8> {
        match (self, String::from_utf8(payload)) {
            (Self::Reserialises, Ok(text)) => text.replace("1.50e1", "15.0").into_bytes(),
            (_, Ok(text)) => text.into_bytes(),
            (_, Err(error)) => error.into_bytes(),
        }
    }

    pub(crate) fn policy(self, mut policy: DeliveryPolicy) -> DeliveryPolicy {
        let more = |count: std::num::NonZeroUsize, by: usize| count.saturating_add(by);
        match self {
            Self::OverrunsTheLimit => policy.in_flight = more(policy.in_flight, 2),
            Self::CrowdsATenant => policy.per_tenant = more(policy.per_tenant, 2),
            Self::OverfillsInvokes => policy.max_records = more(policy.max_records, 1),
            Self::WaitsForEachInvoke => policy.in_flight = std::num::NonZeroUsize::MIN,
            Self::QueuesEverything => policy.invocation = Invocation::Async,
            Self::StartsTooLate => policy.call_timeout = Duration::from_millis(1),
            _ => {}
        }
        policy
    }

    pub(crate) fn deadline(self, deadline: Duration) -> Duration {
        if self == Self::MissesTheDeadline { deadline + Duration::from_secs(2) } else { deadline }
    }
}
