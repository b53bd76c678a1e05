//! The answers of a script: responses of the function and errors of Lambda.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::server::{Head, Reply};

/// An answer to one call.
#[derive(Clone)]
pub struct Answer {
    delay: Duration,
    action: Option<Arc<dyn Fn() + Send + Sync>>,
    reply: Reply,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} after {:?}", self.reply, self.delay)
    }
}

impl Answer {
    /// Returns the success of a function with this body.
    #[must_use]
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        let head =
            Head::new(200).with("content-type", "application/json").with("x-amz-executed-version", "$LATEST");
        Self::of(Reply::Whole(head, body.into()))
    }

    /// Returns the acceptance of an asynchronous invocation.
    #[must_use]
    pub fn accepted() -> Self {
        Self::of(Reply::Whole(Head::new(202), Vec::new()))
    }

    /// Returns the error of a function that ran and failed.
    #[must_use]
    pub fn function_error(error_type: &str, message: &str) -> Self {
        let head =
            Head::new(200).with("content-type", "application/json").with("x-amz-function-error", "Unhandled");
        let body = json!({ "errorType": error_type, "errorMessage": message }).to_string();
        Self::of(Reply::Whole(head, body.into_bytes()))
    }

    /// Returns an error of Lambda itself, in the format of its REST API.
    #[must_use]
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::of(error(Head::new(status), status, code, message, None))
    }

    /// Returns status 429 with this reason and an optional `Retry-After`, in seconds.
    #[must_use]
    pub fn throttled(reason: &str, retry_after: Option<u32>) -> Self {
        let mut head = Head::new(429);
        if let Some(seconds) = retry_after {
            head = head.with("retry-after", seconds.to_string());
        }
        Self::of(error(head, 429, "TooManyRequestsException", "Rate Exceeded.", Some(reason)))
    }

    /// Ends the connection after the request was read, without a response.
    #[must_use]
    pub fn cut() -> Self {
        Self::of(Reply::Cut)
    }

    /// Ends the connection in the middle of this response.
    #[must_use]
    pub fn cut_midway(body: impl Into<Vec<u8>>) -> Self {
        Self::of(Reply::CutMidway(Head::new(200).with("content-type", "application/json"), body.into()))
    }

    /// Delays the answer.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Calls `action` when the answer is sent. There is no call if the client disconnected before.
    #[must_use]
    pub fn on_send(self, action: impl Fn() + Send + Sync + 'static) -> Self {
        Self { action: Some(Arc::new(action)), ..self }
    }

    fn of(reply: Reply) -> Self {
        Self { delay: Duration::ZERO, action: None, reply }
    }

    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    pub(super) fn into_reply(self) -> Reply {
        if let Some(action) = self.action {
            action();
        }
        self.reply
    }
}

fn error(head: Head, status: u16, code: &str, message: &str, reason: Option<&str>) -> Reply {
    let at_fault = if status < 500 { "User" } else { "Service" };
    let mut body = json!({ "Type": at_fault, "message": message, "Message": message });
    if let Some(reason) = reason {
        body["Reason"] = json!(reason);
    }
    let head = head.with("content-type", "application/json").with("x-amzn-errortype", code);
    Reply::Whole(head, body.to_string().into_bytes())
}
