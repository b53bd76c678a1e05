//! Broken variants of the router, each with one plausible mistake. The invariants must detect every one of them.
//!
//! A broken variant is the router that ships; the world changes what passes through its ports.
//!
//! - `mistakes`: the list of all variants, with a description of each
//! - `rejection`: what variants change in the registry's answers and the quarantine's acknowledgements

use std::time::Duration;

use routing::DeliveryPolicy;
use routing::bridge::BridgeMessage;
use routing::ports::{Attempt, Invocation};
use sources::{Batch, FailureSemantics, Order, ResponseMode};

use crate::history::FailedItem;
use crate::plan::{Packing, Plan};
use crate::world::received::ReceivedRecord;

mod mistakes;
mod rejection;

/// A broken variant of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BrokenVariant {
    /// Reports success to the source whatever happened.
    RespondsSuccess,
    /// Leaves out the first record that its response has to name.
    ForgetsOneFailure,
    /// Names a record that is not in the batch.
    NamesUnknownRecord,
    /// Fails the whole batch if any record fails.
    FailsWholeBatch,
    /// Names every record in every response.
    NamesEveryRecord,
    /// Names the record after the one from which a stream must continue.
    NamesNextRecord,
    /// Names a user record to a stream that only knows its aggregate.
    NamesUserRecords,
    /// Puts all that it sends over a bridge into one message group.
    BridgesInOneGroup,
    /// Sends a record over a bridge with a new deduplication id each time.
    BridgesWithNewIds,
    /// Sends all records of a message group over a bridge with one deduplication id.
    BridgesWithOneId,
    /// Behind a bridge, reads the failed items of a stream's handler as a queue's.
    ReadsStreamAsQueue,
    /// Leaves out the last record of each batch.
    SkipsLastRecord,
    /// Sends the records of one key in parallel.
    IgnoresOrder,
    /// Keeps a queue's order only within each tenant.
    OrdersWithinTenants,
    /// Sends later records after a stream's record failed.
    IgnoresCheckpoint,
    /// Retries an Invoke that may have run.
    RetriesUncertain,
    /// Takes a function error for a success.
    IgnoresFunctionErrors,
    /// Does not read which records a response names as failed.
    IgnoresFailedItems,
    /// Takes a timeout for a success.
    TakesTimeoutForSuccess,
    /// Takes a throttled Invoke for an accepted one.
    TakesThrottleForAcceptance,
    /// Takes a 5xx of an asynchronous Invoke for an acceptance.
    TakesErrorForAcceptance,
    /// Takes the response of a function for the acceptance of an asynchronous Invoke.
    TakesResponseForAcceptance,
    /// Invokes asynchronously where it must wait for the response.
    InvokesAsynchronously,
    /// Responds to a rule's event with a partial batch response, which counts as success.
    NamesRuleEvent,
    /// Sends the records of every tenant but the first to another tenant.
    MixesTenants,
    /// Sends every record to the default backend.
    UsesOneBackend,
    /// Serializes records again.
    Reserializes,
    /// Starts more Invokes at a time than allowed.
    ExceedsInFlightLimit,
    /// Starts more Invokes at a time for one tenant than allowed.
    ExceedsTenantLimit,
    /// Puts more records into an Invoke than allowed.
    ExceedsRecordLimit,
    /// Sends one Invoke at a time.
    SendsOneAtATime,
    /// Takes the deadline to be two seconds later than it is.
    MissesDeadline,
    /// Starts an Invoke without enough time left for it.
    StartsTooLate,
    /// Admits every tenant without the registry.
    SkipsRegistry,
    /// Caches registry answers for an hour.
    CachesTooLong,
    /// Treats every tenant as unknown while the registry cannot be read.
    RejectsWhenUnreadable,
    /// Treats every tenant as active while the registry cannot be read.
    AdmitsWhenUnreadable,
    /// Reads the tenant id from one place only.
    ReadsOneSelector,
    /// Takes every record that it sends to quarantine as acknowledged.
    IgnoresQuarantineFailures,
    /// Sends the records of one FIFO group to quarantine in parallel.
    ForgetsFifoGroups,
    /// Removes a field from records that it sends to quarantine.
    TruncatesQuarantined,
    /// Treats every record as a large one, which goes through the quarantine's store.
    StoresEveryRecord,
    /// Accepts every sender for every tenant.
    TrustsEverySender,
}

impl BrokenVariant {
    /// Changes the items that the response to the source names as failed.
    pub(crate) fn response(
        self,
        plan: &Plan,
        mut named: Vec<FailedItem>,
        batch: &[ReceivedRecord],
    ) -> Vec<FailedItem> {
        match self {
            Self::RespondsSuccess => named.clear(),
            Self::ForgetsOneFailure if !named.is_empty() => {
                named.remove(0);
            }
            Self::NamesUnknownRecord if !named.is_empty() => named.push(FailedItem::Unknown),
            Self::FailsWholeBatch if !named.is_empty() => named = vec![FailedItem::WholeBatch],
            Self::NamesEveryRecord => {
                named =
                    batch.iter().map(|received| FailedItem::Record(plan.parent(received.record))).collect();
            }
            Self::NamesNextRecord => {
                let item = |received: &ReceivedRecord| FailedItem::Record(plan.parent(received.record));
                let place = |name: &FailedItem| batch.iter().rposition(|received| *name == item(received));
                let next = |name: &FailedItem| batch.get(place(name)? + 1).map(item);
                named = named.iter().filter_map(next).collect();
            }
            Self::NamesUserRecords => {
                for name in &mut named {
                    if let FailedItem::Record(parent) = *name
                        && matches!(plan.records[parent].packing, Packing::In(_))
                    {
                        *name = FailedItem::Unknown;
                    }
                }
            }
            _ => {}
        }
        named
    }

    /// Changes the batch that the source decoded.
    pub(crate) fn batch(self, mut batch: Batch<'_>) -> Batch<'_> {
        match self {
            Self::SkipsLastRecord => {
                batch.records.pop();
            }
            Self::IgnoresOrder => batch.order = Order::Unordered,
            Self::OrdersWithinTenants if batch.order == Order::ByKey => {
                batch.order = Order::ByKeyWithinTenant;
            }
            Self::ReadsStreamAsQueue => batch.failure_semantics = FailureSemantics::Each,
            Self::IgnoresCheckpoint if batch.response_mode == ResponseMode::Checkpoint => {
                batch.response_mode = ResponseMode::EachRecord;
            }
            Self::NamesRuleEvent if batch.response_mode == ResponseMode::Invocation => {
                batch.response_mode = ResponseMode::EachRecord;
            }
            _ => {}
        }
        batch
    }

    /// Changes a message for the bridge; `number` is the number of its Invoke.
    pub(crate) fn message(self, mut message: BridgeMessage, number: usize) -> BridgeMessage {
        match self {
            Self::BridgesInOneGroup => "all".clone_into(&mut message.group),
            Self::BridgesWithNewIds => message.deduplication = number.to_string(),
            Self::BridgesWithOneId => message.deduplication.clone_from(&message.group),
            _ => {}
        }
        message
    }

    /// Changes the result of an Invoke.
    pub(crate) fn attempt(self, attempt: Attempt, invocation: Invocation) -> Attempt {
        let done = match invocation {
            Invocation::Async => Attempt::Accepted,
            Invocation::Sync => Attempt::Answered(b"{}".to_vec()),
            Invocation::Bridged => Attempt::Forwarded,
        };
        match (self, &attempt, invocation) {
            (Self::IgnoresFunctionErrors, Attempt::FunctionError, _)
            | (Self::IgnoresFailedItems, Attempt::Answered(_), Invocation::Sync)
            | (Self::TakesTimeoutForSuccess, Attempt::TimedOut, _)
            | (Self::TakesThrottleForAcceptance, Attempt::Throttled { .. }, _)
            | (Self::TakesErrorForAcceptance, Attempt::Uncertain(_), Invocation::Async)
            | (Self::TakesResponseForAcceptance, Attempt::Answered(_), Invocation::Async) => done,
            _ => attempt,
        }
    }

    /// Returns whether it sends the Invoke a second time at once.
    pub(crate) fn retries_at_once(self, attempt: &Attempt) -> bool {
        self == Self::RetriesUncertain && matches!(attempt, Attempt::Uncertain(_))
    }

    /// Changes the tenant of an Invoke.
    pub(crate) fn tenant(self, tenant: Option<usize>, tenants: usize) -> Option<usize> {
        match (self, tenant) {
            (Self::MixesTenants, Some(tenant)) if tenant > 0 => Some((tenant + 1) % tenants),
            _ => tenant,
        }
    }

    /// Changes the backend of an Invoke.
    pub(crate) fn backend(self, backend: usize) -> usize {
        if self == Self::UsesOneBackend { 0 } else { backend }
    }

    /// Changes the payload of an Invoke.
    pub(crate) fn payload(self, payload: Vec<u8>) -> Vec<u8> {
        match (self, String::from_utf8(payload)) {
            (Self::Reserializes, Ok(text)) => text.replace("1.50e1", "15.0").into_bytes(),
            (_, Ok(text)) => text.into_bytes(),
            (_, Err(error)) => error.into_bytes(),
        }
    }

    /// Changes the delivery policy.
    pub(crate) fn policy(self, mut policy: DeliveryPolicy) -> DeliveryPolicy {
        let more = |count: std::num::NonZeroUsize, by: usize| count.saturating_add(by);
        match self {
            Self::ExceedsInFlightLimit => policy.in_flight = more(policy.in_flight, 2),
            Self::ExceedsTenantLimit => policy.per_tenant = more(policy.per_tenant, 2),
            Self::ExceedsRecordLimit => policy.max_records = more(policy.max_records, 1),
            Self::SendsOneAtATime => policy.in_flight = std::num::NonZeroUsize::MIN,
            Self::InvokesAsynchronously => policy.invocation = Invocation::Async,
            Self::StartsTooLate => policy.longest_call = Duration::from_millis(1),
            _ => {}
        }
        policy
    }

    /// Changes the deadline of an invocation.
    pub(crate) fn deadline(self, deadline: Duration) -> Duration {
        if self == Self::MissesDeadline { deadline + Duration::from_secs(2) } else { deadline }
    }
}
