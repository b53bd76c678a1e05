//! The environment in which the tests run the router: scripted ports, virtual time, and a list of every call that was made.

mod backend;
mod clock;
mod events;
mod quarantine;
mod table;

use std::num::NonZeroUsize;
use std::time::Duration;

use routing::ports::{Attempt, Clock, DeliveryTarget, Invocation, QuarantineAck};
use routing::{
    BatchReport, Cause, Checkpoints, DeliveryPolicy, InvocationContext, Payload, RecordOutcome, Registry,
    RouteError, Router,
};
use sources::{Source, Sqs};
use tenancy::{Grammar, Rules, Selector};
use tokio::time::Instant;

pub(crate) use backend::{FakeBackend, ReceivedCall};
pub(crate) use clock::TestClock;
pub(crate) use events::{fifo, kinesis, record, standard};
pub(crate) use quarantine::{FakeQuarantine, FifoGroups, QuarantinedRecord};
pub(crate) use table::{FakeTable, listed, registry};

use backend::BackendScript;
use quarantine::QuarantineScript;

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a test sets up before it routes batches.
pub(crate) struct World {
    pub(crate) policy: DeliveryPolicy,
    pub(crate) deadline: Duration,
    script: BackendScript,
    quarantine: Option<QuarantineScript>,
    fifo_groups: FifoGroups,
    registry: Option<Registry<FakeTable>>,
}

/// The result of routing one batch.
pub(crate) struct Outcome {
    pub(crate) report: Result<BatchReport, RouteError>,
    pub(crate) calls: Vec<ReceivedCall>,
    /// Every record that was sent to the quarantine, taken or not.
    pub(crate) quarantined: Vec<QuarantinedRecord>,
    /// The records of each request to the quarantine, and when it began.
    pub(crate) batches: Vec<(Vec<String>, Duration)>,
    pub(crate) most_running: usize,
    pub(crate) took: Duration,
}

impl World {
    /// A backend that answers as `script` says, and a quarantine that takes everything at once.
    pub(crate) fn new(script: impl Fn(&ReceivedCall, usize) -> (Duration, Attempt) + 'static) -> Self {
        Self {
            policy: policy(),
            deadline: millis(60_000),
            script: Box::new(script),
            quarantine: Some(Box::new(|_| (millis(0), QuarantineAck::Taken))),
            fifo_groups: FifoGroups::None,
            registry: None,
        }
    }

    /// A backend that gives every call the same answer, after a millisecond.
    pub(crate) fn answering(attempt: Attempt) -> Self {
        Self::new(move |_, _| (millis(1), attempt.clone()))
    }

    /// Has the quarantine answer for each record, by its id, as `script` says.
    pub(crate) fn quarantine(mut self, script: impl Fn(&str) -> (Duration, QuarantineAck) + 'static) -> Self {
        self.quarantine = Some(Box::new(script));
        self
    }

    /// Has the quarantine keep the order of these groups; without this it keeps none.
    pub(crate) fn fifo_groups(mut self, fifo_groups: FifoGroups) -> Self {
        self.fifo_groups = fifo_groups;
        self
    }

    /// Removes the quarantine.
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

    /// Routes one event of an SQS queue.
    pub(crate) fn route(self, event: &str) -> Outcome {
        self.route_from(Sqs::default(), event)
    }

    /// Routes one event of this source.
    pub(crate) fn route_from(self, source: impl Source, event: &str) -> Outcome {
        self.route_all(source, &[event]).remove(0)
    }

    /// Routes events one after the other in virtual time, as one execution environment does.
    pub(crate) fn route_all(self, source: impl Source, events: &[&str]) -> Vec<Outcome> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let began = Instant::now();
            let backend = FakeBackend::new(began, self.script);
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
                quarantine: self
                    .quarantine
                    .map(|script| FakeQuarantine::new(began, self.fifo_groups, script)),
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
                let (DeliveryTarget::Backend(backend) | DeliveryTarget::Bridge(backend)) = &router.target
                else {
                    unreachable!("the target is set above: it is the backend or the bridge");
                };
                let quarantine = router.quarantine.as_ref();
                let quarantined = quarantine.map(|quarantine| quarantine.records.take());
                let batches = quarantine.map(|quarantine| quarantine.requests.take());
                outcomes.push(Outcome {
                    report,
                    calls: backend.calls.take(),
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
    /// The outcome of each record, in the batch's order.
    pub(crate) fn records(&self) -> Vec<RecordOutcome> {
        self.report.as_ref().unwrap().outcome().records().to_vec()
    }

    /// The identifiers of the records that the source has to redeliver.
    pub(crate) fn retried(&self) -> Vec<String> {
        let response = serde_json::to_value(self.report.as_ref().unwrap().response().items()).unwrap();
        let failures = response["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }

    /// The anomalies, and how often each happened.
    pub(crate) fn anomalies(&self) -> Vec<(Cause, String, usize)> {
        let anomalies = &self.report.as_ref().unwrap().stats().anomalies;
        anomalies.iter().map(|(anomaly, &count)| (anomaly.cause, anomaly.code.clone(), count)).collect()
    }

    /// The tenant and the records of each call, in the order in which the calls started.
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
        max_message_bytes: routing::sqs::MAX_MESSAGE_BYTES,
        longest_call: millis(10_000),
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

/// A partial batch response that names these records as failed.
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
