//! The Lambda Runtime API [Lambda developer guide, "Using the Lambda runtime API for custom runtimes"], for one
//! execution environment that handles one invocation at a time.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::json;
use tokio::sync::Notify;

use crate::server::{Head, Reply, Request, Server};

/// The function as the Runtime API names it.
const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:testbed";

/// One event for the function, with what Lambda says beside it.
#[derive(Clone, Debug)]
pub struct Invocation {
    event: Vec<u8>,
    request_id: String,
    time: Duration,
    trace_header: Option<String>,
    tenant_id: Option<String>,
}

impl Invocation {
    /// An invocation with 30 s until its deadline and a request id of its own.
    #[must_use]
    pub fn of(event: impl Into<Vec<u8>>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            event: event.into(),
            request_id: format!("00000000-0000-4000-8000-{count:012x}"),
            time: Duration::from_secs(30),
            trace_header: None,
            tenant_id: None,
        }
    }

    /// How long the function has, from the moment it gets the event.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// The `Lambda-Runtime-Trace-Id` header.
    #[must_use]
    pub fn traced(self, trace_header: &str) -> Self {
        Self { trace_header: Some(trace_header.to_owned()), ..self }
    }

    /// The `Lambda-Runtime-Aws-Tenant-Id` header.
    #[must_use]
    pub fn for_tenant(self, tenant_id: &str) -> Self {
        Self { tenant_id: Some(tenant_id.to_owned()), ..self }
    }

    pub(crate) fn time(&self) -> Duration {
        self.time
    }

    /// The request id that the function sees.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

impl From<String> for Invocation {
    fn from(event: String) -> Self {
        Self::of(event)
    }
}

impl From<&str> for Invocation {
    fn from(event: &str) -> Self {
        Self::of(event)
    }
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The function's answer.
    Response(Vec<u8>),
    /// The function's error.
    Error(FunctionError),
    /// No answer before the deadline; the environment is gone, as Lambda ends it.
    TimedOut,
    /// The process ended instead of answering.
    Exited,
}

/// An error as the Runtime API takes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct FunctionError {
    /// The error's name.
    pub error_type: String,
    /// What it says.
    pub error_message: String,
}

#[derive(Default)]
struct State {
    queued: VecDeque<Invocation>,
    running: Option<String>,
    finished: VecDeque<(String, Outcome)>,
    first_poll: Option<Instant>,
    /// Whether the function waits for the next event.
    idle: bool,
    init_error: Option<FunctionError>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Something that a blocked caller may wait for has happened.
    changed: Condvar,
    /// There is an event for the function.
    queued: Notify,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }
}

pub(crate) struct RuntimeApi {
    server: Server,
    shared: Arc<Shared>,
}

impl RuntimeApi {
    pub(crate) fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let server = Server::start({
            let shared = shared.clone();
            move |request| handle(request, shared.clone())
        });
        Self { server, shared }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Hands an event to the function.
    pub(crate) fn submit(&self, invocation: Invocation) {
        self.shared.change(|state| state.queued.push_back(invocation));
        self.shared.queued.notify_one();
    }

    /// What became of that request, once it is known.
    pub(crate) fn take_outcome(&self, request_id: &str) -> Option<Outcome> {
        let finished = &mut self.shared.state().finished;
        let at = finished.iter().position(|(id, _)| id == request_id)?;
        finished.remove(at).map(|(_, outcome)| outcome)
    }

    pub(crate) fn first_poll(&self) -> Option<Instant> {
        self.shared.state().first_poll
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.shared.state().idle
    }

    pub(crate) fn init_error(&self) -> Option<FunctionError> {
        self.shared.state().init_error.clone()
    }

    /// Returns when something may have changed, after 10 ms at the latest.
    pub(crate) fn wait_for_change(&self) {
        let state = self.shared.state();
        drop(self.shared.changed.wait_timeout(state, Duration::from_millis(10)));
    }
}

async fn handle(request: Request, shared: Arc<Shared>) -> Reply {
    let path = request.path.strip_prefix("/2018-06-01/runtime/").unwrap_or_default().to_owned();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["invocation", "next"] => next(&shared).await,
        ["invocation", id, "response"] => finish(&shared, id, Outcome::Response(request.body.to_vec())),
        ["invocation", id, "error"] => finish(&shared, id, Outcome::Error(error_of(&request))),
        ["init", "error"] => {
            shared.change(|state| state.init_error = Some(error_of(&request)));
            taken()
        }
        _ => Reply::json(404, &json!({ "errorType": "NoSuchPath", "errorMessage": request.path })),
    }
}

async fn next(shared: &Arc<Shared>) -> Reply {
    let _waiting = Waiting::begin(shared.clone());
    loop {
        let queued = shared.queued.notified();
        if let Some(invocation) = take_next(shared) {
            return hand_out(invocation);
        }
        queued.await;
    }
}

fn take_next(shared: &Shared) -> Option<Invocation> {
    let mut state = shared.state();
    let invocation = state.queued.pop_front()?;
    state.running = Some(invocation.request_id.clone());
    Some(invocation)
}

fn hand_out(invocation: Invocation) -> Reply {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut head = Head::new(200)
        .with("content-type", "application/json")
        .with("lambda-runtime-aws-request-id", invocation.request_id)
        .with("lambda-runtime-deadline-ms", (now + invocation.time).as_millis().to_string())
        .with("lambda-runtime-invoked-function-arn", FUNCTION_ARN);
    if let Some(trace_header) = invocation.trace_header {
        head = head.with("lambda-runtime-trace-id", trace_header);
    }
    if let Some(tenant_id) = invocation.tenant_id {
        head = head.with("lambda-runtime-aws-tenant-id", tenant_id);
    }
    Reply::Whole(head, invocation.event)
}

/// The real API, too, takes an answer only for the invocation that is running.
fn finish(shared: &Shared, request_id: &str, outcome: Outcome) -> Reply {
    let mut state = shared.state();
    if state.running.take_if(|running| running == request_id).is_none() {
        return Reply::json(
            400,
            &json!({ "errorType": "InvalidRequestID", "errorMessage": "Invalid request ID" }),
        );
    }
    state.finished.push_back((request_id.to_owned(), outcome));
    drop(state);
    shared.changed.notify_all();
    taken()
}

fn taken() -> Reply {
    Reply::json(202, &json!({ "status": "OK" }))
}

fn error_of(request: &Request) -> FunctionError {
    serde_json::from_slice(&request.body).unwrap_or_else(|error| FunctionError {
        error_type: "Testbed.NotAnError".to_owned(),
        error_message: format!("the function's error has another shape: {error}"),
    })
}

/// The time during which the function waits for an event; it ends, too, when the process goes away.
struct Waiting(Arc<Shared>);

impl Waiting {
    fn begin(shared: Arc<Shared>) -> Self {
        shared.change(|state| {
            state.first_poll.get_or_insert_with(Instant::now);
            state.idle = true;
        });
        Self(shared)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.change(|state| state.idle = false);
    }
}
