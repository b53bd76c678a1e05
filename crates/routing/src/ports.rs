//! What routing needs from the outside: a backend, a quarantine, the time. Adapters live in `aws`; tests bring
//! their own. Ports report what happened; what that means for a record is decided in here.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use sources::Record;
use tenancy::{Admitted, TenantRecord, Rejection, TenantId};

use crate::bridge::BESIDE;
use crate::sqs::MAX_BYTES;

/// Whether the backend's answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// The backend's answer is the receipt.
    Sync,
    /// Lambda's 202 is the receipt: the event is queued inside Lambda.
    Async,
    /// There is no Invoke: a FIFO queue's acknowledgement is the receipt, and another router drains that queue.
    Bridged,
}

impl Invocation {
    /// The largest payload that AWS takes, in bytes [Lambda developer guide, "Lambda quotas"; Amazon SQS developer
    /// guide, "Amazon SQS message quotas"].
    #[must_use]
    pub const fn max_payload_bytes(self) -> usize {
        match self {
            Self::Sync => 6 * 1024 * 1024,
            Self::Async => 1024 * 1024,
            Self::Bridged => MAX_BYTES - BESIDE,
        }
    }
}

/// One Invoke of the backend. It cannot be made without an admission.
pub struct InvokeRequest<'a> {
    /// Whose records these are.
    pub admitted: Admitted,
    /// The event, JSON.
    pub payload: Vec<u8>,
    /// Whether the answer is waited for.
    pub invocation: Invocation,
    /// The X-Ray trace header of the router's own invocation, handed on as it is.
    pub trace_header: Option<&'a str>,
    /// The first of the records.
    pub record: &'a Record<'a>,
    /// The ARN of the queue or stream that they came from.
    pub source_arn: &'a str,
}

/// What one attempt to invoke the backend came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The function ran and answered without error; the answer's bytes.
    Answered(Vec<u8>),
    /// Lambda took the event for an asynchronous invocation (202).
    Accepted,
    /// The bridge's queue has the record.
    Forwarded,
    /// The function ran, or began to, and failed (`X-Amz-Function-Error`), its time-out included.
    FunctionError,
    /// The function's own time-out passed, or the one for its answer: it may have run to any point.
    TimedOut,
    /// 429: it certainly did not run.
    Throttled {
        /// `Retry-After`, where given.
        retry_after: Option<Duration>,
        /// The error code.
        code: String,
    },
    /// It certainly did not run, and may run in a moment: no connection, `ResourceConflictException`,
    /// `ResourceNotReadyException`. The error code, or what was not reached.
    NotStarted(String),
    /// Lambda refused this one request (another 4xx): it did not run, and asking again is of no use. The error code.
    Refused(String),
    /// The estate is not set up: 403, 404, a KMS error, or a backend that is not `PER_TENANT`. The error code.
    Misconfigured(String),
    /// It did not run: the tenant's own credentials cannot be had until someone sees to it. The error code.
    NoCredentials(String),
    /// It may have run: 5xx, a connection cut after sending, a time-out. The error code, or what was cut.
    Uncertain(String),
}

/// The tenant-isolated function.
pub trait Backend {
    /// Invokes it once; never tries again by itself. The caller may drop the future to stop waiting.
    fn invoke(&self, call: InvokeRequest<'_>) -> impl Future<Output = Attempt>;
}

/// A record on its way to quarantine.
#[derive(Clone, Debug)]
pub struct RejectedRecord<'a> {
    /// The record, whole.
    pub record: &'a Record<'a>,
    /// Why it was not admitted.
    pub rejection: &'a Rejection,
    /// The ARN of the queue or stream that it came from.
    pub source_arn: &'a str,
    /// The router's own request id.
    pub request_id: &'a str,
}

/// What became of one record sent to quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuarantineAck {
    /// The quarantine has it.
    Taken,
    /// It has not, or may not have; the error code.
    Failed(String),
}

/// By which way records get into quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// As messages.
    Message,
    /// By way of a store, because no message can hold them. That may be slow, or fail, while messages do not.
    Store,
}

/// Rejected records that the quarantine takes in one call.
#[derive(Clone, Debug)]
pub struct QuarantineBatch<'a> {
    /// The records.
    pub rejected: Vec<RejectedRecord<'a>>,
    /// How they get there.
    pub way: Transport,
}

/// Where rejected records are set aside whole.
pub trait Quarantine {
    /// The line that a record stands in, where the quarantine keeps an order: records of one line are sent one after
    /// the other, each once the one before it is taken, and none behind one that is not. `None`: in any order.
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>>;

    /// Cuts records into parcels that [`Quarantine::send`] can take, in order.
    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>>;

    /// Sends one parcel; one acknowledgement for each record, in the parcel's order.
    fn send(&self, parcel: &[RejectedRecord<'_>]) -> impl Future<Output = Vec<QuarantineAck>>;
}

/// What came of reading one tenant's item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryRead {
    /// What stands there; `None`: there is no item.
    Listed(Option<TenantRecord>),
    /// The item makes no sense; what is wrong with it, without any tenant's data.
    Malformed(String),
    /// It could not be read; the error code.
    Failed(String),
}

/// The table in which a registry is kept.
pub trait RegistryReader {
    /// Reads these tenants' items, each once; one answer for each, in order. What cannot be read within `patience` has
    /// failed.
    fn read(&self, tenants: &[TenantId], patience: Duration) -> impl Future<Output = Vec<RegistryRead>>;
}

/// Time since the router's invocation began.
pub trait Clock {
    /// Now.
    fn now(&self) -> Duration;

    /// The time of day, as time since 1970: for what is remembered from one invocation to the next.
    fn time_of_day(&self) -> Duration;

    /// Returns when `at` has come.
    fn sleep_until(&self, at: Duration) -> impl Future<Output = ()>;
}
