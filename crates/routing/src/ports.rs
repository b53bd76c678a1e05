//! What routing needs from outside: where records go, a quarantine, a registry, the time. Adapters are in `aws`; tests have
//! their own. Ports report what happened; what that means for a record is decided in this crate.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use sources::Record;
use tenancy::{Admitted, Rejection, TenantId, TenantRecord};

use crate::sqs::{MAX_MESSAGE_BYTES, RESERVED_BYTES};

/// How the backend is reached, and what acknowledges a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// The answer of the backend acknowledges.
    Sync,
    /// Lambda's 202 acknowledges: the event is queued inside Lambda.
    Async,
    /// There is no Invoke: the acknowledgement of a FIFO queue counts, and another router drains that queue.
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
            Self::Bridged => MAX_MESSAGE_BYTES - RESERVED_BYTES,
        }
    }
}

/// Where admitted records go.
#[derive(Debug)]
pub enum DeliveryTarget<B, F = NoBridge> {
    /// Each sub-batch is an Invoke of its tenant's backend.
    Backend(B),
    /// Each record goes to the FIFO queue of a bridge.
    Bridge(F),
    /// The router's own response carries them, as in the enrichment of a pipe. Nothing is sent.
    Response,
}

/// One Invoke of the backend. It cannot be made without an admission.
pub struct InvokeRequest<'a> {
    /// The tenant of the records.
    pub admitted: Admitted,
    /// The event, as JSON.
    pub payload: Vec<u8>,
    /// Whether the router waits for the answer.
    pub invocation: Invocation,
    /// The X-Ray trace header of the router's own invocation, passed on unchanged.
    pub trace_header: Option<&'a str>,
}

/// One record for a bridge. It cannot be made without an admission.
pub struct BridgeRequest<'a> {
    /// The tenant of the record.
    pub admitted: Admitted,
    /// The record, which the message carries byte for byte.
    pub record: &'a Record<'a>,
    /// The ARN of the stream that it comes from.
    pub source_arn: &'a str,
}

/// The result of one attempt to deliver records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The function ran and answered without error; the bytes of its answer.
    Answered(Vec<u8>),
    /// Lambda took the event for an asynchronous invocation (202).
    Accepted,
    /// The queue of the bridge took the record.
    Forwarded,
    /// The router's own response carries the record.
    InResponse,
    /// The function ran, or began to, and failed (`X-Amz-Function-Error`), but not by its own timeout.
    FunctionError,
    /// The function's own timeout passed, or the router's timeout for the call. The function may have run to any point.
    TimedOut,
    /// The service throttled the request (429, or a throttling code, KMS's included): the function certainly did not run.
    Throttled {
        /// `Retry-After`, where given.
        retry_after: Option<Duration>,
        /// The error code.
        code: String,
    },
    /// It certainly did not run, and may run in a moment: no connection, `ResourceConflictException`,
    /// `ResourceNotReadyException`. A bridge also reports what it may safely repeat, because a FIFO queue removes duplicates. The
    /// error code, or what was not reached.
    NotStarted(String),
    /// Lambda refused this one request (another 4xx): it did not run, and a retry would be refused too. The error code.
    Refused(String),
    /// The deployment is misconfigured: 403, 404, a KMS error, or a backend that is not `PER_TENANT`. The error code.
    Misconfigured(String),
    /// It did not run: the tenant's own credentials are unavailable until someone fixes their configuration. The error code.
    NoCredentials(String),
    /// It may have run: 5xx, 408, or a connection lost after sending. Not a timeout: see `TimedOut`. The error code, or what
    /// happened.
    Uncertain(String),
}

/// The tenant-isolated function.
pub trait Backend {
    /// Invokes it once, without retries. The caller may drop the future to stop waiting.
    fn invoke(&self, request: InvokeRequest<'_>) -> impl Future<Output = Attempt>;
}

/// An SQS FIFO queue between a stream and the backend.
pub trait Bridge {
    /// Sends one record to the queue. The caller may drop the future to stop waiting.
    fn forward(&self, request: BridgeRequest<'_>) -> impl Future<Output = Attempt>;
}

/// The backend type of a router without a backend. It has no values.
#[derive(Clone, Copy, Debug)]
pub enum NoBackend {}

impl Backend for NoBackend {
    async fn invoke(&self, _: InvokeRequest<'_>) -> Attempt {
        match *self {}
    }
}

/// The bridge type of a router without a bridge. It has no values.
#[derive(Clone, Copy, Debug)]
pub enum NoBridge {}

impl Bridge for NoBridge {
    async fn forward(&self, _: BridgeRequest<'_>) -> Attempt {
        match *self {}
    }
}

/// A rejected record for the quarantine.
#[derive(Clone, Debug)]
pub struct RejectedRecord<'a> {
    /// The record, which is kept byte for byte.
    pub record: &'a Record<'a>,
    /// Why it was not admitted.
    pub rejection: &'a Rejection,
    /// The ARN of the queue or stream that it comes from.
    pub source_arn: &'a str,
    /// The request id of the router's invocation.
    pub request_id: &'a str,
}

/// The result of sending one record to the quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuarantineAck {
    /// The quarantine has it.
    Taken,
    /// The quarantine does not have it, or may not have it; the error code.
    Failed(String),
}

/// How records get into the quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// As messages.
    Message,
    /// By way of a bucket, because no message can hold them. That may be slow, or fail, while messages do not.
    Store,
}

/// Rejected records that the quarantine takes in one call.
#[derive(Clone, Debug)]
pub struct QuarantineBatch<'a> {
    /// The records.
    pub rejected: Vec<RejectedRecord<'a>>,
    /// How they get there.
    pub transport: Transport,
}

/// Where rejected records are kept whole.
pub trait Quarantine {
    /// The FIFO group of a record, where the quarantine keeps an order. Records of one group are sent one after the other, each
    /// after the record before it is taken, and none behind a record that is not taken. `None`: it is sent in any order.
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>>;

    /// Splits records into batches that [`Quarantine::send`] can take, in order.
    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>>;

    /// Sends one batch; one acknowledgement for each record, in the order of the batch.
    fn send(&self, batch: &[RejectedRecord<'_>]) -> impl Future<Output = Vec<QuarantineAck>>;
}

/// The result of reading one tenant's registry item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryRead {
    /// The tenant's record; `None`: there is no item.
    Listed(Option<TenantRecord>),
    /// The item is malformed; what is wrong with it, without any tenant's data.
    Malformed(String),
    /// It could not be read; the error code.
    Failed(String),
}

/// The table that holds the registry.
pub trait RegistryReader {
    /// Reads the item of each tenant once. Returns one answer for each, in order. An item that cannot be read within `timeout`
    /// is [`RegistryRead::Failed`].
    fn read(&self, tenants: &[TenantId], timeout: Duration) -> impl Future<Output = Vec<RegistryRead>>;
}

/// The clock of an invocation. Its times count from the start of the invocation.
pub trait Clock {
    /// The time since the invocation began.
    fn now(&self) -> Duration;

    /// The time of day, as time since 1970. It is used for what is kept from one invocation to the next.
    fn time_of_day(&self) -> Duration;

    /// Returns at the time `at`.
    fn sleep_until(&self, at: Duration) -> impl Future<Output = ()>;
}
