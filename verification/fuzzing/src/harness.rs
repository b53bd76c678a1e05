//! A router for the fuzz targets: its ports never wait, and record everything that the router sends.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::{Future, pending, ready};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use routing::ports::{
    Attempt, Backend, Clock, DeliveryTarget, Invocation, InvokeRequest, Quarantine, QuarantineAck,
    QuarantineBatch, RegistryRead, RegistryReader, RejectedRecord, Transport,
};
use routing::{BatchReport, Checkpoints, DeliveryPolicy, InvocationContext, Payload, RouteError, Router};
use sources::Source;
use tenancy::{Rules, TenantId};

/// More polls than any batch needs with ports that never wait.
const MAX_POLLS: usize = 100_000;

/// One Invoke.
#[derive(Debug)]
pub struct Sent {
    /// The id of its tenant.
    pub tenant: String,
    /// Its payload.
    pub payload: String,
}

/// The outcome of routing an event.
#[derive(Debug)]
pub struct Outcome {
    /// The report of the router.
    pub report: BatchReport,
    /// The Invokes, in order.
    pub sent: Vec<Sent>,
    /// The quarantined records, byte for byte.
    pub quarantined: Vec<String>,
}

/// Routes an event to a backend that always gives this answer, with a quarantine that accepts every record.
///
/// # Errors
/// If the router refuses the event as a whole.
pub fn route<S: Source>(
    source: S,
    event: &str,
    rules: &Rules,
    payload: Payload,
    answer: &[u8],
) -> Result<Outcome, RouteError> {
    let (sent, quarantined) = (RefCell::default(), RefCell::default());
    let router = Router {
        source,
        rules: rules.clone(),
        registry: None::<routing::Registry<NoRegistry>>,
        policy: policy(payload),
        target: DeliveryTarget::<_>::Backend(RecordingBackend { answer, sent: &sent }),
        quarantine: Some(RecordingQuarantine(&quarantined)),
        checkpoints: Checkpoints::default(),
    };
    let deadline = Duration::from_mins(5);
    let context = InvocationContext { request_id: "request-1", trace_header: None, deadline };
    let report = finish(router.route(event, context, &StoppedClock, fastrand::Rng::with_seed(1)))?;
    drop(router);
    Ok(Outcome { report, sent: sent.into_inner(), quarantined: quarantined.into_inner() })
}

fn policy(payload: Payload) -> DeliveryPolicy {
    let hundred = NonZeroUsize::MIN.saturating_add(99);
    DeliveryPolicy {
        payload,
        invocation: Invocation::Sync,
        in_flight: hundred,
        per_tenant: NonZeroUsize::MIN,
        max_records: hundred,
        max_message_bytes: routing::sqs::MAX_MESSAGE_BYTES,
        longest_call: Duration::from_secs(41),
    }
}

/// Polls a future until it is ready.
///
/// # Panics
/// If it is not ready after [`MAX_POLLS`].
fn finish<F: Future>(future: F) -> F::Output {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    for _ in 0..MAX_POLLS {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
    unreachable!("the router waits, although no port does")
}

struct RecordingBackend<'a> {
    answer: &'a [u8],
    sent: &'a RefCell<Vec<Sent>>,
}

impl Backend for RecordingBackend<'_> {
    fn invoke(&self, request: InvokeRequest<'_>) -> impl Future<Output = Attempt> {
        let payload = String::from_utf8(request.payload).expect("a payload is JSON, which is text");
        let tenant = request.admitted.tenant().as_str().to_owned();
        self.sent.borrow_mut().push(Sent { tenant, payload });
        ready(Attempt::Answered(self.answer.to_vec()))
    }
}

struct RecordingQuarantine<'a>(&'a RefCell<Vec<String>>);

impl Quarantine for RecordingQuarantine<'_> {
    fn fifo_group<'a>(&self, _: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        None
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        let batch = |record| QuarantineBatch { rejected: vec![record], transport: Transport::Message };
        rejected.into_iter().map(batch).collect()
    }

    fn send(&self, batch: &[RejectedRecord<'_>]) -> impl Future<Output = Vec<QuarantineAck>> {
        self.0.borrow_mut().extend(batch.iter().map(|rejected| rejected.record.raw().to_owned()));
        ready(vec![QuarantineAck::Taken; batch.len()])
    }
}

/// A registry without tenants, which no target reads.
struct NoRegistry;

impl RegistryReader for NoRegistry {
    fn read(&self, tenants: &[TenantId], _: Duration) -> impl Future<Output = Vec<RegistryRead>> {
        ready(vec![RegistryRead::Listed(None); tenants.len()])
    }
}

/// A clock that never advances, so that runs are reproducible.
struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn time_of_day(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep_until(&self, _: Duration) -> impl Future<Output = ()> {
        pending()
    }
}
