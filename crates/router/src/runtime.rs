//! A handler on `lambda_runtime`: one invocation after the other, each with the bytes of its event.
//!
//! `lambda_runtime` parses an event for its handler. A router reads its event itself, and an event has up to 6 MB, so a
//! layer takes the bytes out of the invocation first: nothing is parsed or copied twice.
//!
//! What ends the process, for `lambda_runtime` offers no way around it; Lambda then fails the invocation and starts the
//! function anew:
//! - an invocation whose client context or Cognito identity is not what the mobile SDK writes, as in `{"custom":{"n":1}}`
//! - an answer of the Runtime API without request id or deadline, or one that is cut off, or a lost connection to it

use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use lambda_runtime::tower::util::{MapRequestLayer, MapResultLayer};
use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use lambda_runtime_api_client::{PooledClient, body::Body, build_request};
use serde::Serialize;
use serde_json::value::RawValue;
use sources::partial_batch::Response;

use crate::errors::{ErrorName, failure};
use crate::refusals::Refusals;
use crate::telemetry::Failed;

/// What handles invocations.
pub(crate) trait Handle {
    /// Handles one.
    async fn handle(&self, invocation: &Invocation<'_>) -> Result<Reply, Diagnostic>;
}

/// What the function is asked to do.
pub(crate) struct Invocation<'a> {
    /// The event, JSON.
    pub(crate) event: &'a str,
    context: &'a Context,
}

impl<'a> Invocation<'a> {
    /// Its id in the function's log.
    pub(crate) fn request_id(&self) -> &'a str {
        &self.context.request_id
    }

    /// When the function is ended, as time since 1970.
    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_millis(self.context.deadline)
    }

    /// The function that is invoked.
    pub(crate) fn function_name(&self) -> &'a str {
        &self.context.env_config.function_name
    }

    /// The X-Ray trace header. `lambda_runtime` also sets it as `_X_AMZN_TRACE_ID`, where the AWS SDKs look for it.
    pub(crate) fn trace_header(&self) -> Option<&'a str> {
        self.context.xray_trace_id.as_deref()
    }
}

/// What an invocation answers. It is written as it is.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Reply {
    /// Which records the source has to deliver again.
    Items(Response),
    /// JSON that was made elsewhere.
    Json(Box<RawValue>),
    /// That all is well.
    Null,
}

/// Handles invocations for as long as Lambda has some.
///
/// # Errors
/// When there will be no more: what went wrong, without a word of an event.
pub(crate) async fn run(handler: &impl Handle, refusals: &Refusals) -> Result<(), String> {
    let current = Current::default();
    let function = service_fn(|event: LambdaEvent<()>| {
        let bytes = current.event.take();
        async move { answer(handler, &bytes, &event.context).await }
    });
    let begin = |invocation| current.begin(invocation);
    // An answer that did not reach Lambda ends nothing: its invocation has failed, and another one may go better.
    let end = |posted| {
        current.end(posted, refusals);
        Ok::<(), Error>(())
    };
    let runtime = Runtime::new(function).layer(MapRequestLayer::new(begin)).layer(MapResultLayer::new(end));
    match AssertUnwindSafe(runtime.run()).catch_unwind().await {
        Ok(ended) => ended.map_err(|error| problem(&error)),
        Err(_) => Err("lambda_runtime panicked: see the panicked line".to_owned()),
    }
}

/// Why the runtime ended. A parser's error can quote what it read.
fn problem(error: &Error) -> String {
    if error.is::<serde_json::Error>() {
        return "an invocation's client context or Cognito identity cannot be read: invoke the function without one, or \
                with strings as the values of its custom and environment"
            .to_owned();
    }
    format!("the Runtime API failed: {error}: the function starts anew")
}

/// What `lambda_runtime` does not pass on of the invocation that is under way.
#[derive(Default)]
struct Current {
    event: Cell<Bytes>,
    request_id: RefCell<String>,
}

impl Current {
    /// Takes the event's bytes, and leaves an event that costs nothing to parse.
    fn begin(&self, mut invocation: LambdaInvocation) -> LambdaInvocation {
        self.event.set(std::mem::replace(&mut invocation.body, Bytes::from_static(b"null")));
        self.request_id.borrow_mut().clone_from(&invocation.context.request_id);
        invocation
    }

    /// Logs an answer that did not reach Lambda. Lambda takes its invocation for failed, and so does the source: all of
    /// it is delivered again.
    fn end(&self, posted: Result<(), Error>, refusals: &Refusals) {
        let refused =
            refusals.take().map(|status| format!("the Runtime API refused the answer: HTTP {status}"));
        let problem = posted.err().map(|error| format!("the answer was not sent: {error}")).or(refused);
        if let Some(problem) = problem {
            Failed::Answer.log(Some(&self.request_id.borrow()), &problem);
        }
    }
}

async fn answer(handler: &impl Handle, event: &[u8], context: &Context) -> Result<Reply, Diagnostic> {
    let refused = |error: ErrorName, problem: String| {
        Failed::Batch.log(Some(&context.request_id), &problem);
        Err(failure(error, problem))
    };
    let event = match std::str::from_utf8(event) {
        Ok(event) => event,
        Err(error) => {
            return refused(ErrorName::InvalidEvent, format!("the event is not UTF-8: {error}: send JSON"));
        }
    };
    let invocation = Invocation { event, context };
    let handling = AssertUnwindSafe(handler.handle(&invocation)).catch_unwind();
    // A panic's text can quote a record, and lambda_runtime would send it as the invocation's error.
    handling.await.unwrap_or_else(|_| {
        refused(ErrorName::BatchRefused, "the router panicked: see the panicked line in its log".to_owned())
    })
}

/// Tells Lambda why there will be no invocation.
///
/// # Errors
/// When Lambda does not take it.
pub(crate) async fn fail_init(failure: &Diagnostic) -> Result<(), String> {
    let reported = report(failure).await;
    reported.map_err(|error| {
        format!("Lambda does not take the reason of the failed init: {error}: see the init_failed line")
    })
}

async fn report(failure: &Diagnostic) -> Result<(), Error> {
    let request = build_request()
        .method("POST")
        .uri("/2018-06-01/runtime/init/error")
        .header("lambda-runtime-function-error-type", "Runtime.InitError")
        .body(Body::from(serde_json::to_vec(failure)?))?;
    let status = PooledClient::builder().build().call(request).await?.status();
    if status.is_success() { Ok(()) } else { Err(format!("HTTP {status}").into()) }
}

#[cfg(test)]
mod tests;
