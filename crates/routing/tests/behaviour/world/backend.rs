//! A backend, or the queue of a bridge, that answers as a script says.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use routing::ports::{Attempt, Backend, Bridge, BridgeRequest, Invocation, InvokeRequest};
use tenancy::Admitted;
use tokio::time::Instant;

/// One call of the backend or the bridge, as it arrived there.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedCall {
    pub(crate) tenant: String,
    /// The number of the tenant's backend.
    pub(crate) backend: usize,
    /// The identifiers of the records, or the payload itself with `payload = "record"`.
    pub(crate) ids: Vec<String>,
    pub(crate) payload: String,
    pub(crate) invocation: Invocation,
    pub(crate) trace_header: Option<String>,
    /// The ARN that a bridge gets with each record.
    pub(crate) source_arn: Option<String>,
    pub(crate) start: Duration,
    /// When the call ended; `None` if it was dropped before.
    pub(crate) end: Option<Duration>,
}

/// How long a call takes and what its attempt is. The arguments are the call and the number of earlier calls of its tenant.
pub(crate) type BackendScript = Box<dyn Fn(&ReceivedCall, usize) -> (Duration, Attempt)>;

/// Answers as its script says, and records every call.
pub(crate) struct FakeBackend {
    pub(crate) calls: RefCell<Vec<ReceivedCall>>,
    pub(crate) most_running: Cell<usize>,
    running: Cell<usize>,
    began: Instant,
    script: BackendScript,
}

impl Backend for FakeBackend {
    async fn invoke(&self, request: InvokeRequest<'_>) -> Attempt {
        let payload = String::from_utf8(request.payload).unwrap();
        let mut call = self.call(&request.admitted, payload, request.invocation);
        call.trace_header = request.trace_header.map(str::to_owned);
        self.answer(call).await
    }
}

impl Bridge for FakeBackend {
    async fn forward(&self, request: BridgeRequest<'_>) -> Attempt {
        let body = request.record.raw().to_owned();
        let mut call = self.call(&request.admitted, body, Invocation::Bridged);
        call.source_arn = Some(request.source_arn.to_owned());
        self.answer(call).await
    }
}

impl FakeBackend {
    pub(crate) fn new(began: Instant, script: BackendScript) -> Self {
        Self { calls: RefCell::default(), most_running: Cell::new(0), running: Cell::new(0), began, script }
    }

    fn call(&self, admitted: &Admitted, payload: String, invocation: Invocation) -> ReceivedCall {
        ReceivedCall {
            tenant: admitted.tenant().as_str().to_owned(),
            backend: admitted.backend(),
            ids: ids_of(&payload),
            payload,
            invocation,
            trace_header: None,
            source_arn: None,
            start: self.began.elapsed(),
            end: None,
        }
    }

    async fn answer(&self, call: ReceivedCall) -> Attempt {
        let before = self.calls.borrow().iter().filter(|other| other.tenant == call.tenant).count();
        let (delay, attempt) = (self.script)(&call, before);
        let position = self.calls.borrow().len();
        self.calls.borrow_mut().push(call);
        self.running.set(self.running.get() + 1);
        self.most_running.set(self.most_running.get().max(self.running.get()));
        tokio::time::sleep(delay).await;
        self.running.set(self.running.get() - 1);
        self.calls.borrow_mut()[position].end = Some(self.began.elapsed());
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
