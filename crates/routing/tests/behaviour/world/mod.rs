//! A world for routing to run in: a scripted backend and quarantine, virtual time, and a memory of all that happened.

mod clock;
mod events;
mod quarantine;
mod table;

use std::cell::{Cell, RefCell};
use std::num::NonZeroUsize;
use std::time::Duration;

use routing::ports::{
    Attempt, Backend, Bridge, BridgeRequest, Clock, DeliveryTarget, Invocation, InvokeRequest, QuarantineAck,
};
use routing::{Cause, Checkpoints, RecordOutcome, InvocationContext, Payload, DeliveryPolicy, Registry, BatchReport, RouteError, Router};
use sources::{Source, Sqs};
use tenancy::{Admitted, Grammar, Rules, Selector};
use tokio::time::Instant;

pub(crate) use clock::TestClock;
pub(crate) use events::{fifo, kinesis, record, standard};
pub(crate) use quarantine::{FakeQuarantine, Keeps, QuarantineScript};
pub(crate) use table::{FakeTable, listed, registry};

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// One Invoke, as the backend saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) tenant: String,
    /// Which of the backends it was.
    pub(crate) backend: usize,
    /// The records' identifiers, or the payload itself with `payload = "record"`.
    pub(crate) ids: Vec<String>,
    pub(crate) payload: String,
    pub(crate) invocation: Invocation,
    pub(crate) trace_header: Option<String>,
    pub(crate) start: Duration,
    pub(crate) end: Option<Duration>,
}

type Script = Box<dyn Fn(&Seen, usize) -> (Duration, Attempt)>;

/// Answers as its script says; the script is given the call and how many calls this tenant has made before.
pub(crate) struct FakeBackend {
    pub(crate) seen: RefCell<Vec<Seen>>,
    pub(crate) running: Cell<usize>,
    pub(crate) most_running: Cell<usize>,
    began: Instant,
    script: Script,
}

impl Backend for FakeBackend {
    async fn invoke(&self, request: InvokeRequest<'_>) -> Attempt {
        let payload = String::from_utf8(request.payload).unwrap();
        self.answer(&request.admitted, payload, request.invocation, request.trace_header).await
    }
}

impl Bridge for FakeBackend {
    async fn forward(&self, request: BridgeRequest<'_>) -> Attempt {
        let body = request.record.raw().to_owned();
        self.answer(&request.admitted, body, Invocation::Bridged, None).await
    }
}

impl FakeBackend {
    async fn answer(
        &self,
        admitted: &Admitted,
        payload: String,
        invocation: Invocation,
        trace_header: Option<&str>,
    ) -> Attempt {
        let seen = Seen {
            ids: ids_of(&payload),
            payload,
            invocation,
            trace_header: trace_header.map(str::to_owned),
            start: self.began.elapsed(),
            end: None,
            backend: admitted.backend(),
            tenant: admitted.tenant().as_str().to_owned(),
        };
        let before = self.seen.borrow().iter().filter(|other| other.tenant == seen.tenant).count();
        let (delay, attempt) = (self.script)(&seen, before);
        let position = self.seen.borrow().len();
        self.seen.borrow_mut().push(seen);
        self.running.set(self.running.get() + 1);
        self.most_running.set(self.most_running.get().max(self.running.get()));
        tokio::time::sleep(delay).await;
        self.running.set(self.running.get() - 1);
        self.seen.borrow_mut()[position].end = Some(self.began.elapsed());
        attempt
    }
}

fn ids_of(payload: &str) -> Vec<String> {
    let event: serde_json::Value = serde_json::from_str(payload).unwrap();
    match event.get("Records").and_then(|records| records.as_array()) {
        Some(records) => {
            let id = |record: &serde_json::Value| {
                let id = record.get("messageId").or_else(|| record["kinesis"].get("sequenceNumber"));
                id.and_then(|id| id.as_str()).unwrap().to_owned()
            };
            records.iter().map(id).collect()
        }
        None => vec![payload.to_owned()],
    }
}

/// What a test sets up before it routes one batch.
pub(crate) struct World {
    pub(crate) policy: DeliveryPolicy,
    pub(crate) deadline: Duration,
    script: Script,
    quarantine: Option<QuarantineScript>,
    keeps: Keeps,
    registry: Option<Registry<FakeTable>>,
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) report: Result<BatchReport, RouteError>,
    pub(crate) calls: Vec<Seen>,
    pub(crate) quarantined: Vec<(String, String, String, Duration)>,
    /// The records of each request to the quarantine, and when it began.
    pub(crate) batches: Vec<(Vec<String>, Duration)>,
    pub(crate) most_running: usize,
    pub(crate) took: Duration,
}

impl World {
    /// A backend that does as `script` says, and a quarantine that takes everything at once.
    pub(crate) fn new(script: impl Fn(&Seen, usize) -> (Duration, Attempt) + 'static) -> Self {
        Self {
            policy: policy(),
            deadline: millis(60_000),
            script: Box::new(script),
            quarantine: Some(Box::new(|_| (millis(0), QuarantineAck::Taken))),
            keeps: Keeps::Nothing,
            registry: None,
        }
    }

    /// A backend that answers every call alike, in a millisecond.
    pub(crate) fn answering(attempt: Attempt) -> Self {
        Self::new(move |_, _| (millis(1), attempt.clone()))
    }

    pub(crate) fn quarantine(
        mut self,
        script: impl Fn(&str) -> (Duration, QuarantineAck) + 'static,
    ) -> Self {
        self.quarantine = Some(Box::new(script));
        self
    }

    /// Has the quarantine keep an order; without this it keeps none.
    pub(crate) fn keeping(mut self, keeps: Keeps) -> Self {
        self.keeps = keeps;
        self
    }

    pub(crate) fn redrive(mut self) -> Self {
        self.quarantine = None;
        self
    }

    pub(crate) fn registry(mut self, registry: Registry<FakeTable>) -> Self {
        self.registry = Some(registry);
        self
    }

    pub(crate) fn policy(mut self, change: impl FnOnce(&mut DeliveryPolicy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub(crate) fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Routes one event in virtual time.
    pub(crate) fn route(self, event: &str) -> Outcome {
        self.route_from(Sqs::default(), event)
    }

    /// The same for a source of the test's own.
    pub(crate) fn route_from(self, source: impl Source, event: &str) -> Outcome {
        self.route_all(source, &[event]).remove(0)
    }

    /// Routes events one after the other, as one execution environment does.
    pub(crate) fn route_all(self, source: impl Source, events: &[&str]) -> Vec<Outcome> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let began = Instant::now();
            let backend = FakeBackend {
                seen: RefCell::default(),
                running: Cell::new(0),
                most_running: Cell::new(0),
                began,
                script: self.script,
            };
            let invocation = self.policy.invocation;
            let router = Router {
                source,
                rules: rules(),
                registry: self.registry,
                policy: self.policy,
                target: match invocation {
                    Invocation::Bridged => DeliveryTarget::Bridge(backend),
                    Invocation::Sync | Invocation::Async => DeliveryTarget::Backend(backend),
                },
                quarantine: self.quarantine.map(|script| FakeQuarantine {
                    seen: RefCell::default(),
                    requests: RefCell::default(),
                    began,
                    keeps: self.keeps,
                    script,
                }),
                checkpoints: Checkpoints::default(),
            };
            let mut outcomes = Vec::new();
            for event in events {
                let (clock, rng) = (TestClock::starting(began), fastrand::Rng::with_seed(1));
                let context = InvocationContext {
                    request_id: "request",
                    trace_header: Some("Root=1-2-3"),
                    deadline: self.deadline,
                };
                let report = router.route(event, context, &clock, rng).await;
                let (DeliveryTarget::Backend(backend) | DeliveryTarget::Bridge(backend)) = &router.target else {
                    unreachable!("no test uses another target");
                };
                let quarantine = router.quarantine.as_ref();
                let quarantined = quarantine.map(|quarantine| quarantine.seen.take());
                let batches = quarantine.map(|quarantine| quarantine.requests.take());
                outcomes.push(Outcome {
                    report,
                    calls: backend.seen.take(),
                    quarantined: quarantined.unwrap_or_default(),
                    batches: batches.unwrap_or_default(),
                    most_running: backend.most_running.get(),
                    took: clock.now(),
                });
            }
            outcomes
        })
    }
}

impl Outcome {
    pub(crate) fn records(&self) -> Vec<RecordOutcome> {
        self.report.as_ref().unwrap().outcome().records().to_vec()
    }

    /// The identifiers that the source is told to hand out again.
    pub(crate) fn retried(&self) -> Vec<String> {
        let response = serde_json::to_value(self.report.as_ref().unwrap().response().items()).unwrap();
        let failures = response["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }

    /// What was worth a log line, and how often.
    pub(crate) fn anomalies(&self) -> Vec<(Cause, String, usize)> {
        let anomalies = &self.report.as_ref().unwrap().stats().anomalies;
        anomalies.iter().map(|(anomaly, &count)| (anomaly.cause, anomaly.code.clone(), count)).collect()
    }

    /// Tenant and records of each call, in the order in which they started.
    pub(crate) fn sent(&self) -> Vec<(&str, Vec<&str>)> {
        self.calls
            .iter()
            .map(|call| (call.tenant.as_str(), call.ids.iter().map(String::as_str).collect()))
            .collect()
    }
}

pub(crate) fn policy() -> DeliveryPolicy {
    DeliveryPolicy {
        payload: Payload::Event,
        invocation: Invocation::Sync,
        in_flight: count(100),
        per_tenant: count(1),
        max_records: count(1000),
        max_message_bytes: routing::sqs::MAX_BYTES,
        call_timeout: millis(10_000),
    }
}

pub(crate) fn count(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

pub(crate) fn rules() -> Rules {
    let paths = ["$.messageAttributes.t.stringValue", "$.kinesis.t"];
    let from = paths.iter().map(|path| Selector::parse(path).unwrap()).collect();
    Rules::new(from, vec![], Grammar::Strict).unwrap()
}

/// An answer that names these records as failed.
pub(crate) fn failing(ids: &[&str]) -> Attempt {
    let items: Vec<_> = ids.iter().map(|id| serde_json::json!({ "itemIdentifier": id })).collect();
    Attempt::Answered(serde_json::json!({ "batchItemFailures": items }).to_string().into_bytes())
}

pub(crate) fn throttled(retry_after: Option<Duration>) -> Attempt {
    Attempt::Throttled { retry_after, code: "TooManyRequestsException".to_owned() }
}

pub(crate) fn ok() -> Attempt {
    Attempt::Answered(b"{}".to_vec())
}
