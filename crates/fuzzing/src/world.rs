//! What stands around a router that is fuzzed: nothing waits, and everything that leaves it is kept.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::{Future, pending, ready};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use routing::ports::{
    QuarantineAck, Attempt, Backend, InvokeRequest, Clock, DeliveryTarget, Invocation, QuarantineBatch, Quarantine, RegistryRead, RejectedRecord, RegistryReader,
    Transport,
};
use routing::{Checkpoints, InvocationContext, Payload, DeliveryPolicy, BatchReport, RouteError, Router};
use sources::Source;
use tenancy::{Rules, TenantId};

/// Far more polls than any batch needs here, where nothing ever waits.
const MOST_POLLS: usize = 100_000;

/// One Invoke.
#[derive(Debug)]
pub struct Sent {
    /// For whom.
    pub tenant: String,
    /// What it carried.
    pub payload: String,
}

/// What became of an event.
#[derive(Debug)]
pub struct Outcome {
    /// What the router says of it.
    pub report: BatchReport,
    /// The Invokes, in their order.
    pub sent: Vec<Sent>,
    /// The records that were set aside, byte for byte.
    pub set_aside: Vec<String>,
}

/// Routes an event to a backend that always answers this; every quarantined record is taken.
///
/// # Errors
/// Where the router refuses the event as a whole.
pub fn route<S: Source>(
    source: S,
    event: &str,
    rules: &Rules,
    payload: Payload,
    answer: &[u8],
) -> Result<Outcome, RouteError> {
    let (sent, set_aside) = (RefCell::default(), RefCell::default());
    let router = Router {
        source,
        rules: rules.clone(),
        registry: None::<routing::Registry<NoTable>>,
        policy: policy(payload),
        target: DeliveryTarget::<_>::Backend(Answers { answer, sent: &sent }),
        quarantine: Some(Takes(&set_aside)),
        checkpoints: Checkpoints::default(),
    };
    let deadline = Duration::from_mins(5);
    let occasion = InvocationContext { request_id: "request-1", trace_header: None, deadline };
    let report = finish(router.route(event, occasion, &Stopped, fastrand::Rng::with_seed(1)))?;
    drop(router);
    Ok(Outcome { report, sent: sent.into_inner(), set_aside: set_aside.into_inner() })
}

fn policy(payload: Payload) -> DeliveryPolicy {
    let many = NonZeroUsize::MIN.saturating_add(99);
    DeliveryPolicy {
        payload,
        invocation: Invocation::Sync,
        in_flight: many,
        per_tenant: NonZeroUsize::MIN,
        max_records: many,
        max_message_bytes: routing::sqs::MAX_BYTES,
        call_timeout: Duration::from_secs(41),
    }
}

/// Polls a future to its end.
fn finish<F: Future>(future: F) -> F::Output {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    for _ in 0..MOST_POLLS {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
    unreachable!("the router waits, though nothing keeps it waiting")
}

struct Answers<'a> {
    answer: &'a [u8],
    sent: &'a RefCell<Vec<Sent>>,
}

impl Backend for Answers<'_> {
    fn invoke(&self, call: InvokeRequest<'_>) -> impl Future<Output = Attempt> {
        let payload = String::from_utf8(call.payload).expect("a payload is JSON, which is text");
        let tenant = call.admitted.tenant().as_str().to_owned();
        self.sent.borrow_mut().push(Sent { tenant, payload });
        ready(Attempt::Answered(self.answer.to_vec()))
    }
}

struct Takes<'a>(&'a RefCell<Vec<String>>);

impl Quarantine for Takes<'_> {
    fn fifo_group<'a>(&self, _: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        None
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        rejected.into_iter().map(|one| QuarantineBatch { rejected: vec![one], transport: Transport::Message }).collect()
    }

    fn send(&self, parcel: &[RejectedRecord<'_>]) -> impl Future<Output = Vec<QuarantineAck>> {
        self.0.borrow_mut().extend(parcel.iter().map(|rejected| rejected.record.raw().to_owned()));
        ready(vec![QuarantineAck::Taken; parcel.len()])
    }
}

/// There is no registry.
struct NoTable;

impl RegistryReader for NoTable {
    fn read(&self, tenants: &[TenantId], _: Duration) -> impl Future<Output = Vec<RegistryRead>> {
        ready(vec![RegistryRead::Listed(None); tenants.len()])
    }
}

/// Time stands still: whatever happens, happens at once.
struct Stopped;

impl Clock for Stopped {
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
