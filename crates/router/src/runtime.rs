//! Runs a handler on `lambda_runtime`: one invocation after another, each with the bytes of its event.
//!
//! `lambda_runtime` parses the event for its handler. A router parses its event itself, and an event has up to 6 MB. A
//! layer therefore takes the bytes out of the invocation first, so that nothing is parsed or copied twice.
//!
//! `lambda_runtime` ends the process, with no way to prevent it, in these cases. Lambda then fails the invocation and
//! restarts the function:
//! - an invocation's client context or Cognito identity has another form than the mobile SDK writes, as `{"custom":{"n":1}}`
//! - a response of the Runtime API has no request id or deadline, or is cut off, or the connection to it is lost

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
use crate::refused_responses::RefusedResponses;
use crate::telemetry::FailureLine;

/// Handles invocations.
pub(crate) trait InvocationHandler {
    /// Handles one invocation.
    async fn handle(&self, invocation: &InvocationEvent<'_>) -> Result<FunctionResponse, Diagnostic>;
}

/// One invocation: its event and its context.
pub(crate) struct InvocationEvent<'a> {
    /// The event, JSON.
    pub(crate) event: &'a str,
    context: &'a Context,
}

impl<'a> InvocationEvent<'a> {
    /// Returns the request id, as in the function's log.
    pub(crate) fn request_id(&self) -> &'a str {
        &self.context.request_id
    }

    /// Returns when Lambda ends the invocation, as time since 1970.
    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_millis(self.context.deadline)
    }

    /// Returns the name of this function.
    pub(crate) fn function_name(&self) -> &'a str {
        &self.context.env_config.function_name
    }

    /// Returns the X-Ray trace header. `lambda_runtime` also sets it as `_X_AMZN_TRACE_ID`, which the AWS SDKs read.
    pub(crate) fn trace_header(&self) -> Option<&'a str> {
        self.context.xray_trace_id.as_deref()
    }
}

/// The response of an invocation, serialized without a wrapper.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum FunctionResponse {
    /// The records that the source must deliver again.
    Items(Response),
    /// Any JSON.
    Json(Box<RawValue>),
    /// Success, without a value.
    Null,
}

/// Handles invocations until the runtime fails.
///
/// # Errors
/// Why the runtime failed, without any part of an event.
pub(crate) async fn run(handler: &impl InvocationHandler, refused: &RefusedResponses) -> Result<(), String> {
    let current = CurrentInvocation::default();
    let function = service_fn(|event: LambdaEvent<()>| {
        // `begin` has put the event's bytes there; the event that `lambda_runtime` passes is `null`.
        let bytes = current.event.take();
        async move { respond(handler, &bytes, &event.context).await }
    });
    let begin = |invocation| current.begin(invocation);
    // A response that did not reach Lambda fails its invocation only; the next invocation may succeed.
    let end = |posted| {
        current.end(posted, refused);
        Ok::<(), Error>(())
    };
    let runtime = Runtime::new(function).layer(MapRequestLayer::new(begin)).layer(MapResultLayer::new(end));
    match AssertUnwindSafe(runtime.run()).catch_unwind().await {
        Ok(ended) => ended.map_err(|error| problem(&error)),
        Err(_) => Err("lambda_runtime panicked: see the panicked line".to_owned()),
    }
}

/// Returns why the runtime ended. A parser's error is replaced, because it can quote its input.
fn problem(error: &Error) -> String {
    if error.is::<serde_json::Error>() {
        return "an invocation's client context or Cognito identity cannot be read: invoke the function without one, or \
                with strings as the values of its custom and environment"
            .to_owned();
    }
    format!("the Runtime API failed: {error}: Lambda restarts the function")
}

/// The parts of the current invocation that `lambda_runtime` does not pass to its handler.
#[derive(Default)]
struct CurrentInvocation {
    event: Cell<Bytes>,
    request_id: RefCell<String>,
}

impl CurrentInvocation {
    /// Takes the event's bytes, and leaves an event that is cheap to parse.
    fn begin(&self, mut invocation: LambdaInvocation) -> LambdaInvocation {
        self.event.set(std::mem::replace(&mut invocation.body, Bytes::from_static(b"null")));
        self.request_id.borrow_mut().clone_from(&invocation.context.request_id);
        invocation
    }

    /// Logs a response that did not reach Lambda. The invocation has then failed, and the source delivers its whole event
    /// again.
    fn end(&self, posted: Result<(), Error>, refused: &RefusedResponses) {
        let refused = refused.take().map(|status| {
            format!(
                "the Runtime API refused the response: HTTP {status}: the event is retried; if this continues, use a smaller \
                 batch size"
            )
        });
        let problem = posted.err().map(|error| format!("the response was not sent: {error}")).or(refused);
        if let Some(problem) = problem {
            FailureLine::Response.log(Some(&self.request_id.borrow()), &problem);
        }
    }
}

async fn respond(
    handler: &impl InvocationHandler,
    event: &[u8],
    context: &Context,
) -> Result<FunctionResponse, Diagnostic> {
    let refused = |error: ErrorName, problem: String| {
        FailureLine::Batch.log(Some(&context.request_id), &problem);
        Err(failure(error, problem))
    };
    let event = match std::str::from_utf8(event) {
        Ok(event) => event,
        Err(error) => {
            return refused(ErrorName::InvalidEvent, format!("the event is not UTF-8: {error}: send JSON"));
        }
    };
    let invocation = InvocationEvent { event, context };
    let handling = AssertUnwindSafe(handler.handle(&invocation)).catch_unwind();
    // A panic's text can quote a record, and lambda_runtime would send it as the invocation's error.
    handling.await.unwrap_or_else(|_| {
        refused(ErrorName::BatchRefused, "the router panicked: see the panicked line in its log".to_owned())
    })
}

/// Reports a failed init to Lambda.
///
/// # Errors
/// Lambda does not accept the report.
pub(crate) async fn fail_init(failure: &Diagnostic) -> Result<(), String> {
    let reported = post_init_error(failure).await;
    reported.map_err(|error| {
        format!("Lambda does not accept the error of the failed init: {error}: see the init_failed line")
    })
}

async fn post_init_error(failure: &Diagnostic) -> Result<(), Error> {
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
