//! The Lambda Runtime API [Lambda developer guide, "Using the Lambda runtime API for custom runtimes"], for one
//! execution environment that handles one invocation at a time.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_model::response::FunctionResult;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Notify;

pub use crate::invocation::Invocation;
use crate::invocation::{INVOCATION_ID, ResponseHandling};
use crate::server::{Reply, Request, Server};

/// The outcome of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The response of the function.
    Response(Vec<u8>),
    /// The error of the function.
    Error(FunctionError),
    /// There was no response before the deadline. The process was killed, as on Lambda.
    TimedOut,
    /// The process ended without a response.
    Exited,
}

impl From<Outcome> for FunctionResult {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Response(body) => Self::Response(body),
            Outcome::Error(_) | Outcome::TimedOut | Outcome::Exited => Self::Failure,
        }
    }
}

/// An error in the format of the Runtime API.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct FunctionError {
    /// The name of the error.
    pub error_type: String,
    /// The message of the error.
    pub error_message: String,
}

/// The invocation in progress.
struct Running {
    request_id: String,
    invocation_id: Option<String>,
    response: ResponseHandling,
}

#[derive(Default)]
struct State {
    queued: VecDeque<Invocation>,
    running: Option<Running>,
    finished: VecDeque<(String, Outcome)>,
    first_poll: Option<Instant>,
    /// Whether the function waits for the next event.
    idle: bool,
    init_error: Option<FunctionError>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified after each change of the state, for callers that block.
    changed: Condvar,
    /// Notified when there is an event for the function.
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

    /// Queues an event for the function.
    pub(crate) fn submit(&self, invocation: Invocation) {
        self.shared.change(|state| state.queued.push_back(invocation));
        self.shared.queued.notify_one();
    }

    /// Removes and returns the outcome of a request, if there is one.
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

    /// Waits for a change of the state, up to 10 ms.
    pub(crate) fn wait_for_change(&self) {
        let state = self.shared.state();
        drop(self.shared.changed.wait_timeout(state, Duration::from_millis(10)));
    }
}

async fn handle(request: Request, shared: Arc<Shared>) -> Reply {
    let path = request.path.strip_prefix("/2018-06-01/runtime/").unwrap_or_default().to_owned();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["invocation", "next"] => next(&shared).await,
        ["invocation", id, "response"] => {
            finish(&shared, &request, id, Outcome::Response(request.body.to_vec()))
        }
        ["invocation", id, "error"] => finish(&shared, &request, id, Outcome::Error(error_of(&request))),
        ["init", "error"] => {
            shared.change(|state| state.init_error = Some(error_of(&request)));
            accepted()
        }
        _ => Reply::json(404, &json!({ "errorType": "NoSuchPath", "errorMessage": request.path })),
    }
}

async fn next(shared: &Arc<Shared>) -> Reply {
    let _waiting = Waiting::begin(shared.clone());
    loop {
        let queued = shared.queued.notified();
        if let Some(invocation) = take_next(shared) {
            return invocation.into_reply();
        }
        queued.await;
    }
}

fn take_next(shared: &Shared) -> Option<Invocation> {
    let mut state = shared.state();
    let invocation = state.queued.pop_front()?;
    state.running = Some(Running {
        request_id: invocation.request_id().to_owned(),
        invocation_id: invocation.invocation_id().map(str::to_owned),
        response: invocation.response_handling(),
    });
    Some(invocation)
}

/// Finishes the invocation in progress. As on Lambda, a response for another request id is refused.
fn finish(shared: &Shared, request: &Request, request_id: &str, outcome: Outcome) -> Reply {
    let mut state = shared.state();
    let of_this = |running: &mut Running| {
        let is_numbered =
            running.invocation_id.is_none() || running.invocation_id == request.header(INVOCATION_ID);
        running.request_id == request_id && is_numbered
    };
    let Some(running) = state.running.take_if(of_this) else {
        return Reply::json(
            400,
            &json!({ "errorType": "InvalidRequestID", "errorMessage": "Invalid request ID" }),
        );
    };
    state.finished.push_back((request_id.to_owned(), outcome));
    drop(state);
    shared.changed.notify_all();
    match running.response {
        ResponseHandling::Accept => accepted(),
        ResponseHandling::Refuse(status) => {
            Reply::json(status, &json!({ "errorType": "Refused", "errorMessage": "refused" }))
        }
        ResponseHandling::CutAfterResponse => Reply::Cut,
    }
}

fn accepted() -> Reply {
    Reply::json(202, &json!({ "status": "OK" }))
}

fn error_of(request: &Request) -> FunctionError {
    serde_json::from_slice(&request.body).unwrap_or_else(|error| FunctionError {
        error_type: "Testbed.NotAnError".to_owned(),
        error_message: format!("the error of the function is not in the format of the Runtime API: {error}"),
    })
}

/// The time in which the function waits for an event. It also ends when the process ends.
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
